/* config.h - an experiment's ini file with its overrides, checked: all that can be known to be wrong before
 * anything trains.
 *
 * Paths in it are relative to the file's folder. Every problem is found in one go (problems.h). */
#ifndef FTBENCH_HARNESS_PLAN_CONFIG_H
#define FTBENCH_HARNESS_PLAN_CONFIG_H

#include "base/status.h"
#include "base/text.h"
#include "harness/plan/ini_file.h"
#include "harness/plan/plan.h"
#include "harness/plan/sweep.h"

struct config {
    struct experiment experiment;
    struct sweep_axis axes[PLAN_MAX_SWEEPS]; /* experiment.sweeps of them, in the order of the ini; owned */
    struct text notes;   /* what a user should know though it is no mistake, one a line; owned */
    const char *path;    /* of the ini, as the request has it; not owned */
    struct ini_file ini; /* what is written where; owned */
};

struct config_request {
    const char *path; /* the ini */
    const char *const
        *overrides; /* "section.key=value", applied after the file; their paths are relative to it too */
    int override_count;
};

/* Read and check. STATUS_USAGE: the file has problems, and `problems` has them, one a line; `error` sums up.
 * Any other failure (the file cannot be read, no memory) is in `error` alone. On success free with
 * config_free. */
enum status config_read(const struct config_request *request, struct config *config, struct text *problems,
                        struct error *error);
void config_free(struct config *config);

/* Where the key stands that a trainer's message is about: "exp.ini:12", "--set 2", or the file alone when the
 * key is not written; "" when the message names no key. Only names with a '_' count: the others are words
 * that may mean anything. */
void config_place(const struct config *config, const char *message, char *place, size_t size);

#endif
