/* tokenizer_kind.h - what the kinds of tokenizer have in common, and what differs: how a text becomes ids,
 * and which special tokens frame it. tokenizer.c does the rest (truncation, pairs, types) for all of them. */
#ifndef FTBENCH_TRAINER_TEXT_TOKENIZER_KIND_H
#define FTBENCH_TRAINER_TEXT_TOKENIZER_KIND_H

#include "base/status.h"
#include "trainer/text/token_ids.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_TOKENS = 4, TOKEN_NONE = -1 };

/* Special tokens at one place of an input. */
struct frame_part {
    int32_t ids[FRAME_TOKENS];
    int count;
};

/* The special tokens around a text (before a after) and around a pair (pair_before a between b pair_after).
 */
struct token_frame {
    struct frame_part before, after;
    struct frame_part pair_before, between, pair_after;
    int32_t between_type; /* token type of `between`: 0 for BERT */
    int32_t second_type;  /* token type of the second text and of pair_after: 1 for BERT, 0 for those without
                             types */
};

/* An opened tokenizer of some kind. Read-only after it was opened; may be used by several threads. */
struct tokenizer_kind {
    void *state; /* owned; freed by `close` */
    /* Append the ids of a text (valid UTF-8, not NUL-terminated), without those of the frame. Special tokens
     * that are written in the text become their ids as in transformers. */
    enum status (*append)(const void *state, const char *text, size_t length, struct token_ids *ids,
                          struct error *error);
    void (*close)(void *state);
    int vocabulary;  /* ids are below it, but for that of a padding token which the vocabulary lacks: the same
                      */
    int32_t unknown; /* the id of what the vocabulary does not know, or TOKEN_NONE */
    struct token_frame frame;
    /* What transformers calls the class that reads these files, a constant; NULL: tokenizer.json says how a
     * text is read, without a class. */
    const char *class_name;
};

#endif
