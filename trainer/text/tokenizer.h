/* tokenizer.h - text to token ids, as the model in a Hugging Face folder expects them.
 *
 * One interface, several kinds (WordPiece, SentencePiece, byte-level BPE), chosen by the files that are
 * in the folder. A tokenizer is read-only after tokenizer_open, and may be used by several threads.
 */
#ifndef FTBENCH_TRAINER_TEXT_TOKENIZER_H
#define FTBENCH_TRAINER_TEXT_TOKENIZER_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tokenizer;

/* Ids of one text or pair, special tokens included. Arrays are owned and reused from call to call. */
struct encoding {
    int32_t *ids;   /* (length) */
    int32_t *types; /* (length): 0 for the first text and its special tokens, 1 for the second */
    int length;
    int capacity;
    int plain;      /* tokens other than the special ones that frame the texts */
    int unknown;    /* those of them that the vocabulary does not know */
    bool truncated; /* tokens were cut off to fit max_length */
    bool replaced;  /* the text had invalid UTF-8, replaced by U+FFFD */
};

enum status tokenizer_open(const char *folder, struct tokenizer **tokenizer, struct error *error);
void tokenizer_close(struct tokenizer *tokenizer);

/* Ids are below this number; the model's vocabulary must be at least as large. Only a padding token that the
 * vocabulary lacks, written in a text, has the number itself. */
int tokenizer_vocabulary(const struct tokenizer *tokenizer);

/* From now on a text with an id that is not below `vocab_size`, which a model lacks, is STATUS_BAD_INPUT. */
void tokenizer_limit(struct tokenizer *tokenizer, int vocab_size);

/* The class of transformers that reads the folder's files as this does ("BertTokenizer"), a constant; NULL:
 * tokenizer.json says how they are read. */
const char *tokenizer_class_name(const struct tokenizer *tokenizer);

/* From now on texts are encoded without the special tokens that frame them. */
void tokenizer_drop_frame(struct tokenizer *tokenizer);

/* Special tokens that frame a text, or a pair of texts. */
int tokenizer_frame(const struct tokenizer *tokenizer, bool pair);

/* Encode `text` (UTF-8, `length` bytes) and, when `pair` is not NULL, a second text, at most max_length
 * tokens with the special ones (WordPiece: [CLS] a [SEP] b [SEP]); a pair is cut from its longer text first,
 * as transformers' fast tokenizers do by default. */
enum status tokenizer_encode(const struct tokenizer *tokenizer, const char *text, size_t length,
                             const char *pair, size_t pair_length, int max_length, struct encoding *encoding,
                             struct error *error);
void encoding_free(struct encoding *encoding);

#endif
