/* answer_en.h - the English sentences that say what to make of the results. */
#ifndef FTBENCH_REPORTS_ANSWER_EN_H
#define FTBENCH_REPORTS_ANSWER_EN_H

#include "base/text.h"
#include "reports/report.h"

/* As the members of `struct words`. */
void english_answer(const struct report *report, struct text *out);
void english_why(const struct report *report, struct text *out);
void english_in_short(const struct report *report, struct text *out);

#endif
