/* sureness.h - the part of the Markdown report that says how sure one can be of the settings' numbers. */
#ifndef FTBENCH_REPORTS_SURENESS_H
#define FTBENCH_REPORTS_SURENESS_H

#include "reports/words.h"

/* Append the section with its heading: a line for each setting, and how to read the columns. */
void sureness_section(const struct report *report, const struct words *words, struct text *out);

#endif
