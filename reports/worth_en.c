#include "reports/worth_en.h"

#include "reports/english.h"
#include "reports/words.h"

#include <math.h>

/* What a stable verdict with so few runs is worth. */
static void passes(const struct report *report, const struct report_setting *setting, struct text *out)
{
    text_addf(out, "with %d runs, a setting whose true SD is ", setting->summary.n);
    english_amount(out, report, report->noisy_sd);
    text_add(out, ", which is far too noisy, would still pass the rule ");
    words_percent(out, setting->noisy_passes);
    text_add(out, " of the time");
}

/* What an unstable verdict with so many runs is worth. */
static void fails(const struct report *report, const struct report_setting *setting, struct text *out)
{
    text_add(out, "a setting whose true SD is only ");
    english_amount(out, report, report->quiet_sd);
    text_add(out, " fails that rule ");
    words_percent(out, setting->quiet_fails);
    text_addf(out, " of the time with %d runs", setting->summary.n);
}

/* "3 more runs would decide it if the SD stayed what it is (5 to be safe)" */
static void further(const struct report_certainty *certainty, struct text *out)
{
    if (certainty->further == REPORT_TOO_MANY) {
        text_add(out, "too close to call for any number of runs that one would train");
        return;
    }
    text_addf(out, "%d more run%s would decide it if the SD stayed what it is", certainty->further,
              english_plural(certainty->further));
    if (certainty->further_likely > certainty->further)
        text_addf(out, " (%d to be safe)", certainty->further_likely);
}

static void calibrated(const struct report *report, const struct report_setting *setting, struct text *out)
{
    const struct report_certainty *certainty = &setting->certainty;
    switch (certainty->verdict) {
    case REPORT_SURE_UNDEFINED:
        return;
    case REPORT_SURE_STABLE:
        text_addf(out, " The %s verdict, which allows for the number of runs, is stable too.",
                  report->sequential ? "sequential" : "calibrated");
        return;
    case REPORT_SURE_UNSTABLE:
        text_addf(out, " The %s verdict, which allows for the number of runs, is **unstable**.",
                  report->sequential ? "sequential" : "calibrated");
        return;
    case REPORT_SURE_UNDETERMINED:
        break;
    }
    text_addf(out, " The %s verdict, which allows for the number of runs, is **undetermined**",
              report->sequential ? "sequential" : "calibrated");
    if (certainty->further != 0) text_add(out, ": ");
    if (certainty->further != 0) further(certainty, out);
    text_add(out, ".");
}

void worth_en_undetermined(const struct report *report, const struct report_setting *setting,
                           struct text *out)
{
    if (setting->certainty.verdict == REPORT_SURE_UNDETERMINED) calibrated(report, setting, out);
}

static bool fails_rule(const struct report_setting *setting)
{
    return setting->rule == REPORT_UNSTABLE;
}

void worth_en_trusted(const struct report *report, const struct report_setting *setting, struct text *out)
{
    enum report_sureness sure = setting->certainty.verdict;
    if (fails_rule(setting)) {
        text_add(out, "Yes: it fails the recipe's rule (its runs lie ");
        words_spread(out, report, setting->summary.spread);
        text_add(out, report->in_points ? " points apart), but " : " apart), but ");
        if (!isnan(setting->quiet_fails)) fails(report, setting, out);
        text_addf(out, "%sthe %s verdict, which allows for the number of runs, is **stable**.",
                  isnan(setting->quiet_fails) ? "" : "; ", report->sequential ? "sequential" : "calibrated");
        return;
    }
    if (setting->summary.n < 3)
        text_add(out, "Hardly: it passes the recipe's rule, but ");
    else if (sure == REPORT_SURE_UNSTABLE)
        text_add(out, "No: it passes the recipe's rule, but ");
    else if (setting->noisy_passes <= 0.05 && sure == REPORT_SURE_UNDETERMINED)
        text_add(out, "Mostly: it passes the recipe's rule, and that is worth something: ");
    else if (setting->noisy_passes <= 0.05)
        text_add(out, "Yes: it passes the recipe's rule, and that is worth something: ");
    else
        text_add(out, "In part: it passes the recipe's rule, but ");
    if (isnan(setting->noisy_passes) && report->sequential) {
        text_addf(
            out,
            "what that is worth cannot be said where the number of runs followed from their values; the "
            "sequential test, which allows for that, says %s.",
            report_sureness_name(sure));
        return;
    }
    if (isnan(setting->noisy_passes))
        text_add(out, "that rule asks for equal runs");
    else
        passes(report, setting, out);
    text_add(out, ".");
    calibrated(report, setting, out);
}

void worth_en_in_short(const struct report *report, const struct report_setting *setting, struct text *out)
{
    const struct report_certainty *certainty = &setting->certainty;
    if (fails_rule(setting)) {
        text_add(out, "; it fails the recipe's rule, but ");
        if (!isnan(setting->quiet_fails)) fails(report, setting, out);
        text_addf(out, "%sit is stable by the %s verdict", isnan(setting->quiet_fails) ? "" : ", and ",
                  report->sequential ? "sequential" : "calibrated");
        return;
    }
    if (isnan(setting->noisy_passes)) return;
    text_add(out, "; ");
    passes(report, setting, out);
    if (certainty->verdict != REPORT_SURE_UNDETERMINED) return;
    text_add(out, "; calibrated: undetermined");
    if (certainty->further != 0) text_add(out, ", ");
    if (certainty->further != 0) further(certainty, out);
}

void worth_en_strictness(const struct report *report, const struct report_setting *setting, struct text *out)
{
    if (!(setting->quiet_fails >= 0.25)) return;
    text_add(out, " But the rule is strict: ");
    fails(report, setting, out);
    text_add(out, "; the SD of these runs is ");
    words_spread(out, report, setting->summary.sd);
    text_add(out, report->in_points ? " points." : ".");
}
