/* encoder_config.h - config.json of the encoders. Each reads into a zeroed `config`. */
#ifndef FTBENCH_TRAINER_MODEL_ENCODER_CONFIG_H
#define FTBENCH_TRAINER_MODEL_ENCODER_CONFIG_H

#include "trainer/model/config_reader.h"
#include "trainer/model/model_config.h"

/* bert; MiniLM and most sentence encoders are of this type too. */
enum status encoder_config_bert(struct config_reader *reader, struct model_config *config);
/* roberta, xlm-roberta, camembert: they differ in their tokenizers only. */
enum status encoder_config_roberta(struct config_reader *reader, struct model_config *config);
enum status encoder_config_distilbert(struct config_reader *reader, struct model_config *config);

#endif
