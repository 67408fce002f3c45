/* tree_sum.h - the fixed orders in which rows and tensors are summed.
 *
 * Rows: 32 lanes. Lane l takes the elements l, l + 32, l + 64, ... in order, starting from +0; then lane l
 * takes lane l + d for d = 16, 8, 4, 2, 1, and lane 0 is the result. 32 lanes are a CUDA warp, two 512-bit
 * vectors or four 256-bit ones, so every machine can do it at full speed.
 *
 * Tensors: chunks of 1024 elements, the last one shorter, each summed by 32 lanes; then the chunk sums are
 * reduced as pairs, x[i] = x[2i] (+) x[2i + 1], an odd last one carried along unchanged, again and again
 * until one is left. The sum of nothing is +0. Streamed (struct tree_sum), the same tree: a sum that waits
 * for its right-hand neighbour is kept for each level, and those left at the end are joined from the smallest
 * to the largest. */
#ifndef FTBENCH_KERNELS_COMMON_TREE_SUM_H
#define FTBENCH_KERNELS_COMMON_TREE_SUM_H

#include "kernels/common/portable.h"

#include <stdint.h>

#define FT_LANES 32
#define FT_CHUNK 1024 /* elements, a multiple of FT_LANES */

/* Join the lanes; they are overwritten. */
FT_INLINE float ft_lanes_join(float lane[FT_LANES])
{
    for (int distance = FT_LANES / 2; distance > 0; distance /= 2) {
        for (int l = 0; l < distance; l++)
            lane[l] = lane[l] + lane[l + distance];
    }
    return lane[0];
}

/* Sum of x[0..count). */
FT_INLINE float ft_lanes_sum(const float *x, int count)
{
    float lane[FT_LANES] = {0};
    int k = 0;
    for (; k + FT_LANES <= count; k += FT_LANES) {
        for (int l = 0; l < FT_LANES; l++)
            lane[l] = lane[l] + x[k + l];
    }
    for (int l = 0; k + l < count; l++)
        lane[l] = lane[l] + x[k + l];
    return ft_lanes_join(lane);
}

/* Sum of a[k] b[k], each step lane = fma(a, b, lane). */
FT_INLINE float ft_lanes_dot(const float *a, const float *b, int count)
{
    float lane[FT_LANES] = {0};
    int k = 0;
    for (; k + FT_LANES <= count; k += FT_LANES) {
        for (int l = 0; l < FT_LANES; l++)
            lane[l] = FT_FMAF(a[k + l], b[k + l], lane[l]);
    }
    for (int l = 0; k + l < count; l++)
        lane[l] = FT_FMAF(a[k + l], b[k + l], lane[l]);
    return ft_lanes_join(lane);
}

/* Leaves streamed into the tree, from left to right. Start from {0}. */
struct tree_sum {
    float waiting[64]; /* level k: the sum of 2^k leaves that waits for its right-hand neighbour */
    uint64_t leaves;   /* so far; bit k set: waiting[k] holds one */
};

FT_INLINE void tree_sum_add(struct tree_sum *tree, float leaf)
{
    int level = 0;
    for (uint64_t rest = tree->leaves; rest & 1u; rest >>= 1)
        leaf = tree->waiting[level++] + leaf;
    tree->waiting[level] = leaf;
    tree->leaves++;
}

FT_INLINE float tree_sum_result(const struct tree_sum *tree)
{
    float sum = 0.0f;
    int found = 0, level = 0;
    for (uint64_t rest = tree->leaves; rest != 0; rest >>= 1, level++) {
        if ((rest & 1u) == 0) continue;
        sum = found ? tree->waiting[level] + sum : tree->waiting[level];
        found = 1;
    }
    return sum;
}

#endif
