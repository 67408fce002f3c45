/* matching.h - files of a report held to what was recomputed. */
#ifndef FTBENCH_TESTS_RECOMPUTE_MATCHING_H
#define FTBENCH_TESTS_RECOMPUTE_MATCHING_H

#include <json.h>

/* Every member of summary.json against the expected tree, both ways: numbers to 1e-9 of themselves. Where a
 * band was expected, its place in the tree takes the number that was found in it, so that the report can be
 * held to that. Returns how many numbers were compared. */
int match_summary(struct json_object *expected, struct json_object *found);

/* Every field of runs.csv against the tree's runs and their settings' values. */
int match_runs_csv(struct json_object *expected, const char *path);

#endif
