/* english.h - pieces that many English sentences need. */
#ifndef FTBENCH_REPORTS_ENGLISH_H
#define FTBENCH_REPORTS_ENGLISH_H

#include "base/text.h"
#include "reports/report.h"

/* The metric's name as people write it: "F1". */
const char *english_metric(const struct report *report);

/* "" for one, "s" for others. */
const char *english_plural(long count);

/* A limit or an SD in words: "2 points", "1 point", "0.02". */
void english_amount(struct text *out, const struct report *report, double value);

/* The sources of chance that vary (or do not) from run to run: "initial weights, dropout"; "nothing". */
void english_streams(const struct report *report, bool varied, struct text *out);

#endif
