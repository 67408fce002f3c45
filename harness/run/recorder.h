/* recorder.h - takes the lines of one run as they come and builds its record, holding them to the protocol:
 * `begin` first and with the record's run id (any, where that is ""); steps and evaluations in the order of
 * time, with nothing in them that cannot be true (claims.h); one `end`, and nothing after it. A trainer that
 * cannot begin (bad data, a bad checkpoint) may say so with an `end` alone: failed, interrupted or refused.
 */
#ifndef FTBENCH_HARNESS_RUN_RECORDER_H
#define FTBENCH_HARNESS_RUN_RECORDER_H

#include "base/status.h"
#include "harness/store/store.h"

struct recorder {
    struct run_record record;
    bool plan; /* the trainer was asked for its plan only: an end without steps is complete */
    size_t step_room, evaluation_room, note_room; /* allocated */
};

/* Take a line of `length` bytes. STATUS_BAD_INPUT when it is no observation, or one that may not come here;
 * the text quotes its start. */
enum status recorder_take(struct recorder *recorder, const char *line, size_t length, struct error *error);

/* The last optimiser step that was heard of; 0 before the first. */
long recorder_last_step(const struct recorder *recorder);

void recorder_free(struct recorder *recorder);

#endif
