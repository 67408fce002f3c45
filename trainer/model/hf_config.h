/* hf_config.h - what a Hugging Face config.json says about a model, for the families that ftbench trains.
 *
 * Fails closed: a field that would change the result and that we do not compute is an error that names it;
 * fields known to be without effect on a classifier's arithmetic are passed over; any other field is refused
 * too, because we cannot know. docs/families.md lists every field. The file must be one strict JSON object,
 * in which no name stands twice. Sizes beyond any model of the families are refused: heads, layers, widths
 * and their products, up to 2^40 parameters, fit the integers that count them.
 */
#ifndef FTBENCH_TRAINER_MODEL_HF_CONFIG_H
#define FTBENCH_TRAINER_MODEL_HF_CONFIG_H

#include "base/status.h"
#include "trainer/model/model_config.h"

/* Read FOLDER/config.json. Errors name the file, the field and what would be right. */
enum status hf_config_read(const char *folder, struct model_config *config, struct error *error);

/* The same from the text of a config.json; `path` is what errors call it. */
enum status hf_config_parse(const char *json, const char *path, struct model_config *config,
                            struct error *error);

/* One probability for every dropout of the model (those that its family has). */
void hf_config_set_dropout(struct model_config *config, double probability);

#endif
