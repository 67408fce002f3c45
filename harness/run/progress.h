/* progress.h - what a user sees while runs go on.
 *
 * On a terminal: one bar for each running job and one for the whole, drawn over themselves at the bottom, at
 * most ten times a second, never wider or higher than the window; failures are printed above them and stay. A
 * job's bar shows its setting and repeat, the step, the loss of the last step and of the last evaluation, and
 * the best F1 so far. Elsewhere: plain lines, one for each run that ended. Knows no clock: `now` is in
 * seconds from any start, and the caller's. */
#ifndef FTBENCH_HARNESS_RUN_PROGRESS_H
#define FTBENCH_HARNESS_RUN_PROGRESS_H

#include "base/status.h"
#include "harness/store/store.h"

#include <stdbool.h>
#include <stdio.h>

struct progress;

struct progress_options {
    FILE *out;         /* NULL: nothing is shown */
    bool live;         /* bars (progress_live says whether `out` can) */
    bool colour;       /* in the bars */
    int columns, rows; /* of the window; 0: ask the terminal each time */
    int jobs;          /* bars, numbered from 0 */
    int total;         /* runs to do and kept ones */
    int kept;          /* of these, done before */
    int more;          /* runs that progress_more may add at most */
    double work;       /* sum over the runs to do, in the unit of progress_start */
    double now;        /* the start */
};

struct progress_run {
    const char *label; /* of the setting */
    int repeat;        /* 0 first */
    double work;       /* how long it takes compared with the others */
};

/* True when `out` is a terminal that can redraw; colour when NO_COLOR is not set (no-color.org). */
bool progress_live(FILE *out);
bool progress_colour(void);

enum status progress_create(const struct progress_options *options, struct progress **progress,
                            struct error *error);

/* Take the bars away and give the terminal back as it was; NULL is fine. */
void progress_free(struct progress *progress);

/* So many runs more are to be done, with so much work in all. */
void progress_more(struct progress *progress, int runs, double work);

void progress_start(struct progress *progress, int job, const struct progress_run *run, double now);

/* Take over what the run's record says by now. */
void progress_update(struct progress *progress, int job, const struct run_record *record);

/* The run of this job ended and is stored. */
void progress_finish(struct progress *progress, int job, const struct run_record *record, double now);

/* A line that stays, such as "interrupted, waiting for 2 runs". */
void progress_say(struct progress *progress, const char *line);

/* Redraw the bars when it is time. */
void progress_draw(struct progress *progress, double now);

#endif
