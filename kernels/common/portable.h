/* portable.h - the few words in which C and CUDA differ, so that kernels/common is written once for both. */
#ifndef FTBENCH_KERNELS_COMMON_PORTABLE_H
#define FTBENCH_KERNELS_COMMON_PORTABLE_H

#if defined(__CUDACC__)
#define FT_INLINE static __host__ __device__ __forceinline__
#else
#define FT_INLINE static inline __attribute__((always_inline, unused))
#endif

#if defined(__CUDA_ARCH__)
#define FT_FMAF(a, b, c) __fmaf_rn((a), (b), (c))
#define FT_FMA(a, b, c) __fma_rn((a), (b), (c))
#define FT_SQRTF(a) __fsqrt_rn(a)
#define FT_SQRT(a) __dsqrt_rn(a)
#else
#define FT_FMAF(a, b, c) __builtin_fmaf((a), (b), (c))
#define FT_FMA(a, b, c) __builtin_fma((a), (b), (c))
#define FT_SQRTF(a) __builtin_sqrtf(a)
#define FT_SQRT(a) __builtin_sqrt(a)
#endif

#endif
