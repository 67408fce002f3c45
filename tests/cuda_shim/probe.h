/* probe.h - kernels that do right and kernels that do wrong, for the tests of the shim: launches, as the
 * backend's families are written. Pointers are to memory of the device. */
#ifndef FTBENCH_SHIM_PROBE_H
#define FTBENCH_SHIM_PROBE_H

#include "kernels/cuda/launch.h"

enum probe_fault {
    PROBE_RIGHT,
    PROBE_NO_BARRIER,        /* one is missing between a write and a read by others */
    PROBE_DIVERGENT_BARRIER, /* half of the threads do not come to it */
    PROBE_TWO_BARRIERS,      /* one half waits here, the other there */
    PROBE_EARLY_END,         /* a thread ends before the barrier */
    PROBE_SHARED_OVERRUN,    /* of dynamic shared memory, by one element */
    PROBE_OVERRUN,           /* of `out`, by one element */
    PROBE_WILD,              /* an address that is nobody's */
    PROBE_ABSENT_LANE,       /* a shuffle from a lane that has ended */
    PROBE_WRONG_MASK,        /* a lane that is not in its own mask */
    PROBE_DIVERGENT_SHUFFLE, /* half of the lanes do not come to it */
    PROBE_BLOCK_RACE         /* every block writes the first element */
};

/* out[block] = the sum of x[block][0 .. width - 1] in the order of tree_sum.h; blocks of `threads`. */
void probe_sum(const float *x, int rows, int width, int threads, enum probe_fault fault, float *out,
               cudaStream_t stream);

/* out[i] = what it read of shared memory that nobody wrote. */
void probe_unwritten(float *out, int count, cudaStream_t stream);

/* One count for each thread of a grid of so many blocks and threads, by an atomic addition. */
void probe_count(unsigned *count, dim3 grid, dim3 block, size_t bytes, cudaStream_t stream);

/* Let probe_count have so much dynamic shared memory. */
cudaError_t probe_allow_shared(int bytes);

/* out[i] = threads' places, 7 numbers each: thread x y z, block x y z, and the lane that warp operations
 * see. */
void probe_places(int *out, dim3 grid, dim3 block, cudaStream_t stream);

/* out: 32 results of each kind of shuffle and vote, with segments of 8 lanes. */
void probe_shuffles(int *out, cudaStream_t stream);

/* A kernel of a template: out[i] = Factor * i for i < Count. */
void probe_template(int *out, cudaStream_t stream);

#endif
