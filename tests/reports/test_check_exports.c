/* What a check found, for continuous integration: that each form is what its reader takes, whatever stands in
 * labels and reasons. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "reports/check_exports.h"
#include "reports/check_json.h"
#include "tests/reports/support_junit.h"
#include "tests/reports/support_sample.h"

enum { SETTINGS = 3, ITEMS = 7, MOST_ITEMS = 10 };

static struct check_setting settings[SETTINGS];
static struct check_item items[MOST_ITEMS];
static struct check_report check;
static struct text out;

static void add_item(enum check_subject subject, int setting, enum check_answer answer,
                     enum check_weight weight, const char *words)
{
    struct check_item *item = &items[check.item_count++];
    *item = (struct check_item){.subject = subject, .setting = setting, .answer = answer, .weight = weight};
    snprintf(item->text, sizeof item->text, "%s", words);
}

static int set_up(void **state)
{
    static const struct check_fact facts[] = {
        {"saved", "2026", ""}, {"commit", "abc", "d|f"}, {"host", "same", "same"}};
    (void)state;
    for (int i = 0; i < SETTINGS; i++)
        settings[i] = (struct check_setting){.label = "learning_rate=1e-3",
                                             .has_baseline = true,
                                             .answer = CHECK_PASSED,
                                             .base_n = 3,
                                             .n = 3,
                                             .base_runs = 3,
                                             .runs = 3,
                                             .compared = 3,
                                             .equal = 3,
                                             .base_mean = 0.85,
                                             .mean = 0.845,
                                             .difference = -0.005,
                                             .low = -0.007,
                                             .high = -0.003,
                                             .p = NAN,
                                             .adjusted_p = NAN,
                                             .pair_sd = NAN,
                                             .detectable = NAN,
                                             .base_sd = 0.01,
                                             .sd = 0.011,
                                             .sd_ratio = 1.1,
                                             .base_class = "converged",
                                             .class_now = "converged"};
    settings[1].label = "path=<a>&\"b\"|`c`_@x\xff";
    settings[1].answer = CHECK_REGRESSION;
    settings[2].label = "new";
    settings[2].answer = CHECK_NO_BASELINE;
    settings[2].has_baseline = false;
    settings[2].base_mean = settings[2].low = settings[2].sd = NAN;
    check = (struct check_report){
        .experiment = "night",
        .folder = "runs/night",
        .baseline = "base",
        .metric = "f1",
        .in_points = true,
        .alpha = 0.05,
        .margin = 0.01,
        .spread_margin = 2,
        .time_margin = 1.1,
        .answer = CHECK_NO_BASELINE,
        .exit_code = 4,
        .settings = settings,
        .setting_count = SETTINGS,
        .items = items,
        .times = {.clocks = {{.ratio = 7, .low = 7, .high = 7, .calibration = 7, .seconds = 7},
                             {.ratio = 1.02, .low = 0.9, .high = NAN, .calibration = 0.5, .seconds = 2}},
                  .decides = CHECK_WALL},
        .facts = facts,
        .fact_count = 3};
    add_item(CHECK_OF_MEAN, 0, CHECK_PASSED, CHECK_COUNTS, "within the margin");
    add_item(CHECK_OF_BITS, 1, CHECK_REGRESSION, CHECK_COUNTS, "50% of <b> & \"c\"\n|x|\x01 ]]>");
    add_item(CHECK_OF_MEAN, 1, CHECK_INCONCLUSIVE, CHECK_WARNS, "let pass");
    add_item(CHECK_OF_SPREAD, 1, CHECK_INCONCLUSIVE, CHECK_TELLS, "a note");
    add_item(CHECK_OF_KEYS, CHECK_WHOLE, CHECK_REGRESSION, CHECK_COUNTS, "[training] epochs was 3 and is 4");
    add_item(CHECK_OF_CLASS, 0, CHECK_INCONCLUSIVE, CHECK_COUNTS, "no majority");
    add_item(CHECK_OF_TIME, CHECK_WHOLE, CHECK_INCONCLUSIVE, CHECK_TELLS, "noisy");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    text_free(&out);
    return 0;
}

static void junit_is_what_jenkins_takes(void **state)
{
    (void)state;
    check_junit(&check, &out);
    junit_assert_valid(text_string(&out));
    assert_says(&out, "<testsuites name=\"ftbench check\" tests=\"4\" failures=\"2\" errors=\"1\">");
    assert_says(&out, "<testcase classname=\"night\" name=\"learning_rate=1e-3\">");
    assert_says(&out, "name=\"path=&lt;a&gt;&amp;&quot;b&quot;|`c`_@x\xef\xbf\xbd\"");
    assert_says(&out, "<property name=\"mean\" value=\"0.845\"/>");
    assert_does_not_say(&out, "NaN");
    for (int answer = 0; answer < CHECK_ANSWERS; answer++) {
        text_clear(&out);
        settings[0].answer = (enum check_answer)answer;
        check_junit(&check, &out);
        junit_assert_valid(text_string(&out));
    }
}

static void markdown_stays_a_table(void **state)
{
    (void)state;
    check_markdown(&check, &out);
    assert_says(&out, "### ftbench check: night against base: **no baseline that fits**\n");
    assert_says(&out, "| path=&lt;a&gt;&amp;\"b\"\\|\\`c\\`\\_&#64;x\xef\xbf\xbd | 3 of 3 |");
    assert_says(&out, "0.8500 &rarr; 0.8450 | -0.50 (-0.70 to -0.30) | 1.00 &rarr; 1.10 |");
    assert_says(&out, "- **regression**: bits: path=");
    assert_says(&out, "- warning: mean: ");
    assert_does_not_say(&out, "a note");
    assert_says(&out, "- baseline: saved 2026\n");
    assert_says(&out,
                "\n<details><summary>now another commit</summary>\n\n| | baseline | now |\n|---|---|---|\n"
                "| commit | abc | d\\|f |\n\n</details>\n");
    assert_does_not_say(&out, "same");
}

/* The reader of a pull request: the heading, the reasons of its answer, what counts besides, warnings; then
 * the table, then the rest. */
static void markdown_begins_with_the_reasons(void **state)
{
    static const char *const order[] = {"**no baseline that fits**\n\n- baseline: it fits not\n",
                                        "- **regression**: bits: ",
                                        "- **regression**: keys: ",
                                        "- *inconclusive*: class: ",
                                        "- warning: mean: ",
                                        "let pass\n\n| setting | equal bits |",
                                        "passed |\n",
                                        "\n\n- step time",
                                        "\n\n<details>"};
    (void)state;
    items[0].answer = CHECK_NO_BASELINE;
    items[0].subject = CHECK_OF_BASELINE;
    items[0].setting = CHECK_WHOLE;
    snprintf(items[0].text, sizeof items[0].text, "it fits not");
    check_markdown(&check, &out);
    const char *at = text_string(&out);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        const char *found = strstr(at, order[i]);
        if (found == NULL) fail_msg("\"%s\" is not where it belongs in:\n%s", order[i], text_string(&out));
        at = found + 1;
    }
    assert_does_not_say(&out, "\n\n\n");
}

/* Without a baseline nothing is compared: neither settings nor machines. */
static void markdown_without_a_baseline_is_short(void **state)
{
    static const struct check_fact facts[] = {{"commit", "", "d"}, {"CPU", "", "of this machine"}};
    (void)state;
    for (int i = 0; i < SETTINGS; i++)
        settings[i].has_baseline = false;
    items[0].answer = CHECK_NO_BASELINE;
    items[0].subject = CHECK_OF_BASELINE;
    items[0].setting = CHECK_WHOLE;
    snprintf(items[0].text, sizeof items[0].text, "none; make one");
    check.item_count = 1;
    check.setting_count = 1;
    check.facts = facts;
    check.fact_count = 2;
    check.times.clocks[CHECK_WALL].ratio = NAN;
    check_markdown(&check, &out);
    assert_string_equal(text_string(&out),
                        "### ftbench check: night against base: **no baseline that fits**\n"
                        "\n"
                        "- baseline: none; make one\n"
                        "\n"
                        "| setting | f1 | SD, points | curves | failed |\n"
                        "|---|---|---|---|---|\n"
                        "| learning\\_rate=1e-3 | 0.8450 | 1.10 | converged | 0 of 3 |\n");
}

static void add_bits(int count)
{
    check.item_count = 0;
    for (int i = 0; i < count; i++)
        add_item(CHECK_OF_BITS, 0, CHECK_REGRESSION, CHECK_COUNTS, "other");
    text_clear(&out);
    check_markdown(&check, &out);
}

/* Of many reasons the first are shown, and the rest is folded: never one alone. */
static void many_reasons_are_folded(void **state)
{
    (void)state;
    check.answer = CHECK_REGRESSION;
    check.fact_count = 0;
    add_bits(9);
    assert_does_not_say(&out, "details");
    add_bits(10);
    assert_says(&out, "other\n\n<details><summary>2 more</summary>\n\n- bits: ");
    assert_says(&out, "other\n\n</details>\n\n| setting |");
    int lines = 0;
    for (const char *at = text_string(&out); (at = strstr(at, "\n- bits: ")) != NULL; at++)
        lines++;
    assert_int_equal(lines, 10);
}

static void what_was_not_written_is_told(void **state)
{
    static const char *const lines[] = {"j.xml: no <place>"};
    (void)state;
    check.unwritten = lines;
    check.unwritten_count = 1;
    check_markdown(&check, &out);
    assert_says(&out, "- not written: j.xml: no &lt;place&gt;\n");
    check_annotations(&check, &out);
    assert_says(&out, "::error title=ftbench check (not written)::j.xml: no <place>\n");
    text_clear(&out);
    check_json(&check, &out);
    assert_says(&out, "\"not_written\": [\n    \"j.xml: no <place>\"\n  ]");
}

/* Of the setting that finds least; of one that was not tested nothing is said. */
static void what_can_be_found_is_a_sentence(void **state)
{
    (void)state;
    check_report_power(&check, &out);
    assert_int_equal(out.length, 0);
    settings[0].detectable = 0.021;
    check_report_power(&check, &out);
    assert_string_equal(text_string(&out),
                        "with 3 runs and an SD of 1.10 points (baseline: 3 and 1.00 points) "
                        "a drop of 2.10 points is found 8 times in 10");
    settings[1].pairs = 3;
    settings[1].pair_sd = 0.015;
    settings[1].base_mean = 0.8;
    settings[1].detectable = 0.034;
    text_clear(&out);
    check_markdown(&check, &out);
    assert_says(&out, "- with 3 pairs of equal seeds, whose differences have an SD of 1.50 points, a drop of "
                      "3.40 points is found 8 times in 10 (path=&lt;a&gt;");
    assert_says(&out, "of 2 settings the one where least is found)\n");
    settings[1].detectable = 0.801; /* from 0.8 */
    text_clear(&out);
    check_report_power(&check, &out);
    assert_says(&out, "an SD of 1.50 points, no drop that is possible is found 8 times in 10 (");
    check.in_points = false;
    check.lower_is_better = true;
    settings[1].detectable = 0.001;
    text_clear(&out);
    check_report_power(&check, &out);
    assert_says(&out, "an SD of 0.011 (baseline: 3 and 0.01) a rise of 0.021 is found 8 times in 10 (");
}

static struct json_object *read_json(void)
{
    struct json_object *object = json_tokener_parse(text_string(&out));
    assert_non_null(object);
    return object;
}

static void benchmarks_are_lists_of_values(void **state)
{
    (void)state;
    for (int smaller = 0; smaller < 2; smaller++) {
        text_clear(&out);
        check_benchmark(&check, smaller == 1, &out);
        struct json_object *list = read_json(), *value;
        assert_int_equal(json_object_array_length(list),
                         smaller == 1 ? 6 : 3); /* SD of two, failed of three, time */
        for (size_t i = 0; i < json_object_array_length(list); i++) {
            struct json_object *entry = json_object_array_get_idx(list, i);
            assert_true(json_object_object_get_ex(entry, "name", &value));
            assert_true(json_object_object_get_ex(entry, "unit", &value));
            assert_true(json_object_object_get_ex(entry, "value", &value));
        }
        json_object_put(list);
    }
    check.lower_is_better = true;
    text_clear(&out);
    check_benchmark(&check, false, &out);
    assert_string_equal(text_string(&out), "[]\n");
}

static void annotations_are_one_line_each(void **state)
{
    (void)state;
    check_annotations(&check, &out);
    assert_says(
        &out,
        "::error title=ftbench check (regression)::path=<a>&\"b\"|`c`_@x\xef\xbf\xbd: bits: 50%25 of <b> & "
        "\"c\"%0A|x|\xef\xbf\xbd ]]>\n");
    assert_says(&out, "::error title=ftbench check (regression)::keys: [training] epochs was 3 and is 4\n");
    assert_says(&out,
                "::warning title=ftbench check (inconclusive)::learning_rate=1e-3: class: no majority\n");
    assert_does_not_say(&out, "a note");
}

/* Times are in check.json; in summary.json only where one decided. */
static void json_says_all_of_it(void **state)
{
    struct json_writer writer = {.out = &out, .first = true};
    (void)state;
    check_json(&check, &out);
    struct json_object *object = read_json(), *value;
    assert_true(json_object_object_get_ex(object, "times", &value));
    assert_true(json_object_object_get_ex(object, "items", &value));
    assert_int_equal(json_object_array_length(value), ITEMS);
    assert_true(json_object_object_get_ex(object, "settings", &value));
    assert_int_equal(json_object_array_length(value), SETTINGS);
    json_object_put(object);
    text_clear(&out);
    json_begin(&writer, NULL, "{");
    check_json_member(&check, &writer);
    json_finish(&writer, "}");
    assert_does_not_say(&out, "noisy");
    items[ITEMS - 1].weight = CHECK_COUNTS;
    text_clear(&out);
    writer = (struct json_writer){.out = &out, .first = true};
    json_begin(&writer, NULL, "{");
    check_json_member(&check, &writer);
    json_finish(&writer, "}");
    assert_says(&out, "noisy");
    json_object_put(read_json());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(junit_is_what_jenkins_takes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(markdown_stays_a_table, set_up, tear_down),
        cmocka_unit_test_setup_teardown(markdown_begins_with_the_reasons, set_up, tear_down),
        cmocka_unit_test_setup_teardown(markdown_without_a_baseline_is_short, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_reasons_are_folded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_not_written_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_can_be_found_is_a_sentence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(benchmarks_are_lists_of_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(annotations_are_one_line_each, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_says_all_of_it, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
