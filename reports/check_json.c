#include "reports/check_json.h"

#include <string.h>

static const char *setting_name(const struct check_report *check, const struct check_item *item)
{
    return item->setting == CHECK_WHOLE ? "" : check->settings[item->setting].label;
}

static void put_items(const struct check_report *check, bool with_times, struct json_writer *writer)
{
    json_begin(writer, "items", "[");
    for (size_t i = 0; i < check->item_count; i++) {
        const struct check_item *item = &check->items[i];
        if (item->subject == CHECK_OF_TIME && !with_times) continue;
        json_begin(writer, NULL, "{");
        json_put_string(writer, "subject", check_subject_name(item->subject));
        json_put_string(writer, "setting", setting_name(check, item));
        json_put_string(writer, "answer", check_answer_name(item->answer));
        json_put_string(writer, "weight", check_weight_name(item->weight));
        json_put_string(writer, "text", item->text);
        json_finish(writer, "}");
    }
    json_finish(writer, "]");
}

static void put_setting(const struct check_setting *setting, struct json_writer *writer)
{
    json_begin(writer, NULL, "{");
    json_put_string(writer, "setting", setting->label);
    json_put_truth(writer, "has_baseline", setting->has_baseline);
    json_put_string(writer, "answer", check_answer_name(setting->answer));
    json_put_whole(writer, "base_n", setting->base_n, 0);
    json_put_whole(writer, "n", setting->n, 0);
    json_put_whole(writer, "base_runs", setting->base_runs, 0);
    json_put_whole(writer, "runs", setting->runs, 0);
    json_put_whole(writer, "base_failed", setting->base_failed, 0);
    json_put_whole(writer, "failed", setting->failed, 0);
    json_put_whole(writer, "compared", setting->compared, 0);
    json_put_whole(writer, "equal", setting->equal, 0);
    json_put_whole(writer, "pairs", setting->pairs, 0);
    json_put_number(writer, "base_mean", setting->base_mean);
    json_put_number(writer, "mean", setting->mean);
    json_put_number(writer, "base_pair_mean", setting->base_pair_mean);
    json_put_number(writer, "pair_mean", setting->pair_mean);
    json_put_number(writer, "difference", setting->difference);
    json_put_number(writer, "low", setting->low);
    json_put_number(writer, "high", setting->high);
    json_put_number(writer, "p", setting->p);
    json_put_number(writer, "adjusted_p", setting->adjusted_p);
    json_put_number(writer, "pair_sd", setting->pair_sd);
    json_put_number(writer, "detectable", setting->detectable);
    json_put_number(writer, "base_sd", setting->base_sd);
    json_put_number(writer, "sd", setting->sd);
    json_put_number(writer, "base_spread", setting->base_spread);
    json_put_number(writer, "spread", setting->spread);
    json_put_number(writer, "sd_ratio", setting->sd_ratio);
    json_put_number(writer, "sd_ratio_low", setting->sd_ratio_low);
    json_put_number(writer, "sd_ratio_high", setting->sd_ratio_high);
    json_put_string(writer, "base_class", setting->base_class);
    json_put_string(writer, "class", setting->class_now);
    json_put_number(writer, "base_share", setting->base_share);
    json_put_number(writer, "share", setting->share);
    json_finish(writer, "}");
}

static void put_asked(const struct check_report *check, struct json_writer *writer)
{
    json_put_string(writer, "baseline", check->baseline);
    json_put_string(writer, "answer", check_answer_name(check->answer));
    json_put_whole(writer, "exit_code", check->exit_code, 0);
    json_put_string(writer, "metric", check->metric);
    json_put_truth(writer, "lower_is_better", check->lower_is_better);
    json_put_truth(writer, "lenient", check->lenient);
    json_put_number(writer, "alpha", check->alpha);
    json_put_number(writer, "margin", check->margin);
    json_put_number(writer, "spread_margin", check->spread_margin);
}

static void put_settings(const struct check_report *check, struct json_writer *writer)
{
    json_begin(writer, "settings", "[");
    for (size_t i = 0; i < check->setting_count; i++)
        put_setting(&check->settings[i], writer);
    json_finish(writer, "]");
}

static void put_clock(const struct check_clock_times *times, const char *name, struct json_writer *writer)
{
    json_begin(writer, name, "{");
    json_put_whole(writer, "runs", times->runs, 0);
    json_put_whole(writer, "base_runs", times->base_runs, 0);
    json_put_number(writer, "ratio", times->ratio);
    json_put_number(writer, "low", times->low);
    json_put_number(writer, "high", times->high);
    json_put_number(writer, "base_step_seconds", times->base_seconds);
    json_put_number(writer, "step_seconds", times->seconds);
    json_put_number(writer, "base_calibration_seconds", times->base_calibration);
    json_put_number(writer, "calibration_seconds", times->calibration);
    json_finish(writer, "}");
}

static void put_times(const struct check_report *check, struct json_writer *writer)
{
    const struct check_times *times = &check->times;
    json_begin(writer, "times", "{");
    json_put_number(writer, "margin", check->time_margin);
    json_put_string(writer, "decides", check_clock_name(times->decides));
    json_put_truth(writer, "other_machine", times->other_machine);
    for (int clock = 0; clock < CHECK_CLOCKS; clock++)
        put_clock(&times->clocks[clock], check_clock_name((enum check_clock)clock), writer);
    json_finish(writer, "}");
}

void check_json(const struct check_report *check, struct text *out)
{
    struct json_writer writer = {.out = out, .first = true};
    json_begin(&writer, NULL, "{");
    json_put_string(&writer, "format", CHECK_JSON_FORMAT);
    json_put_whole(&writer, "version", CHECK_JSON_VERSION, 0);
    json_put_string(&writer, "experiment", check->experiment);
    json_put_string(&writer, "results", check->folder);
    put_asked(check, &writer);
    json_begin(&writer, "not_written", "[");
    for (size_t i = 0; i < check->unwritten_count; i++)
        json_put_string(&writer, NULL, check->unwritten[i]);
    json_finish(&writer, "]");
    put_items(check, true, &writer);
    put_settings(check, &writer);
    put_times(check, &writer);
    json_begin(&writer, "environment", "[");
    for (size_t i = 0; i < check->fact_count; i++) {
        json_begin(&writer, NULL, "{");
        json_put_string(&writer, "name", check->facts[i].name);
        json_put_string(&writer, "base", check->facts[i].base);
        json_put_string(&writer, "now", check->facts[i].now);
        json_finish(&writer, "}");
    }
    json_finish(&writer, "]");
    json_finish(&writer, "}");
    text_add(out, "\n");
}

/* Whether it was a step time that decided: then the verdict would not be explained without it. */
static bool times_decided(const struct check_report *check)
{
    for (size_t i = 0; i < check->item_count; i++) {
        const struct check_item *item = &check->items[i];
        if (item->subject == CHECK_OF_TIME && item->weight == CHECK_COUNTS && item->answer != CHECK_PASSED)
            return true;
    }
    return false;
}

void check_json_member(const struct check_report *check, struct json_writer *writer)
{
    json_begin(writer, "check", "{");
    put_asked(check, writer);
    put_items(check, times_decided(check), writer);
    put_settings(check, writer);
    json_finish(writer, "}");
}

/* Strings of a JSON text have no line breaks, so these lines are nothing else. */
bool check_json_member_cut(struct text *summary)
{
    static const char head[] = ",\n  \"check\": {\n", tail[] = "\n  }\n}\n", end[] = "\n}\n";
    const char *whole = text_string(summary), *found = strstr(whole, head);
    if (found == NULL || summary->length < sizeof tail - 1) return false;
    if (strcmp(whole + summary->length - (sizeof tail - 1), tail) != 0) return false;
    summary->length = (size_t)(found - whole);
    text_add(summary, end);
    return true;
}
