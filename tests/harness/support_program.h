/* support_program.h - the built program from end to end, in a temporary folder, with a trainer that trains
 * nothing. */
#ifndef FTBENCH_TESTS_HARNESS_SUPPORT_PROGRAM_H
#define FTBENCH_TESTS_HARNESS_SUPPORT_PROGRAM_H

#include "base/text.h"

#include <stdbool.h>

#define PROGRAM_FTBENCH FTBENCH_BINARY_DIR "/bin/ftbench"
#define PROGRAM_SYNTHETIC FTBENCH_BINARY_DIR "/bin/ftbench-synthetic"

extern char program_folder[256];
extern struct text program_out, program_err; /* of the last call */

/* CMocka's set-up and tear-down. */
int program_set_up(void **state);
int program_tear_down(void **state);

/* Whether both programs are built; tells it when they are not. */
bool program_is_built(void);

/* Runs `ftbench WORDS` in the temporary folder; returns its exit code, its output in program_out and
 * program_err. */
int program_run(const char *words);

/* The content of a file of the temporary folder. */
void program_read(const char *name, struct text *text);

void program_assert_says(const struct text *text, const char *expected);
int program_lines(const struct text *text);

#endif
