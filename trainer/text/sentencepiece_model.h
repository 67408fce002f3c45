/* sentencepiece_model.h - the only door to libsentencepiece, which is written in C++: nothing but this file
 * and its .cc knows that. It cuts a text, that is already normalised, into pieces.
 *
 * The library is given a model that is written anew from checked pieces, without a normaliser: what a text
 * goes through before it is cut is ours (charsmap.h, sentencepiece.h). So it never reads a user's file. */
#ifndef FTBENCH_TRAINER_TEXT_SENTENCEPIECE_MODEL_H
#define FTBENCH_TRAINER_TEXT_SENTENCEPIECE_MODEL_H

#ifdef __cplusplus
extern "C" {
#endif

#include "base/status.h"
#include "trainer/text/piece_file.h"
#include "trainer/text/token_ids.h"

struct sentencepiece_model;

/* A model of `count` pieces, whose places are the ids; the pieces are copied. `path` is for the text of an
 * error. */
enum status sentencepiece_model_open(const struct piece *pieces, int count, enum piece_model kind,
                                     bool byte_fallback, const char *path, struct sentencepiece_model **model,
                                     struct error *error);

/* Append the ids of a text: valid UTF-8 with U+2581 for spaces. Neighbouring characters that no piece has
 * become one unknown id, or bytes when the model has byte_fallback. May be used by several threads. */
enum status sentencepiece_model_encode(const struct sentencepiece_model *model, const char *text,
                                       size_t length, struct token_ids *ids, struct error *error);

void sentencepiece_model_close(struct sentencepiece_model *model);

#ifdef __cplusplus
}
#endif

#endif
