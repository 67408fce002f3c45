/* lessons_en.h - what a table of settings and a picture of curves do not show by themselves, and a beginner
 * needs to read them right: what no learning at all gets, how many updates each setting had, why curves level
 * off at their end. */
#ifndef FTBENCH_REPORTS_LESSONS_EN_H
#define FTBENCH_REPORTS_LESSONS_EN_H

#include "base/text.h"
#include "reports/report.h"

/* A paragraph below the table of settings, and a sentence on the curves with a blank before it; nothing where
 * there is nothing to say. */
void lessons_en_settings(const struct report *report, struct text *out);
void lessons_en_curves(const struct report *report, struct text *out);

#endif
