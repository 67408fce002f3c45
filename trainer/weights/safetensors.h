/* safetensors.h - one file of named tensors in the safetensors format, mapped into memory.
 *
 * The format (https://huggingface.co/docs/safetensors): 8 bytes, little-endian, say how long the header is;
 * the header is one JSON object, maybe with blanks behind it; what follows is data. Each member of the object
 * is a tensor, {"dtype", "shape", "data_offsets": [begin, end)} with offsets into the data, but for
 * "__metadata__", an object of strings. Everything of this is checked when the file is opened: the header is
 * at most 100 MB, no name stands there twice, the tensors fill the data in some order without a hole or an
 * overlap, and each takes the bytes that its shape and dtype need. Alignment is not assumed.
 *
 * The file must not be shortened while it is open: what is not there any more cannot be read (SIGBUS). */
#ifndef FTBENCH_TRAINER_WEIGHTS_SAFETENSORS_H
#define FTBENCH_TRAINER_WEIGHTS_SAFETENSORS_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

enum { SAFETENSORS_RANK = 8 }; /* most dimensions of a tensor */

struct safetensors_tensor {
    const char *name;                 /* owned by the file */
    const char *dtype;                /* as the format spells it: "F32" */
    int rank;                         /* 0: a single number */
    uint64_t shape[SAFETENSORS_RANK]; /* (rank) */
    uint64_t count;                   /* numbers: the product of shape */
    uint64_t begin, end;              /* bytes, into the data */
};

struct safetensors {
    char *path;                         /* owned */
    struct json_object *header;         /* owned */
    struct safetensors_tensor *tensors; /* (count), owned, sorted by name (bytes) */
    size_t count;
    const unsigned char *map; /* the whole file; owned */
    size_t map_bytes;
    const unsigned char *data; /* within the map */
};

/* Open and check a file. Errors name the file, the tensor and what would be right; nothing is held then. */
enum status safetensors_open(const char *path, struct safetensors *file, struct error *error);
void safetensors_close(struct safetensors *file); /* zeros are fine */

/* The tensor of this name, or NULL. */
const struct safetensors_tensor *safetensors_find(const struct safetensors *file, const char *name);

/* All numbers of a tensor as float32, (count) of them, exactly: F32, F16 and BF16. Any other dtype is
 * STATUS_UNSUPPORTED; its text names the tensor and the dtype. */
enum status safetensors_read(const struct safetensors *file, const struct safetensors_tensor *tensor,
                             float *values, struct error *error);

/* A shape for people: "(2, 128)". */
enum { SAFETENSORS_SHAPE_TEXT = 192 };
void safetensors_shape_text(const uint64_t *shape, int rank, char text[SAFETENSORS_SHAPE_TEXT]);

/* A tensor to write: `values` are the product of `shape` float32 numbers. */
struct safetensors_source {
    const char *name;
    int rank;
    uint64_t shape[SAFETENSORS_RANK];
    const float *values;
};

/* Write `count` tensors of distinct names as F32, in the order of their names, with the metadata
 * {"format": "pt"} that transformers asks for, and a header padded with blanks so that the data begin at a
 * multiple of 8 bytes. `path` is replaced at once when all is written and synced. */
enum status safetensors_write(const char *path, const struct safetensors_source *tensors, size_t count,
                              struct error *error);

#endif
