#include "harness/check/statistical_lane.h"

#include "base/memory.h"
#include "harness/check/detectable.h"
#include "harness/check/exact_lane.h"
#include "harness/check/outcome_lane.h"
#include "harness/check/recorded_keys.h"
#include "harness/rivals.h"
#include "harness/stats/holm.h"
#include "harness/stats/noninferiority.h"
#include "harness/stats/spread_ratio.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The settings that are tested, side by side. */
struct lane {
    struct contest *contest;
    struct seed_book book;
    struct contenders base, now;
    bool *tested;                 /* (settings) */
    struct noninferiority *means; /* (settings) */
    struct spread_ratio *spreads; /* (settings) */
    double *spread_p;             /* (settings) after Holm */
    struct welch_tests tests;
};

static const struct report *report_of(const struct lane *lane)
{
    return &lane->contest->now.findings->report;
}

/* "1.25 points", or a number in the metric's unit. */
enum { AMOUNT = 40 };
static const char *amount(const struct lane *lane, double value, char text[AMOUNT])
{
    if (report_of(lane)->in_points)
        snprintf(text, AMOUNT, "%+.2f points", 100 * value);
    else
        snprintf(text, AMOUNT, "%+.4g", value);
    return text;
}

static struct check_item item_of(enum check_subject subject, size_t setting, enum check_answer answer)
{
    return (struct check_item){.subject = subject, .setting = (int)setting, .answer = answer};
}

/* Inconclusive is an answer of its own, but for --lenient. */
static struct check_item undecided(const struct lane *lane, enum check_subject subject, size_t setting)
{
    struct check_item item = item_of(subject, setting, CHECK_INCONCLUSIVE);
    if (lane->contest->terms->lenient) item.weight = CHECK_WARNS;
    return item;
}

static enum status open_lane(struct lane *lane, struct error *error)
{
    struct contest *contest = lane->contest;
    lane->tested = memory_zeroed(contest->setting_count, sizeof *lane->tested);
    lane->means = memory_zeroed(contest->setting_count, sizeof *lane->means);
    lane->spreads = memory_zeroed(contest->setting_count, sizeof *lane->spreads);
    lane->spread_p = memory_zeroed(contest->setting_count, sizeof *lane->spread_p);
    if (lane->tested == NULL || lane->means == NULL || lane->spreads == NULL || lane->spread_p == NULL)
        return error_no_memory(error, contest->setting_count * sizeof *lane->means);
    TRY(rivals_contenders(contest->base.findings, &lane->book, &lane->base, error));
    return rivals_contenders(contest->now.findings, &lane->book, &lane->now, error);
}

static void close_lane(struct lane *lane)
{
    contenders_free(&lane->base);
    contenders_free(&lane->now);
    seed_book_free(&lane->book);
    memory_free(lane->tested);
    memory_free(lane->means);
    memory_free(lane->spreads);
    memory_free(lane->spread_p);
}

/* The means of the runs with equal seeds on both sides. */
static void fill_pair_means(const struct lane *lane, size_t index)
{
    struct check_setting *setting = &lane->contest->settings[index];
    const struct compare_side *now = &lane->now.items[index].side;
    const struct compare_side *base = &lane->base.items[lane->contest->partner[index]].side;
    double sum = 0, base_sum = 0;
    int pairs = 0;
    for (size_t i = 0; i < now->count; i++) {
        for (size_t j = 0; j < base->count; j++) {
            if (now->seeds[i] != base->seeds[j] || isnan(now->values[i]) || isnan(base->values[j])) continue;
            sum += now->values[i];
            base_sum += base->values[j];
            pairs++;
        }
    }
    if (pairs == 0) return;
    setting->pair_mean = sum / pairs;
    setting->base_pair_mean = base_sum / pairs;
}

static enum status test_setting(struct lane *lane, size_t index, struct error *error)
{
    const struct contest *contest = lane->contest;
    const struct check_terms *terms = contest->terms;
    const struct report *report = report_of(lane);
    const int partner = contest->partner[index];
    const struct compare_side *now = &lane->now.items[index].side, *base = &lane->base.items[partner].side;
    struct summary of_now, of_base;
    const struct noninferiority_question question = {.alpha = terms->alpha,
                                                     .margin = terms->margin / (report->in_points ? 100 : 1),
                                                     .higher_is_better = !report->lower_is_better,
                                                     .seed = report->seed,
                                                     .tests = &lane->tests};
    TRY(noninferiority_judge(now, base, &question, &lane->means[index], error));
    TRY(summary_compute(now->values, now->count, SUMMARY_CONFIDENCE, &of_now, error));
    TRY(summary_compute(base->values, base->count, SUMMARY_CONFIDENCE, &of_base, error));
    TRY(spread_ratio_compute(&of_now, &of_base, terms->alpha, &lane->spreads[index], error));
    lane->tested[index] = true;
    return STATUS_OK;
}

/* What is not tested has no p, and does not count among the questions. */
static enum status test_all(struct lane *lane, struct error *error)
{
    const struct contest *contest = lane->contest;
    const bool shared = contest->base.findings->report.shared_seeds || report_of(lane)->shared_seeds;
    for (size_t i = 0; i < contest->setting_count; i++) {
        lane->means[i].p = NAN;
        lane->spreads[i].p = NAN;
        if (contest->partner[i] == CONTEST_NONE || shared || exact_lane_repeated(&contest->settings[i]) ||
            !recorded_keys_comparable(contest, i))
            continue;
        TRY(test_setting(lane, i, error));
    }
    for (size_t i = 0; i < contest->setting_count; i++)
        lane->spread_p[i] = lane->spreads[i].p;
    TRY(noninferiority_adjust(lane->means, contest->setting_count, error));
    return holm_adjust(lane->spread_p, contest->setting_count, lane->spread_p, error);
}

/* Two means of fractions differ by 1 at most, however wide Student's bounds of few runs are. A loss has no
 * such end. */
static double possible(const struct lane *lane, double bound)
{
    if (isnan(bound) || !report_of(lane)->in_points) return bound;
    return fmin(fmax(bound, -1), 1);
}

static enum status fill_numbers(struct lane *lane, size_t index, struct error *error)
{
    struct check_setting *setting = &lane->contest->settings[index];
    const struct noninferiority *mean = &lane->means[index];
    const struct spread_ratio *spread = &lane->spreads[index];
    setting->pairs = mean->pairs;
    if (mean->pairs > 0) fill_pair_means(lane, index);
    setting->difference = mean->difference;
    setting->low = possible(lane, mean->bounds.low);
    setting->high = possible(lane, mean->bounds.high);
    setting->p = mean->p;
    setting->adjusted_p = mean->adjusted_p;
    setting->sd_ratio = spread->ratio;
    setting->sd_ratio_low = spread->bounds.low;
    setting->sd_ratio_high = spread->bounds.high;
    int tested = 0; /* that Holm counts */
    for (size_t i = 0; i < lane->contest->setting_count; i++)
        tested += !isnan(lane->means[i].p);
    return detectable_fill(mean, tested, &lane->tests, setting, error);
}

/* Too few runs for any conclusion. */
static void tell_too_few(struct lane *lane, size_t index)
{
    const struct check_setting *setting = &lane->contest->settings[index];
    char is[32] = "undefined", was[32] = "undefined";
    if (!isnan(setting->mean)) snprintf(is, sizeof is, "%.4f", setting->mean);
    if (!isnan(setting->base_mean)) snprintf(was, sizeof was, "%.4f", setting->base_mean);
    contest_add(lane->contest, undecided(lane, CHECK_OF_MEAN, index),
                "%s %s of %d run%s, was %s of %d: nothing can be concluded from fewer than three of each",
                report_of(lane)->metric, is, setting->n, setting->n == 1 ? "" : "s", was, setting->base_n);
}

/* What the conclusion rests on: "5 pairs of equal seeds; p 0.012". */
static void put_basis(const struct check_setting *setting, const struct noninferiority *mean, char text[128])
{
    char p[32] = "all by the same";
    if (!isnan(mean->adjusted_p)) snprintf(p, sizeof p, "p %.2g", mean->adjusted_p);
    if (mean->pairs > 0)
        snprintf(text, 128, "%d pairs of equal seeds; %s", mean->pairs, p);
    else
        snprintf(text, 128, "%d and %d runs without common seeds; %s", setting->n, setting->base_n, p);
}

static void tell_mean(struct lane *lane, size_t index)
{
    const struct check_setting *setting = &lane->contest->settings[index];
    const struct noninferiority *mean = &lane->means[index];
    char moved[128], basis[128], by[AMOUNT], from[AMOUNT], to[AMOUNT], margin[AMOUNT];
    if (setting->n == 0 && setting->base_n == 0) return; /* the failures say it */
    if (mean->basis == COMPARE_BY_NOTHING) {
        tell_too_few(lane, index);
        return;
    }
    snprintf(moved, sizeof moved, "%s %.4f, was %.4f (%s)", report_of(lane)->metric,
             check_mean_compared(setting), check_base_mean_compared(setting),
             amount(lane, setting->difference, by));
    put_basis(setting, mean, basis);
    amount(lane, setting->low, from);
    amount(lane, setting->high, to);
    amount(lane, mean->question.margin, margin);
    switch (mean->answer) {
    case NONINFERIORITY_WITHIN:
        contest_add(lane->contest, item_of(CHECK_OF_MEAN, index, CHECK_PASSED),
                    "%s, between %s and %s: within the margin of %s (%s)", moved, from, to, margin + 1,
                    basis);
        break;
    case NONINFERIORITY_WORSE:
        contest_add(lane->contest, item_of(CHECK_OF_MEAN, index, CHECK_REGRESSION),
                    "%s, between %s and %s: worse (%s)", moved, from, to, basis);
        break;
    case NONINFERIORITY_UNDECIDED:
        contest_add(
            lane->contest, undecided(lane, CHECK_OF_MEAN, index),
            "%s, between %s and %s: neither shown to be worse nor to be within the margin of %s (%s); more "
            "runs could tell",
            moved, from, to, margin + 1, basis);
        break;
    }
}

static void tell_spread(struct lane *lane, size_t index)
{
    const struct contest *contest = lane->contest;
    const struct check_setting *setting = &contest->settings[index];
    const struct spread_ratio *spread = &lane->spreads[index];
    const double allowed = contest->terms->spread_margin;
    char now[AMOUNT], was[AMOUNT];
    struct check_item item = undecided(lane, CHECK_OF_SPREAD, index);
    if (!contest->terms->spread_decides) item.weight = CHECK_TELLS;
    amount(lane, setting->sd, now);
    amount(lane, setting->base_sd, was);
    if (isnan(spread->ratio)) {
        if (!isnan(setting->sd))
            contest_add(lane->contest, item, "SD %s, was %s: no ratio can be taken", now + 1,
                        isnan(setting->base_sd) ? "undefined" : was + 1);
        return;
    }
    if (spread->bounds.high <= allowed)
        item = item_of(CHECK_OF_SPREAD, index, CHECK_PASSED);
    else if (spread->bounds.low > 1 && lane->spread_p[index] <= contest->terms->alpha)
        item = item_of(CHECK_OF_SPREAD, index, CHECK_REGRESSION);
    contest_add(lane->contest, item, "SD %s, was %s: %.2f times, between %.2f and %.2f%s", now + 1, was + 1,
                spread->ratio, spread->bounds.low, spread->bounds.high,
                item.answer == CHECK_REGRESSION ? ": the runs lie further apart"
                : item.answer == CHECK_PASSED   ? ""
                                                : ": so few runs do not tell whether that is more");
}

static void tell_same(struct lane *lane, size_t index)
{
    struct check_setting *setting = &lane->contest->settings[index];
    setting->pairs = setting->equal;
    fill_pair_means(lane, index);
    if (!isnan(setting->pair_mean)) setting->difference = setting->low = setting->high = 0;
    if (!exact_lane_same(setting)) {
        contest_add(lane->contest, item_of(CHECK_OF_MEAN, index, CHECK_PASSED),
                    "%s %.4f of %d run%s with the baseline's bits: the same numbers", report_of(lane)->metric,
                    setting->pair_mean, setting->equal, setting->equal == 1 ? "" : "s");
        return;
    }
    if (!isnan(setting->sd)) setting->sd_ratio = setting->sd_ratio_low = setting->sd_ratio_high = 1;
    contest_add(lane->contest, item_of(CHECK_OF_MEAN, index, CHECK_PASSED),
                "the same runs, the same numbers");
}

/* The repeats that the baseline has not, of a setting whose difference rests on pairs: they would move a mean
 * and a spread of all, and say nothing of a change. */
static void tell_further(struct lane *lane, size_t index)
{
    struct contest *contest = lane->contest;
    const struct report *report = report_of(lane);
    struct check_item item = item_of(CHECK_OF_BASELINE, index, CHECK_PASSED);
    char numbers[256] = "";
    int count = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        size_t found, used = strlen(numbers);
        if (run->setting != index || run->outcome != REPORT_DONE || isnan(run->metric) ||
            contest_find_run(&contest->now, i, &contest->base, contest->partner[index], &found))
            continue;
        if (count++ < 8)
            snprintf(numbers + used, sizeof numbers - used, "%s%.4f", used > 0 ? ", " : "", run->metric);
    }
    if (count == 0 || contest->settings[index].pairs == 0) return;
    item.weight = CHECK_TELLS;
    contest_add(contest, item,
                "%d repeat%s that it has not %s out of the comparison: %s %s%s; of all %d runs %.4f", count,
                count == 1 ? "" : "s", count == 1 ? "is" : "are", report->metric, numbers,
                count > 8 ? "..." : "", contest->settings[index].n, contest->settings[index].mean);
}

static void tell_untested(struct lane *lane, size_t index)
{
    const struct contest *contest = lane->contest;
    if (!recorded_keys_comparable(contest, index)) {
        struct check_item item = item_of(CHECK_OF_MEAN, index, CHECK_INCONCLUSIVE);
        item.weight = CHECK_TELLS; /* the key that has changed counts */
        contest_add(
            lane->contest, item,
            "its numbers are of other examples, or another metric, than the baseline's: not compared");
        return;
    }
    contest_add(
        lane->contest, undecided(lane, CHECK_OF_MEAN, index),
        "its runs share seeds by design, so that no test of their mean would hold; bits can be compared");
}

static enum status tell_all(struct lane *lane, struct error *error)
{
    const struct contest *contest = lane->contest;
    for (size_t i = 0; i < contest->setting_count; i++) {
        if (contest->partner[i] == CONTEST_NONE) continue;
        if (exact_lane_repeated(&contest->settings[i])) {
            tell_same(lane, i);
        } else if (!lane->tested[i]) {
            tell_untested(lane, i);
        } else {
            TRY(fill_numbers(lane, i, error));
            tell_mean(lane, i);
            tell_spread(lane, i);
        }
        tell_further(lane, i);
    }
    return STATUS_OK;
}

enum status statistical_lane_check(struct contest *contest, struct error *error)
{
    struct lane lane = {.contest = contest};
    enum status status = open_lane(&lane, error);
    if (status == STATUS_OK) status = test_all(&lane, error);
    if (status == STATUS_OK) status = tell_all(&lane, error);
    if (status == STATUS_OK) outcome_lane_check(contest);
    close_lane(&lane);
    return status;
}
