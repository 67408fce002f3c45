/* attention_head.cuh - one query head of one sample, as the blocks of attention's kernels see it: where it is
 * in the tensors, which keys a query reads, and its dropout.
 *
 * Kernels run over the longest sample of the batch with gridDim.y over samples; a block that is beyond its
 * sample's length has nothing to do, all threads alike. */
#ifndef FTBENCH_KERNELS_CUDA_ATTENTION_HEAD_CUH
#define FTBENCH_KERNELS_CUDA_ATTENTION_HEAD_CUH

#include "kernels/common/dropout_keep.h"
#include "kernels/cuda/slab.cuh"

struct attention_head {
    int length;     /* n: tokens of the sample */
    int query_at;   /* column of the head in q, out and their gradients */
    int key_at;     /* column of its key head in k, v and their gradients */
    int64_t row;    /* of the sample's first token */
    int64_t matrix; /* element of its (n, n) matrix in probabilities */
};

/* Query head h of sample b, which is not empty. */
static __device__ __forceinline__ attention_head attention_head_of(const struct rows &rows,
                                                                   const struct attention &attention, int b,
                                                                   int h)
{
    attention_head head;
    head.length = rows.device_first[b + 1] - rows.device_first[b];
    head.query_at = h * attention.head_dim;
    head.key_at = h / (attention.heads / attention.kv_heads) * attention.head_dim;
    head.row = rows.device_start[b];
    head.matrix = attention.heads * rows.device_square[b] + (int64_t)h * head.length * head.length;
    return head;
}

static __device__ __forceinline__ int attention_length(const struct rows &rows, int b)
{
    return rows.device_first[b + 1] - rows.device_first[b];
}

/* How many keys a query reads, from the first on. */
static __device__ __forceinline__ int attention_keys(const struct attention &attention, int length, int query)
{
    return attention.causal ? query + 1 : length;
}

/* Dropout on four neighbouring keys of a query; to be applied where there is any. */
struct dropped {
    const struct dropout &dropout; /* the kernel's argument: what it says costs no registers */
    bool drop;
    uint32_t sample; /* in the optimiser step */
    int length;      /* elements from query to query */
    uint64_t first;  /* element of the head's first query and key */

    __device__ __forceinline__ bool any() const { return drop; }
    __device__ __forceinline__ void operator()(int query, int key, float (&value)[4]) const
    {
        const uint64_t element = first + (uint64_t)query * (uint64_t)length + (uint64_t)key;
        const uint32_t block = (uint32_t)(element / 4);
        const bool by_one = element % 2 != 0, by_two = element % 4 >= 2;
        const struct philox4 here =
            philox4x32_10(dropout.seed, dropout.stream, dropout.draw, dropout.site, sample, block);
        struct philox4 next = here;
        if (by_one || by_two)
            next = philox4x32_10(dropout.seed, dropout.stream, dropout.draw, dropout.site, sample, block + 1);
        uint32_t word[7];
        CUDA_UNROLL(4)
        for (int i = 0; i < 4; i++)
            word[i] = here.word[i];
        CUDA_UNROLL(3)
        for (int i = 0; i < 3; i++)
            word[4 + i] = next.word[i];
        CUDA_UNROLL(5)
        for (int i = 0; i < 5; i++) /* ours are word[element % 4] on: moved to the front by two, by one */
            word[i] = by_two ? word[i + 2] : word[i];
        CUDA_UNROLL(4)
        for (int i = 0; i < 4; i++)
            value[i] =
                ft_dropout_apply(by_one ? word[i + 1] : word[i], dropout.threshold, dropout.scale, value[i]);
    }
};

/* The dropout of query head h of sample b, if it is to be. */
static __device__ __forceinline__ dropped attention_dropped(const struct rows &rows,
                                                            const struct attention &attention, int b, int h,
                                                            bool drop)
{
    const uint64_t length = (uint64_t)attention.max_length;
    return {attention.dropout, drop && attention.dropout.probability > 0.0f,
            (uint32_t)rows.sample[rows.device_first[b]], attention.max_length, (uint64_t)h * length * length};
}

#endif
