#include "reports/json.h"
#include "tests/reports/support_sample.h"

#include <json-c/json.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct sample sample;

static int setup(void **state)
{
    (void)state;
    sample_fill(&sample);
    return 0;
}

static struct json_object *parse(const struct text *text)
{
    struct json_tokener *tokener = json_tokener_new();
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    struct json_object *root = json_tokener_parse_ex(tokener, text->data, (int)text->length);
    if (root == NULL) fail_msg("%s", json_tokener_error_desc(json_tokener_get_error(tokener)));
    json_tokener_free(tokener);
    return root;
}

static void as_written_down(void **state)
{
    (void)state;
    struct text out = {0};
    json_summary(&sample.report, &out);
    sample_assert_golden("summary.json", &out);
    text_free(&out);
}

/* Another program's reader takes it, finds the version, the same doubles, and null for what is undefined. */
static void another_reader_understands_it(void **state)
{
    (void)state;
    struct text out = {0};
    json_summary(&sample.report, &out);
    struct json_object *root = parse(&out), *settings = json_object_object_get(root, "settings");
    assert_string_equal(json_object_get_string(json_object_object_get(root, "format")), "ftbench-summary");
    assert_int_equal(json_object_get_int(json_object_object_get(root, "version")), 2);
    assert_int_equal(json_object_array_length(settings), SAMPLE_SETTINGS);
    struct json_object *names = json_object_object_get(json_object_object_get(root, "data"), "label_names");
    assert_int_equal(json_object_array_length(names), 2);
    assert_string_equal(json_object_get_string(json_object_array_get_idx(names, 1)), "<pos>");
    struct json_object *first = json_object_array_get_idx(settings, 1);
    assert_true(json_object_get_double(json_object_object_get(first, "mean")) == 0.81);
    struct json_object *last = json_object_array_get_idx(settings, 4), *sd = NULL;
    assert_true(json_object_object_get_ex(last, "sd", &sd));
    assert_null(sd);
    struct json_object *run = json_object_array_get_idx(json_object_object_get(root, "runs"), 0);
    assert_true(json_object_get_double(json_object_object_get(run, "recall")) == 1.0 / 3);
    struct json_object *agreement = json_object_object_get(first, "agreement"), *pairs = agreement;
    assert_int_equal(json_object_get_int(json_object_object_get(agreement, "n")), 3);
    assert_string_equal(json_object_get_string(json_object_object_get(agreement, "class")), "converged");
    assert_true(json_object_get_double(json_object_object_get(agreement, "pairs")) == 1);
    run = json_object_array_get_idx(json_object_object_get(root, "runs"), 9);
    assert_string_equal(json_object_get_string(json_object_object_get(run, "metric_course")), "rose");
    json_object_put(root);
    text_clear(&out);
    sample.settings[1].agreement = (struct report_agreement){.share = NAN, .pairs = NAN};
    json_summary(&sample.report, &out);
    root = parse(&out);
    first = json_object_array_get_idx(json_object_object_get(root, "settings"), 1);
    agreement = json_object_object_get(first, "agreement");
    assert_string_equal(json_object_get_string(json_object_object_get(agreement, "class")), "");
    assert_true(json_object_object_get_ex(agreement, "pairs", &pairs));
    assert_null(pairs);
    json_object_put(root);
    text_free(&out);
}

static void it_does_not_know_the_machine(void **state)
{
    (void)state;
    static const struct report_fact elsewhere[] = {{"host", "another"}};
    struct text before = {0}, after = {0};
    json_summary(&sample.report, &before);
    for (int i = 0; i < SAMPLE_RUNS; i++)
        sample.runs[i].timing = (struct report_timing){
            .wall_seconds = 9, .threads = 64, .isa = "x", .backend = "y", .cpu = "z", .host = "w"};
    sample.report.environment = elsewhere;
    sample.report.environment_count = 1;
    json_summary(&sample.report, &after);
    assert_string_equal(before.data, after.data);
    text_free(&before);
    text_free(&after);
}

static void nothing_to_recommend(void **state)
{
    (void)state;
    struct text out = {0};
    sample.report.recommendation = REPORT_NOTHING;
    sample.report.advice_count = 0;
    json_summary(&sample.report, &out);
    struct json_object *root = parse(&out), *setting = root;
    struct json_object *recommendation = json_object_object_get(root, "recommendation");
    assert_true(json_object_object_get_ex(recommendation, "setting", &setting));
    assert_null(setting);
    assert_int_equal(json_object_array_length(json_object_object_get(recommendation, "advice")), 0);
    json_object_put(root);
    text_free(&out);
}

/* How far a run got that was stopped from outside is chance. */
static void steps_of_chance_are_null(void **state)
{
    (void)state;
    struct text out = {0};
    sample.runs[0].outcome = REPORT_CRASHED;
    sample.runs[0].reason = "killed by signal 9 (Killed)";
    sample.runs[0].detail = "after step 200";
    json_summary(&sample.report, &out);
    assert_null(strstr(out.data, "after step 200"));
    assert_non_null(strstr(out.data, "\"reason\": \"killed by signal 9 (Killed)\",\n      \"steps\": null,"));
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(as_written_down, setup),
        cmocka_unit_test_setup(another_reader_understands_it, setup),
        cmocka_unit_test_setup(it_does_not_know_the_machine, setup),
        cmocka_unit_test_setup(nothing_to_recommend, setup),
        cmocka_unit_test_setup(steps_of_chance_are_null, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
