/* support_config.h - reading the ini files of tests/fixtures/ini, for tests of what they say. */
#ifndef FTBENCH_TESTS_SUPPORT_CONFIG_H
#define FTBENCH_TESTS_SUPPORT_CONFIG_H

#include "harness/plan/config.h"

/* A group's setup: problems name the file as it was given, so tests stand in its folder. */
int stand_in_fixtures(void **state);

/* Read `path` with `count` overrides, as `--set` gives them. */
enum status read_with(const char *path, const char *const *overrides, int count, struct config *config,
                      struct text *problems, struct error *error);

/* Read a file that must be without problems. */
void read_good(const char *path, const char *const *overrides, int count, struct config *config);

/* Read a file that must be refused with exactly these lines, and leave nothing behind. */
void assert_problems(const char *path, const char *const *overrides, int count, const char *expected);

#endif
