#include "trainer/text/piece_json.h"

#include "base/memory.h"
#include "trainer/text/folder_json.h"
#include "trainer/text/post_processor.h"
#include "trainer/text/string_table.h"
#include "trainer/text/unicode.h"

#include <math.h>
#include <string.h>

enum { PIECES_LIMIT = 1 << 24, SHOWN_BYTES = 60 };

static const char *type_of(struct json_object *object)
{
    if (!json_object_is_type(object, json_type_object)) return "none";
    struct json_object *type = folder_json_member(object, "type");
    return json_object_is_type(type, json_type_string) ? json_object_get_string(type) : "none";
}

/* The pieces of a vocabulary, each at the place of its id. */
static enum status list_pieces(const struct piece_pairs *pairs, const struct sentencepiece_rules *rules,
                               struct piece_file *file, struct error *error)
{
    const struct vocabulary *vocabulary = &pairs->vocabulary;
    file->model = PIECE_MODEL_BPE;
    file->byte_fallback = true;
    file->unknown = TOKEN_NONE;
    file->pieces = memory_zeroed((size_t)vocabulary->count, sizeof *file->pieces);
    if (file->pieces == NULL) return error_no_memory(error, (size_t)vocabulary->count * sizeof *file->pieces);
    file->count = vocabulary->count;
    const char *name = text_string(&vocabulary->bytes);
    for (int i = 0; i < file->count; i++, name += strlen(name) + 1)
        file->pieces[vocabulary_find(vocabulary, name, strlen(name))] =
            (struct piece){.bytes = name, .length = strlen(name), .type = PIECE_NORMAL};
    const char *unknown = rules->names[NAMED_UNK];
    if (unknown != NULL) file->unknown = vocabulary_find(vocabulary, unknown, strlen(unknown));
    return STATUS_OK;
}

static int digit_of(char character)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = character == '\0' ? NULL : strchr(digits, character);
    return found == NULL ? -1 : (int)(found - digits);
}

/* Append the bytes of base64 (RFC 4648, section 4); false when the text is none. */
static bool decode_base64(const char *digits, size_t length, struct text *bytes)
{
    if (length % 4 != 0) return false;
    for (size_t at = 0; at < length; at += 4) {
        unsigned long value = 0;
        int padding = 0;
        for (size_t i = 0; i < 4; i++) {
            const bool is_padding = digits[at + i] == '=' && at + 4 == length && i >= 2;
            const int digit = is_padding ? 0 : digit_of(digits[at + i]);
            if (digit < 0 || (padding > 0 && !is_padding)) return false;
            padding += is_padding ? 1 : 0;
            value = value << 6 | (unsigned long)digit;
        }
        const unsigned char three[] = {(unsigned char)(value >> 16), (unsigned char)(value >> 8),
                                       (unsigned char)value};
        text_add_bytes(bytes, three, (size_t)(3 - padding));
    }
    return true;
}

/* The table of the first Precompiled: all that transformers 5 takes of a unigram normalizer. */
static enum status read_charsmap(struct json_object *normalizer, const char *path, struct text *bytes,
                                 struct error *error)
{
    struct json_object *found = NULL, *list = folder_json_member(normalizer, "normalizers");
    if (strcmp(type_of(normalizer), "Precompiled") == 0) found = normalizer;
    for (size_t i = 0;
         found == NULL && json_object_is_type(list, json_type_array) && i < json_object_array_length(list);
         i++) {
        struct json_object *step = json_object_array_get_idx(list, i);
        if (strcmp(type_of(step), "Precompiled") == 0) found = step;
    }
    if (found == NULL) return STATUS_OK;
    struct json_object *digits = folder_json_member(found, "precompiled_charsmap");
    if (!json_object_is_type(digits, json_type_string) ||
        !decode_base64(json_object_get_string(digits), (size_t)json_object_get_string_len(digits), bytes))
        return error_set(error, STATUS_BAD_INPUT, "%s: normalizer: precompiled_charsmap: base64 is needed",
                         path);
    return text_status(bytes, error);
}

static enum status read_entry(struct json_object *entry, const char *path, size_t place,
                              struct json_object **name, double *score, struct error *error)
{
    const bool is_pair = json_object_is_type(entry, json_type_array) && json_object_array_length(entry) == 2;
    struct json_object *number = is_pair ? json_object_array_get_idx(entry, 1) : NULL;
    *name = is_pair ? json_object_array_get_idx(entry, 0) : NULL;
    *score = number == NULL ? 0.0 : json_object_get_double(number);
    if (!json_object_is_type(*name, json_type_string) || json_object_get_string_len(*name) == 0 ||
        strlen(json_object_get_string(*name)) != (size_t)json_object_get_string_len(*name) ||
        !(json_object_is_type(number, json_type_double) || json_object_is_type(number, json_type_int)) ||
        !isfinite((float)*score))
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: model.vocab[%zu]: [\"piece\", score] is needed, without zero bytes", path,
                         place);
    if ((double)(float)*score != *score)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: model.vocab[%zu]: the score %.17g is no float (32 bits), as those of models "
                         "made by SentencePiece are; others are not supported",
                         path, place, *score);
    return STATUS_OK;
}

/* The texts of all pieces, one after another, before the table of characters, in file->content. */
static enum status read_texts(struct json_object *vocabulary, const char *path, struct piece_file *file,
                              struct error *error)
{
    for (int i = 0; i < file->count; i++) {
        struct json_object *name;
        double score;
        TRY(read_entry(json_object_array_get_idx(vocabulary, (size_t)i), path, (size_t)i, &name, &score,
                       error));
        size_t length = (size_t)json_object_get_string_len(name);
        file->pieces[i] = (struct piece){.length = length, .score = (float)score, .type = PIECE_NORMAL};
        text_add_bytes(&file->content, json_object_get_string(name), length);
    }
    return text_status(&file->content, error);
}

/* Point the pieces to their texts, which have come to rest, and look for repeated ones. */
static enum status place_texts(const char *path, struct piece_file *file, struct error *error)
{
    struct string_table table = {0};
    struct text quoted = {0};
    enum status status = STATUS_OK;
    const char *bytes = text_string(&file->content);
    for (int i = 0; i < file->count; i++) {
        struct piece *piece = &file->pieces[i];
        int32_t held;
        piece->bytes = bytes;
        bytes += piece->length;
        TRY_TO(done, string_table_add(&table, piece->bytes, piece->length, i, &held, error));
        if (held == i) continue;
        unicode_quote(piece->bytes, piece->length, SHOWN_BYTES, &quoted);
        status = error_set(error, STATUS_BAD_INPUT, "%s: model.vocab: pieces %d and %d are both \"%s\"", path,
                           (int)held, i, text_string(&quoted));
        goto done;
    }
done:
    string_table_free(&table);
    text_free(&quoted);
    return status;
}

static enum status check_unknown(const struct sentencepiece_rules *rules, const char *path,
                                 const struct piece_file *file, struct error *error)
{
    const struct piece *unknown = &file->pieces[file->unknown];
    const char *name = rules->names[NAMED_UNK];
    if (name == NULL || strlen(name) != unknown->length || memcmp(name, unknown->bytes, unknown->length) != 0)
        return error_set(error, STATUS_UNSUPPORTED, "%s: model.unk_id is %d, which is not the piece %s", path,
                         file->unknown, name == NULL ? "of unk_token" : name);
    for (int i = 0; i < file->count; i++) {
        if (file->pieces[i].score < unknown->score) return STATUS_OK;
    }
    return error_set(error, STATUS_UNSUPPORTED,
                     "%s: the unknown piece has the lowest score, which is not supported", path);
}

static enum status read_unigram(const struct json_object *object, const char *path,
                                const struct sentencepiece_rules *rules, struct piece_file *file,
                                struct error *error)
{
    static const char *const keys[] = {"type", "unk_id", "vocab", "byte_fallback", NULL};
    struct json_object *model = folder_json_member(object, "model");
    struct json_object *vocabulary = folder_json_member(model, "vocab");
    int32_t unknown = -1;
    bool bytes = false;
    TRY(folder_json_only(model, path, "model", keys, error));
    TRY(folder_json_bool(model, path, "byte_fallback", &bytes, error));
    if (bytes)
        return error_set(error, STATUS_UNSUPPORTED, "%s: Unigram with byte_fallback is not supported", path);
    const size_t count =
        json_object_is_type(vocabulary, json_type_array) ? json_object_array_length(vocabulary) : 0;
    if (count == 0 || count > PIECES_LIMIT)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: model.vocab: a list of 1 to %d pieces and their scores is needed", path,
                         PIECES_LIMIT);
    if (!folder_json_id(folder_json_member(model, "unk_id"), &unknown) || (size_t)unknown >= count)
        return error_set(error, STATUS_BAD_INPUT, "%s: model.unk_id: the place of a piece is needed", path);
    file->pieces = memory_zeroed(count, sizeof *file->pieces);
    if (file->pieces == NULL) return error_no_memory(error, count * sizeof *file->pieces);
    file->model = PIECE_MODEL_UNIGRAM;
    file->count = (int)count;
    file->unknown = unknown;
    TRY(read_texts(vocabulary, path, file, error));
    const size_t texts = file->content.length;
    TRY(read_charsmap(folder_json_member(object, "normalizer"), path, &file->content, error));
    TRY(place_texts(path, file, error));
    file->pieces[unknown].type = PIECE_UNKNOWN;
    file->charsmap_length = file->content.length - texts;
    if (file->charsmap_length > 0) file->charsmap = text_string(&file->content) + texts;
    return check_unknown(rules, path, file, error);
}

enum status piece_json_read(const struct json_object *object, const char *path,
                            const struct sentencepiece_rules *rules, struct piece_pairs *pairs,
                            struct piece_file *file, struct error *error)
{
    static const char *const keys[] = {
        "version",       "truncation",     "padding", "added_tokens", "normalizer",
        "pre_tokenizer", "post_processor", "decoder", "model",        NULL};
    *file = (struct piece_file){0};
    struct json_object *model = folder_json_member(object, "model");
    if (!json_object_is_type(model, json_type_object))
        return error_set(error, STATUS_BAD_INPUT, "%s: model: an object is needed", path);
    const bool is_unigram = json_object_is_type(folder_json_member(model, "vocab"), json_type_array);
    TRY(folder_json_only(object, path, "the file", keys, error));
    if (is_unigram != (rules->class != SENTENCEPIECE_LLAMA))
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: the model is %s, which the tokenizer's class does not have", path,
                         is_unigram ? "Unigram" : "BPE");
    if (is_unigram) return read_unigram(object, path, rules, file, error);
    TRY(piece_pairs_read(model, path, pairs, error));
    /* LlamaTokenizer makes its model anew from vocabulary and merges. */
    if (!rules->as_filed) pairs->pairs.whole_first = false;
    return list_pieces(pairs, rules, file, error);
}

static bool same_part(const struct frame_part *a, const struct frame_part *b)
{
    return a->count == b->count && memcmp(a->ids, b->ids, (size_t)a->count * sizeof a->ids[0]) == 0;
}

enum status piece_json_check_frame(const struct json_object *object, const char *path,
                                   const struct token_frame *frame, struct error *error)
{
    struct token_frame filed;
    TRY(post_processor_read_typeless(folder_json_member(object, "post_processor"), path, &filed, error));
    if (same_part(&frame->before, &filed.before) && same_part(&frame->after, &filed.after) &&
        same_part(&frame->pair_before, &filed.pair_before) && same_part(&frame->between, &filed.between) &&
        same_part(&frame->pair_after, &filed.pair_after))
        return STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED,
                     "%s: post_processor: only the special tokens that the tokenizer's class puts around a "
                     "text and a pair are supported (docs/tokenizers.md)",
                     path);
}
