/* retelling.h - comparisons for people: tables and one sentence for each; and for programs: one JSON object a
 * line (docs/compare.md). */
#ifndef FTBENCH_HARNESS_COMPARE_RETELLING_H
#define FTBENCH_HARNESS_COMPARE_RETELLING_H

#include "base/status.h"
#include "base/text.h"
#include "harness/compare/comparing.h"

#include <stdbool.h>
#include <stdio.h>

/* What is told; nothing owned. */
struct retelling {
    const struct contenders *a, *b; /* the experiments; b is NULL when there is one */
    const struct comparing *comparing;
};

/* What was asked, a table of the settings, a table of the comparisons, a sentence for each, and the luck of
 * the best. */
enum status retelling_print(const struct retelling *retelling, FILE *out, struct error *error);

/* What came out of one comparison, as one sentence or two, ended by a full stop. */
void retelling_sentence(const struct retelling *retelling, const struct encounter *encounter,
                        struct text *out);

/* The object in place of comparisons that cannot be made, `reason` why; retelling->comparing is not read. */
void retelling_refusal_json(const struct retelling *retelling, const char *reason, struct text *out);

/* One object a line: each comparison, then the selection if there is one. */
void retelling_json(const struct retelling *retelling, struct text *out);

#endif
