/* selection.h - the winner's curse: the mean of the best of k settings is too good, because it is the best.
 * Luck took part in the choice, and luck does not come back. */
#ifndef FTBENCH_HARNESS_STATS_SELECTION_H
#define FTBENCH_HARNESS_STATS_SELECTION_H

#include "base/status.h"
#include "harness/stats/bootstrap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct selection_question {
    bool higher_is_better;
    int resamples; /* >= 1; BOOTSTRAP_RESAMPLES in reports */
    uint32_t seed;
};

/* In the metric's unit. Settings with fewer than two finite values cannot be resampled and take no part. */
struct selection {
    int settings; /* that take part */
    int best;     /* index of the one with the best mean, the first of equals; -1 when none takes part */
    double mean;  /* its mean */
    double bias;  /* by how much that mean is expected to be too good, >= 0 but for the noise of resampling */
    double
        bias_most; /* the same if all settings were equally good: what the choice could have cost at most */
    double corrected; /* the mean less (for higher_is_better, else plus) the bias */
    double again;     /* fraction of the resamples in which the same setting is the best */
};

/* Selection among `count` settings, by bootstrap: in each resample every setting's runs are drawn again, the
 * best of the resampled means is chosen, and its excess over that setting's own mean is noted; the bias is
 * the mean of that excess. Deviations are stretched by sqrt(n / (n - 1)), since a resample of n runs varies
 * too little by that.
 *
 * The settings' means are already spread by luck, so the choice among resamples is less close than the one
 * that was made: for five equal settings of five runs `bias` is about 70% of the truth and `bias_most` all of
 * it; for settings that differ by far more than their noise `bias` is 0, as it should be, and `bias_most` is
 * not. The truth lies between. With one setting nothing was chosen: both 0. */
enum status selection_bias(const struct bootstrap_sample *settings, size_t count,
                           const struct selection_question *question, struct selection *selection,
                           struct error *error);

#endif
