/* pre_tokenizer.h - how a text is cut into words before byte-level BPE: the "pre_tokenizer" of a
 * tokenizer.json.
 *
 * Read are ByteLevel, alone or as the last of a Sequence whose others are Split and Digits (Hugging Face
 * tokenizers, pre_tokenizers/). Everything else is refused by name. */
#ifndef FTBENCH_TRAINER_TEXT_PRE_TOKENIZER_H
#define FTBENCH_TRAINER_TEXT_PRE_TOKENIZER_H

#include "base/status.h"
#include "base/text.h"
#include "trainer/text/split_pattern.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

enum { MOST_SPLITS = 8 };

/* What becomes of the stretches that a pattern matches ("behavior"). */
enum split_behaviour {
    SPLIT_REMOVED,
    SPLIT_ISOLATED,
    SPLIT_WITH_PREVIOUS,
    SPLIT_WITH_NEXT,
    SPLIT_CONTIGUOUS
};

struct split_step {
    struct split_pattern *pattern; /* owned */
    enum split_behaviour behaviour;
    bool invert; /* the pattern says what lies between */
};

/* All zero at first. */
struct pre_tokenizer {
    struct split_step steps[MOST_SPLITS];
    int count;
    bool prefix_space; /* each stretch that the steps leave gets a space before it, unless it has one */
    struct split_pattern *pattern; /* owned; GPT-2's, NULL with use_regex = false */
};

/* `object` is the member of a tokenizer.json. The caller frees what was read, after a failure too. */
enum status pre_tokenizer_read(const struct json_object *object, const char *path,
                               struct pre_tokenizer *pre_tokenizer, struct error *error);
/* GPT-2's: ByteLevel alone. */
enum status pre_tokenizer_gpt2(bool prefix_space, struct pre_tokenizer *pre_tokenizer, struct error *error);
/* Qwen2's: Split and ByteLevel without its expression. */
enum status pre_tokenizer_qwen2(bool prefix_space, struct pre_tokenizer *pre_tokenizer, struct error *error);
void pre_tokenizer_free(struct pre_tokenizer *pre_tokenizer);

/* Working memory, reused from call to call; all zero at first. */
struct pre_tokenizer_work {
    struct spans found, pieces, next, words;
    struct text copy, spaced;
};
void pre_tokenizer_work_free(struct pre_tokenizer_work *work);

/* Called with each word in order; `word` is valid during the call. */
typedef enum status word_taker(void *context, const char *word, size_t length, struct error *error);

/* Cut a valid UTF-8 text; words are never empty. */
enum status pre_tokenizer_words(const struct pre_tokenizer *pre_tokenizer, const char *text, size_t length,
                                struct pre_tokenizer_work *work, word_taker *take, void *context,
                                struct error *error);

#endif
