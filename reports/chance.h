/* chance.h - the part of the Markdown report that says which chance makes the runs of a setting differ. */
#ifndef FTBENCH_REPORTS_CHANCE_H
#define FTBENCH_REPORTS_CHANCE_H

#include "reports/words.h"

/* Append the section with its heading; nothing when no setting's seeds tell. */
void chance_section(const struct report *report, const struct words *words, struct text *out);

#endif
