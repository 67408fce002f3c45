/* model_labels.h - what a folder's config.json calls the classes of its head. */
#ifndef FTBENCH_TRAINER_MODEL_MODEL_LABELS_H
#define FTBENCH_TRAINER_MODEL_MODEL_LABELS_H

#include "base/status.h"
#include "base/text.h"

struct model_labels {
    int count;    /* of id2label's names; without it num_labels, and without both 2, as in transformers */
    char **names; /* (count), owned; NULL where nobody gave a name: absent, or LABEL_0, LABEL_1, ... */
};

/* Read FOLDER/config.json. STATUS_BAD_INPUT when id2label is not the numbers 0, 1, ... each with a name. */
enum status model_labels_read(const char *folder, struct model_labels *labels, struct error *error);
void model_labels_free(struct model_labels *labels); /* zeros are fine */

/* Add what the numbers of `count` classes stand for: "0 is POSITIVE, 1 is NEGATIVE", at most ten. A class
 * without a name is left out. */
void model_labels_explain(char *const *names, int count, struct text *sentence);

#endif
