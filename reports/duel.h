/* duel.h - the part of the Markdown report that says whether the recommended setting is really better than
 * the others. */
#ifndef FTBENCH_REPORTS_DUEL_H
#define FTBENCH_REPORTS_DUEL_H

#include "reports/words.h"

/* Append the section with its heading; nothing when there are no encounters. */
void duel_section(const struct report *report, const struct words *words, struct text *out);

#endif
