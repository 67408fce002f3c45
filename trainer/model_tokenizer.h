/* model_tokenizer.h - the tokenizer of a model's folder, and whether it fits the model. */
#ifndef FTBENCH_TRAINER_MODEL_TOKENIZER_H
#define FTBENCH_TRAINER_MODEL_TOKENIZER_H

#include "base/status.h"
#include "trainer/model/model_config.h"
#include "trainer/spec/run_spec.h"
#include "trainer/text/tokenizer.h"

/* Open the tokenizer of spec's model_path, whose config.json is `config`. Refused: a max_length beyond the
 * model's positions, a vocabulary beyond the model's, pairs of texts where the model has one type of token.
 */
enum status model_tokenizer_open(const struct run_spec *spec, const struct model_config *config,
                                 struct tokenizer **tokenizer, struct error *error);

#endif
