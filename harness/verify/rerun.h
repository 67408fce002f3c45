/* rerun.h - a stored run once more, in a fresh trainer process: as observations, or as lines of a trace. */
#ifndef FTBENCH_HARNESS_VERIFY_RERUN_H
#define FTBENCH_HARNESS_VERIFY_RERUN_H

#include "base/status.h"
#include "harness/store/store.h"
#include "trainer/spec/run_spec.h"
#include "trainer/spec/trace_line.h"

enum { RERUN_ALL = -1 };

struct rerun {
    const char *trainer;
    const struct run_spec *spec;
    const char *fault; /* trainer/spec/fault.h; NULL: none */
    double timeout;    /* seconds that it may take; 0: for ever */
};

/* Train again, `steps` steps or RERUN_ALL, into a record without outcome; free with run_record_free in any
 * case. A trainer that refuses (changed data, an instruction set that is not there) is STATUS_BAD_INPUT with
 * its own line; one that dies or prints rubbish leaves what it said and the reason in the record, and is no
 * failure. */
enum status rerun_train(const struct rerun *rerun, long steps, struct run_record *record,
                        struct error *error);

/* Takes a line; it may take what is in it, leaving NULL. */
typedef enum status rerun_take(void *context, struct trace_line *line, struct error *error);

/* What is traced: the states of the first `steps` steps; or the outputs of step `step`; or of that step the
 * values `dump`
 * ("KEY.PART"). */
struct rerun_question {
    bool states;
    long steps, step;
    const char *dump; /* NULL: outputs */
};

/* Ask a trainer for its trace. STATUS_BAD_INPUT when it gives none. */
enum status rerun_trace(const struct rerun *rerun, const struct rerun_question *question, rerun_take *take,
                        void *context, struct error *error);

#endif
