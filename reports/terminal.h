/* terminal.h - the report in a few lines, for a terminal: a table with a line for each setting, and the
 * recommendation. */
#ifndef FTBENCH_REPORTS_TERMINAL_H
#define FTBENCH_REPORTS_TERMINAL_H

#include "base/text.h"
#include "reports/report.h"
#include "reports/words.h"

void terminal_report(const struct report *report, const struct words *words, struct text *out);

#endif
