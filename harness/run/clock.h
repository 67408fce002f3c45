/* clock.h - the harness's clock for limits and durations: monotonic, so that setting the time of day changes
 * nothing. */
#ifndef FTBENCH_HARNESS_RUN_CLOCK_H
#define FTBENCH_HARNESS_RUN_CLOCK_H

/* Seconds since some start, always above 0. */
double clock_now(void);

/* Whole milliseconds for poll, rounded up, so that a limit is not looked at just before it is reached. */
int clock_milliseconds(double seconds);

#endif
