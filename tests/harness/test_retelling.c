/* Lines for programs, and that no failed allocation is lost on the way to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/harness/support_comparing.h"

#include <stdio.h>
#include <string.h>

static void lines_for_programs(void **state)
{
    struct bench *bench = *state;
    struct text lines = {0};
    const double values[] = {0.80,        0.81,        0.85,        0.70,       0.72,
                             BENCH_FAILS, BENCH_WAITS, BENCH_WAITS, BENCH_WAITS};
    bench_fill_plainly(&bench->first, values, 3, 3);
    bench_read(bench, CONTENDERS_OWN_METRIC);
    bench_compare_all(bench);
    const struct retelling retelling = bench_retelling(bench);
    retelling_json(&retelling, &lines);
    int count = 0;
    for (size_t i = 0; i < lines.length; i++)
        count += lines.data[i] == '\n';
    assert_int_equal(count, 4); /* three pairs and the selection */
    static const char *const members[] = {
        "{\"kind\":\"comparison\",\"metric\":\"f1\",\"lower_is_better\":false,\"confidence\":0.95,",
        "\"margin\":0,\"a\":{\"setting\":\"learning_rate=0.0001\",\"folder\":\"",
        "\"number\":2,\"n\":2,\"failed\":1,\"pending\":0,\"twins\":0,\"mean\":0.71,",
        "\"number\":3,\"n\":0,\"failed\":0,\"pending\":3,\"twins\":0,\"mean\":null,",
        "\"basis\":\"nothing\",\"paired\":{\"n\":2,\"difference\":",
        "\"mann_whitney\":{\"n_a\":3,\"n_b\":3,\"p\":null,\"smallest_p\":0.",
        "\"inconclusive\":true},\"p\":null,\"adjusted_p\":null,\"family\":0,\"identical\":false,",
        "\"verdict\":\"undefined\",\"sentence\":\"undefined; ",
        "{\"kind\":\"selection\",\"settings\":2,\"best\":\"learning_rate=0.0001\",\"mean\":0.82,\"bias\":"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strstr(lines.data, members[i]) == NULL) fail_msg("'%s' is not in:\n%s", members[i], lines.data);
    }
    text_free(&lines);
}

/* All of the work, twice: one folder and two. */
static enum status do_all(const struct bench *bench, FILE *out)
{
    struct seed_book book = {0};
    struct contenders a = {0}, b = {0};
    struct comparing comparing = {0};
    struct text lines = {0};
    struct compare_question question = compare_question_default(5);
    size_t index;
    enum status status;
    question.resamples = 9;
    TRY_TO(done, contenders_read(bench->first.path, CONTENDERS_OWN_METRIC, &book, &a, NULL));
    TRY_TO(done, contenders_read(bench->second.path, CONTENDERS_OWN_METRIC, &book, &b, NULL));
    TRY_TO(done, comparing_all(&a, &question, &comparing, NULL));
    status = contenders_find(&a, "nothing", &index, NULL);
    if (status == STATUS_NO_MEMORY) goto done;
    const struct retelling one = {.a = &a, .comparing = &comparing};
    TRY_TO(done, retelling_print(&one, out, NULL));
    comparing_free(&comparing);
    TRY_TO(done, comparing_folders(&a, &b, &question, &comparing, NULL));
    const struct retelling both = {.a = &a, .b = &b, .comparing = &comparing};
    TRY_TO(done, retelling_print(&both, out, NULL));
    retelling_json(&both, &lines);
    status = text_status(&lines, NULL);
done:
    text_free(&lines);
    comparing_free(&comparing);
    contenders_free(&a);
    contenders_free(&b);
    seed_book_free(&book);
    return status;
}

static void allocations_may_fail(void **state)
{
    struct bench *bench = *state;
    const double values[] = {0.80, 0.81, 0.85, 0.70, 0.72, BENCH_FAILS};
    bench_fill_plainly(&bench->first, values, 2, 3);
    bench_fill_plainly(&bench->second, values, 2, 3);
    FILE *out = tmpfile();
    assert_non_null(out);
    long alive = memory_blocks_alive(), failures = 0;
    for (long n = 1;; n++) {
        memory_fail_from(n);
        enum status status = do_all(bench, out);
        memory_fail_from(0);
        assert_int_equal(memory_blocks_alive(), alive);
        if (status == STATUS_OK) break;
        assert_int_equal(status, STATUS_NO_MEMORY);
        failures++;
    }
    assert_true(failures > 40);
    fclose(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_for_programs, bench_set_up, bench_tear_down),
        cmocka_unit_test_setup_teardown(allocations_may_fail, bench_set_up, bench_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
