/* parts.h - the part of the Markdown report that says where the spread between runs comes from. */
#ifndef FTBENCH_REPORTS_PARTS_H
#define FTBENCH_REPORTS_PARTS_H

#include "reports/words.h"

/* Append the section with its heading; nothing when no setting has two runs whose predictions are known. */
void parts_section(const struct report *report, const struct words *words, struct text *out);

#endif
