#include "base/number.h"
#include "reports/check_exports.h"
#include "reports/markup.h"

#include <math.h>
#include <string.h>

static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ftbench check\"";

/* The test case that an answer makes. */
static const char *element_of(enum check_answer answer)
{
    switch (answer) {
    case CHECK_REGRESSION:
        return "failure";
    case CHECK_NO_BASELINE:
    case CHECK_RUNS_FAILED:
        return "error";
    case CHECK_INCONCLUSIVE:
        return "skipped";
    case CHECK_PASSED:
    case CHECK_ANSWERS:
        break;
    }
    return NULL;
}

static void put_attribute(struct text *out, const char *name, const char *value)
{
    text_addf(out, " %s=\"", name);
    markup_xml(out, value);
    text_add(out, "\"");
}

static void put_property(struct text *out, const char *name, const char *value)
{
    text_add(out, "      <property");
    put_attribute(out, "name", name);
    put_attribute(out, "value", value);
    text_add(out, "/>\n");
}

static void put_number(struct text *out, const char *name, double value)
{
    char number[NUMBER_TEXT];
    if (!isfinite(value)) return;
    number_shortest(value, number);
    put_property(out, name, number);
}

/* The lines of one setting, or of the whole: those that decide, or all the others. */
static void put_lines(const struct check_report *check, int setting, bool deciding, struct text *out)
{
    for (size_t i = 0; i < check->item_count; i++) {
        const struct check_item *item = &check->items[i];
        bool decides = item->weight == CHECK_COUNTS && item->answer != CHECK_PASSED;
        if (item->setting != setting || decides != deciding) continue;
        text_addf(out, "%s: ", check_subject_name(item->subject));
        markup_xml(out, item->text);
        text_add(out, "\n");
    }
}

static const struct check_item *first_item(const struct check_report *check, int setting,
                                           enum check_answer answer)
{
    for (size_t i = 0; i < check->item_count; i++) {
        const struct check_item *item = &check->items[i];
        if (item->setting == setting && item->weight == CHECK_COUNTS && item->answer == answer) return item;
    }
    return NULL;
}

/* Why a setting, or the whole, has its answer. Where there is no baseline at all that is said of the whole.
 */
static const char *reason_of(const struct check_report *check, int setting, enum check_answer answer)
{
    const struct check_item *item = first_item(check, setting, answer);
    if (item == NULL && answer == CHECK_NO_BASELINE && !check->has_baseline)
        item = first_item(check, CHECK_WHOLE, answer);
    return item != NULL ? item->text : "the baseline has no such setting";
}

static void begin_suite(struct text *out, const char *name, enum check_answer answer)
{
    const char *element = element_of(answer);
    text_add(out, "  <testsuite");
    put_attribute(out, "name", name);
    text_addf(out, " tests=\"1\" failures=\"%d\" errors=\"%d\" skipped=\"%d\">\n", answer == CHECK_REGRESSION,
              element != NULL && element[0] == 'e', answer == CHECK_INCONCLUSIVE);
    text_add(out, "    <properties>\n");
}

static void finish_suite(const struct check_report *check, int setting, const char *name,
                         enum check_answer answer, struct text *out)
{
    const char *element = element_of(answer);
    text_add(out, "    </properties>\n    <testcase");
    put_attribute(out, "classname", check->experiment);
    put_attribute(out, "name", name);
    text_add(out, ">\n");
    if (element != NULL) {
        text_addf(out, "      <%s", element);
        put_attribute(out, "type", check_answer_name(answer));
        put_attribute(out, "message", reason_of(check, setting, answer));
        text_add(out, ">\n");
        put_lines(check, setting, true, out);
        text_addf(out, "      </%s>\n", element);
    }
    text_add(out, "      <system-out>\n");
    put_lines(check, setting, false, out);
    text_add(out, "      </system-out>\n    </testcase>\n  </testsuite>\n");
}

static void put_setting(const struct check_report *check, int index, struct text *out)
{
    const struct check_setting *setting = &check->settings[index];
    begin_suite(out, setting->label, setting->answer);
    put_number(out, "runs", setting->runs);
    put_number(out, "base_runs", setting->base_runs);
    put_number(out, "failed", setting->failed);
    put_number(out, "base_failed", setting->base_failed);
    put_number(out, "compared", setting->compared);
    put_number(out, "equal", setting->equal);
    put_number(out, "mean", setting->mean);
    put_number(out, "base_mean", setting->base_mean);
    put_number(out, "difference", setting->difference);
    put_number(out, "low", setting->low);
    put_number(out, "high", setting->high);
    put_number(out, "adjusted_p", setting->adjusted_p);
    put_number(out, "sd", setting->sd);
    put_number(out, "base_sd", setting->base_sd);
    put_number(out, "spread", setting->spread);
    put_number(out, "sd_ratio", setting->sd_ratio);
    put_property(out, "class", setting->class_now);
    put_property(out, "base_class", setting->base_class);
    finish_suite(check, index, setting->label, setting->answer, out);
}

/* Of the items of no setting. */
static enum check_answer whole_answer(const struct check_report *check)
{
    enum check_answer worst = CHECK_PASSED;
    for (size_t i = 0; i < check->item_count; i++) {
        const struct check_item *item = &check->items[i];
        if (item->setting == CHECK_WHOLE && item->weight == CHECK_COUNTS && item->answer < worst)
            worst = item->answer;
    }
    return worst;
}

void check_junit(const struct check_report *check, struct text *out)
{
    enum check_answer whole = whole_answer(check);
    int failures = whole == CHECK_REGRESSION,
        errors = whole == CHECK_NO_BASELINE || whole == CHECK_RUNS_FAILED;
    for (size_t i = 0; i < check->setting_count; i++) {
        const char *element = element_of(check->settings[i].answer);
        failures += element != NULL && element[0] == 'f';
        errors += element != NULL && element[0] == 'e';
    }
    text_add(out, head);
    text_addf(out, " tests=\"%zu\" failures=\"%d\" errors=\"%d\">\n", check->setting_count + 1, failures,
              errors);
    begin_suite(out, check->experiment, whole);
    put_property(out, "baseline", check->baseline);
    put_property(out, "answer", check_answer_name(check->answer));
    put_number(out, "exit_code", check->exit_code);
    for (size_t i = 0; i < check->unwritten_count; i++)
        put_property(out, "not_written", check->unwritten[i]);
    put_property(out, "metric", check->metric);
    put_number(out, "margin", check->margin);
    put_number(out, "alpha", check->alpha);
    const struct check_clock_times *times = &check->times.clocks[check->times.decides];
    put_number(out, "step_time_ratio", times->ratio);
    put_number(out, "step_time_ratio_low", times->low);
    put_number(out, "step_time_ratio_high", times->high);
    finish_suite(check, CHECK_WHOLE, "the whole", whole, out);
    for (size_t i = 0; i < check->setting_count; i++)
        put_setting(check, (int)i, out);
    text_add(out, "</testsuites>\n");
}

bool check_junit_wrote(const char *text)
{
    return strncmp(text, head, sizeof head - 1) == 0;
}
