/* curves_en.h - the English words of curves.h. */
#ifndef FTBENCH_REPORTS_CURVES_EN_H
#define FTBENCH_REPORTS_CURVES_EN_H

#include "reports/words.h"

extern const struct curves_words curves_en;

#endif
