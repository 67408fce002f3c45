#include "harness/check/outcome_lane.h"

#include "harness/check/exact_lane.h"
#include "harness/run/cells.h"
#include "harness/stats/fisher.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Agreement of a setting's runs on their class; nothing when its number of classed runs is 0. */
static const struct report_agreement *agreement_of(const struct contest_side *side, int setting)
{
    return &side->findings->report.settings[setting].agreement;
}

static struct fisher_count not_converged(const struct report_agreement *agreement)
{
    return (struct fisher_count){.hits = agreement->n - agreement->classes[REPORT_CONVERGED],
                                 .n = agreement->n};
}

static bool has_majority(const struct report_agreement *agreement)
{
    return 2 * agreement->classes[agreement->most] > agreement->n;
}

static void check_class(struct contest *contest, size_t index)
{
    const struct report_agreement *was = agreement_of(&contest->base, contest->partner[index]);
    const struct report_agreement *is = agreement_of(&contest->now, (int)index);
    struct check_item item = {.subject = CHECK_OF_CLASS, .setting = (int)index, .answer = CHECK_PASSED};
    bool converged = was->n > 0 && was->most == REPORT_CONVERGED && has_majority(was);
    if (was->n == 0 && is->n == 0) return;
    if (is->n == 0) {
        item.answer = CHECK_INCONCLUSIVE;
        item.weight = converged && !contest->terms->lenient ? CHECK_COUNTS : CHECK_WARNS;
        contest_add(contest, item, "no curve can be classed; in the baseline %d of %d are %s",
                    was->classes[was->most], was->n, report_class_name(was->most));
        return;
    }
    if (converged && (!has_majority(is) || is->most != REPORT_CONVERGED)) {
        item.answer = has_majority(is) ? CHECK_REGRESSION : CHECK_INCONCLUSIVE;
        if (!has_majority(is) && contest->terms->lenient) item.weight = CHECK_WARNS;
    } else if (was->n == 0 || was->most != is->most) {
        item.weight = CHECK_TELLS;
    }
    if (exact_lane_repeated(&contest->settings[index]) && item.answer != CHECK_PASSED)
        item.weight = CHECK_TELLS; /* other seeds, the same program */
    if (was->n == 0)
        contest_add(contest, item, "%d of %d curves %s; the baseline's cannot be classed",
                    is->classes[is->most], is->n, report_class_name(is->most));
    else
        contest_add(contest, item, "%d of %d curves %s, was %d of %d %s (by chance: p %.2g)",
                    is->classes[is->most], is->n, report_class_name(is->most), was->classes[was->most],
                    was->n, report_class_name(was->most), fisher_more(not_converged(is), not_converged(was)));
}

/* Without a result: failed in any way, or done with an undefined metric. */
static bool has_failed(const struct report_run *run)
{
    return run->outcome != REPORT_PENDING && (run->outcome != REPORT_DONE || isnan(run->metric));
}

struct failures {
    int fresh;                      /* of runs that the baseline finished */
    int diverged;                   /* of them */
    int again;                      /* of runs that failed there too */
    int alone;                      /* of runs without a partner */
    const struct report_run *first; /* fresh */
};

static struct failures count_failures(const struct contest *contest, size_t index)
{
    const struct report *now = &contest->now.findings->report, *base = &contest->base.findings->report;
    struct failures failures = {0};
    for (size_t i = 0; i < now->run_count; i++) {
        const struct report_run *run = &now->runs[i];
        size_t found;
        if (run->setting != index || !has_failed(run)) continue;
        if (!contest_find_run(&contest->now, i, &contest->base, contest->partner[index], &found)) {
            failures.alone++;
        } else if (has_failed(&base->runs[found])) {
            failures.again++;
        } else {
            failures.diverged += run->outcome == REPORT_DIVERGED;
            if (failures.fresh++ == 0) failures.first = run;
        }
    }
    return failures;
}

enum { REASON = 256 };

/* "crashed: killed by signal 11"; a run that ended well and yet has no metric has no other reason. */
static const char *reason_of(const struct report *report, const struct report_run *run, char text[REASON])
{
    char why[204] = "no reason";
    if (run->reason[0] != '\0') cells_clean(run->reason, strlen(run->reason), why, sizeof why);
    if (run->outcome == REPORT_DONE)
        snprintf(text, REASON, "has no result: its %s is undefined", report->metric);
    else
        snprintf(text, REASON, "%s: %s", report_outcome_name(run->outcome), why);
    return text;
}

static void check_failures(struct contest *contest, size_t index)
{
    const struct check_setting *setting = &contest->settings[index];
    const struct failures failures = count_failures(contest, index);
    const struct fisher_count now = {.hits = setting->failed, .n = setting->runs};
    const struct fisher_count was = {.hits = setting->base_failed, .n = setting->base_runs};
    struct check_item item = {.subject = CHECK_OF_FAILURES, .setting = (int)index, .answer = CHECK_PASSED};
    char rates[128], reason[REASON];
    snprintf(rates, sizeof rates, "%d of %d runs failed, was %d of %d (by chance: p %.2g)", now.hits, now.n,
             was.hits, was.n, fisher_more(now, was));
    if (failures.fresh > 0) {
        item.answer = failures.diverged > 0 ? CHECK_REGRESSION : CHECK_RUNS_FAILED;
        contest_add(contest, item, "%s; repeat %d (%s), which the baseline finished, %s", rates,
                    failures.first->repeat + 1, failures.first->id,
                    reason_of(&contest->now.findings->report, failures.first, reason));
    } else if (failures.alone > 0 && now.hits * was.n > was.hits * now.n) {
        item.answer = CHECK_RUNS_FAILED;
        if (exact_lane_repeated(setting)) item.weight = CHECK_TELLS;
        contest_add(contest, item, "%s, of repeats that the baseline has not", rates);
    } else if (now.hits > 0 || was.hits > 0) {
        if (now.hits > 0) item.weight = CHECK_TELLS;
        contest_add(contest, item, "%s%s", rates, failures.again > 0 ? ": the same as then" : "");
    }
}

void outcome_lane_check(struct contest *contest)
{
    for (size_t i = 0; i < contest->setting_count; i++) {
        if (contest->partner[i] == CONTEST_NONE) continue;
        check_class(contest, i);
        check_failures(contest, i);
    }
}
