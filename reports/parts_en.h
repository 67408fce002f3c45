/* parts_en.h - the words of where the spread comes from in English. */
#ifndef FTBENCH_REPORTS_PARTS_EN_H
#define FTBENCH_REPORTS_PARTS_EN_H

#include "reports/words.h"

extern const struct parts_words parts_en;

#endif
