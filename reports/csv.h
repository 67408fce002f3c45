/* csv.h - the report's tables for spreadsheets and programs: comma-separated, one header line, quoting as RFC
 * 4180 has it, lines ended by a newline alone. Undefined numbers are empty fields, defined ones read back to
 * the same double. */
#ifndef FTBENCH_REPORTS_CSV_H
#define FTBENCH_REPORTS_CSV_H

#include "base/text.h"
#include "reports/report.h"

/* runs.csv: a row a run, with the swept values, seeds, outcome, metrics, class and digest; nothing that may
 * differ between repetitions. */
void csv_runs(const struct report *report, struct text *out);

/* timings.csv: a row a run with times, memory and where it ran. */
void csv_timings(const struct report *report, struct text *out);

#endif
