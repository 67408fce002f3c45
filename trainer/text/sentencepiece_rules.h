/* sentencepiece_rules.h - how a SentencePiece tokenizer treats a text, apart from its pieces: as the files
 * beside the model say (sentencepiece_config.h). */
#ifndef FTBENCH_TRAINER_TEXT_SENTENCEPIECE_RULES_H
#define FTBENCH_TRAINER_TEXT_SENTENCEPIECE_RULES_H

#include "trainer/text/literal_tokens.h"

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
    bool pieces_from_json;     /* there is no .model file; tokenizer.json has the pieces */
    bool as_filed;             /* transformers takes tokenizer.json as it stands, not by a class's rules */
    bool frame_from_json;      /* its post_processor says the frame */
    char model_path[PATH_MAX]; /* the .model file, or tokenizer.json */
    enum prefix_rule prefix;
    bool add_bos, add_eos;     /* Llama */
    char *names[NAMED_TOKENS]; /* owned; NULL: there is no such token */
    /* Tokens to find in texts. `id` is the one that the folder says, or TOKEN_NONE; which one it is comes
     * from the vocabulary. */
    struct literal_tokens added;
};

void sentencepiece_rules_free(struct sentencepiece_rules *rules);

#endif
