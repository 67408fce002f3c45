/* cuda_ops.c - the strict table of the CUDA backend. */
#include "kernels/cuda/cuda_ops.h"

#include "kernels/cuda/families.h"

const struct ops cuda_ops = {
    .name = "cuda",
    .isa = "",
    .overrides = "",
    .usable = cuda_usable,
    .inspect = cuda_inspect,
    .open = cuda_open,
    .close = cuda_close,
    .describe = cuda_describe,
    .memory = cuda_memory,
    .allocate = cuda_allocate,
    .release = cuda_release,
    .upload = cuda_upload,
    .download = cuda_download,
    .copy = cuda_copy,
    .zero = cuda_zero,
    .synchronize = cuda_synchronize,
    FT_FAMILY_TABLE,
};
