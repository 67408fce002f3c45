#include "harness/stats/compare.h"

#include "base/memory.h"
#include "harness/stats/holm.h"
#include "harness/stats/stability.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

const char *compare_verdict_name(enum compare_verdict verdict)
{
    switch (verdict) {
    case COMPARE_UNDEFINED:
        return "undefined";
    case COMPARE_INCONCLUSIVE:
        return "inconclusive";
    case COMPARE_A_BETTER:
        return "a better";
    case COMPARE_B_BETTER:
        return "b better";
    case COMPARE_EQUIVALENT:
        return "equivalent";
    }
    return "unknown";
}

struct compare_question compare_question_default(uint32_t seed)
{
    return (struct compare_question){.confidence = SUMMARY_CONFIDENCE,
                                     .higher_is_better = true,
                                     .resamples = BOOTSTRAP_RESAMPLES,
                                     .seed = seed};
}

static struct difference difference_undefined(void)
{
    return (struct difference){.value = NAN,
                               .interval = interval_undefined(),
                               .bootstrap = interval_undefined(),
                               .df = NAN,
                               .p = NAN};
}

static struct bootstrap_plan plan_of(const struct compare_question *question)
{
    return (struct bootstrap_plan){.method = BOOTSTRAP_STUDENTISED,
                                   .confidence = question->confidence,
                                   .resamples = question->resamples,
                                   .seed = question->seed};
}

static struct interval around(double value, double half)
{
    return (struct interval){.low = value - half, .high = value + half};
}

enum status compare_welch(const struct summary *a, const struct summary *b,
                          const struct compare_question *question, struct difference *welch,
                          struct error *error)
{
    *welch = difference_undefined();
    welch->n = a->n + b->n;
    welch->value = a->mean - b->mean;
    if (a->n < 2 || b->n < 2) return STATUS_OK;
    double part_a = a->variance / a->n, part_b = b->variance / b->n, both = part_a + part_b;
    if (both == 0) return STATUS_OK;
    struct welch_test own, *test = welch_tests_find(question->tests, a->n, b->n, &own);
    double quantile = welch_quantile(test, part_a / both, (1 - question->confidence) / 2);
    welch->df = welch_freedom(test, part_a / both);
    welch->interval = around(welch->value, quantile * sqrt(both));
    TRY(welch_p(test, part_a / both, fabs(welch->value) / sqrt(both), &welch->p, error));
    welch->p *= 2;
    return STATUS_OK;
}

static enum status by_welch(const struct compare_side *a, const struct compare_side *b,
                            struct comparison *comparison, struct error *error)
{
    const struct summary *of_a = &comparison->a, *of_b = &comparison->b;
    struct difference *welch = &comparison->welch;
    const struct bootstrap_plan plan = plan_of(&comparison->question);
    TRY(bootstrap_difference((struct bootstrap_sample){a->values, a->count},
                             (struct bootstrap_sample){b->values, b->count}, &plan, &welch->bootstrap,
                             error));
    const struct interval bootstrap = welch->bootstrap;
    TRY(compare_welch(of_a, of_b, &comparison->question, welch, error));
    welch->bootstrap = bootstrap;
    return STATUS_OK;
}

/* Differences of the runs that share a seed and both finished, into differences[a->count]. */
static size_t pair(const struct compare_side *a, const struct compare_side *b, double *differences)
{
    size_t pairs = 0;
    if (a->seeds == NULL || b->seeds == NULL) return 0;
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count; j++) {
            if (a->seeds[i] != b->seeds[j]) continue;
            if (isfinite(a->values[i]) && isfinite(b->values[j]))
                differences[pairs++] = a->values[i] - b->values[j];
            break;
        }
    }
    return pairs;
}

static enum status by_pairs(const double *differences, size_t pairs, struct comparison *comparison,
                            struct error *error)
{
    struct difference *paired = &comparison->paired;
    const struct bootstrap_plan plan = plan_of(&comparison->question);
    struct summary summary;
    TRY(summary_compute(differences, pairs, comparison->question.confidence, &summary, error));
    TRY(bootstrap_mean((struct bootstrap_sample){differences, pairs}, &plan, &paired->bootstrap, error));
    paired->n = summary.n;
    paired->value = summary.mean;
    /* 0.86 - 0.84 and 0.85 - 0.83 are not equal in doubles, and mean the same: nothing varies */
    if (summary.n < 2 || stability_within(summary.spread, 0)) return STATUS_OK;
    paired->df = summary.n - 1;
    double error_of_mean = summary.sd / sqrt(summary.n);
    double tail = (1 - comparison->question.confidence) / 2;
    paired->interval = around(paired->value, gsl_cdf_tdist_Qinv(tail, paired->df) * error_of_mean);
    paired->p = 2 * gsl_cdf_tdist_Q(fabs(paired->value) / error_of_mean, paired->df);
    return STATUS_OK;
}

/* Every value has a rank: a failed run is worse than any that finished. */
static void copy_ranked(const struct compare_side *side, bool higher_is_better, double *values)
{
    double worst = higher_is_better ? -INFINITY : INFINITY;
    for (size_t i = 0; i < side->count; i++)
        values[i] = isfinite(side->values[i]) ? side->values[i] : worst;
}

static void choose_basis(struct comparison *comparison)
{
    int larger = comparison->a.n > comparison->b.n ? comparison->a.n : comparison->b.n;
    int smaller = comparison->a.n + comparison->b.n - larger;
    comparison->basis = COMPARE_BY_NOTHING;
    if (comparison->paired.n >= STABILITY_ENOUGH_RUNS && 2 * comparison->paired.n >= larger)
        comparison->basis = COMPARE_BY_PAIRS;
    else if (smaller >= STABILITY_ENOUGH_RUNS)
        comparison->basis = COMPARE_BY_WELCH;
}

bool compare_shows_pairs(const struct comparison *comparison)
{
    return comparison->basis == COMPARE_BY_PAIRS ||
           (comparison->basis == COMPARE_BY_NOTHING && comparison->paired.n >= 2);
}

const struct difference *compare_shown(const struct comparison *comparison)
{
    return compare_shows_pairs(comparison) ? &comparison->paired : &comparison->welch;
}

struct interval compare_beats(const struct comparison *comparison)
{
    const struct interval larger = comparison->ranks.interval;
    if (comparison->question.higher_is_better) return larger;
    return (struct interval){.low = 1 - larger.high, .high = 1 - larger.low};
}

static enum compare_claim claim_of_sign(const struct comparison *comparison, bool a_larger)
{
    return a_larger == comparison->question.higher_is_better ? COMPARE_CLAIM_A_BETTER
                                                             : COMPARE_CLAIM_B_BETTER;
}

/* One end that is known and lies on the far side of 0 tells enough; the other may be open. */
static enum compare_claim claim_of_interval(const struct comparison *comparison, struct interval interval)
{
    if (interval.low > 0) return claim_of_sign(comparison, true);
    if (interval.high < 0) return claim_of_sign(comparison, false);
    if (isnan(interval.low) || isnan(interval.high)) return COMPARE_CLAIM_UNKNOWN;
    return COMPARE_CLAIM_OPEN;
}

static enum compare_claim claim_of_ranks(const struct comparison *comparison)
{
    const struct ranks *ranks = &comparison->ranks;
    if (isnan(ranks->p)) return COMPARE_CLAIM_UNKNOWN;
    if (ranks->p > 1 - comparison->question.confidence) return COMPARE_CLAIM_OPEN;
    return claim_of_sign(comparison, ranks->superiority > 0.5);
}

struct compare_claims compare_claims(const struct comparison *comparison)
{
    const struct difference *shown = compare_shown(comparison);
    /* where nothing varies, resamples do not either: an interval of no width is no claim */
    bool varies = comparison->basis != COMPARE_BY_NOTHING && !isnan(shown->p);
    return (struct compare_claims){
        .student = varies ? claim_of_interval(comparison, shown->interval) : COMPARE_CLAIM_UNKNOWN,
        .bootstrap = varies ? claim_of_interval(comparison, shown->bootstrap) : COMPARE_CLAIM_UNKNOWN,
        .ranks = claim_of_ranks(comparison)};
}

static bool differ(enum compare_claim a, enum compare_claim b)
{
    return a != COMPARE_CLAIM_UNKNOWN && b != COMPARE_CLAIM_UNKNOWN && a != b;
}

bool compare_disagree(const struct compare_claims *claims)
{
    return differ(claims->student, claims->bootstrap) || differ(claims->student, claims->ranks) ||
           differ(claims->bootstrap, claims->ranks);
}

static enum compare_verdict judge(const struct comparison *comparison)
{
    if (comparison->a.n == 0 || comparison->b.n == 0) return COMPARE_UNDEFINED;
    if (isnan(comparison->adjusted_p)) return COMPARE_INCONCLUSIVE;
    const struct difference *difference = compare_shown(comparison);
    double margin = comparison->question.margin;
    if (margin > 0 && difference->interval.low >= -margin && difference->interval.high <= margin)
        return COMPARE_EQUIVALENT;
    if (comparison->adjusted_p > 1 - comparison->question.confidence) return COMPARE_INCONCLUSIVE;
    bool a_better = (difference->value > 0) == comparison->question.higher_is_better;
    int failed_better = a_better ? comparison->a.undefined : comparison->b.undefined;
    int failed_other = a_better ? comparison->b.undefined : comparison->a.undefined;
    if (failed_better > failed_other) return COMPARE_INCONCLUSIVE;
    return a_better ? COMPARE_A_BETTER : COMPARE_B_BETTER;
}

static enum status fill(const struct compare_side *a, const struct compare_side *b, double *work,
                        struct comparison *comparison, struct error *error)
{
    const struct compare_question *question = &comparison->question;
    TRY(summary_compute(a->values, a->count, question->confidence, &comparison->a, error));
    TRY(summary_compute(b->values, b->count, question->confidence, &comparison->b, error));
    TRY(by_welch(a, b, comparison, error));
    TRY(by_pairs(work, pair(a, b, work), comparison, error));
    copy_ranked(a, question->higher_is_better, work);
    copy_ranked(b, question->higher_is_better, work + a->count);
    TRY(ranks_compare((struct bootstrap_sample){work, a->count},
                      (struct bootstrap_sample){work + a->count, b->count}, question->confidence,
                      &comparison->ranks, error));
    double superiority = comparison->ranks.superiority;
    comparison->a_beats_b = question->higher_is_better ? superiority : 1 - superiority;
    choose_basis(comparison);
    comparison->p = comparison->basis == COMPARE_BY_NOTHING ? (double)NAN : compare_shown(comparison)->p;
    comparison->adjusted_p = comparison->p;
    comparison->verdict = judge(comparison);
    return STATUS_OK;
}

enum status compare_settings(const struct compare_side *a, const struct compare_side *b,
                             const struct compare_question *question, struct comparison *comparison,
                             struct error *error)
{
    *comparison = (struct comparison){
        .question = *question, .paired = difference_undefined(), .welch = difference_undefined()};
    TRY(interval_check_confidence(question->confidence, "comparison", error));
    if (!(question->margin >= 0))
        return error_set(error, STATUS_INTERNAL, "comparison: a margin of %g is below 0", question->margin);
    double *work = memory_zeroed(a->count + b->count, sizeof *work);
    if (work == NULL) return error_no_memory(error, (a->count + b->count) * sizeof *work);
    enum status status = fill(a, b, work, comparison, error);
    comparison->question.tests = NULL; /* the comparison may outlive it */
    memory_free(work);
    return status;
}

enum status compare_adjust_among(struct comparison *comparisons, size_t count, size_t family,
                                 struct error *error)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        known += isnan(comparisons[i].p) ? 0 : 1;
    size_t unseen = family > known ? family - known : 0;
    double *p = memory_zeroed(count + unseen, sizeof *p);
    if (p == NULL) return error_no_memory(error, (count + unseen) * sizeof *p);
    for (size_t i = 0; i < count + unseen; i++)
        p[i] = i < count ? comparisons[i].p : 1; /* 1 is the worst that they can be for the others */
    enum status status = holm_adjust(p, count + unseen, p, error);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        comparisons[i].adjusted_p = p[i];
        comparisons[i].verdict = judge(&comparisons[i]);
    }
    memory_free(p);
    return status;
}

enum status compare_adjust(struct comparison *comparisons, size_t count, struct error *error)
{
    return compare_adjust_among(comparisons, count, 0, error);
}
