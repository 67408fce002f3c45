/* weights_files.h - which files of a Hugging Face folder hold the model's weights.
 *
 * As transformers looks for them: model.safetensors, else the files that model.safetensors.index.json names.
 * PyTorch's own files (pytorch_model.bin) hold programs as much as numbers, and are not read: a folder with
 * nothing else is refused with the command that converts it. */
#ifndef FTBENCH_TRAINER_WEIGHTS_WEIGHTS_FILES_H
#define FTBENCH_TRAINER_WEIGHTS_WEIGHTS_FILES_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

#define WEIGHTS_FILE "model.safetensors"
#define WEIGHTS_INDEX "model.safetensors.index.json"

struct weights_files {
    char **names; /* (count), owned: names in the folder, ascending by bytes, each once */
    size_t count;
    struct json_object
        *index; /* owned: {"weight_map": {tensor: file}}; NULL: there is one file, and no index */
};

/* STATUS_BAD_INPUT when the folder has an adapter (PEFT), which would change the weights. */
enum status weights_files_refuse_adapter(const char *folder, struct error *error);

/* Find them, where there is no adapter. STATUS_BAD_INPUT names what is missing or wrong; each file that is
 * named is there. */
enum status weights_files_find(const char *folder, struct weights_files *files, struct error *error);
void weights_files_free(struct weights_files *files); /* zeros are fine */

/* The file in which the index says that a tensor is; NULL when it does not know it. */
const char *weights_files_place(const struct weights_files *files, const char *tensor);

#endif
