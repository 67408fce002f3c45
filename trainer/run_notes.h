/* run_notes.h - what a user should know of a run's data and model before it trains: texts that were cut, rows
 * that stand in both parts, weights that were drawn, where it computes. */
#ifndef FTBENCH_TRAINER_RUN_NOTES_H
#define FTBENCH_TRAINER_RUN_NOTES_H

#include "base/status.h"
#include "trainer/session.h"

/* Takes one note: a word for programs and a line for people. What it returns ends the telling unless it is
 * STATUS_OK. */
typedef enum status run_note_say(void *context, const char *code, const char *message, struct error *error);

enum status run_notes_say(const struct session *session, run_note_say *say, void *context,
                          struct error *error);

/* How many rows each class has: for a plan. */
enum status run_notes_classes(const struct session *session, run_note_say *say, void *context,
                              struct error *error);

#endif
