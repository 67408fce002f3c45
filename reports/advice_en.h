/* advice_en.h - what to try next, in English. */
#ifndef FTBENCH_REPORTS_ADVICE_EN_H
#define FTBENCH_REPORTS_ADVICE_EN_H

#include "base/text.h"
#include "reports/report.h"

/* As the member of `struct words`. */
void english_advice(const struct report *report, const struct report_advice *what, struct text *out);

#endif
