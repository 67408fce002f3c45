/* decoder_config.h - config.json of the decoders, which are all FAMILY_LLAMA. Each reads into a zeroed
 * `config`. */
#ifndef FTBENCH_TRAINER_MODEL_DECODER_CONFIG_H
#define FTBENCH_TRAINER_MODEL_DECODER_CONFIG_H

#include "trainer/model/config_reader.h"
#include "trainer/model/model_config.h"

/* llama; SmolLM and TinyLlama are of this type too. */
enum status decoder_config_llama(struct config_reader *reader, struct model_config *config);
/* mistral: Llama with attention to the last `sliding_window` tokens, which no sequence may exceed here. */
enum status decoder_config_mistral(struct config_reader *reader, struct model_config *config);
/* qwen2: Llama with biases of queries, keys and values. */
enum status decoder_config_qwen2(struct config_reader *reader, struct model_config *config);

#endif
