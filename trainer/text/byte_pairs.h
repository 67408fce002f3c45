/* byte_pairs.h - the merges of byte-level BPE (Sennrich et al. 2016; Radford et al. 2019): a word's bytes
 * become tokens, and neighbours are joined, the pair of the lowest rank first, until no pair may be joined.
 *
 * Vocabularies spell bytes as characters (GPT-2's bytes_to_unicode): printable Latin-1 as itself, the others
 * as U+0100 and up. */
#ifndef FTBENCH_TRAINER_TEXT_BYTE_PAIRS_H
#define FTBENCH_TRAINER_TEXT_BYTE_PAIRS_H

#include "base/status.h"
#include "base/text.h"
#include "trainer/text/token_ids.h"
#include "trainer/text/vocabulary.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pair_slot;

/* All zero at first. Read-only once all merges were added. */
struct byte_pairs {
    const struct vocabulary *vocabulary; /* not owned */
    int32_t bytes[256];                  /* ids of the single bytes; -1 for those that UTF-8 never has */
    struct pair_slot *slots;             /* owned, (capacity) */
    size_t capacity, count;
    bool whole_first; /* "ignore_merges": a word that is a token is that token, whatever the merges say */
};

/* Working memory of byte_pairs_add_word, reused from call to call; all zero at first. */
struct byte_pairs_work {
    struct text spelt;
    struct pair_symbol *symbols; /* (symbol_capacity) */
    struct pair_merge *heap;     /* (heap_capacity), the first to be merged at 0 */
    size_t symbol_capacity, heap_count, heap_capacity;
};

/* Look up the single bytes. `path` names the file; each byte that UTF-8 may have must be a token. */
enum status byte_pairs_open(const struct vocabulary *vocabulary, const char *path, struct byte_pairs *pairs,
                            struct error *error);
/* Add the merge of rank `rank` (0 is the first): both parts and what they make must be tokens. A pair that is
 * there already gets the new rank, as in the reference.
 */
enum status byte_pairs_add(struct byte_pairs *pairs, const char *left, size_t left_length, const char *right,
                           size_t right_length, int32_t rank, const char *path, struct error *error);
void byte_pairs_free(struct byte_pairs *pairs);

/* Append the tokens of a word, in time length * log(length). */
enum status byte_pairs_add_word(const struct byte_pairs *pairs, struct byte_pairs_work *work,
                                const char *word, size_t length, struct token_ids *ids, struct error *error);
/* The same of a word that was made tokens already, one for each character or byte. */
enum status byte_pairs_add_tokens(const struct byte_pairs *pairs, struct byte_pairs_work *work,
                                  const int32_t *tokens, size_t count, struct token_ids *ids,
                                  struct error *error);
void byte_pairs_work_free(struct byte_pairs_work *work);

#endif
