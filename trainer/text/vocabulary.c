#include "trainer/text/vocabulary.h"

#include "base/file.h"
#include "base/memory.h"
#include "trainer/text/folder_json.h"
#include "trainer/text/unicode.h"

#include <string.h>

enum { SHOWN_BYTES = 80 }; /* of a token in an error */
static const size_t FILE_LIMIT = (size_t)64 << 20;

const char *special_token_text(enum special_token token)
{
    static const char *const texts[SPECIAL_TOKENS] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
    return texts[token];
}

static enum status refuse_repeated(const char *path, const char *token, size_t length, int line, int first,
                                   struct error *error)
{
    struct text quoted = {0};
    unicode_quote(token, length, SHOWN_BYTES, &quoted);
    enum status status = text_status(&quoted, error);
    if (status == STATUS_OK)
        status = error_set(error, STATUS_BAD_INPUT,
                           "%s:%d: \"%s\" stands in line %d too; each token may stand once", path, line,
                           text_string(&quoted), first);
    text_free(&quoted);
    return status;
}

static enum status add_token(struct vocabulary *vocabulary, const char *path, const char *token,
                             size_t length, struct error *error)
{
    int line = vocabulary->count + 1;
    if (length == 0)
        return error_set(error, STATUS_BAD_INPUT, "%s:%d: an empty line; a token is needed", path, line);
    if (!unicode_is_valid(token, length))
        return error_set(error, STATUS_BAD_INPUT, "%s:%d: not valid UTF-8", path, line);
    int32_t held;
    TRY(string_table_add(&vocabulary->table, token, length, vocabulary->count, &held, error));
    if (held != vocabulary->count) return refuse_repeated(path, token, length, line, (int)held + 1, error);
    vocabulary->count++;
    if (length > vocabulary->longest) vocabulary->longest = length;
    return STATUS_OK;
}

static enum status read_tokens(struct vocabulary *vocabulary, const char *path, struct error *error)
{
    TRY(file_read(path, FILE_LIMIT, &vocabulary->bytes, error));
    const char *bytes = text_string(&vocabulary->bytes);
    const char *end = bytes + vocabulary->bytes.length;
    while (bytes < end) {
        const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
        const char *stop = newline == NULL ? end : newline;
        size_t length = (size_t)(stop - bytes);
        if (length > 0 && bytes[length - 1] == '\r') length--;
        TRY(add_token(vocabulary, path, bytes, length, error));
        bytes = newline == NULL ? end : newline + 1;
    }
    if (vocabulary->count == 0)
        return error_set(error, STATUS_BAD_INPUT, "%s: empty; one token a line is needed", path);
    for (int i = 0; i < SPECIAL_TOKENS; i++) {
        const char *token = special_token_text((enum special_token)i);
        vocabulary->special[i] = vocabulary_find(vocabulary, token, strlen(token));
        if (vocabulary->special[i] < 0)
            return error_set(error, STATUS_BAD_INPUT, "%s: the special token %s is missing", path, token);
    }
    return STATUS_OK;
}

enum status vocabulary_read(const char *path, struct vocabulary *vocabulary, struct error *error)
{
    *vocabulary = (struct vocabulary){0};
    enum status status = read_tokens(vocabulary, path, error);
    if (status != STATUS_OK) vocabulary_free(vocabulary);
    return status;
}

static enum status refuse_id(const char *path, const char *where, const char *token, const char *why,
                             struct error *error)
{
    struct text quoted = {0};
    unicode_quote(token, strlen(token), SHOWN_BYTES, &quoted);
    enum status status = text_status(&quoted, error);
    if (status == STATUS_OK)
        status = error_set(error, STATUS_BAD_INPUT, "%s: %s: the token \"%s\": %s", path, where,
                           text_string(&quoted), why);
    text_free(&quoted);
    return status;
}

static enum status add_json_tokens(const struct json_object *object, const char *path, const char *where,
                                   bool *taken, struct vocabulary *vocabulary, struct error *error)
{
    /* The table points into the bytes, which must have come to rest. */
    json_object_object_foreach(object, name, unused)
    {
        (void)unused;
        text_add_bytes(&vocabulary->bytes, name, strlen(name) + 1);
    }
    TRY(text_status(&vocabulary->bytes, error));
    const char *bytes = text_string(&vocabulary->bytes);
    const int32_t count = json_object_object_length(object);
    json_object_object_foreach(object, token, value)
    {
        int32_t id;
        size_t length = strlen(token);
        if (!folder_json_id(value, &id) || id >= count)
            return refuse_id(path, where, token,
                             "its id must be a whole number below the number of tokens (ids have no gaps)",
                             error);
        if (length == 0) return refuse_id(path, where, token, "it is empty", error);
        if (taken[id]) return refuse_id(path, where, token, "another token has its id", error);
        taken[id] = true;
        TRY(string_table_add(&vocabulary->table, bytes, length, id, NULL, error));
        vocabulary->count++;
        if (length > vocabulary->longest) vocabulary->longest = length;
        bytes += length + 1;
    }
    return STATUS_OK;
}

enum status vocabulary_from_json(const struct json_object *object, const char *path, const char *where,
                                 struct vocabulary *vocabulary, struct error *error)
{
    *vocabulary = (struct vocabulary){0};
    if (!json_object_is_type(object, json_type_object) || json_object_object_length(object) == 0)
        return error_set(error, STATUS_BAD_INPUT, "%s: %s: an object of tokens and their ids is needed", path,
                         where);
    size_t count = (size_t)json_object_object_length(object);
    bool *taken = memory_zeroed(count, sizeof *taken);
    if (taken == NULL) return error_no_memory(error, count);
    enum status status = add_json_tokens(object, path, where, taken, vocabulary, error);
    memory_free(taken);
    if (status != STATUS_OK) vocabulary_free(vocabulary);
    return status;
}

void vocabulary_free(struct vocabulary *vocabulary)
{
    string_table_free(&vocabulary->table);
    text_free(&vocabulary->bytes);
    *vocabulary = (struct vocabulary){0};
}

int32_t vocabulary_find(const struct vocabulary *vocabulary, const char *token, size_t length)
{
    const int32_t *id = string_table_find(&vocabulary->table, token, length);
    return id == NULL ? -1 : *id;
}
