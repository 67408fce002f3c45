/* byte_bpe.h - byte-level BPE (GPT-2, RoBERTa, Llama 3, Qwen2, SmolLM): a text's added tokens are found, what
 * lies between is normalised and cut into words, and the words' bytes are merged.
 *
 * Its readers fill the parts (byte_bpe_json.h, byte_bpe_files.h). */
#ifndef FTBENCH_TRAINER_TEXT_BYTE_BPE_H
#define FTBENCH_TRAINER_TEXT_BYTE_BPE_H

#include "base/status.h"
#include "trainer/text/byte_pairs.h"
#include "trainer/text/literal_tokens.h"
#include "trainer/text/pre_tokenizer.h"
#include "trainer/text/tokenizer_kind.h"
#include "trainer/text/vocabulary.h"

#include <json-c/json.h>
#include <stdbool.h>

struct byte_bpe {
    struct vocabulary vocabulary;
    struct byte_pairs pairs;
    struct pre_tokenizer pre_tokenizer;
    struct literal_tokens added; /* as they are looked for: those that are `normalized` in NFC */
    bool nfc;                    /* the normalizer */
    int32_t count;               /* ids are below it */
    int32_t spare;               /* of them the last, which the model need not have: a padding token */
};

/* Set the vocabulary of a `bpe` that is all zero; merges are added to bpe->pairs after it. */
enum status byte_bpe_set_vocabulary(struct byte_bpe *bpe, const struct json_object *object, const char *path,
                                    const char *where, struct error *error);

/* Add a token; `token->content` as the file spells it, its id that of the vocabulary, or the next one for one
 * that the vocabulary lacks. With an id of TOKEN_NONE it gets that id, any other is refused. So is a token
 * that was added before. */
enum status byte_bpe_add_token(struct byte_bpe *bpe, const struct literal_token *token, const char *path,
                               struct error *error);

/* The added token that is spelt so; NULL when there is none. */
enum status byte_bpe_find_token(const struct byte_bpe *bpe, const char *content,
                                const struct literal_token **found, struct error *error);

/* Make the kind; `bpe` (from memory_zeroed) is owned by it when this succeeds. STATUS_BAD_INPUT when the
 * frame has an id that no token has. */
enum status byte_bpe_finish(struct byte_bpe *bpe, const struct token_frame *frame, const char *path,
                            struct tokenizer_kind *kind, struct error *error);
void byte_bpe_free(struct byte_bpe *bpe); /* NULL is fine */

#endif
