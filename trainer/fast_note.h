/* fast_note.h - what a run of fast arithmetic says of itself: where its bits are from. The note is part of
 * its curve, and so of its checkpoint, which can be gone on from in the same place only. */
#ifndef FTBENCH_TRAINER_FAST_NOTE_H
#define FTBENCH_TRAINER_FAST_NOTE_H

#include "base/status.h"
#include "trainer/spec/observation.h"
#include "trainer/spec/run_spec.h"

#include <stdbool.h>

/* The note of a run that begins so and is cut as the spec says; false: its arithmetic is strict, and there is
 * none. */
bool fast_note_make(const struct run_spec *spec, const struct observed_begin *begin,
                    struct observed_note *note);

/* A taker of the curve's observations (keeper_recall); `context` is the note of now. STATUS_UNSUPPORTED when
 * the curve was begun with another one. */
enum status fast_note_check(void *context, const struct observation *observation, struct error *error);

#endif
