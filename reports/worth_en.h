/* worth_en.h - the English sentences that say what the verdict on one setting is worth. */
#ifndef FTBENCH_REPORTS_WORTH_EN_H
#define FTBENCH_REPORTS_WORTH_EN_H

#include "base/text.h"
#include "reports/report.h"

/* Whether a recommended setting can be trusted: what the recipe's rule says with so many runs, and what the
 * calibrated verdict says. Sentences. */
void worth_en_trusted(const struct report *report, const struct report_setting *setting, struct text *out);

/* The same in a clause after a semicolon, for a terminal; nothing where the rule asks for equal runs. */
void worth_en_in_short(const struct report *report, const struct report_setting *setting, struct text *out);

/* That the calibrated verdict is undetermined, and what would decide it: a sentence, a blank before it; else
 * nothing. */
void worth_en_undetermined(const struct report *report, const struct report_setting *setting,
                           struct text *out);

/* With many runs the rule turns good settings away: a sentence, a blank before it; else nothing. */
void worth_en_strictness(const struct report *report, const struct report_setting *setting, struct text *out);

#endif
