/* cuda_ops.h - the tables of the CUDA backend, in builds that have it. */
#ifndef FTBENCH_KERNELS_CUDA_OPS_H
#define FTBENCH_KERNELS_CUDA_OPS_H

#include "kernels/ops.h"

extern const struct ops cuda_ops;      /* strict: the bits of the CPU's tables */
extern const struct ops cuda_ops_fast; /* "cuda_fast": the same with products by cuBLAS, not strict */

#endif
