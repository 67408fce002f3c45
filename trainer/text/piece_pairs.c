#include "trainer/text/piece_pairs.h"

#include "trainer/text/bpe_json.h"
#include "trainer/text/folder_json.h"
#include "trainer/text/unicode.h"

#include <stdio.h>
#include <string.h>

enum status piece_pairs_read(const struct json_object *model, const char *path, struct piece_pairs *pieces,
                             struct error *error)
{
    *pieces = (struct piece_pairs){0};
    bool whole_first = false;
    TRY(bpe_json_check(model, path, &whole_first, error));
    TRY(vocabulary_from_json(folder_json_member(model, "vocab"), path, "model.vocab", &pieces->vocabulary,
                             error));
    pieces->pairs.vocabulary = &pieces->vocabulary;
    pieces->pairs.whole_first = whole_first;
    for (unsigned byte = 0; byte < 256; byte++) {
        char name[8];
        snprintf(name, sizeof name, "<0x%02X>", byte);
        pieces->pairs.bytes[byte] = vocabulary_find(&pieces->vocabulary, name, strlen(name));
        if (pieces->pairs.bytes[byte] < 0)
            return error_set(error, STATUS_UNSUPPORTED,
                             "%s: model.vocab has no token %s; with byte_fallback one for each byte, from "
                             "<0x00> to <0xFF>, is needed",
                             path, name);
    }
    return bpe_json_merges(model, path, &pieces->pairs, error);
}

void piece_pairs_free(struct piece_pairs *pieces)
{
    byte_pairs_free(&pieces->pairs);
    vocabulary_free(&pieces->vocabulary);
}

static enum status add_character(const struct piece_pairs *pieces, const char *character, size_t bytes,
                                 struct token_ids *tokens, struct error *error)
{
    int32_t id = vocabulary_find(&pieces->vocabulary, character, bytes);
    if (id >= 0) return token_ids_add(tokens, id, error);
    for (size_t i = 0; i < bytes; i++)
        TRY(token_ids_add(tokens, pieces->pairs.bytes[(unsigned char)character[i]], error));
    return STATUS_OK;
}

enum status piece_pairs_encode(const struct piece_pairs *pieces, struct byte_pairs_work *work,
                               const char *text, size_t length, struct token_ids *ids, struct error *error)
{
    if (pieces->pairs.whole_first && length <= pieces->vocabulary.longest) {
        int32_t whole = vocabulary_find(&pieces->vocabulary, text, length);
        if (whole >= 0) return token_ids_add(ids, whole, error);
    }
    struct token_ids tokens = {0};
    enum status status = STATUS_OK;
    for (size_t at = 0; at < length;) {
        int32_t point;
        bool valid;
        size_t used = unicode_decode(text + at, length - at, &point, &valid);
        TRY_TO(done, add_character(pieces, text + at, used, &tokens, error));
        at += used;
    }
    if (tokens.count > 0)
        status = byte_pairs_add_tokens(&pieces->pairs, work, tokens.values, tokens.count, ids, error);
done:
    token_ids_free(&tokens);
    return status;
}
