/* course.h - what became of the metric while validation loss rose.
 *
 * Loss and metric are two questions. A model that grows ever surer of everything pays more and more for its
 * few mistakes, so that validation loss rises, and may get more and more samples right all the same. Whether
 * an overfit run got worse at its task, only the metric tells.
 *
 * Of the metric at the evaluation with the lowest validation loss (m), at the best (b) and at the last (e):
 *   fell    b - e > noise of these two
 *   rose    not fell, and e - m > noise of these two
 *   level   neither
 *   unknown a number that this needs is not there
 * A difference that equals its noise but for rounding (1e-9 of the values) is not beyond it.
 *
 * The noise, by what is known:
 * 1. Where every answer and every label is, and gives the metric as it was said (to 1e-6), PAIRED_ERRORS of
 *    the paired standard error of the two evaluations (stats/paired.h), from their influence values
 *    (stats/influence.h): of accuracy that is the test of McNemar, with errors only from the samples on which
 *    the two differ in being right; of F1 its counterpart by the linearisation of the ratio.
 * 2. Where the number N of samples is, the standard error of a proportion, sqrt(p (1 - p) / N) at
 *    p = (b N + 1) / (N + 2) (Laplace), which is not 0 where everything was right. Two evaluations share
 *    their samples, so that only the fraction d on which they differ in being right counts, and their
 *    difference has a standard error of at most sqrt(d / N): smaller than the noise as long as d < p (1 - p).
 *    F1 is no proportion, but on classes of about equal size it moves as one.
 * 3. Else, as in the logs of others, the metric's usual move: the median of |v(i + 1) - v(i)| over its
 *    defined values, of which there must be three. */
#ifndef FTBENCH_HARNESS_DIAGNOSE_COURSE_H
#define FTBENCH_HARNESS_DIAGNOSE_COURSE_H

#include "harness/diagnose/classify.h"

/* Add the metric's numbers to a curve's diagnosis, NaN where there are none: metric_at_loss_minimum,
 * metric_best, metric_best_step (the first of equal ones), metric_at_end, metric_noise (2 or 3), and
 * metric_rise_noise and metric_fall_noise, which decide; and its course. Once for a diagnosis; fails only
 * without memory. */
enum status course_add(const struct metric_curve *metric, struct diagnosis *diagnosis, struct error *error);

#endif
