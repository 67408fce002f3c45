/* words_en.h - the English sentences, in two files: answer_en.c says what to make of the results, words_en.c
 * the rest. */
#ifndef FTBENCH_REPORTS_WORDS_EN_H
#define FTBENCH_REPORTS_WORDS_EN_H

#include "reports/words.h"

/* As the members of `struct words`. */
const char *english_metric(const struct report *report);
void english_answer(const struct report *report, struct text *out);
void english_why(const struct report *report, struct text *out);
void english_advice(const struct report *report, const struct report_advice *what, struct text *out);
void english_in_short(const struct report *report, struct text *out);

/* "" for one, "s" for others. */
const char *english_plural(long count);

/* The sources of chance that vary (or do not) from run to run: "initial weights, dropout"; "nothing". */
void english_streams(const struct report *report, bool varied, struct text *out);

/* A sentence on runs whose other seeds changed no bit, a blank before it; nothing when there are none. `strong` goes
 * around what matters most: "**" in Markdown, "" on a terminal. */
void english_dead_seeds(const struct report *report, const char *strong, struct text *out);

/* A limit or an SD in words: "2 points", "1 point", "0.02". */
void english_amount(struct text *out, const struct report *report, double value);

#endif
