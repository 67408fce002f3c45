/* store.h - the results of an experiment on disk: DIR/ftbench.sqlite, written by the parent process only.
 *
 * A run is there completely or not at all: its observations and its end are stored in one transaction that is
 * durable (synced) before the run counts as done. Failed runs are stored too, with their reason and the curve
 * they got to. The sole user of SQLite. The store does not interpret what it holds. */
#ifndef FTBENCH_HARNESS_STORE_STORE_H
#define FTBENCH_HARNESS_STORE_STORE_H

#include "base/status.h"
#include "harness/plan/plan.h"
#include "trainer/spec/observation.h"

#include <stdbool.h>
#include <stddef.h>

struct store; /* an open database and the lock on its folder */

/* How a run ended, as the executor saw it. */
enum run_outcome {
    RUN_PENDING,   /* planned, not stored */
    RUN_DONE,      /* end line: completed or early stopped */
    RUN_DIVERGED,  /* end line: diverged */
    RUN_FAILED,    /* end line: failed, with a message */
    RUN_CRASHED,   /* died by a signal, or exited without an end line */
    RUN_TIMED_OUT, /* killed after the timeout */
    RUN_BAD_OUTPUT /* printed something that is no observation */
};
const char *
run_outcome_name(enum run_outcome outcome); /* "done", "diverged", "failed", "crashed", "timed out"... */

/* One stored run. Owned arrays; free with run_record_free. */
struct run_record {
    char id[RUN_ID_BYTES];
    int setting, repeat;
    uint32_t seed_init, seed_order, seed_dropout;
    enum run_outcome outcome;
    char reason[512]; /* one line: why it is not done; "" when it is */
    char detail[512]; /* where it was when it was stopped: by the timeout, by a signal, from outside. Then
                         that, and the step it got to, is chance and may be another the next time; else "" */
    bool has_begin, has_end;
    struct observed_begin begin;
    struct observed_end end;
    double wall_seconds;         /* as the executor measured */
    struct observed_step *steps; /* (step_count) ascending */
    size_t step_count;
    struct observed_evaluation *evaluations; /* (evaluation_count) ascending */
    size_t evaluation_count;
    struct observed_note *notes; /* (note_count) */
    size_t note_count;
};
void run_record_free(struct run_record *record);

enum store_access {
    STORE_WRITE, /* make the folder and the database when missing; take the lock, STATUS_BUSY when another has
                    it */
    STORE_READ   /* the database must be there; no lock; may be read while another writes */
};
enum status store_open(const char *folder, enum store_access access, struct store **store,
                       struct error *error);
/* The same for reading a file that store_copy (store_copy.h) has made; it is checked as a whole: its pages
 * (PRAGMA integrity_check), and that it holds what was saved (seal.h). */
enum status store_open_file(const char *path, struct store **store, struct error *error);
void store_close(struct store *store); /* NULL is fine */

/* Close it, and take the folder away if store_open made the database and nothing else is in there: for a run
 * that was refused before anything was stored. NULL is fine. */
void store_discard(struct store *store);

/* Write the plan. A store that already holds one keeps its runs when the experiment is the same (equal run
 * ids are recognised whatever the order, and kept); runs whose id is not in the new plan are refused with
 * STATUS_BAD_INPUT that says another experiment is in this folder and names the way out (another --output).
 */
enum status store_save_plan(struct store *store, const struct plan *plan, struct error *error);
/* The refusal of store_save_plan alone; writes nothing. */
enum status store_check_plan(struct store *store, const struct plan *plan, struct error *error);
/* What the stored plan had otherwise than `plan`, added to `changes` as parts of a sentence, each with "; "
 * behind it: settings, and files by their digests; nothing when no plan is stored. */
enum status store_plan_changes(struct store *store, const struct plan *plan, struct text *changes,
                               struct error *error);
enum status store_load_plan(struct store *store, struct plan *plan, struct error *error);

/* Store a run, all or nothing; a failed run of the same id is replaced, a done one is not (STATUS_INTERNAL).
 */
enum status store_save_run(struct store *store, const struct run_record *record, struct error *error);

/* Outcome of a run id: RUN_PENDING when it is not stored. */
enum status store_run_outcome(struct store *store, const char *id, enum run_outcome *outcome,
                              struct error *error);

/* What a stored run said at its end, without its curves; `has_end` is false when it said nothing, or is not
 * stored. */
enum status store_load_end(struct store *store, const char *id, struct observed_end *end, bool *has_end,
                           struct error *error);

/* begin.program of a stored run: the trainer that it is from; "" when it had no begin or is not stored. */
enum status store_run_program(struct store *store, const char *id,
                              char program[sizeof((struct observed_begin *)NULL)->program],
                              struct error *error);

/* Load a run with its curves; outcome RUN_PENDING and nothing else when it is not stored. */
enum status store_load_run(struct store *store, const char *id, struct run_record *record,
                           struct error *error);

#endif
