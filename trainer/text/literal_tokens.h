/* literal_tokens.h - tokens that are found in a text as they are written, before it is tokenized: special
 * tokens and those that somebody added to a vocabulary. The rules of tokenizers::AddedVocabulary (Hugging
 * Face tokenizers, added_vocabulary.rs). */
#ifndef FTBENCH_TRAINER_TEXT_LITERAL_TOKENS_H
#define FTBENCH_TRAINER_TEXT_LITERAL_TOKENS_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct literal_token {
    char *content; /* owned, valid UTF-8 */
    size_t length;
    int32_t id;
    bool strip_left, strip_right; /* takes the white space before, behind it with it */
    bool single_word;             /* not beside a letter, digit, mark or underscore */
    bool normalized;              /* sought after those that are not, in what they leave */
};

/* All zero at first. */
struct literal_tokens {
    struct literal_token *tokens; /* owned, (count) */
    int count;
    size_t capacity;
    bool starts[256]; /* first bytes of tokens */
};

/* Copies `token`, content too. One of the same content keeps its place and takes the new settings. */
enum status literal_tokens_add(struct literal_tokens *added, const struct literal_token *token,
                               struct error *error);

/* The token with this content; NULL when there is none. */
const struct literal_token *literal_tokens_find(const struct literal_tokens *added, const char *content,
                                                size_t length);

/* A stretch of a text: a token and the white space that it takes, or (`token` is NULL) what lies between. */
struct literal_piece {
    const struct literal_token *token;
    size_t begin, end; /* bytes */
};

/* The stretch that starts at `at` (less than `length`) of a text in which `normalized` tokens, or those that
 * are not, are sought: of several tokens the leftmost, and of those the longest. Walk on from its end. */
struct literal_piece literal_tokens_next(const struct literal_tokens *added, bool normalized,
                                         const char *text, size_t length, size_t at);

void literal_tokens_free(struct literal_tokens *added);

#endif
