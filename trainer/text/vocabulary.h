/* vocabulary.h - tokens and their ids, from a vocab.txt (one a line, the first has id 0) or from the object
 * of a JSON file. Read-only after it was read. */
#ifndef FTBENCH_TRAINER_TEXT_VOCABULARY_H
#define FTBENCH_TRAINER_TEXT_VOCABULARY_H

#include "base/status.h"
#include "base/text.h"
#include "trainer/text/string_table.h"

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

enum special_token { TOKEN_PAD, TOKEN_UNK, TOKEN_CLS, TOKEN_SEP, TOKEN_MASK, SPECIAL_TOKENS };

/* "[PAD]" and so on; the only spellings that are supported. Static storage. */
const char *special_token_text(enum special_token token);

struct vocabulary {
    struct text bytes;         /* owned: the file, or the tokens one after another */
    struct string_table table; /* token -> id; keys point into bytes */
    int32_t count;
    int32_t special[SPECIAL_TOKENS]; /* ids; of a vocab.txt only */
    size_t longest;                  /* bytes of the longest token */
};

/* Errors name the file and line: a token that stands twice, an empty line, invalid UTF-8, a special token
 * that is missing, an empty file. */
enum status vocabulary_read(const char *path, struct vocabulary *vocabulary, struct error *error);

/* The same from {"token": id, ...}; `where` names the object within the file. Refused: no tokens, an id that
 * is not below their number or that two of them have (so ids have no gaps), an empty token. */
enum status vocabulary_from_json(const struct json_object *object, const char *path, const char *where,
                                 struct vocabulary *vocabulary, struct error *error);
void vocabulary_free(struct vocabulary *vocabulary);

/* The id of a token, -1 when it is not in the vocabulary. */
int32_t vocabulary_find(const struct vocabulary *vocabulary, const char *token, size_t length);

#endif
