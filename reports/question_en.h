/* question_en.h - what an experiment asks, in English, and the answer where its plan of seeds gives one at
 * once. */
#ifndef FTBENCH_REPORTS_QUESTION_EN_H
#define FTBENCH_REPORTS_QUESTION_EN_H

#include "base/text.h"
#include "reports/report.h"

/* Append "Asked: ... ", with a blank at its end. */
void question_en(const struct report *report, struct text *out);

/* Append the answer alone, without marks, with a blank at its end; nothing where the plan of seeds gives
 * none. */
void question_en_answer(const struct report *report, struct text *out);

#endif
