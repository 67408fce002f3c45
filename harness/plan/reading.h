/* reading.h - what the steps of reading one experiment's file share, and how they speak of its places. Used
 * by config.c and experiment_check.c only. */
#ifndef FTBENCH_HARNESS_PLAN_READING_H
#define FTBENCH_HARNESS_PLAN_READING_H

#include "harness/plan/config.h"
#include "harness/plan/ini_file.h"
#include "harness/plan/problems.h"

struct reading {
    struct config *config;
    struct ini_file ini;
    struct problems problems;
    char folder[SPEC_PATH_BYTES]; /* of the ini; "" is the current one */
};

/* The entry of a key, or NULL when it is not written. */
const struct ini_entry *reading_find(const struct reading *reading, const char *section, const char *key);

/* Where a key stands; the file as a whole when it is not written. */
struct place reading_place(const struct reading *reading, const char *section, const char *key);

/* What other programs' files have and these do not, behind a refusal of a value; "" otherwise. `entry` may be
 * NULL. Static storage. */
const char *reading_habit(const struct ini_entry *entry);

/* A line that tells what is allowed but of no effect, or worth knowing. */
void reading_note(struct reading *reading, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
