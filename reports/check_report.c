#include "reports/check_report.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>

const char *check_answer_name(enum check_answer answer)
{
    static const char *const names[CHECK_ANSWERS] = {
        [CHECK_NO_BASELINE] = "no_baseline", [CHECK_REGRESSION] = "regression",
        [CHECK_RUNS_FAILED] = "runs_failed", [CHECK_INCONCLUSIVE] = "inconclusive",
        [CHECK_PASSED] = "passed",
    };
    return answer < CHECK_ANSWERS ? names[answer] : "unknown";
}

const char *check_subject_name(enum check_subject subject)
{
    static const char *const names[CHECK_SUBJECTS] = {
        [CHECK_OF_BASELINE] = "baseline", [CHECK_OF_KEYS] = "keys",     [CHECK_OF_BITS] = "bits",
        [CHECK_OF_MEAN] = "mean",         [CHECK_OF_SPREAD] = "spread", [CHECK_OF_CLASS] = "class",
        [CHECK_OF_FAILURES] = "failures", [CHECK_OF_LIMIT] = "limit",   [CHECK_OF_TIME] = "time",
    };
    return subject < CHECK_SUBJECTS ? names[subject] : "unknown";
}

const char *check_weight_name(enum check_weight weight)
{
    switch (weight) {
    case CHECK_COUNTS:
        return "counts";
    case CHECK_WARNS:
        return "warns";
    case CHECK_TELLS:
        break;
    }
    return "tells";
}

double check_mean_compared(const struct check_setting *setting)
{
    return setting->pairs == 0 || isnan(setting->pair_mean) ? setting->mean : setting->pair_mean;
}

double check_base_mean_compared(const struct check_setting *setting)
{
    return setting->pairs == 0 || isnan(setting->base_pair_mean) ? setting->base_mean
                                                                 : setting->base_pair_mean;
}

/* "0.80 points", or a number in the metric's unit. */
static void put_amount(const struct check_report *check, double value, struct text *out)
{
    if (check->in_points)
        text_addf(out, "%.2f points", 100 * value);
    else
        text_addf(out, "%.3g", value);
}

void check_report_power(const struct check_report *check, struct text *out)
{
    const struct check_setting *least = NULL;
    int tested = 0;
    for (size_t i = 0; i < check->setting_count; i++) {
        const struct check_setting *setting = &check->settings[i];
        if (isnan(setting->detectable)) continue;
        tested++;
        if (least == NULL || setting->detectable > least->detectable) least = setting;
    }
    if (least == NULL) return;
    if (least->pairs > 0) {
        text_addf(out, "with %d pairs of equal seeds, whose differences have an SD of ", least->pairs);
        put_amount(check, least->pair_sd, out);
        text_add(out, ",");
    } else {
        text_addf(out, "with %d runs and an SD of ", least->n);
        put_amount(check, least->sd, out);
        text_addf(out, " (baseline: %d and ", least->base_n);
        put_amount(check, least->base_sd, out);
        text_add(out, ")");
    }
    if (check->in_points && !check->lower_is_better && least->detectable > least->base_mean) {
        text_add(out, " no drop that is possible"); /* below 0 */
    } else {
        text_addf(out, " a %s of ", check->lower_is_better ? "rise" : "drop");
        put_amount(check, least->detectable, out);
    }
    text_add(out, " is found 8 times in 10");
    if (tested > 1)
        text_addf(out, " (%s, of %d settings the one where least is found)", least->label, tested);
}

const char *check_clock_name(enum check_clock clock)
{
    return clock == CHECK_PROCESSOR ? "processor" : "wall";
}
