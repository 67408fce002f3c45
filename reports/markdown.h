/* markdown.h - report.md: the order of its sections and its tables. The sentences are those of a `struct
 * words`. */
#ifndef FTBENCH_REPORTS_MARKDOWN_H
#define FTBENCH_REPORTS_MARKDOWN_H

#include "base/text.h"
#include "reports/figures.h"
#include "reports/report.h"
#include "reports/words.h"

void markdown_report(const struct report *report, const struct words *words, const struct figures *figures,
                     struct text *out);

#endif
