/* log_points.h - the losses and metrics of a log as they were met, in any order, and the curves that they
 * make. */
#ifndef FTBENCH_HARNESS_LOGS_LOG_POINTS_H
#define FTBENCH_HARNESS_LOGS_LOG_POINTS_H

#include "base/status.h"
#include "harness/diagnose/curve.h"

#include <stdbool.h>
#include <stddef.h>

struct log_point {
    struct curve_point point;
    size_t entry; /* of the log, 1 first: sorting must not lose the order */
    bool back;    /* its step is lower than one before it (log_resume.h) */
};

/* Points in the order in which they were met. One of zeros is empty. */
struct log_points {
    struct log_point *points; /* (count); owned */
    size_t count, capacity;
};

/* Metrics of an evaluation that are read, in the order in which one is preferred. */
enum { LOG_METRICS = 3 };

struct log_metric {
    const char *name; /* as people write it: "F1" */
    const char
        *members[9]; /* what logs call it, in the order of preference; ended by NULL. What is logged by
                        the names that begin with "eval_" is said of the validation data beyond doubt */
};
extern const struct log_metric log_metrics[LOG_METRICS];

/* Both losses of a log, and what its evaluations were worth. */
struct log_losses {
    size_t entries; /* that were met so far: whoever reads counts them */
    struct log_points train, evaluation;
    struct log_points gradient;             /* norms */
    struct log_points metrics[LOG_METRICS]; /* beside the losses of `evaluation` */
};

/* Add what entry number `entry` says; entries come in their order. */
enum status log_points_add(struct log_points *points, size_t entry, double step, double loss,
                           struct error *error);

/* By step, and of equal steps by entry. */
void log_points_sort(struct log_points *points);

/* Add to every step. */
void log_points_shift(struct log_points *points, double steps);

/* The same points by step, each step once: of several with one step the last that was met, as after a resume.
 * At least room for one. `*curve` is freed by the caller. Reorders `points`. */
enum status log_points_settle(struct log_points *points, struct curve_point **curve, size_t *count,
                              struct error *error);

void log_losses_free(struct log_losses *losses);

#endif
