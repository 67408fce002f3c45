/* cuda_ops.c - the strict table of the CUDA backend. */
#include "kernels/cuda/cuda_ops.h"

#include "kernels/cuda/families.h"

const struct ops cuda_ops = {CUDA_TABLE};
