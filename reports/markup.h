/* markup.h - text from anywhere (labels, paths, a trainer's words) inside the markup of others, so that it
 * stays text: of bytes that are no UTF-8, and of characters that have no place there, U+FFFD is left. */
#ifndef FTBENCH_REPORTS_MARKUP_H
#define FTBENCH_REPORTS_MARKUP_H

#include "base/text.h"

#include <stdbool.h>

/* For XML 1.0, in an attribute or between tags. */
void markup_xml(struct text *out, const char *string);

/* For a line or a cell of GitHub's Markdown: no table, tag, link or emphasis comes of it. */
void markup_markdown(struct text *out, const char *string);

/* For the message of a GitHub workflow command, or (`property`) for one of its properties. */
void markup_workflow(struct text *out, const char *string, bool property);

#endif
