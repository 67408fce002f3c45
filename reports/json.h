/* json.h - summary.json: what report.md says, for programs. docs/summary.md describes every member. The same
 * results give the same bytes: nothing in it depends on time, memory, host, threads or instruction set. */
#ifndef FTBENCH_REPORTS_JSON_H
#define FTBENCH_REPORTS_JSON_H

#include "base/text.h"
#include "reports/report.h"

#define SUMMARY_FORMAT "ftbench-summary"
#define SUMMARY_VERSION                                                                                      \
    2 /* goes up when a member changes its meaning or goes away, not when one is added                       \
       */

void json_summary(const struct report *report, struct text *out);

#endif
