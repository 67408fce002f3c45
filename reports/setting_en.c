#include "reports/setting_en.h"

#include "reports/english.h"
#include "reports/words.h"

#include <math.h>

static void put_verdict(const struct report_setting *setting, const char *strong, struct text *out)
{
    const char *separator = " (";
    switch (setting->verdict) {
    case REPORT_STABLE:
        text_add(out, "stable");
        break;
    case REPORT_UNSTABLE:
        text_add(out, "unstable");
        break;
    case REPORT_UNDEFINED:
        text_add(out, "undefined");
        break;
    }
    if (setting->few_seeds && setting->summary.n > 0) {
        text_addf(out, "%sonly %d run%s", separator, setting->summary.n, english_plural(setting->summary.n));
        separator = ", ";
    }
    if (setting->verdict == REPORT_UNSTABLE && setting->certainty.verdict == REPORT_SURE_STABLE &&
        setting->failed + setting->undefined == 0) {
        text_addf(out, "%scalibrated: stable", separator);
        separator = ", ";
    }
    if (setting->failed > 0) {
        text_addf(out, "%s%s%d failed%s", separator, strong, setting->failed, strong);
        separator = ", ";
    }
    if (setting->undefined > 0) {
        text_addf(out, "%s%s%d without a metric%s", separator, strong, setting->undefined, strong);
        separator = ", ";
    }
    if (setting->verdict != setting->rule && setting->rule == REPORT_STABLE) {
        text_addf(out, "%sthe other %d agree", separator, setting->summary.n);
        separator = ", ";
    }
    if (setting->pending > 0) {
        text_addf(out, "%s%d pending", separator, setting->pending);
        separator = ", ";
    }
    if (setting->left_out) {
        text_addf(out, "%s%s%s%s", separator, strong, setting->too_short ? "too short to tell" : "left out",
                  strong);
        separator = ", ";
    }
    if (separator[0] == ',') text_add(out, ")");
}

void english_verdict(const struct report_setting *setting, struct text *out)
{
    put_verdict(setting, "**", out);
}

void english_verdict_plain(const struct report_setting *setting, struct text *out)
{
    put_verdict(setting, "", out);
}

static const char *state_name(enum report_state state)
{
    switch (state) {
    case REPORT_STILL_IMPROVING:
        return "still improving";
    case REPORT_VAL_FLAT:
        return "validation flat";
    case REPORT_NEVER_GENERALISED:
        return "validation never improved";
    case REPORT_ROSE:
        return "rose instead";
    case REPORT_COLLAPSED:
        return "collapsed";
    case REPORT_STATE_DIVERGED:
        return "diverged";
    case REPORT_TOO_SHORT:
        return "too short to tell";
    case REPORT_NO_VALIDATION:
        return "no validation";
    case REPORT_PLAIN:
    case REPORT_STATES:
        break;
    }
    return "";
}

void english_classes(const struct report_setting *setting, struct text *out)
{
    const char *separator = "";
    for (int i = 0; i < REPORT_CLASSES; i++) {
        if (setting->classes[i] == 0) continue;
        text_addf(out, "%s%s %d", separator, report_class_name((enum report_class)i), setting->classes[i]);
        separator = ", ";
    }
    const char *opening = " (";
    for (int i = REPORT_PLAIN + 1; i < REPORT_STATES; i++) {
        if (setting->states[i] == 0) continue;
        text_addf(out, "%s%s %d", opening, state_name((enum report_state)i), setting->states[i]);
        opening = ", ";
    }
    if (opening[0] == ',') text_add(out, ")");
    if (separator[0] == '\0') text_add(out, "-");
    if (setting->one_class > 0) text_addf(out, "; one class %d", setting->one_class);
}

/* Of what the interval rests on: a finished run that repeats the seeds or bits of another says nothing of how
 * often a run fails. */
void english_failed(const struct report_setting *setting, struct text *out)
{
    int failing = setting->failed + setting->undefined, counted = failing + setting->summary.n;
    if (counted == 0) text_add(out, "-");
    if (counted > 0) text_addf(out, "%d of %d", failing, counted);
    if (!isnan(setting->failing_low))
        text_addf(out, " (%.0f .. %.0f%%)", 100 * setting->failing_low, 100 * setting->failing_high);
}

/* Of one setting's runs. Runs of the same seeds have a spread too, which is what they were made for; one run
 * alone has a range of 0, which would read as if runs agreed. */
void english_spread(const struct report *report, const struct report_setting *setting, struct text *out)
{
    bool alone = setting->summary.n < 2;
    if (alone && setting->twins > 0 && setting->unequal == 0)
        text_addf(out, "exactly 0 (%d runs of the same seeds)", setting->twins + 1);
    else
        words_spread(out, report, alone ? NAN : setting->summary.spread);
}

void english_class_of_run(enum report_class class_of, enum report_state state, struct text *out)
{
    text_add(out, report_class_name(class_of));
    if (state != REPORT_PLAIN) text_addf(out, ", %s", state_name(state));
}

void english_explain_verdict(const struct report *report, struct text *out)
{
    text_add(out, "*stable* when the runs pass the recipe's rule, a spread of at most ");
    english_amount(out, report, report->max_spread);
    text_addf(
        out,
        ", and none failed or finished without %s; *unstable* when they do not or one did; *undefined* with "
        "fewer than two runs, or of runs that share seeds by design. A setting of which some runs fail is "
        "not stable, however well the others "
        "agree. *Calibrated: stable*: it fails the rule, and the calibrated verdict, which allows for the "
        "number of runs, is stable all the same; such a setting counts as stable. *Left out*: most of its "
        "runs stalled, oscillate or give every sample the same class; runs "
        "that "
        "learn nothing agree with each other, so it is not recommended, however stable. *Too short to tell*: "
        "nor is one whose curves are mostly undetermined.",
        english_metric(report));
}

void english_explain_luck(const struct report *report, struct text *out)
{
    text_add(out, "what the rule is worth: how often a setting that is far too noisy (a true SD of ");
    english_amount(out, report, report->noisy_sd);
    text_add(out, ") would pass it with this many runs. The smaller, the more a *stable* means.");
    if (report->sequential)
        text_add(out, " It is not said here (`-`), because it holds for a number of runs that was fixed "
                      "beforehand, and here that number followed from the values; the calibrated verdict "
                      "below allows for that.");
    for (size_t i = 0; i < report->setting_count; i++) {
        const struct report_setting *setting = &report->settings[i];
        bool seen = isnan(setting->quiet_fails);
        for (size_t j = 0; j < i && !seen; j++)
            seen = report->settings[j].summary.n == setting->summary.n;
        if (seen) continue;
        text_add(out, " The rule also errs the other way: a setting with a true SD of only ");
        english_amount(out, report, report->quiet_sd);
        text_add(out, " fails it ");
        words_percent(out, setting->quiet_fails);
        text_addf(out, " of the time with %d runs.", setting->summary.n);
    }
}
