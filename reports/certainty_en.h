/* certainty_en.h - the words of the report's certainty in English. */
#ifndef FTBENCH_REPORTS_CERTAINTY_EN_H
#define FTBENCH_REPORTS_CERTAINTY_EN_H

#include "reports/words.h"

extern const struct certainty_words certainty_en;

#endif
