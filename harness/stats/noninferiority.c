#include "harness/stats/noninferiority.h"

#include "base/memory.h"
#include "harness/stats/holm.h"
#include "harness/stats/stability.h"

#include <math.h>

/* The difference with better as larger. */
static double gain(const struct noninferiority *result, double difference)
{
    return result->question.higher_is_better ? difference : -difference;
}

static enum noninferiority_answer judge(const struct noninferiority *result)
{
    const struct interval *bounds = &result->bounds;
    if (result->basis == COMPARE_BY_NOTHING || isnan(bounds->low) || isnan(bounds->high))
        return NONINFERIORITY_UNDECIDED;
    double ends[] = {gain(result, bounds->low), gain(result, bounds->high)};
    double low = fmin(ends[0], ends[1]), high = fmax(ends[0], ends[1]);
    /* The slack of stability.h: 0.85 - 0.84 is not more than a margin of 0.01. */
    if (low >= -result->question.margin - STABILITY_SLACK) return NONINFERIORITY_WITHIN;
    bool shown = isnan(result->adjusted_p) || result->adjusted_p <= result->question.alpha;
    return high < 0 && shown ? NONINFERIORITY_WORSE : NONINFERIORITY_UNDECIDED;
}

enum status noninferiority_judge(const struct compare_side *now, const struct compare_side *then,
                                 const struct noninferiority_question *question,
                                 struct noninferiority *result, struct error *error)
{
    struct comparison comparison;
    struct compare_question asked = compare_question_default(question->seed);
    asked.higher_is_better = question->higher_is_better;
    asked.tests = question->tests;
    asked.resamples = 1;                        /* the bootstrap has no say here */
    asked.confidence = 1 - 2 * question->alpha; /* two ends, each at alpha */
    TRY(compare_settings(now, then, &asked, &comparison, error));
    const struct difference *shown = compare_shown(&comparison);
    *result = (struct noninferiority){.question = *question,
                                      .basis = comparison.basis,
                                      .difference = shown->value,
                                      .bounds = shown->interval,
                                      .p = NAN,
                                      .adjusted_p = NAN};
    result->question.tests = NULL; /* the result may outlive it */
    if (comparison.basis == COMPARE_BY_NOTHING) result->bounds = interval_undefined();
    if (comparison.basis == COMPARE_BY_PAIRS) result->pairs = shown->n;
    if (comparison.basis != COMPARE_BY_NOTHING && isnan(shown->p))
        result->bounds = (struct interval){.low = shown->value, .high = shown->value};
    if (comparison.basis != COMPARE_BY_NOTHING && !isnan(shown->p))
        result->p = gain(result, shown->value) < 0 ? shown->p / 2 : 1 - shown->p / 2;
    result->adjusted_p = result->p;
    result->answer = judge(result);
    return STATUS_OK;
}

enum status noninferiority_adjust(struct noninferiority *results, size_t count, struct error *error)
{
    double *p = memory_zeroed(count, sizeof *p);
    if (p == NULL) return error_no_memory(error, count * sizeof *p);
    for (size_t i = 0; i < count; i++)
        p[i] = results[i].p;
    enum status status = holm_adjust(p, count, p, error);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        results[i].adjusted_p = p[i];
        results[i].answer = judge(&results[i]);
    }
    memory_free(p);
    return status;
}
