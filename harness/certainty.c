#include "harness/certainty.h"

#include "base/memory.h"
#include "harness/judgement.h"
#include "harness/stats/bootstrap.h"
#include "harness/stats/calibrated.h"
#include "harness/stats/operating.h"

#include <math.h>

static enum report_sureness sureness_for_report(enum calibrated_verdict verdict)
{
    switch (verdict) {
    case CALIBRATED_STABLE:
        return REPORT_SURE_STABLE;
    case CALIBRATED_UNSTABLE:
        return REPORT_SURE_UNSTABLE;
    case CALIBRATED_UNDETERMINED:
        return REPORT_SURE_UNDETERMINED;
    case CALIBRATED_UNDEFINED:
        break;
    }
    return REPORT_SURE_UNDEFINED;
}

static enum report_sureness sureness_of_state(enum sequential_state state)
{
    switch (state) {
    case SEQUENTIAL_STABLE:
        return REPORT_SURE_STABLE;
    case SEQUENTIAL_UNSTABLE:
        return REPORT_SURE_UNSTABLE;
    case SEQUENTIAL_CONTINUE:
    case SEQUENTIAL_UNDETERMINED:
        break;
    }
    return REPORT_SURE_UNDETERMINED;
}

/* Runs that failed by themselves: one that crashed or was stopped from outside says nothing about the
 * setting. */
static int count_own_failures(const struct report *report, size_t setting)
{
    int failures = report->settings[setting].undefined;
    for (size_t i = 0; i < report->run_count; i++) {
        enum report_outcome outcome = report->runs[i].outcome;
        failures +=
            report->runs[i].setting == setting && (outcome == REPORT_DIVERGED || outcome == REPORT_FAILED);
    }
    return failures;
}

static size_t gather(const struct report *report, size_t setting, double *values)
{
    size_t count = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        if (report->runs[i].setting == setting && judgement_counts_run(report, i))
            values[count++] = report->runs[i].metric;
    }
    return count;
}

/* The rule of the experiment, from the points of the ini. */
static enum status make_rule(const struct experiment *experiment, struct calibrated_rule *rule,
                             struct error *error)
{
    TRY(calibrated_rule_default(experiment->max_spread / 100, rule, error));
    if (experiment->sigma0 > 0) rule->sigma0 = experiment->sigma0 / 100;
    rule->alpha = experiment->alpha;
    return STATUS_OK;
}

/* The interval of the mean, cut to the values that the metric can take. */
static enum status bootstrap_setting(const struct report *report, struct bootstrap_sample sample,
                                     struct report_certainty *certainty, struct error *error)
{
    struct interval interval;
    const struct bootstrap_plan plan = bootstrap_plan_default(report->seed);
    TRY(bootstrap_mean(sample, &plan, &interval, error));
    certainty->mean_low = isnan(interval.low) ? NAN : fmax(interval.low, 0);
    certainty->mean_high = interval.high;
    if (report->in_points && interval.high > 1) certainty->mean_high = 1;
    return STATUS_OK;
}

static enum status judge_setting(const struct report *report, const struct calibrated_rule *rule,
                                 size_t index, double *values, struct report_certainty *certainty,
                                 struct error *error)
{
    struct summary summary;
    struct calibrated judged;
    struct interval sd;
    const struct bootstrap_sample sample = {values, gather(report, index, values)};
    TRY(summary_compute(values, sample.count, SUMMARY_CONFIDENCE, &summary, error));
    TRY(calibrated_judge(rule, &summary, count_own_failures(report, index), &judged, error));
    TRY(interval_of_sd(&summary, SUMMARY_CONFIDENCE, &sd, error));
    *certainty = (struct report_certainty){.verdict = sureness_for_report(judged.verdict),
                                           .by_range = sureness_for_report(judged.by_range),
                                           .by_sd = sureness_for_report(judged.by_sd),
                                           .sd_low = sd.low,
                                           .sd_high = sd.high,
                                           .further = judged.further,
                                           .further_by_range = judged.further_by_range,
                                           .further_likely = judged.further_likely};
    if (report->in_points && sd.high > 0.5) certainty->sd_high = 0.5; /* no SD of values in 0..1 is more */
    TRY(bootstrap_setting(report, sample, certainty, error));
    /* Runs that learned nothing and are equal are no evidence: intervals of no width would be none. */
    if (report->settings[index].left_out && summary.spread == 0)
        certainty->sd_low = certainty->sd_high = certainty->mean_low = certainty->mean_high = NAN;
    return STATUS_OK;
}

/* Where the number of runs followed from their values, the rule for a fixed number would be wrong too often:
 * the sequential test's verdict stands instead. How many runs it still needs it does not say. */
static enum status judge_sequence(const struct sequence *sequence, struct findings *findings,
                                  struct error *error)
{
    for (size_t i = 0; i < findings->plan.setting_count; i++) {
        struct report_certainty *certainty = &findings->settings[i].certainty;
        struct sequence_answer answer;
        TRY(sequence_setting(sequence, i, &answer, error));
        certainty->verdict = sureness_of_state(answer.test.state);
        certainty->by_range = certainty->by_sd = REPORT_SURE_UNDEFINED;
        certainty->further = certainty->further_likely = certainty->further_by_range = 0;
        certainty->saved = answer.not_needed;
        /* What the recipe's rule is worth holds for a number of runs that was fixed beforehand, too. */
        findings->settings[i].noisy_passes = findings->settings[i].quiet_fails = NAN;
    }
    return STATUS_OK;
}

/* What the test does to settings of any SD, from the one hypothesis to the other in equal steps. */
static enum status describe_test(const struct sequential_plan *plan, struct findings *findings,
                                 struct error *error)
{
    struct report *report = &findings->report;
    report->stable_sd = plan->stable_sd;
    report->unstable_sd = plan->unstable_sd;
    report->operating = findings->operating;
    for (int i = 0; i < OPERATING_POINTS; i++) {
        struct operating_point point;
        double along = (double)i / (OPERATING_POINTS - 1);
        TRY(operating_point(plan, plan->stable_sd + along * (plan->unstable_sd - plan->stable_sd), &point,
                            error));
        findings->operating[i] =
            (struct report_operating){point.sd, point.stable, point.unstable, point.undetermined, point.runs};
        report->operating_count++;
    }
    return STATUS_OK;
}

/* Runs that share seeds are not independent: nothing here holds for them, nor what was said of their mean and
 * of the rule as if they were. A failed run is one all the same. */
static void judge_nothing(struct report_setting *setting)
{
    setting->certainty =
        (struct report_certainty){.sd_low = NAN, .sd_high = NAN, .mean_low = NAN, .mean_high = NAN};
    setting->summary.low = setting->summary.high = NAN;
    setting->noisy_passes = setting->quiet_fails = NAN;
    setting->rule = REPORT_UNDEFINED;
    if (setting->failed + setting->undefined == 0) setting->verdict = REPORT_UNDEFINED;
}

enum status certainty_fill(const struct sequence *sequence, struct findings *findings, struct error *error)
{
    enum status status = STATUS_OK;
    const struct experiment *experiment = &findings->plan.experiment;
    struct report *report = &findings->report;
    struct calibrated_rule rule;
    double *values = memory_zeroed(report->run_count, sizeof *values);
    if (values == NULL) return error_no_memory(error, report->run_count * sizeof *values);
    TRY_TO(done, make_rule(experiment, &rule, error));
    report->alpha = rule.alpha;
    report->sigma0 = rule.sigma0;
    report->sequential = experiment_is_sequential(experiment);
    report->shared_seeds = experiment->design != DESIGN_JOINT;
    for (size_t i = 0; i < report->setting_count; i++) {
        struct report_certainty *certainty = &findings->settings[i].certainty;
        if (report->shared_seeds)
            judge_nothing(&findings->settings[i]);
        else
            TRY_TO(done, judge_setting(report, &rule, i, values, certainty, error));
    }
    if (report->sequential) {
        TRY_TO(done, describe_test(sequence_test(sequence), findings, error));
        TRY_TO(done, judge_sequence(sequence, findings, error));
    }
done:
    memory_free(values);
    return status;
}
