/* words_en.h - the report in English. */
#ifndef FTBENCH_REPORTS_WORDS_EN_H
#define FTBENCH_REPORTS_WORDS_EN_H

#include "reports/words.h"

extern const struct words words_en;

#endif
