/* stats.h - how the statistics room uses GSL.
 *
 * GSL by default aborts the program on an error. ftbench never does: stats_init turns that handler off, once,
 * and from then on every GSL call returns a status, which each caller checks and passes up through
 * stats_check. */
#ifndef FTBENCH_HARNESS_STATS_STATS_H
#define FTBENCH_HARNESS_STATS_STATS_H

#include "base/status.h"

/* Turn off GSL's aborting handler. To be called before the first statistic; again is harmless. */
void stats_init(void);

/* GSL's status as ours: STATUS_OK for 0, else STATUS_NO_MEMORY or STATUS_INTERNAL with what was computed and
 * GSL's own words. */
enum status stats_check(int gsl_status, const char *what, struct error *error);

#endif
