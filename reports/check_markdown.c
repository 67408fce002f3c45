#include "reports/check_exports.h"
#include "reports/markup.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

static void put_setting(const struct check_report *check, const struct check_setting *setting,
                        struct text *out)
{
    const double unit = check->in_points ? 100 : 1;
    text_add(out, "| ");
    markup_markdown(out, setting->label);
    text_addf(out, " | %d of %d |", setting->equal, setting->compared);
    put_pair(out, "%.4f", setting->base_mean, setting->mean);
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

static void put_items(const struct check_report *check, struct text *out)
{
    for (size_t i = 0; i < check->item_count; i++) {
        const struct check_item *item = &check->items[i];
        if (item->answer == CHECK_PASSED || item->weight == CHECK_TELLS) continue;
        text_addf(out, "- %s%s: ", item->weight == CHECK_WARNS ? "warning: " : "",
                  check_subject_name(item->subject));
        if (item->setting != CHECK_WHOLE) {
            markup_markdown(out, check->settings[item->setting].label);
            text_add(out, ": ");
        }
        markup_markdown(out, item->text);
        text_add(out, "\n");
    }
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

static void put_facts(const struct check_report *check, struct text *out)
{
    size_t count = 0;
    for (size_t i = 0; i < check->fact_count; i++) {
        const struct check_fact *fact = &check->facts[i];
        if (strcmp(fact->base, fact->now) == 0) continue;
        text_add(out, count++ == 0 ? "\n| | baseline | now |\n|---|---|---|\n| " : "| ");
        markup_markdown(out, fact->name);
        text_add(out, " | ");
        markup_markdown(out, fact->base[0] == '\0' ? "-" : fact->base);
        text_add(out, " | ");
        markup_markdown(out, fact->now[0] == '\0' ? "-" : fact->now);
        text_add(out, " |\n");
    }
}

void check_markdown(const struct check_report *check, struct text *out)
{
    const char *points = check->in_points ? ", points" : "";
    text_add(out, "### ftbench check: ");
    markup_markdown(out, check->experiment);
    text_add(out, " against ");
    markup_markdown(out, check->baseline);
    text_addf(out, ": %s\n\n", sign_of(check->answer));
    text_addf(out,
              "| setting | equal bits | %s | change%s | SD%s | curves | failed | answer |\n"
              "|---|---|---|---|---|---|---|---|\n",
              check->metric, points, points);
    for (size_t i = 0; i < check->setting_count; i++)
        put_setting(check, &check->settings[i], out);
    text_add(out, "\n");
    put_items(check, out);
    put_power(check, out);
    if (!isnan(check->times.ratio)) {
        text_addf(out,
                  "- step time, by the loop that each process measures itself: %.2f times the baseline's",
                  check->times.ratio);
        if (!isnan(check->times.low)) text_addf(out, " (%.2f to %.2f)", check->times.low, check->times.high);
        text_addf(out, ", %d runs\n", check->times.pairs);
    }
    put_facts(check, out);
}
