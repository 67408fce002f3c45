/* log_resume.h - what a training that was resumed left behind in its log.
 *
 * A training that died at step 40 and goes on from a checkpoint at step 20 logs the steps after that again.
 * What the first attempt logged beyond the step that the second one went back to is no part of the run that
 * ended: neither the entries that the second has of its own, nor those at steps that it did not log. */
#ifndef FTBENCH_HARNESS_LOGS_LOG_RESUME_H
#define FTBENCH_HARNESS_LOGS_LOG_RESUME_H

#include "harness/logs/log_points.h"

/* Take such points away, of all that the log has, before they are settled. Where an entry of train or
 * validation losses has a lower step than one before it, the entries before it with higher steps go; but only
 * in a log whose steps mostly go up and in which one is there a second time after going back: steps that are
 * merely out of order, as in a table sorted downwards or of one loss after the other, are no resume. Reorders
 * the points. Fails only without memory. */
enum status log_resume_settle(struct log_losses *losses, struct error *error);

#endif
