/* normal.h - uniform and normal variates in binary64 from Philox words, for initial weights and generated
 * data. */
#ifndef FTBENCH_KERNELS_COMMON_NORMAL_H
#define FTBENCH_KERNELS_COMMON_NORMAL_H

#include "kernels/common/elementary64.h"

/* Uniform on the 2^32 midpoints (word + 1/2) / 2^32: never 0, never 1; exact. */
FT_INLINE double ft_uniform(uint32_t word)
{
    return ((double)word + 0.5) * 0x1p-32;
}

/* Standard normal from two words: the cosine half of Box and Muller, "A note on the generation of random
 * normal deviates" (1958). |result| < 6.77, the price of 32-bit uniforms. */
FT_INLINE double ft_normal(uint32_t a, uint32_t b)
{
    double radius = FT_SQRT(-2.0 * ft_log(ft_uniform(a)));
    return radius * ft_cos(0x1.921fb54442d18p+2 * ft_uniform(b)); /* 2 pi */
}

#endif
