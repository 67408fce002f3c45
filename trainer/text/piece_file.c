#include "trainer/text/piece_file.h"

#include "base/file.h"
#include "base/memory.h"
#include "trainer/text/string_table.h"
#include "trainer/text/unicode.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const size_t FILE_LIMIT = (size_t)256 << 20;

enum { PIECES_LIMIT = 1 << 24 }; /* a float, which a score is, counts as far */

/* A message of a protocol buffer: what is left of it. */
struct message {
    const unsigned char *at, *end;
};

enum wire { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

struct field {
    unsigned number;
    enum wire wire;
    uint64_t value;         /* a number, or its bits */
    struct message message; /* of WIRE_BYTES */
};

static bool take_varint(struct message *message, uint64_t *value)
{
    *value = 0;
    for (int shift = 0; shift < 64 && message->at < message->end; shift += 7) {
        unsigned char byte = *message->at++;
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return true;
    }
    return false;
}

static bool take_fixed(struct message *message, int bytes, uint64_t *value)
{
    *value = 0;
    if (message->end - message->at < bytes) return false;
    for (int i = 0; i < bytes; i++)
        *value |= (uint64_t)message->at[i] << (8 * i);
    message->at += bytes;
    return true;
}

/* The next field of a message that is not at its end; false when the bytes are no field. */
static bool take_field(struct message *message, struct field *field)
{
    uint64_t key;
    if (!take_varint(message, &key) || key >> 3 == 0 || key >> 32 != 0) return false;
    *field = (struct field){.number = (unsigned)(key >> 3), .wire = (enum wire)(key & 7)};
    switch (key & 7) {
    case WIRE_VARINT:
        return take_varint(message, &field->value);
    case WIRE_64:
        return take_fixed(message, 8, &field->value);
    case WIRE_32:
        return take_fixed(message, 4, &field->value);
    case WIRE_BYTES:
        if (!take_varint(message, &field->value) || field->value > (uint64_t)(message->end - message->at))
            return false;
        field->message = (struct message){message->at, message->at + field->value};
        message->at += field->value;
        return true;
    default:
        return false;
    }
}

static enum status broken(const char *path, const char *what, struct error *error)
{
    return error_set(error, STATUS_BAD_INPUT, "%s: no SentencePiece model, or damaged: %s", path, what);
}

static enum status read_piece(struct message message, const char *path, struct piece *piece,
                              struct error *error)
{
    *piece = (struct piece){.bytes = "", .type = PIECE_NORMAL};
    while (message.at < message.end) {
        struct field field;
        if (!take_field(&message, &field)) return broken(path, "a piece is cut off", error);
        if (field.number == 1 && field.wire == WIRE_BYTES) {
            piece->bytes = (const char *)field.message.at;
            piece->length = (size_t)field.value;
        } else if (field.number == 2 && field.wire == WIRE_32) {
            uint32_t bits = (uint32_t)field.value;
            memcpy(&piece->score, &bits, sizeof bits);
        } else if (field.number == 3 && field.wire == WIRE_VARINT) {
            if (field.value < PIECE_NORMAL || field.value > PIECE_BYTE)
                return broken(path, "a piece of a type that is not known", error);
            piece->type = (enum piece_type)field.value;
        }
    }
    if (piece->length == 0 || memchr(piece->bytes, '\0', piece->length) != NULL ||
        !unicode_is_valid(piece->bytes, piece->length))
        return broken(path, "a piece is empty or no UTF-8 text", error);
    if (!isfinite(piece->score)) return broken(path, "the score of a piece is not finite", error);
    return STATUS_OK;
}

static enum status read_trainer(struct message message, const char *path, struct piece_file *file,
                                struct error *error)
{
    while (message.at < message.end) {
        struct field field;
        if (!take_field(&message, &field)) return broken(path, "the trainer's settings are cut off", error);
        if (field.wire != WIRE_VARINT) continue;
        if (field.number == 3) {
            if (field.value != PIECE_MODEL_UNIGRAM && field.value != PIECE_MODEL_BPE)
                return error_set(error, STATUS_UNSUPPORTED,
                                 "%s: model_type %llu is not supported; unigram (1) and bpe (2) are", path,
                                 (unsigned long long)field.value);
            file->model = (enum piece_model)field.value;
        } else if (field.number == 24 && field.value != 0) {
            return error_set(error, STATUS_UNSUPPORTED,
                             "%s: treat_whitespace_as_suffix is not supported; spaces before words are",
                             path);
        } else if (field.number == 35) {
            file->byte_fallback = field.value != 0;
        }
    }
    return STATUS_OK;
}

static enum status read_normaliser(struct message message, const char *path, struct piece_file *file,
                                   struct error *error)
{
    while (message.at < message.end) {
        struct field field;
        if (!take_field(&message, &field)) return broken(path, "the normaliser is cut off", error);
        if (field.number == 2 && field.wire == WIRE_BYTES) {
            file->charsmap = field.value == 0 ? NULL : (const char *)field.message.at;
            file->charsmap_length = (size_t)field.value;
        } else if (field.number == 4 && field.wire == WIRE_VARINT) {
            file->remove_extra_whitespaces = field.value != 0;
        } else if (field.number == 5 && field.wire == WIRE_VARINT && field.value == 0) {
            return error_set(error, STATUS_UNSUPPORTED,
                             "%s: escape_whitespaces = false is not supported; true is", path);
        }
    }
    return STATUS_OK;
}

static enum status add_piece(struct piece_file *file, size_t *capacity, struct message message,
                             const char *path, struct error *error)
{
    if (file->count == PIECES_LIMIT) return broken(path, "more than 16777216 pieces", error);
    if ((size_t)file->count == *capacity) {
        size_t wanted = *capacity == 0 ? 1024 : 2 * *capacity;
        struct piece *pieces = memory_resize(file->pieces, wanted, sizeof *pieces);
        if (pieces == NULL) return error_no_memory(error, wanted * sizeof *pieces);
        file->pieces = pieces;
        *capacity = wanted;
    }
    TRY(read_piece(message, path, &file->pieces[file->count], error));
    file->count++;
    return STATUS_OK;
}

static enum status read_model(struct piece_file *file, const char *path, struct error *error)
{
    const unsigned char *bytes = (const unsigned char *)text_string(&file->content);
    struct message message = {bytes, bytes + file->content.length};
    size_t capacity = 0;
    while (message.at < message.end) {
        struct field field;
        if (!take_field(&message, &field))
            return error_set(error, STATUS_BAD_INPUT,
                             "%s: no SentencePiece model, or damaged: the bytes after %d pieces are no field",
                             path, file->count);
        if (field.wire != WIRE_BYTES) continue;
        if (field.number == 1) TRY(add_piece(file, &capacity, field.message, path, error));
        if (field.number == 2) TRY(read_trainer(field.message, path, file, error));
        if (field.number == 3) TRY(read_normaliser(field.message, path, file, error));
    }
    return STATUS_OK;
}

/* What the pieces must be to each other. */
static enum status check_pieces(struct piece_file *file, const char *path, struct error *error)
{
    struct string_table table = {0};
    enum status status = STATUS_OK;
    int unknown = 0, bytes = 0;
    for (int i = 0; i < file->count; i++) {
        const struct piece *piece = &file->pieces[i];
        int32_t held;
        TRY_TO(done, string_table_add(&table, piece->bytes, piece->length, i, &held, error));
        if (held != i) {
            status = error_set(error, STATUS_BAD_INPUT, "%s: pieces %d and %d are the same text", path,
                               (int)held, i);
            goto done;
        }
        if (piece->type == PIECE_UNKNOWN) {
            unknown++;
            file->unknown = i;
        }
        bytes += piece->type == PIECE_BYTE ? 1 : 0;
    }
    if (unknown != 1) {
        status = error_set(error, STATUS_BAD_INPUT,
                           "%s: no SentencePiece model, or damaged: %d of its %d pieces are the unknown one; "
                           "1 must be",
                           path, unknown, file->count);
        goto done;
    }
    int named = 0;
    for (unsigned byte = 0; byte < 256; byte++) {
        char name[8];
        snprintf(name, sizeof name, "<0x%02X>", byte);
        const int32_t *place = string_table_find(&table, name, strlen(name));
        named += place != NULL && file->pieces[*place].type == PIECE_BYTE ? 1 : 0;
    }
    if (named != bytes || named != (file->byte_fallback ? 256 : 0))
        status =
            error_set(error, STATUS_BAD_INPUT,
                      "%s: %d pieces are bytes, %d of them from <0x00> to <0xFF>; with byte_fallback all "
                      "256 must be there, and none without",
                      path, bytes, named);
done:
    string_table_free(&table);
    return status;
}

enum status piece_file_read(const char *path, struct piece_file *file, struct error *error)
{
    *file = (struct piece_file){.model = PIECE_MODEL_UNIGRAM, .remove_extra_whitespaces = true};
    enum status status;
    TRY_TO(failed, file_read(path, FILE_LIMIT, &file->content, error));
    TRY_TO(failed, read_model(file, path, error));
    TRY_TO(failed, check_pieces(file, path, error));
    return STATUS_OK;
failed:
    piece_file_free(file);
    return status;
}

void piece_file_free(struct piece_file *file)
{
    text_free(&file->content);
    memory_free(file->pieces);
    *file = (struct piece_file){0};
}
