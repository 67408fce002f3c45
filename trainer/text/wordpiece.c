#include "trainer/text/wordpiece.h"

#include "base/file.h"
#include "base/memory.h"
#include "trainer/text/tokenizer_config.h"
#include "trainer/text/vocabulary.h"
#include "trainer/text/words.h"

#include <limits.h>
#include <string.h>

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

static enum status add_word(const struct wordpiece *wordpiece, const int32_t *points, size_t count,
                            struct token_ids *ids, struct error *error)
{
    const int32_t unknown = wordpiece->unknown;
    if (count > WORD_CHARACTERS) return token_ids_add(ids, unknown, error);
    char bytes[WORD_CHARACTERS * UNICODE_UTF8_BYTES];
    size_t starts[WORD_CHARACTERS + 1];
    starts[0] = 0;
    for (size_t i = 0; i < count; i++)
        starts[i + 1] = starts[i] + unicode_encode(points[i], bytes + starts[i]);
    size_t first = ids->count;
    for (size_t begin = 0; begin < count;) {
        int32_t id = longest_piece(&wordpiece->vocabulary, bytes, starts, count, begin, &begin);
        if (id < 0) {
            /* One part that cannot be named makes the whole word unknown. */
            ids->count = first;
            return token_ids_add(ids, unknown, error);
        }
        TRY(token_ids_add(ids, id, error));
    }
    return STATUS_OK;
}

static enum status add_plain(const struct wordpiece *wordpiece, struct words *words, const char *text,
                             size_t length, struct token_ids *ids, struct error *error)
{
    TRY(words_prepare(words, &wordpiece->rules, text, length, error));
    for (size_t begin, at = 0; words_next(words, &begin, &at);) {
        TRY(add_word(wordpiece, words->points.values + begin, at - begin, ids, error));
    }
    return STATUS_OK;
}

static enum status append(const void *state, const char *text, size_t length, struct token_ids *ids,
                          struct error *error)
{
    const struct wordpiece *wordpiece = state;
    struct words words = {0};
    enum status status = STATUS_OK;
    for (size_t at = 0; at < length;) {
        struct literal_piece found = literal_tokens_next(&wordpiece->added, false, text, length, at);
        if (found.token != NULL)
            TRY_TO(done, token_ids_add(ids, found.token->id, error));
        else
            TRY_TO(done,
                   add_plain(wordpiece, &words, text + found.begin, found.end - found.begin, ids, error));
        at = found.end;
    }
done:
    words_free(&words);
    return status;
}

static void close(void *state)
{
    wordpiece_free(state);
}

struct wordpiece *wordpiece_new(struct error *error)
{
    struct wordpiece *wordpiece = memory_zeroed(1, sizeof *wordpiece);
    if (wordpiece == NULL) error_no_memory(error, sizeof *wordpiece);
    return wordpiece;
}

void wordpiece_free(struct wordpiece *wordpiece)
{
    vocabulary_free(&wordpiece->vocabulary);
    literal_tokens_free(&wordpiece->added);
    memory_free(wordpiece);
}

void wordpiece_finish(struct wordpiece *wordpiece, const struct token_frame *frame,
                      struct tokenizer_kind *kind)
{
    *kind = (struct tokenizer_kind){.state = wordpiece,
                                    .append = append,
                                    .close = close,
                                    .vocabulary = wordpiece->vocabulary.count,
                                    .unknown = wordpiece->unknown,
                                    .frame = *frame};
}

static enum status read_files(const char *folder, struct wordpiece *wordpiece, struct error *error)
{
    char path[PATH_MAX];
    TRY(file_join(folder, "vocab.txt", path, sizeof path, error));
    TRY(tokenizer_config_read(folder, &wordpiece->rules, error));
    TRY(vocabulary_read(path, &wordpiece->vocabulary, error));
    wordpiece->unknown = wordpiece->vocabulary.special[TOKEN_UNK];
    for (int i = 0; i < SPECIAL_TOKENS; i++) {
        const char *content = special_token_text((enum special_token)i);
        const struct literal_token token = {.content = (char *)(uintptr_t)content,
                                            .length = strlen(content),
                                            .id = wordpiece->vocabulary.special[i]};
        TRY(literal_tokens_add(&wordpiece->added, &token, error));
    }
    return STATUS_OK;
}

enum status wordpiece_open(const char *folder, struct tokenizer_kind *kind, struct error *error)
{
    *kind = (struct tokenizer_kind){0};
    struct wordpiece *wordpiece = wordpiece_new(error);
    if (wordpiece == NULL) return STATUS_NO_MEMORY;
    enum status status = read_files(folder, wordpiece, error);
    if (status != STATUS_OK) {
        wordpiece_free(wordpiece);
        return status;
    }
    const int32_t *special = wordpiece->vocabulary.special;
    const struct frame_part cls = {.ids = {special[TOKEN_CLS]}, .count = 1};
    const struct frame_part sep = {.ids = {special[TOKEN_SEP]}, .count = 1};
    const struct token_frame frame = {
        .before = cls, .after = sep, .pair_before = cls, .between = sep, .pair_after = sep, .second_type = 1};
    wordpiece_finish(wordpiece, &frame, kind);
    kind->class_name = "BertTokenizer";
    return STATUS_OK;
}
