#include "trainer/text/wordpiece.h"

#include "base/file.h"
#include "base/memory.h"
#include "trainer/text/tokenizer_config.h"
#include "trainer/text/vocabulary.h"
#include "trainer/text/words.h"

#include <limits.h>
#include <string.h>

enum { WORD_CHARACTERS = 100 }; /* transformers: max_input_chars_per_word */

struct wordpiece {
    struct vocabulary vocabulary;
    struct word_rules rules;
};

/* The longest piece that starts at character `begin` of a word whose characters start at `starts` in `bytes`:
 * its id, and the character past its end in *end; -1 when there is none. Pieces after the first are spelt
 * with "##" before them. */
static int32_t longest_piece(const struct vocabulary *vocabulary, const char *bytes, const size_t *starts,
                             size_t count, size_t begin, size_t *end)
{
    char key[2 + WORD_CHARACTERS * UNICODE_UTF8_BYTES] = "##";
    size_t prefix = begin == 0 ? 0 : 2;
    size_t length = starts[count] - starts[begin];
    memcpy(key + prefix, bytes + starts[begin], length);
    for (size_t stop = count; stop > begin; stop--) {
        size_t bytes_now = prefix + starts[stop] - starts[begin];
        if (bytes_now > vocabulary->longest) continue;
        int32_t id = vocabulary_find(vocabulary, key, bytes_now);
        if (id < 0) continue;
        *end = stop;
        return id;
    }
    return -1;
}

static enum status add_word(const struct vocabulary *vocabulary, const int32_t *points, size_t count,
                            struct token_ids *ids, struct error *error)
{
    const int32_t unknown = vocabulary->special[TOKEN_UNK];
    if (count > WORD_CHARACTERS) return token_ids_add(ids, unknown, error);
    char bytes[WORD_CHARACTERS * UNICODE_UTF8_BYTES];
    size_t starts[WORD_CHARACTERS + 1];
    starts[0] = 0;
    for (size_t i = 0; i < count; i++)
        starts[i + 1] = starts[i] + unicode_encode(points[i], bytes + starts[i]);
    size_t first = ids->count;
    for (size_t begin = 0; begin < count;) {
        int32_t id = longest_piece(vocabulary, bytes, starts, count, begin, &begin);
        if (id < 0) {
            /* One part that cannot be named makes the whole word unknown. */
            ids->count = first;
            return token_ids_add(ids, unknown, error);
        }
        TRY(token_ids_add(ids, id, error));
    }
    return STATUS_OK;
}

/* Length in bytes and id of the special token at text[0]; 0 when there is none. */
static size_t special_at(const struct vocabulary *vocabulary, const char *text, size_t length, int32_t *id)
{
    for (int i = 0; i < SPECIAL_TOKENS; i++) {
        const char *token = special_token_text((enum special_token)i);
        size_t bytes = strlen(token);
        if (bytes > length || memcmp(text, token, bytes) != 0) continue;
        *id = vocabulary->special[i];
        return bytes;
    }
    return 0;
}

/* The id when a whole stretch between two gaps spells a special token, which cleaning may have laid bare
 * ("[SE", a zero-width character, "P]"): transformers keeps such a word whole. -1 otherwise. */
static int32_t bare_special(const struct vocabulary *vocabulary, const struct code_points *points,
                            size_t begin, size_t *end)
{
    for (int i = 0; i < SPECIAL_TOKENS; i++) {
        const char *token = special_token_text((enum special_token)i);
        size_t length = strlen(token), at = 0;
        while (at < length && begin + at < points->count && points->values[begin + at] == token[at])
            at++;
        if (at < length || (begin > 0 && !words_is_gap(points->values[begin - 1])) ||
            (begin + at < points->count && !words_is_gap(points->values[begin + at])))
            continue;
        *end = begin + at;
        return vocabulary->special[i];
    }
    return -1;
}

static enum status add_plain(const struct wordpiece *wordpiece, struct words *words, const char *text,
                             size_t length, struct token_ids *ids, bool *replaced, struct error *error)
{
    TRY(words_prepare(words, &wordpiece->rules, text, length, replaced, error));
    for (size_t begin, at = 0; words_next(words, &begin, &at);) {
        int32_t special = bare_special(&wordpiece->vocabulary, &words->points, begin, &at);
        if (special >= 0)
            TRY(token_ids_add(ids, special, error));
        else
            TRY(add_word(&wordpiece->vocabulary, words->points.values + begin, at - begin, ids, error));
    }
    return STATUS_OK;
}

static enum status append(const void *state, const char *text, size_t length, struct token_ids *ids,
                          bool *replaced, struct error *error)
{
    const struct wordpiece *wordpiece = state;
    struct words words = {0};
    enum status status = STATUS_OK;
    size_t begin = 0;
    for (size_t at = 0; at < length;) {
        int32_t id;
        size_t special =
            text[at] == '[' ? special_at(&wordpiece->vocabulary, text + at, length - at, &id) : 0;
        if (special == 0) {
            at++;
            continue;
        }
        TRY_TO(done, add_plain(wordpiece, &words, text + begin, at - begin, ids, replaced, error));
        TRY_TO(done, token_ids_add(ids, id, error));
        at += special;
        begin = at;
    }
    TRY_TO(done, add_plain(wordpiece, &words, text + begin, length - begin, ids, replaced, error));
done:
    words_free(&words);
    return status;
}

static void close(void *state)
{
    struct wordpiece *wordpiece = state;
    vocabulary_free(&wordpiece->vocabulary);
    memory_free(wordpiece);
}

enum status wordpiece_open(const char *folder, struct tokenizer_kind *kind, struct error *error)
{
    *kind = (struct tokenizer_kind){0};
    char path[PATH_MAX];
    TRY(file_join(folder, "vocab.txt", path, sizeof path, error));
    struct wordpiece *wordpiece = memory_zeroed(1, sizeof *wordpiece);
    if (wordpiece == NULL) return error_no_memory(error, sizeof *wordpiece);
    enum status status = tokenizer_config_read(folder, &wordpiece->rules, error);
    if (status == STATUS_OK) status = vocabulary_read(path, &wordpiece->vocabulary, error);
    if (status != STATUS_OK) {
        close(wordpiece);
        return status;
    }
    const int32_t *special = wordpiece->vocabulary.special;
    const struct frame_part cls = {.ids = {special[TOKEN_CLS]}, .count = 1};
    const struct frame_part sep = {.ids = {special[TOKEN_SEP]}, .count = 1};
    *kind = (struct tokenizer_kind){.state = wordpiece,
                                    .append = append,
                                    .close = close,
                                    .vocabulary = wordpiece->vocabulary.count,
                                    .unknown = special[TOKEN_UNK],
                                    .frame = {.before = cls,
                                              .after = sep,
                                              .pair_before = cls,
                                              .between = sep,
                                              .pair_after = sep,
                                              .second_type = 1}};
    return STATUS_OK;
}
