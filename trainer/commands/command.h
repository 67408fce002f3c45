/* command.h - what the commands of ftbench-trainer share: exit codes, complaints, signals, output.
 *
 * Users give most of them to ftbench, which passes them on and lets the trainer speak in its name; so
 * messages begin with the name under which the program was started. */
#ifndef FTBENCH_TRAINER_COMMANDS_COMMAND_H
#define FTBENCH_TRAINER_COMMANDS_COMMAND_H

#include "base/status.h"
#include "base/text.h"
#include "trainer/spec/observation.h"

#include <signal.h>
#include <stdbool.h>

enum command_exit { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_STOPPED = 130 };

/* What each command does with the words behind its name; returns the exit code. */
typedef int command_act(int count, char **arguments);
command_act run_command, trace_command, plan_command, generate_command, tokenize_command, eval_command,
    predict_command, devices_command;

/* Print the error as one line on standard error. The exit code is EXIT_FAILED, or EXIT_USAGE, EXIT_STOPPED
 * where that is what happened. */
int command_complain(const struct error *error);

/* The same for commands that train nothing: whatever they cannot use is EXIT_USAGE, as of ftbench. */
int command_refuse(const struct error *error);

/* A mistake in the command line: `word` is what it is about. Returns EXIT_USAGE. */
int command_usage(const char *what, const char *word);

/* From now on SIGINT and SIGTERM set command_stop, and a reader that went away shows as a failed write. */
void command_catch_signals(void);
extern volatile sig_atomic_t command_stop;

/* Write to standard output: what is many lines, and then flush; or both at once. */
enum status command_put(const struct text *content, struct error *error);
enum status command_flush(struct error *error);
enum status command_print(const struct text *content, struct error *error);

/* A finetune_sink's `take`: one line on standard output. `context` is a struct text that is reused for every
 * line. */
enum status command_print_observation(void *context, const struct observation *observation,
                                      struct error *error);

/* A word that is a whole number from `least` to `most`. */
bool command_whole_number(const char *word, unsigned long least, unsigned long most, unsigned long *number);

#endif
