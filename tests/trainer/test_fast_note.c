/* What a run of fast arithmetic says of itself, and which curve may go on. */
#include "trainer/fast_note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct run_spec spec = {.batch_size = 8, .gradient_accumulation_steps = 1};

static struct observed_begin begin_on(const char *overrides, const char *gpu, const char *libraries)
{
    struct observed_begin begin = {.total_steps = 1};
    snprintf(begin.overrides, sizeof begin.overrides, "%s", overrides);
    snprintf(begin.gpu, sizeof begin.gpu, "%s", gpu);
    snprintf(begin.libraries, sizeof begin.libraries, "%s", libraries);
    return begin;
}

static void test_strict_runs_say_nothing(void **state)
{
    struct observed_note note;
    (void)state;
    const struct observed_begin begin = begin_on("", "H100", "driver 13.0");
    assert_false(fast_note_make(&spec, &begin, &note));
}

static void test_fast_runs_say_where(void **state)
{
    struct observed_note note;
    (void)state;
    const struct observed_begin begin = begin_on("linear_forward", "H100", "driver 13.0, cuBLAS 13.1.0");
    assert_true(fast_note_make(&spec, &begin, &note));
    assert_string_equal(note.code, "fast");
    assert_string_equal(
        note.message,
        "fast arithmetic (linear_forward): the bits are those of H100 with driver "
        "13.0, cuBLAS 13.1.0, in passes of 8 samples with padding = none, and are not compared with others");
}

static void test_a_curve_goes_on_where_it_began(void **state)
{
    struct observation then = {.kind = OBSERVATION_NOTE}, other = {.kind = OBSERVATION_STEP};
    struct observed_note now;
    struct error error = {0};
    (void)state;
    const struct observed_begin here = begin_on("linear_forward", "H100", "cuBLAS 13.1.0"),
                                there = begin_on("linear_forward", "H100", "cuBLAS 13.0.0");
    assert_true(fast_note_make(&spec, &here, &now));
    assert_true(fast_note_make(&spec, &here, &then.as.note));
    assert_int_equal(fast_note_check(&now, &then, &error), STATUS_OK);
    assert_int_equal(fast_note_check(&now, &other, &error), STATUS_OK);
    assert_true(fast_note_make(&spec, &there, &then.as.note));
    assert_int_equal(fast_note_check(&now, &then, &error), STATUS_UNSUPPORTED);
    assert_non_null(strstr(error.text, "cuBLAS 13.0.0"));
    assert_non_null(strstr(error.text, "cuBLAS 13.1.0"));
    assert_true(fast_note_make(&spec, &here, &then.as.note));
    spec.micro_batch = 4;
    assert_true(fast_note_make(&spec, &here, &now));
    assert_int_equal(fast_note_check(&now, &then, &error), STATUS_UNSUPPORTED);
    snprintf(then.as.note.code, sizeof then.as.note.code, "truncated");
    assert_int_equal(fast_note_check(&now, &then, &error), STATUS_OK); /* another note */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strict_runs_say_nothing),
        cmocka_unit_test(test_fast_runs_say_where),
        cmocka_unit_test(test_a_curve_goes_on_where_it_began),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
