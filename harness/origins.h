/* origins.h - the part of the findings that says where the spread comes from: from the training, or from the
 * smallness of the validation set (stats/churn.h).
 *
 * That needs the labels of the validation examples, which a trainer may say (docs/protocol.md). They are used
 * only when all runs that say them say the same, and when they give every run the accuracy that it claims;
 * otherwise they are not known, and of the origins only that is told which does not depend on them: on how
 * many examples the runs disagree. They are not guessed from the losses: those may be smoothed or weighted.
 */
#ifndef FTBENCH_HARNESS_ORIGINS_H
#define FTBENCH_HARNESS_ORIGINS_H

#include "harness/findings.h"

/* Note what the report's run `index` predicted, and what it says the labels are. Runs that are not done are
 * passed over.
 */
enum status origins_take_run(const struct run_record *record, struct findings *findings, size_t index,
                             struct error *error);

/* Fill the origin of each setting; when runs share seeds by design, which leaves nothing to be said of the
 * setting as a whole, the churn of its streams instead. The findings must be certain (certainty.h). */
enum status origins_fill(struct findings *findings, struct error *error);

/* Whether every run says the same labels, and they give the accuracies that the runs say. */
bool origins_labels_known(const struct findings *findings);

#endif
