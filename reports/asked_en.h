/* asked_en.h - the English sentences that say what was asked: model, data, swept keys, repeats and their
 * seeds.
 */
#ifndef FTBENCH_REPORTS_ASKED_EN_H
#define FTBENCH_REPORTS_ASKED_EN_H

#include "base/text.h"
#include "reports/report.h"

/* As the members of `struct words`. */
void english_model(const struct report *report, struct text *out);
void english_data(const struct report *report, struct text *out);
void english_sweep(const struct report *report, struct text *out);
void english_repeats(const struct report *report, struct text *out);
void english_seeds(const struct report *report, struct text *out);

#endif
