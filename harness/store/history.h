/* history.h - what became of an experiment night after night: one file, to which every night is added. Few
 * numbers of each, none of its curves: of every setting a row.
 *
 * A night is added completely or not at all, and once: results whose night is there already replace what was
 * kept of it. The file is bounded: of each experiment the newest nights are kept, of older ones the first of
 * each week, of these again so many, and what is older is dropped (history_append). Several programs may add
 * to one file; each waits for the other. A file of format 1 is read after a program that may write has opened
 * it, which adds what is missing.
 *
 * A time is in seconds since 1970 in UTC. What is not known is "", 0 or NaN. */
#ifndef FTBENCH_HARNESS_STORE_HISTORY_H
#define FTBENCH_HARNESS_STORE_HISTORY_H

#include "base/digest.h"
#include "base/status.h"
#include "harness/plan/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the settings of a night have in common. Of fields that differ between its runs, all values, joined. */
struct history_night {
    char identity[DIGEST_TEXT]; /* two nights with the same are one: the same results */
    int64_t time;
    char experiment[SPEC_NAME_BYTES];
    int metric;          /* enum metric: what the means and SDs are of */
    char commit[64];     /* of ftbench, as its trainer was built */
    char code[128];      /* what the user says of the version of their own code */
    char program[64];    /* the trainer: "ftbench-trainer 0.1.0" */
    int numeric_version; /* of the runs; 0: an older one than that of the program that added them */
    char backend[64], isa[32], cpu[128], gpu[128], libraries[256], host[128], threads[32];
    bool strict;        /* equal bits are promised, wherever it ran */
    char verdict[32];   /* of a check (reports/check_report.h): "passed"; "": not checked */
    char baseline[128]; /* against which */
};

struct history_setting {
    char label[PLAN_LABEL_BYTES];
    int runs;               /* that ended, in whatever way ... */
    int n;                  /* ... of them in the mean ... */
    int failed;             /* ... and without a metric */
    double mean, low, high; /* of the metric, with the 95% interval of the mean */
    double sd, spread;
    int converged, overfit, stalled, oscillating, undetermined; /* runs of each class */
    /* Medians over the runs of the time of a step and of the fixed loop that each trainer runs between steps
     * (trainer/step_times.h), both by `clock` */
    double step_seconds, calibration_seconds;
    char asked[DIGEST_TEXT]; /* digest of the runs' ids: keys, data, seeds, numeric version */
    char bits[DIGEST_TEXT];  /* digest of the runs' digests and metrics; "" when a run did not come to its end
                              */
    char clock[16];          /* "processor" where all runs that say the loop have it, else "wall" */
};

struct history_record {
    struct history_night night;
    struct history_setting *settings; /* (setting_count), owned */
    size_t setting_count;
};

struct history; /* an open file */

enum history_access { HISTORY_READ, HISTORY_WRITE /* made when missing, its folder too */ };
enum status history_open(const char *path, enum history_access access, struct history **history,
                         struct error *error);
void history_close(struct history *history); /* NULL is fine */

/* What adding a night did. */
struct history_added {
    bool again;      /* the night was there and was replaced; its time and its code stay */
    char code[128];  /* the code that stayed, where another was said; else "" */
    int64_t nights;  /* of the experiment, now */
    int64_t dropped; /* nights that were thinned out or dropped */
    int64_t bytes;   /* size of the file, now */
};

/* Add a night. Of its experiment the `keep` newest nights stay (>= 1); of older ones the first of each week
 * (of 604800 seconds since 1970), the newest (keep + 3) / 4 of these. When a quarter of the file is unused
 * afterwards it is written anew without. */
enum { HISTORY_KEEP = 400 };
enum status history_append(struct history *history, const struct history_record *record, int keep,
                           struct history_added *added, struct error *error);

/* All nights of an experiment in time; NULL: of that whose night is the newest. STATUS_BAD_INPUT when there
 * is none. */
struct history_records {
    struct history_record *items; /* (count), owned */
    size_t count;
};
enum status history_load(struct history *history, const char *experiment, struct history_records *records,
                         struct error *error);
void history_records_free(struct history_records *records);

#endif
