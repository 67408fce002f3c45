/* weights_folder.h - all weights of a Hugging Face folder, whether one file holds them or many. */
#ifndef FTBENCH_TRAINER_WEIGHTS_WEIGHTS_FOLDER_H
#define FTBENCH_TRAINER_WEIGHTS_WEIGHTS_FOLDER_H

#include "base/status.h"
#include "trainer/weights/safetensors.h"
#include "trainer/weights/weights_files.h"

#include <stddef.h>

struct weights_folder {
    struct weights_files files;
    struct safetensors *opened; /* (files.count), owned, in the order of files.names */
};

/* A tensor and the file that holds it; `tensor` NULL: there is none. */
struct weights_entry {
    const struct safetensors *file;
    const struct safetensors_tensor *tensor;
};

/* Open every file, and check that the index and the files agree: each tensor is in the file that the index
 * says, and in no other. */
enum status weights_folder_open(const char *folder, struct weights_folder *weights, struct error *error);
void weights_folder_close(struct weights_folder *weights); /* zeros are fine */

/* The tensor of this name, or one whose `tensor` is NULL. */
struct weights_entry weights_folder_find(const struct weights_folder *weights, const char *name);

#endif
