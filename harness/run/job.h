/* job.h - one run in progress: the child that trains, the record that grows, the limits on its time, and how
 * it ended. */
#ifndef FTBENCH_HARNESS_RUN_JOB_H
#define FTBENCH_HARNESS_RUN_JOB_H

#include "harness/plan/plan.h"
#include "harness/run/child.h"
#include "harness/run/folders.h"
#include "harness/run/recorder.h"

#include <stdbool.h>
#include <stddef.h>

struct job {
    bool active;
    size_t run; /* index into the plan */
    struct child child;
    struct recorder recorder;
    double started;
    double timeout;           /* seconds the run may take; 0: none */
    double grace;             /* seconds that it gets to leave after its last word */
    double closing;           /* when it ended or closed its output but went on living; 0: not so */
    bool timed_out, lingered; /* killed by us: after the timeout; after it closed its output without an end */
    bool again;               /* started anew, because its checkpoint was refused */
    bool resumed;             /* it was said that it goes on from its checkpoint */
    char checkpoint[SPEC_PATH_BYTES]; /* what the trainer was told; "": none */
    struct folders folders;           /* of the run's files: they are left out of its reason */
    char fault[512];                  /* what was wrong with its output; "": nothing */
};

/* What to start. */
struct job_order {
    const char *trainer;
    size_t run;              /* index into the plan */
    const char *checkpoint;  /* file to keep the run's checkpoint in, and to go on from; "": none */
    const char *saved_model; /* folder to write the trained model to; "": none */
    double timeout;          /* seconds; 0: none */
    double grace;            /* seconds that it gets to leave after its last word */
    double now;              /* the start, on the clock */
};

/* Start one of the plan's runs. */
enum status job_start(const struct plan *plan, const struct job_order *order, struct job *job,
                      struct error *error);

/* Take what the child has printed by now; one that prints what it may not is killed. When the child has
 * ended, takes all that is left. `news`: the record grew. */
enum status job_listen(struct job *job, double now, bool *news, struct error *error);

/* Kill the child when it has had its time; `left` becomes the least of itself and the seconds until the next
 * look. */
void job_limit(struct job *job, double now, double *left);

/* The child has ended: fill in the record's outcome, reason, detail and wall time, that of a resumed run's
 * earlier parts included. */
void job_judge(struct job *job, double now);

/* Whether it ended because it cannot go on from the checkpoint that it was told. */
bool job_refused(const struct job *job);

/* End the child, if it still runs, and free everything. */
void job_close(struct job *job);

#endif
