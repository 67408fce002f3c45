/* sentencepiece_config.h - what a Hugging Face folder says about a SentencePiece tokenizer: which class of
 * transformers reads it, what stands before a text, which special and added tokens there are.
 *
 * Read are tokenizer_config.json, config.json (tokenizer_class, model_type), special_tokens_map.json and
 * added_tokens.json (both only where tokenizer_config.json has no added_tokens_decoder, as transformers does)
 * and, when it is there, tokenizer.json. What would change ids and is not computed is refused by name
 * (docs/tokenizers.md lists all of it). */
#ifndef FTBENCH_TRAINER_TEXT_SENTENCEPIECE_CONFIG_H
#define FTBENCH_TRAINER_TEXT_SENTENCEPIECE_CONFIG_H

#include "base/status.h"
#include "trainer/text/literal_tokens.h"
#include "trainer/text/piece_file.h"

#include <limits.h>
#include <stdbool.h>

enum sentencepiece_class { SENTENCEPIECE_LLAMA, SENTENCEPIECE_XLM_ROBERTA, SENTENCEPIECE_CAMEMBERT };

/* When U+2581, the sign of a space, is put before a stretch of text between two special tokens. */
enum prefix_rule {
    PREFIX_NEVER,
    PREFIX_FIRST, /* the text's first stretch, unless it starts with a space (Llama, legacy = false) */
    PREFIX_EACH,  /* each stretch that does not start with a space (Llama, legacy = true) */
    PREFIX_ALWAYS /* each stretch, whatever it starts with (Mistral's tokenizer.json) */
};

/* In the order in which transformers gives ids to those that the vocabulary lacks. */
enum named_token {
    NAMED_BOS,
    NAMED_EOS,
    NAMED_UNK,
    NAMED_SEP,
    NAMED_PAD,
    NAMED_CLS,
    NAMED_MASK,
    NAMED_TOKENS
};

struct sentencepiece_rules {
    enum sentencepiece_class class;
    char model_path[PATH_MAX]; /* the .model file */
    enum prefix_rule prefix;
    bool add_bos, add_eos;     /* Llama */
    char *names[NAMED_TOKENS]; /* owned; NULL: there is no such token */
    /* Tokens to find in texts. `id` is the one that the folder says, or TOKEN_NONE; which one it is comes
     * from the vocabulary. */
    struct literal_tokens added;
};

/* `rules` is to be freed, after a failure too. */
enum status sentencepiece_config_read(const char *folder, struct sentencepiece_rules *rules,
                                      struct error *error);

/* Refuses a tokenizer.json in the folder that has other pieces than the model file. */
enum status sentencepiece_config_check(const char *folder, const struct piece *pieces, int count,
                                       struct error *error);
void sentencepiece_rules_free(struct sentencepiece_rules *rules);

#endif
