#include "harness/stats/selection.h"

#include "base/memory.h"
#include "harness/stats/draws.h"

#include <math.h>

/* A setting that takes part; values are turned so that larger is better. */
struct contender {
    const double *values; /* [n], in one block for all */
    int n;
    int index;
    double mean;
    double stretch; /* sqrt(n / (n - 1)) */
};

struct contest {
    double *values; /* all finite values, setting by setting */
    struct contender *contenders;
    int count, best;
};

static void contest_destroy(struct contest *contest)
{
    memory_free(contest->values);
    memory_free(contest->contenders);
}

static enum status contest_create(const struct bootstrap_sample *settings, size_t count, double sign,
                                  struct contest *contest, struct error *error)
{
    size_t total = 0;
    for (size_t s = 0; s < count; s++)
        total += settings[s].count;
    *contest = (struct contest){.values = memory_zeroed(total, sizeof *contest->values),
                                .contenders = memory_zeroed(count, sizeof *contest->contenders)};
    if (contest->values == NULL || contest->contenders == NULL) {
        contest_destroy(contest);
        return error_no_memory(error, total * sizeof *contest->values + count * sizeof *contest->contenders);
    }
    double *next = contest->values;
    for (size_t s = 0; s < count; s++) {
        struct contender contender = {.values = next, .index = (int)s};
        for (size_t i = 0; i < settings[s].count; i++) {
            if (!isfinite(settings[s].values[i])) continue;
            next[contender.n] = sign * settings[s].values[i];
            contender.mean += next[contender.n++];
        }
        if (contender.n < 2) continue;
        contender.mean /= contender.n;
        contender.stretch = sqrt(contender.n / (contender.n - 1.0));
        next += contender.n;
        if (contender.mean > contest->contenders[contest->best].mean || contest->count == 0)
            contest->best = contest->count;
        contest->contenders[contest->count++] = contender;
    }
    return STATUS_OK;
}

static double resampled_deviation(const struct contender *contender, struct draws *draws)
{
    double sum = 0;
    for (int i = 0; i < contender->n; i++)
        sum += contender->values[draws_below(draws, (uint32_t)contender->n)] - contender->mean;
    return contender->stretch * sum / contender->n;
}

static void resample(const struct contest *contest, const struct selection_question *question,
                     struct selection *selection)
{
    struct draws draws = draws_begin(question->seed, DRAWS_SELECTION);
    double bias = 0, most = 0;
    int again = 0;
    for (int r = 0; r < question->resamples; r++) {
        double highest = -INFINITY, excess = 0, largest = -INFINITY;
        int winner = -1;
        for (int c = 0; c < contest->count; c++) {
            double deviation = resampled_deviation(&contest->contenders[c], &draws);
            largest = fmax(largest, deviation);
            if (contest->contenders[c].mean + deviation <= highest) continue;
            highest = contest->contenders[c].mean + deviation;
            excess = deviation;
            winner = c;
        }
        bias += excess;
        most += largest;
        again += winner == contest->best;
    }
    selection->again = (double)again / question->resamples;
    selection->bias = bias / question->resamples;
    selection->bias_most = most / question->resamples;
}

enum status selection_bias(const struct bootstrap_sample *settings, size_t count,
                           const struct selection_question *question, struct selection *selection,
                           struct error *error)
{
    *selection = (struct selection){
        .best = -1, .mean = NAN, .bias = NAN, .bias_most = NAN, .corrected = NAN, .again = NAN};
    if (question->resamples < 1)
        return error_set(error, STATUS_INTERNAL, "selection: %d resamples, fewer than 1",
                         question->resamples);
    double sign = question->higher_is_better ? 1 : -1;
    struct contest contest;
    TRY(contest_create(settings, count, sign, &contest, error));
    selection->settings = contest.count;
    if (contest.count > 0) {
        resample(&contest, question, selection);
        if (contest.count == 1) selection->bias = selection->bias_most = 0;
        double mean = contest.contenders[contest.best].mean;
        selection->best = contest.contenders[contest.best].index;
        selection->mean = sign * mean;
        selection->corrected = sign * (mean - selection->bias);
    }
    contest_destroy(&contest);
    return STATUS_OK;
}
