/* setting_en.h - a setting's line in the table, in English: its verdict, its curves, what failed, and what
 * these columns mean. */
#ifndef FTBENCH_REPORTS_SETTING_EN_H
#define FTBENCH_REPORTS_SETTING_EN_H

#include "base/text.h"
#include "reports/report.h"

/* As the members of `struct words`. */
void english_verdict(const struct report_setting *setting, struct text *out);
void english_verdict_plain(const struct report_setting *setting, struct text *out);
void english_classes(const struct report_setting *setting, struct text *out);
void english_failed(const struct report_setting *setting, struct text *out);
void english_spread(const struct report *report, const struct report_setting *setting, struct text *out);
void english_class_of_run(enum report_class class_of, enum report_state state, struct text *out);
void english_explain_verdict(const struct report *report, struct text *out);
void english_explain_luck(const struct report *report, struct text *out);

#endif
