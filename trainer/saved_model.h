/* saved_model.h - a session's model as a folder that Hugging Face's AutoModelForSequenceClassification and
 * ftbench itself (init = pretrained) read: config.json, model.safetensors, the tokenizer's files. */
#ifndef FTBENCH_TRAINER_SAVED_MODEL_H
#define FTBENCH_TRAINER_SAVED_MODEL_H

#include "base/status.h"
#include "trainer/session.h"

/* Write the session's weights, as they are now, to `folder`, which is made if need be. config.json is that of
 * the folder that the session came from, with the classifier's architecture, the names of the data's classes
 * and dtype float32, and with the tokenizer's class where none is given and no tokenizer.json says how texts
 * are read; the tokenizer's files are copied. Each file is replaced at once, config.json last: a
 * folder without it is no model. Overwrites session->scratch. */
enum status saved_model_write(struct session *session, const char *folder, struct error *error);

#endif
