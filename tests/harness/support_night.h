/* support_night.h - nights held to a baseline, on the whole program (support_program.h): an experiment of two
 * learning rates with five repeats. */
#ifndef FTBENCH_TESTS_HARNESS_SUPPORT_NIGHT_H
#define FTBENCH_TESTS_HARNESS_SUPPORT_NIGHT_H

#include "tests/harness/support_program.h"

/* CMocka's set-up (tear down with program_tear_down): the temporary folder has the experiment nightly.ini,
 * its results "night" and their baseline "base". */
int night_set_up(void **state);

/* Train into a folder, with what the synthetic trainer is told and further words. */
void night_train(const char *folder, const char *behaviour, const char *words, int expected);

/* `ftbench check WORDS --baseline base`: the exit code, and what is said: of a usage error on standard error,
 * else on standard output. */
void night_expect(int code, const char *words, const char *says);

/* What a file of the temporary folder says somewhere. */
void night_expect_member(const char *file, const char *says);

#endif
