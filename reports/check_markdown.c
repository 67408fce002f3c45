#include "reports/check_exports.h"
#include "reports/markup.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char heading[] = "### ftbench check: ";

static const char *sign_of(enum check_answer answer)
{
    switch (answer) {
    case CHECK_PASSED:
        return "passed";
    case CHECK_REGRESSION:
        return "**regression**";
    case CHECK_RUNS_FAILED:
        return "**runs failed**";
    case CHECK_INCONCLUSIVE:
        return "*inconclusive*";
    case CHECK_NO_BASELINE:
    case CHECK_ANSWERS:
        break;
    }
    return "**no baseline that fits**";
}

static void put_pair(struct text *out, const char *format, double was, double is)
{
    char left[32] = "-", right[32] = "-";
    if (!isnan(was)) snprintf(left, sizeof left, format, was);
    if (!isnan(is)) snprintf(right, sizeof right, format, is);
    text_addf(out, " %s &rarr; %s |", left, right);
}

/* Of a setting that has something to be compared with, and in a table of such. */
static void put_compared(const struct check_report *check, const struct check_setting *setting,
                         struct text *out)
{
    const double unit = check->in_points ? 100 : 1;
    text_add(out, "| ");
    markup_markdown(out, setting->label);
    if (setting->compared == 0)
        text_add(out, " | - |");
    else
        text_addf(out, " | %d of %d |", setting->equal, setting->compared);
    put_pair(out, "%.4f", check_base_mean_compared(setting), check_mean_compared(setting));
    if (isnan(setting->low))
        text_add(out, " - |");
    else
        text_addf(out, " %+.2f (%+.2f to %+.2f) |", unit * setting->difference, unit * setting->low,
                  unit * setting->high);
    put_pair(out, "%.2f", unit * setting->base_sd, unit * setting->sd);
    text_addf(out, " %s &rarr; %s |", setting->base_class[0] == '\0' ? "-" : setting->base_class,
              setting->class_now[0] == '\0' ? "-" : setting->class_now);
    text_addf(out, " %d of %d &rarr; %d of %d | %s |\n", setting->base_failed, setting->base_runs,
              setting->failed, setting->runs, sign_of(setting->answer));
}

static void put_number(struct text *out, const char *format, double value)
{
    if (isnan(value))
        text_add(out, " - |");
    else
        text_addf(out, format, value);
}

/* What these results are by themselves: whether they are fit to be a baseline. */
static void put_alone(const struct check_report *check, const struct check_setting *setting, struct text *out)
{
    text_add(out, "| ");
    markup_markdown(out, setting->label);
    text_add(out, " |");
    put_number(out, " %.4f |", setting->mean);
    put_number(out, " %.2f |", (check->in_points ? 100 : 1) * setting->sd);
    text_addf(out, " %s | %d of %d |\n", setting->class_now[0] == '\0' ? "-" : setting->class_now,
              setting->failed, setting->runs);
}

static bool has_baseline(const struct check_report *check)
{
    for (size_t i = 0; i < check->setting_count; i++) {
        if (check->settings[i].has_baseline) return true;
    }
    return false;
}

static void put_settings(const struct check_report *check, struct text *out)
{
    const char *points = check->in_points ? ", points" : "";
    const bool compared = has_baseline(check);
    if (compared)
        text_addf(out,
                  "| setting | equal bits | %s | change%s | SD%s | curves | failed | answer |\n"
                  "|---|---|---|---|---|---|---|---|\n",
                  check->metric, points, points);
    else
        text_addf(out, "| setting | %s | SD%s | curves | failed |\n|---|---|---|---|---|\n", check->metric,
                  points);
    for (size_t i = 0; i < check->setting_count; i++) {
        if (compared)
            put_compared(check, &check->settings[i], out);
        else
            put_alone(check, &check->settings[i], out);
    }
}

/* The reasons one by one: what decides the answer first, which the heading says; then what counts besides,
 * with its own answer; then warnings. */
struct reasons {
    const struct check_report *check;
    int round;   /* 0 the answer, 1 what counts besides, 2 warnings */
    size_t next; /* index of the item to be looked at */
};

static const struct check_item *next_reason(struct reasons *reasons)
{
    for (; reasons->round < 3; reasons->round++, reasons->next = 0) {
        while (reasons->next < reasons->check->item_count) {
            const struct check_item *item = &reasons->check->items[reasons->next++];
            const int round = item->weight == CHECK_WARNS              ? 2
                              : item->answer != reasons->check->answer ? 1
                                                                       : 0;
            if (item->answer == CHECK_PASSED || item->weight == CHECK_TELLS) continue;
            if (round == reasons->round) return item;
        }
    }
    return NULL;
}

static void put_reason(const struct reasons *reasons, const struct check_item *item, struct text *out)
{
    text_add(out, "- ");
    if (reasons->round == 1) text_addf(out, "%s: ", sign_of(item->answer));
    if (reasons->round == 2) text_add(out, "warning: ");
    text_addf(out, "%s: ", check_subject_name(item->subject));
    if (item->setting != CHECK_WHOLE) {
        markup_markdown(out, reasons->check->settings[item->setting].label);
        text_add(out, ": ");
    }
    markup_markdown(out, item->text);
    text_add(out, "\n");
}

static size_t count_reasons(const struct check_report *check)
{
    struct reasons reasons = {.check = check};
    size_t count = 0;
    while (next_reason(&reasons) != NULL)
        count++;
    return count;
}

/* Of a large sweep the first few are enough to see what happened; the others are a click away. */
static void put_reasons(const struct check_report *check, struct text *out)
{
    enum { SHOWN = 8 };
    struct reasons reasons = {.check = check};
    const size_t count = count_reasons(check), shown = count <= SHOWN + 1 ? count : SHOWN;
    for (size_t i = 0; i < count; i++) {
        if (i == shown) text_addf(out, "\n<details><summary>%zu more</summary>\n\n", count - shown);
        put_reason(&reasons, next_reason(&reasons), out);
    }
    if (shown < count) text_add(out, "\n</details>\n");
    if (count > 0) text_add(out, "\n");
}

static void put_power(const struct check_report *check, struct text *out)
{
    struct text sentence = {0};
    check_report_power(check, &sentence);
    if (sentence.length > 0) {
        text_add(out, "- ");
        markup_markdown(out, text_string(&sentence));
        text_add(out, "\n");
    }
    out->failed = out->failed || sentence.failed;
    text_free(&sentence);
}

static void put_times(const struct check_times *times, struct text *out)
{
    const struct check_clock_times *clock = &times->clocks[times->decides];
    if (isnan(clock->ratio)) return;
    text_addf(out, "- step time, by the %s's clock in times of a fixed loop: %.2f times the baseline's",
              check_clock_name(times->decides), clock->ratio);
    if (!isnan(clock->low)) text_addf(out, " (%.2f to %.2f)", clock->low, clock->high);
    text_addf(out, ", %d and %d runs%s\n", clock->runs, clock->base_runs,
              times->other_machine ? "; the baseline's machine is another" : "");
}

static void add_notes(const struct check_report *check, struct text *out)
{
    put_power(check, out);
    put_times(&check->times, out);
    for (size_t i = 0; i < check->fact_count; i++) {
        if (check->facts[i].now[0] != '\0' || check->facts[i].base[0] == '\0') continue;
        text_add(out, "- baseline: ");
        markup_markdown(out, check->facts[i].name);
        text_add(out, " ");
        markup_markdown(out, check->facts[i].base);
        text_add(out, "\n");
    }
    for (size_t i = 0; i < check->unwritten_count; i++) {
        text_add(out, "- not written: ");
        markup_markdown(out, check->unwritten[i]);
        text_add(out, "\n");
    }
}

static void put_notes(const struct check_report *check, struct text *out)
{
    struct text notes = {0};
    add_notes(check, &notes);
    if (notes.length > 0) text_addf(out, "\n%s", text_string(&notes));
    out->failed = out->failed || notes.failed;
    text_free(&notes);
}

/* Whether it is another now. What only one side says is none of it: beside no baseline that is everything. */
static bool is_other(const struct check_fact *fact)
{
    return fact->now[0] != '\0' && fact->base[0] != '\0' && strcmp(fact->base, fact->now) != 0;
}

/* What made the two, where that is not the same: named in the line that is seen, and folded, because it is no
 * reason. */
static void put_facts(const struct check_report *check, struct text *out)
{
    size_t others = 0;
    for (size_t i = 0; i < check->fact_count; i++) {
        const struct check_fact *fact = &check->facts[i];
        if (!is_other(fact)) continue;
        text_add(out, others++ == 0 ? "\n<details><summary>now another " : ", ");
        markup_markdown(out, fact->name);
    }
    if (others == 0) return;
    text_add(out, "</summary>\n\n| | baseline | now |\n|---|---|---|\n");
    for (size_t i = 0; i < check->fact_count; i++) {
        const struct check_fact *fact = &check->facts[i];
        if (strcmp(fact->base, fact->now) == 0 || fact->now[0] == '\0') continue;
        text_add(out, "| ");
        markup_markdown(out, fact->name);
        text_add(out, " | ");
        markup_markdown(out, fact->base[0] == '\0' ? "-" : fact->base);
        text_add(out, " | ");
        markup_markdown(out, fact->now);
        text_add(out, " |\n");
    }
    text_add(out, "\n</details>\n");
}

void check_markdown(const struct check_report *check, struct text *out)
{
    text_add(out, heading);
    markup_markdown(out, check->experiment);
    text_add(out, " against ");
    markup_markdown(out, check->baseline);
    text_addf(out, ": %s\n\n", sign_of(check->answer));
    put_reasons(check, out);
    put_settings(check, out);
    put_notes(check, out);
    put_facts(check, out);
}

bool check_markdown_wrote(const char *text)
{
    return strncmp(text, heading, sizeof heading - 1) == 0;
}
