/* split_pattern.h - the regular expressions that cut texts before byte-level BPE, by PCRE2.
 *
 * The reference runs them with Oniguruma (tokenizers' Regex, Ruby syntax). Patterns are accepted only when
 * both libraries read them alike: literals, classes without nesting or intersection, \s \S \d \D, \p{..} of
 * the general categories, groups, alternatives, lookarounds, * + ? {n,m} with lazy and possessive forms,
 * (?i:...) around ASCII. Anything else is refused by name. Characters that the libraries class differently
 * are replaced by stand-ins before matching (unicode_later.h). */
#ifndef FTBENCH_TRAINER_TEXT_SPLIT_PATTERN_H
#define FTBENCH_TRAINER_TEXT_SPLIT_PATTERN_H

#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* A stretch of a text, and whether the pattern matched it. */
struct span {
    size_t begin, end;
    bool match;
};
struct spans {
    struct span *values; /* owned, (count) */
    size_t count, capacity;
};
enum status spans_add(struct spans *spans, struct span span, struct error *error);
void spans_free(struct spans *spans);

struct split_pattern;

/* Compile a pattern, or with `literal` a string that stands for itself. `path` names the file in errors. */
enum status split_pattern_compile(const char *pattern, bool literal, const char *path,
                                  struct split_pattern **compiled, struct error *error);
void split_pattern_free(struct split_pattern *pattern); /* NULL is fine */

/* Replace what `spans` held by the stretches of a valid UTF-8 text, in order and without holes: matches, and
 * what lies between them. A match may be empty. `copy` is working memory. STATUS_BAD_INPUT when the pattern
 * needs more steps than the limits allow (10 million a match). */
enum status split_pattern_spans(const struct split_pattern *pattern, const char *text, size_t length,
                                struct text *copy, struct spans *spans, struct error *error);

#endif
