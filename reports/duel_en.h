/* duel_en.h - the words of how the recommended setting compares with the others, in English. */
#ifndef FTBENCH_REPORTS_DUEL_EN_H
#define FTBENCH_REPORTS_DUEL_EN_H

#include "reports/words.h"

extern const struct duel_words duel_en;

#endif
