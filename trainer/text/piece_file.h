/* piece_file.h - a SentencePiece model file (tokenizer.model), read field by field.
 *
 * The file is a protocol buffer, ModelProto of google/sentencepiece (sentencepiece_model.proto). It is read
 * here and checked to the last byte, so that the library is only ever given what is known to be sound
 * (sentencepiece_model.h): it trusts its files. */
#ifndef FTBENCH_TRAINER_TEXT_PIECE_FILE_H
#define FTBENCH_TRAINER_TEXT_PIECE_FILE_H

#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum piece_type {
    PIECE_NORMAL = 1,
    PIECE_UNKNOWN = 2,
    PIECE_CONTROL = 3,
    PIECE_USER_DEFINED = 4,
    PIECE_UNUSED = 5,
    PIECE_BYTE = 6
};

enum piece_model { PIECE_MODEL_UNIGRAM = 1, PIECE_MODEL_BPE = 2 };

struct piece {
    const char *bytes; /* valid UTF-8 without NUL, not terminated; into the file's content, or static */
    size_t length;
    float score; /* finite */
    enum piece_type type;
};

struct piece_file {
    struct text content;  /* the file; owned */
    struct piece *pieces; /* owned, (count); the texts are distinct, one piece is the unknown one */
    int count;
    int unknown; /* its place */
    enum piece_model model;
    bool byte_fallback; /* characters that no piece has become bytes; there is a piece for each byte */
    /* The normaliser. */
    const char *charsmap; /* precompiled_charsmap, into the file's content; NULL when there is none */
    size_t charsmap_length;
    bool remove_extra_whitespaces;
};

/* STATUS_BAD_INPUT when the file is no such model or is damaged, STATUS_UNSUPPORTED for models of words or
 * characters, and for spaces that are not written as the sign U+2581 before a word. */
enum status piece_file_read(const char *path, struct piece_file *file, struct error *error);
void piece_file_free(struct piece_file *file);

#endif
