/* origins.h - the part of the findings that says where the spread comes from: from the training, or from the
 * smallness of the validation set (stats/churn.h).
 *
 * Runs say what they predicted and what each example lost, not what its label is; but the loss tells. It is
 * -ln p(label), so below ln 2 the label has more than half of the probability and is what was predicted;
 * above it, of two classes, it is the other one. Any evaluation of any run may tell it. Labels found in this
 * way are used only when all are found, none is contradicted, and they give every run the accuracy that it
 * claims. */
#ifndef FTBENCH_HARNESS_ORIGINS_H
#define FTBENCH_HARNESS_ORIGINS_H

#include "harness/findings.h"

/* Note what the report's run `index` predicted, and what it tells of the labels. Runs that are not done are
 * passed over.
 */
enum status origins_take_run(const struct run_record *record, struct findings *findings, size_t index,
                             struct error *error);

/* Fill the origin of each setting. The findings must be certain (certainty.h). */
enum status origins_fill(struct findings *findings, struct error *error);

#endif
