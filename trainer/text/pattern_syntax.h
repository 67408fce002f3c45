/* pattern_syntax.h - whether Oniguruma (Ruby syntax) and PCRE2 (UTF, UCP) read a regular expression alike. */
#ifndef FTBENCH_TRAINER_TEXT_PATTERN_SYNTAX_H
#define FTBENCH_TRAINER_TEXT_PATTERN_SYNTAX_H

#include "base/status.h"

/* STATUS_UNSUPPORTED, naming the first part that they read differently, or that nobody has compared. Patterns
 * that are malformed may pass: PCRE2 refuses them. `path` names the file. */
enum status pattern_syntax_check(const char *pattern, const char *path, struct error *error);

#endif
