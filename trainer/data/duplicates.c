#include "trainer/data/duplicates.h"

#include "base/memory.h"
#include "trainer/text/string_table.h"

#include <string.h>

/* The keys of the samples of a part, one after the other: trimmed text, unit separator, trimmed second text.
 */
struct keys {
    struct text bytes;
    size_t *starts; /* (count + 1) */
};

static void add_trimmed(struct text *bytes, const char *text, size_t length)
{
    static const char spaces[] = " \t\r\n";
    while (length > 0 && memchr(spaces, text[0], sizeof spaces - 1) != NULL)
        text++, length--;
    while (length > 0 && memchr(spaces, text[length - 1], sizeof spaces - 1) != NULL)
        length--;
    text_add_bytes(bytes, text, length);
}

static enum status keys_make(const struct table_part *part, struct keys *keys, struct error *error)
{
    keys->starts = memory_zeroed((size_t)part->count + 1, sizeof *keys->starts);
    if (keys->starts == NULL) return error_no_memory(error, ((size_t)part->count + 1) * sizeof *keys->starts);
    for (int i = 0; i < part->count; i++) {
        const struct table_row *row = &part->table->rows[part->rows[i]];
        keys->starts[i] = keys->bytes.length;
        add_trimmed(&keys->bytes, row->text, row->text_length);
        if (row->pair == NULL) continue;
        text_add_bytes(&keys->bytes, "\x1f", 1);
        add_trimmed(&keys->bytes, row->pair, row->pair_length);
    }
    keys->starts[part->count] = keys->bytes.length;
    return text_status(&keys->bytes, error);
}

static void keys_free(struct keys *keys)
{
    text_free(&keys->bytes);
    memory_free(keys->starts);
}

enum status duplicates_find(const struct table_part *train, const struct table_part *validation,
                            struct duplicates *duplicates, struct error *error)
{
    *duplicates = (struct duplicates){0};
    struct keys known = {0}, asked = {0};
    struct string_table first = {0}; /* key -> the training sample where it stands first */
    unsigned char *repeated = memory_zeroed((size_t)train->count, 1);
    enum status status;
    if (repeated == NULL) return error_no_memory(error, (unsigned long long)train->count);
    TRY_TO(done, keys_make(train, &known, error));
    TRY_TO(done, keys_make(validation, &asked, error));
    for (int32_t i = 0; i < train->count; i++) {
        int32_t held;
        const char *key = text_string(&known.bytes) + known.starts[i];
        TRY_TO(done, string_table_add(&first, key, known.starts[i + 1] - known.starts[i], i, &held, error));
        if (held == i || repeated[held] != 0) continue;
        repeated[held] = 1;
        duplicates->within++;
    }
    for (int i = 0; i < validation->count; i++) {
        const char *key = text_string(&asked.bytes) + asked.starts[i];
        const int32_t *held = string_table_find(&first, key, asked.starts[i + 1] - asked.starts[i]);
        if (held == NULL) continue;
        if (duplicates->across++ > 0) continue;
        duplicates->train_line = train->table->rows[train->rows[*held]].line;
        duplicates->validation_line = validation->table->rows[validation->rows[i]].line;
    }
done:
    memory_free(repeated);
    string_table_free(&first);
    keys_free(&known);
    keys_free(&asked);
    return status;
}
