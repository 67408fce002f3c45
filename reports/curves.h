/* curves.h - the part of the Markdown report that says what the loss curves show: every kind with what helps,
 * whether runs overfit by the metric too, how far the runs of a setting agree, and why each curve was called
 * what it was. */
#ifndef FTBENCH_REPORTS_CURVES_H
#define FTBENCH_REPORTS_CURVES_H

#include "reports/words.h"

/* A table of more runs than this is folded. */
enum { CURVES_UNFOLDED = 12 };

/* Append what follows the figure of the loss curves; nothing when no run has ended. */
void curves_tables(const struct report *report, const struct words *words, struct text *out);

#endif
