/* check_json.h - what a check found, for programs: DIR/check.json with all of it, and the member `check` of
 * summary.json, which has nothing that differs between two repetitions (no time, place or machine), unless a
 * step time itself decided. docs/check.md describes the members. */
#ifndef FTBENCH_REPORTS_CHECK_JSON_H
#define FTBENCH_REPORTS_CHECK_JSON_H

#include "base/text.h"
#include "reports/check_report.h"
#include "reports/json_writer.h"

#define CHECK_JSON_FORMAT "ftbench-check"
#define CHECK_JSON_VERSION                                                                                   \
    1 /* goes up when a member changes its meaning or goes away, not when one is added */

void check_json(const struct check_report *check, struct text *out);

/* The member of summary.json, which is the last. */
void check_json_member(const struct check_report *check, struct json_writer *writer);

/* Take the member out of a summary.json that was written with it, so that it is what it would be without;
 * false where there is none. */
bool check_json_member_cut(struct text *summary);

#endif
