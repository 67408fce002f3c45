/* chance_en.h - the words of which chance makes the difference, in English. */
#ifndef FTBENCH_REPORTS_CHANCE_EN_H
#define FTBENCH_REPORTS_CHANCE_EN_H

#include "reports/words.h"

extern const struct chance_words chance_en;

#endif
