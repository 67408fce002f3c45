/* reviews.h - a generator of simulated Chinese film reviews for binary sentiment classification.
 *
 * The text is made of our own words and patterns (lexicon.h) by Philox draws, integer arithmetic only: the
 * same rows and seed give the same bytes on every machine. No text occurs twice, labels are balanced but for
 * the noise, and the share of wrong labels bounds what any model can reach. */
#ifndef FTBENCH_TRAINER_DATA_REVIEWS_H
#define FTBENCH_TRAINER_DATA_REVIEWS_H

#include "base/status.h"
#include "base/text.h"

#include <stdint.h>

enum { REVIEWS_ROWS_MAX = 100000 };

/* Append a TSV file to `tsv`: the header "text<TAB>label", then `rows` (1 to REVIEWS_ROWS_MAX) lines; label 1
 * is a good review, 0 a bad one. */
enum status reviews_generate(int rows, uint32_t seed, struct text *tsv, struct error *error);

/* Append a WordPiece vocab.txt to `vocabulary` that covers every review: the special tokens, ASCII
 * punctuation and digits, and each character of the lexicon, these by code point. */
enum status reviews_vocabulary(struct text *vocabulary, struct error *error);

#endif
