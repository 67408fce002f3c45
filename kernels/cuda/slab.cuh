/* slab.cuh - how the operands of a matrix product come into shared memory (product.cuh).
 *
 * A block computes a tile of T by T outputs with 2 T threads. k is cut in slabs: a slab holds some steps of
 * k, for each of them the elements of the tile's rows (or columns) side by side. Each thread reads four
 * neighbours of an operand at a time, 16 bytes where addresses allow it, and keeps them in registers until
 * the block has done with the slab before. On the way they are changed as the operand says (dropout) and
 * rounded as the device's `operands` say; both wait until the elements are needed, so that nothing waits for
 * memory.
 *
 * What is not there is never read: beyond the last output or step of k there are zeros in a slab. */
#ifndef FTBENCH_KERNELS_CUDA_SLAB_CUH
#define FTBENCH_KERNELS_CUDA_SLAB_CUH

#include "kernels/common/half.h"
#include "kernels/cuda/device.h"

#define PRODUCT_STEP 8 /* steps of k that the threads of a block read at once, four elements each */

/* What a tile of T by T is made of. A warp is 4 by 8 threads; a thread has runs of four columns, 32 columns
 * apart, in groups of four rows, 16 rows apart. */
template <int T> struct tile {
    static constexpr int threads = 2 * T;
    static constexpr int blocks = T == 128 ? 2 : 4; /* at least, that a multiprocessor holds at once */
    static constexpr int passes = T == 128 ? 1 : T == 64 ? 2 : 4; /* reads of a thread for one slab */
    static constexpr int depth = PRODUCT_STEP * passes;           /* steps of k in a slab */
    static constexpr int rows = T == 32 ? 4 : 8;                  /* of a thread */
    static constexpr int runs = T == 128 ? 2 : 1;                 /* of four columns, of a thread */
    static constexpr int line = T + 4; /* floats between steps of k: 4 more, so that writing columns hits each
                                          bank once */
    static constexpr int slab = depth * line;    /* floats of one operand */
    static constexpr int shared = 4 * slab;      /* floats: two operands, twice */
    static constexpr int across = T / 32 / runs; /* warps side by side */
};

/* An operand: lines of consecutive elements, `step` elements apart. With ALONG_K a line is one row of a (or
 * one column of b) and its elements are steps of k; without, a line is one step of k and its elements are
 * rows of a (columns of b). `change` is applied to four neighbours on their way into shared memory. */
template <bool ALONG_K, class Change> struct operand {
    const float *first;
    int64_t step;
    const int32_t *line; /* where line i is stored; NULL: at i */
    int outputs;         /* rows of a or columns of b */
    bool aligned;        /* lines start at multiples of 16 bytes */
    Change change;
};

struct unchanged {
    __device__ __forceinline__ bool any() const { return false; }
    __device__ __forceinline__ void operator()(int, int, float (&)[4]) const {}
};

static inline __host__ __device__ bool product_aligned(const float *first, int64_t step)
{
    return (uintptr_t)first % 16 == 0 && step % 4 == 0;
}

template <bool ALONG_K>
static inline operand<ALONG_K, unchanged> product_operand(const float *first, int64_t step,
                                                          const int32_t *line, int outputs)
{
    return {first, step, line, outputs, product_aligned(first, step), unchanged()};
}

/* Four elements from `from` on, of which `there` are there (it may be none, or more than four). */
static __device__ __forceinline__ void product_read(const float *from, int there, bool aligned,
                                                    float (&to)[4])
{
    if (aligned && there >= 4) {
        const float4 four = *reinterpret_cast<const float4 *>(from);
        to[0] = four.x;
        to[1] = four.y;
        to[2] = four.z;
        to[3] = four.w;
    } else {
        CUDA_UNROLL(4)
        for (int e = 0; e < 4; e++)
            to[e] = e < there ? from[e] : 0.0f;
    }
}

static __device__ __forceinline__ void product_write(float *to, int there, bool aligned,
                                                     const float (&from)[4])
{
    if (aligned && there >= 4) {
        *reinterpret_cast<float4 *>(to) = make_float4(from[0], from[1], from[2], from[3]);
    } else {
        CUDA_UNROLL(4)
        for (int e = 0; e < 4; e++)
            if (e < there) to[e] = from[e];
    }
}

static __device__ __forceinline__ void product_round(enum operands operands, float (&value)[4])
{
    if (operands == OPERANDS_FP32) return;
    CUDA_UNROLL(4)
    for (int e = 0; e < 4; e++)
        value[e] = operands == OPERANDS_FP16 ? ft_round_fp16(value[e]) : ft_round_bf16(value[e]);
}

/* A thread's share of a slab of one operand, on its way through registers. */
template <int T, bool ALONG_K, class Change> struct carrier {
    const operand<ALONG_K, Change> &from;
    const float *start; /* of the thread's own line, where it has but one */
    int own, place;     /* its line and element, counted from the slab's first step of k or in all */
    float value[tile<T>::passes][4];

    __device__ __forceinline__ carrier(const operand<ALONG_K, Change> &from, int first_output) : from(from)
    {
        if (ALONG_K) {
            own = first_output + (int)threadIdx.x / 2;
            place = (int)threadIdx.x % 2 * 4;
            start = from.first;
            if (own < from.outputs) start += (from.line == NULL ? own : from.line[own]) * from.step;
        } else {
            own = (int)threadIdx.x / (T / 4);
            place = first_output + (int)threadIdx.x % (T / 4) * 4;
            start = from.first + place;
        }
    }
    /* The steps [k, end) of the slab that starts at k. */
    __device__ __forceinline__ void read(int k, int end)
    {
        CUDA_UNROLL(tile<T>::passes)
        for (int p = 0; p < tile<T>::passes; p++) {
            if (ALONG_K) {
                const int at = k + p * PRODUCT_STEP + place;
                product_read(start + at, own < from.outputs ? end - at : 0, from.aligned, value[p]);
            } else {
                const int at = k + p * PRODUCT_STEP + own;
                const float *line = start;
                if (at < end) line += (from.line == NULL ? at : from.line[at]) * from.step;
                product_read(line, at < end ? from.outputs - place : 0, from.aligned, value[p]);
            }
        }
    }
    /* Into the slab that starts at k. What an operand's elements need, if anything, is done to a thread's own
     * ones where they then are: kept in registers, they would take too many. */
    __device__ __forceinline__ void write(int k, enum operands operands, float *slab)
    {
        CUDA_UNROLL(tile<T>::passes)
        for (int p = 0; p < tile<T>::passes; p++)
            put(slab, p * PRODUCT_STEP, value[p]);
        if (operands == OPERANDS_FP32 && !from.change.any()) return;
        CUDA_UNROLL(1)
        for (int step = 0; step < tile<T>::depth; step += PRODUCT_STEP) {
            float four[4];
            get(slab, step, four);
            if (from.change.any()) {
                if (ALONG_K)
                    from.change(own, k + step + place, four);
                else
                    from.change(k + step + own, place, four);
            }
            product_round(operands, four);
            put(slab, step, four);
        }
    }

  private:
    /* The thread's elements of a slab: those that it has read for `step`. */
    static __device__ __forceinline__ float *spot_of(float *slab, int step)
    {
        return ALONG_K ? slab + (step + (int)threadIdx.x % 2 * 4) * tile<T>::line + (int)threadIdx.x / 2
                       : slab + (step + (int)threadIdx.x / (T / 4)) * tile<T>::line +
                             (int)threadIdx.x % (T / 4) * 4;
    }
    static __device__ __forceinline__ void put(float *slab, int step, const float (&four)[4])
    {
        float *to = spot_of(slab, step);
        if constexpr (ALONG_K) {
            CUDA_UNROLL(4)
            for (int e = 0; e < 4; e++)
                to[e * tile<T>::line] = four[e];
        } else {
            product_write(to, 4, true, four);
        }
    }
    static __device__ __forceinline__ void get(float *slab, int step, float (&four)[4])
    {
        const float *at = spot_of(slab, step);
        if constexpr (ALONG_K) {
            CUDA_UNROLL(4)
            for (int e = 0; e < 4; e++)
                four[e] = at[e * tile<T>::line];
        } else {
            product_read(at, 4, true, four);
        }
    }
};

#endif
