/* sentencepiece_vocabulary.h - which piece has which id: the order in which a class of transformers lays out
 * the pieces of a model file, and where the added tokens go. */
#ifndef FTBENCH_TRAINER_TEXT_SENTENCEPIECE_VOCABULARY_H
#define FTBENCH_TRAINER_TEXT_SENTENCEPIECE_VOCABULARY_H

#include "base/status.h"
#include "trainer/text/piece_file.h"
#include "trainer/text/sentencepiece_rules.h"

/* Lay out the file's pieces for the rules' class, in place: afterwards a piece's place is its id. Tokens that
 * the model itself wants found in texts are added to rules->added, and each added token gets its id: that of
 * the piece of the same text, else the next one behind the pieces. Pieces of a tokenizer.json lie so already.
 * *size is 1 + the largest id. STATUS_UNSUPPORTED for models that the class does not have, and for added
 * tokens whose files say another id. */
enum status sentencepiece_vocabulary(struct piece_file *file, struct sentencepiece_rules *rules, int *size,
                                     struct error *error);

#endif
