/* rope_config.h - rotary positions in config.json: `rope_theta` and `rope_scaling` as transformers 4 writes
 * them, `rope_parameters` as 5 does. */
#ifndef FTBENCH_TRAINER_MODEL_ROPE_CONFIG_H
#define FTBENCH_TRAINER_MODEL_ROPE_CONFIG_H

#include "trainer/model/config_reader.h"
#include "trainer/model/model_config.h"

/* Reads both spellings into `config`. One of them may repeat the other, not contradict it. Kinds that are not
 * computed (dynamic, yarn, longrope, ...) are refused by name. `trained_positions` is
 * max_position_embeddings. */
enum status rope_config_read(struct config_reader *reader, int trained_positions,
                             struct model_config *config);

#endif
