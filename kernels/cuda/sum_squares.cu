/* sum_squares.cu - the sums of squares of tensors that clipping needs, in the fixed tree of tree_sum.h.
 *
 * A block sums a subtree of 64 chunks, a warp a chunk at a time in the contract's lanes; then a block a
 * tensor joins the subtrees. So two launches for every GROUP tensors and one download; no table is uploaded,
 * as a group is an argument of the kernel. Bound by memory: 4 bytes an element; 80 to 90% of the bandwidth is
 * expected. */
#include "kernels/cuda/families.h"

#include "kernels/common/tree_sum.h"
#include "kernels/cuda/warp.cuh"

#define SUBTREE_CHUNKS 64 /* a power of two, so that a block's sum is a node of the tensor's tree */
#define SUBTREE ((int64_t)SUBTREE_CHUNKS * FT_CHUNK)
#define THREADS 256
#define WARPS (THREADS / CUDA_WARP)
#define GROUP 128 /* tensors of a launch: what fits into its arguments */

/* The device's scratch: the results of so many tensors, then the sums of a group's subtrees. */
#define RESULTS 16384
#define LEAVES ((int64_t)(CUDA_SCRATCH_BYTES / sizeof(float)) - RESULTS)

struct tensor_group {
    const float *x;
    int tensors;
    int64_t begin[GROUP + 1]; /* first element of each */
    int first[GROUP + 1];     /* first subtree of each; one without elements has none */
    float *leaf;              /* (first[tensors]) sums of the subtrees */
    float *result;            /* (tensors) */
};

/* By all threads of a block: the pairs of x[0 .. count) joined again and again, a last odd one carried along,
 * until x[0] is the sum. At each level the sums stay where their first leaf was. */
static __device__ __forceinline__ void join_pairs(float *x, int count)
{
    for (int apart = 1; apart < count; apart *= 2) {
        for (int i = 2 * apart * (int)threadIdx.x; i + apart < count; i += 2 * apart * THREADS)
            x[i] = x[i] + x[i + apart];
        __syncthreads();
    }
}

/* Lanes of fma(x, x) over a chunk, in every lane. */
static __device__ __forceinline__ float chunk_sum(const float *x, int count)
{
    const int lane = (int)threadIdx.x % CUDA_WARP;
    float sum = 0.0f;
    if (count == FT_CHUNK) {
        CUDA_UNROLL(16)
        for (int k = 0; k < FT_CHUNK; k += CUDA_WARP)
            sum = FT_FMAF(x[k + lane], x[k + lane], sum);
    } else {
        for (int k = lane; k < count; k += CUDA_WARP)
            sum = FT_FMAF(x[k], x[k], sum);
    }
    return warp_sum(sum);
}

/* A block a subtree. */
static __global__ void __launch_bounds__(THREADS) sum_subtrees(struct tensor_group group)
{
    CUDA_SHARED(float, chunk, SUBTREE_CHUNKS);
    const int block = (int)blockIdx.x, warp = (int)threadIdx.x / CUDA_WARP;
    int tensor = 0, beyond = group.tensors; /* the last whose first subtree is this one or one before */
    while (beyond - tensor > 1) {
        const int middle = (tensor + beyond) / 2;
        if (group.first[middle] <= block)
            tensor = middle;
        else
            beyond = middle;
    }
    const int64_t at = group.begin[tensor] + (block - group.first[tensor]) * SUBTREE;
    const int64_t left = group.begin[tensor + 1] - at;
    const int count = (int)(left < SUBTREE ? left : SUBTREE), chunks = (count + FT_CHUNK - 1) / FT_CHUNK;
    for (int c = warp; c < chunks; c += WARPS) {
        const int here = count - c * FT_CHUNK;
        const float sum = chunk_sum(group.x + at + c * FT_CHUNK, here < FT_CHUNK ? here : FT_CHUNK);
        if (threadIdx.x % CUDA_WARP == 0) chunk[c] = sum;
    }
    __syncthreads();
    join_pairs(chunk, chunks);
    if (threadIdx.x == 0) group.leaf[block] = chunk[0];
}

/* A block a tensor. */
static __global__ void __launch_bounds__(THREADS) sum_tensors(struct tensor_group group)
{
    const int tensor = (int)blockIdx.x, count = group.first[tensor + 1] - group.first[tensor];
    float *leaf = group.leaf + group.first[tensor];
    join_pairs(leaf, count);
    if (threadIdx.x == 0) group.result[tensor] = count > 0 ? leaf[0] : 0.0f;
}

/* As many of the tensors [0, tensors) as a launch takes, at least one. */
static void group_fill(struct tensor_group *group, int tensors, const int64_t *begin)
{
    group->tensors = 0;
    group->begin[0] = begin[0];
    group->first[0] = 0;
    for (int t = 0; t < tensors && t < GROUP; t++) {
        const int64_t subtrees = group->first[t] + (begin[t + 1] - begin[t] + SUBTREE - 1) / SUBTREE;
        if (subtrees > LEAVES) return;
        group->begin[t + 1] = begin[t + 1];
        group->first[t + 1] = (int)subtrees;
        group->tensors = t + 1;
    }
}

/* Sums of at most RESULTS tensors, left in the scratch. */
static void sum_some(struct device *device, const float *x, int tensors, const int64_t *begin)
{
    float *scratch = static_cast<float *>(device->scratch);
    struct tensor_group group = {};
    group.x = x;
    group.leaf = scratch + RESULTS;
    for (int done = 0; done < tensors; done += group.tensors) {
        group_fill(&group, tensors - done, begin + done);
        if (group.tensors == 0) { /* one of 6e10 elements */
            cuda_note(device, cudaErrorInvalidValue, "sum_squares of a tensor of more than 2^36 elements");
            return;
        }
        group.result = scratch + done;
        const int subtrees = group.first[group.tensors];
        if (subtrees > 0)
            CUDA_RUN(device, "sum_squares", sum_subtrees, (unsigned)subtrees, THREADS, 0, group);
        CUDA_RUN(device, "sum_squares", sum_tensors, (unsigned)group.tensors, THREADS, 0, group);
    }
}

extern "C" void cuda_sum_squares(struct device *device, const float *x, int tensors, const int64_t *begin,
                                 float *result)
{
    for (int done = 0, here; done < tensors; done += here) {
        here = tensors - done < RESULTS ? tensors - done : RESULTS;
        sum_some(device, x, here, begin + done);
        cuda_download(device, result + done, device->scratch, (size_t)here * sizeof(float));
    }
}
