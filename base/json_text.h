/* json_text.h - a string as JSON writes it. */
#ifndef FTBENCH_BASE_JSON_TEXT_H
#define FTBENCH_BASE_JSON_TEXT_H

#include "base/text.h"

/* Append a JSON string, quotes included, on one line (RFC 8259, 7). Bytes that are not UTF-8 (a path, a cut
 * message) become U+FFFD one by one, so that what is written always is. */
void json_text_string(struct text *out, const char *string);

#endif
