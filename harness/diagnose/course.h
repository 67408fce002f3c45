/* course.h - what became of the metric while validation loss rose.
 *
 * Loss and metric are two questions. A model that grows ever surer of everything pays more and more for its
 * few mistakes, so that validation loss rises, and may get more and more samples right all the same. Whether
 * an overfit run got worse at its task, only the metric tells.
 *
 * Of the metric at the evaluation with the lowest validation loss (m), at the best (b) and at the last (e):
 *   fell    b - e > noise
 *   rose    not fell, and e - m > noise
 *   level   neither
 *   unknown a number that this needs is not there
 *
 * The noise is that of the validation set, where its size N is known: the standard error of a proportion,
 * sqrt(p (1 - p) / N) at p = (b N + 1) / (N + 2) (Laplace), which is not 0 where everything was right. Two
 * evaluations share their samples, so that only the fraction d on which their answers differ counts, and
 * their difference has a standard error of at most sqrt(d / N): smaller than the noise as long as
 * d < p (1 - p), larger for evaluations that differ in more. F1 is no proportion, but on classes of about
 * equal size it moves as one. Where N is not known, as in the logs of others, the noise is the metric's usual
 * move: the median of |v(i + 1) - v(i)| over its defined values, of which there must be three. */
#ifndef FTBENCH_HARNESS_DIAGNOSE_COURSE_H
#define FTBENCH_HARNESS_DIAGNOSE_COURSE_H

#include "harness/diagnose/classify.h"

/* Add the metric's numbers to a curve's diagnosis, NaN where there are none: metric_at_loss_minimum,
 * metric_best, metric_best_step (the first of equal ones), metric_at_end, metric_noise; and its course. Once
 * for a diagnosis; fails only without memory. */
enum status course_add(const struct metric_curve *metric, struct diagnosis *diagnosis, struct error *error);

#endif
