/* sureness_en.h - the words of how sure the report is, in English. */
#ifndef FTBENCH_REPORTS_SURENESS_EN_H
#define FTBENCH_REPORTS_SURENESS_EN_H

#include "reports/words.h"

extern const struct sureness_words sureness_en;

#endif
