/* fast_ops.c - the fast table of the CUDA backend: the strict one, and linear layers by cuBLAS.
 *
 * Attention stays strict. Its products are many small ones, one a head and sample, of lengths that differ
 * from sample to sample, so they would be as many calls of cuBLAS; and masks, softmax and dropout between
 * them have to see every score anyway. Random numbers stay strict too, and cuRAND is not used: a mask is
 * named by its counters (kernels/common/philox.h), so that it does not depend on how a step is cut, and
 * cuRAND's layout names it by threads. */
#include "kernels/cuda/cuda_ops.h"
#include "kernels/cuda/families.h"
#include "kernels/cuda/fast_families.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init" /* that is what this table is */
const struct ops cuda_ops_fast = {
    CUDA_TABLE,
    .name = "cuda_fast",
    .overrides = "linear_forward, linear_backward_input, linear_backward_weight",
    .usable = cuda_fast_usable,
    .inspect = cuda_fast_inspect,
    .open = cuda_fast_open,
    .close = cuda_fast_close,
    .describe = cuda_fast_describe,
    .linear_forward = cuda_fast_linear_forward,
    .linear_backward_input = cuda_fast_linear_backward_input,
    .linear_backward_weight = cuda_fast_linear_backward_weight,
};
#pragma GCC diagnostic pop
