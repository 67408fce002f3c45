/* simd.h - the few vector operations of the matrix product, for the instruction set that the compiler was
 * given.
 *
 * `vec` holds VEC floats. TILE_ROWS x TILE_VECTORS vectors are the accumulators of a product's tile: as many
 * as the registers hold with room for the operands. Literal sizes: with others the accumulators would live in
 * memory. */
#ifndef FTBENCH_KERNELS_CPU_SIMD_H
#define FTBENCH_KERNELS_CPU_SIMD_H

#include "kernels/common/portable.h"
#include "kernels/cpu/isa.h"

#include <stddef.h>

#if defined(__AVX512F__)

#include <immintrin.h>
typedef __m512 vec;
#define VEC 16
#define TILE_ROWS 14
#define TILE_VECTORS 2
FT_INLINE vec vec_zero(void)
{
    return _mm512_setzero_ps();
}
FT_INLINE vec vec_all(float x)
{
    return _mm512_set1_ps(x);
}
FT_INLINE vec vec_load(const float *from)
{
    return _mm512_loadu_ps(from);
}
FT_INLINE void vec_store(float *to, vec x)
{
    _mm512_storeu_ps(to, x);
}
FT_INLINE vec vec_add(vec a, vec b)
{
    return _mm512_add_ps(a, b);
}
FT_INLINE vec vec_fma(vec a, vec b, vec c)
{
    return _mm512_fmadd_ps(a, b, c);
}

#elif defined(__AVX2__)

#include <immintrin.h>
typedef __m256 vec;
#define VEC 8
#define TILE_ROWS 6
#define TILE_VECTORS 2
FT_INLINE vec vec_zero(void)
{
    return _mm256_setzero_ps();
}
FT_INLINE vec vec_all(float x)
{
    return _mm256_set1_ps(x);
}
FT_INLINE vec vec_load(const float *from)
{
    return _mm256_loadu_ps(from);
}
FT_INLINE void vec_store(float *to, vec x)
{
    _mm256_storeu_ps(to, x);
}
FT_INLINE vec vec_add(vec a, vec b)
{
    return _mm256_add_ps(a, b);
}
FT_INLINE vec vec_fma(vec a, vec b, vec c)
{
    return _mm256_fmadd_ps(a, b, c);
}

#elif defined(__aarch64__)

#include <arm_neon.h>
typedef float32x4_t vec;
#define VEC 4
#define TILE_ROWS 6
#define TILE_VECTORS 4
FT_INLINE vec vec_zero(void)
{
    return vdupq_n_f32(0.0f);
}
FT_INLINE vec vec_all(float x)
{
    return vdupq_n_f32(x);
}
FT_INLINE vec vec_load(const float *from)
{
    return vld1q_f32(from);
}
FT_INLINE void vec_store(float *to, vec x)
{
    vst1q_f32(to, x);
}
FT_INLINE vec vec_add(vec a, vec b)
{
    return vaddq_f32(a, b);
}
FT_INLINE vec vec_fma(vec a, vec b, vec c)
{
    return vfmaq_f32(c, a, b);
}

#else

typedef float vec;
#define VEC 1
#define TILE_ROWS 4
#define TILE_VECTORS 4
FT_INLINE vec vec_zero(void)
{
    return 0.0f;
}
FT_INLINE vec vec_all(float x)
{
    return x;
}
FT_INLINE vec vec_load(const float *from)
{
    return *from;
}
FT_INLINE void vec_store(float *to, vec x)
{
    *to = x;
}
FT_INLINE vec vec_add(vec a, vec b)
{
    return a + b;
}
FT_INLINE vec vec_fma(vec a, vec b, vec c)
{
    return FT_FMAF(a, b, c);
}

#endif

/* to[k * to_step + j] = from[j * from_step + k] for j, k < VEC. */
#if defined(__AVX512F__)

FT_INLINE void vec_transpose(const float *from, ptrdiff_t from_step, float *to, ptrdiff_t to_step)
{
    __m512 r[16], t[16];
    FT_UNROLL for (int i = 0; i < 16; i++) r[i] = _mm512_loadu_ps(from + i * from_step);
    FT_UNROLL for (int i = 0; i < 8; i++)
    {
        t[2 * i] = _mm512_unpacklo_ps(r[2 * i], r[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_ps(r[2 * i], r[2 * i + 1]);
    }
    FT_UNROLL for (int i = 0; i < 4; i++)
    {
        __m512d a = _mm512_castps_pd(t[4 * i]), b = _mm512_castps_pd(t[4 * i + 1]);
        __m512d c = _mm512_castps_pd(t[4 * i + 2]), d = _mm512_castps_pd(t[4 * i + 3]);
        r[4 * i] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, c));
        r[4 * i + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, c));
        r[4 * i + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(b, d));
        r[4 * i + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(b, d));
    }
    FT_UNROLL for (int i = 0; i < 4; i++)
    {
        t[i] = _mm512_shuffle_f32x4(r[i], r[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_f32x4(r[i], r[i + 4], 0xdd);
        t[i + 8] = _mm512_shuffle_f32x4(r[i + 8], r[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_f32x4(r[i + 8], r[i + 12], 0xdd);
    }
    FT_UNROLL for (int i = 0; i < 4; i++)
    {
        _mm512_storeu_ps(to + i * to_step, _mm512_shuffle_f32x4(t[i], t[i + 8], 0x88));
        _mm512_storeu_ps(to + (i + 4) * to_step, _mm512_shuffle_f32x4(t[i + 4], t[i + 12], 0x88));
        _mm512_storeu_ps(to + (i + 8) * to_step, _mm512_shuffle_f32x4(t[i], t[i + 8], 0xdd));
        _mm512_storeu_ps(to + (i + 12) * to_step, _mm512_shuffle_f32x4(t[i + 4], t[i + 12], 0xdd));
    }
}

#elif defined(__AVX2__)

FT_INLINE void vec_transpose(const float *from, ptrdiff_t from_step, float *to, ptrdiff_t to_step)
{
    __m256 r[8], t[8];
    FT_UNROLL for (int i = 0; i < 8; i++) r[i] = _mm256_loadu_ps(from + i * from_step);
    FT_UNROLL for (int i = 0; i < 4; i++)
    {
        t[2 * i] = _mm256_unpacklo_ps(r[2 * i], r[2 * i + 1]);
        t[2 * i + 1] = _mm256_unpackhi_ps(r[2 * i], r[2 * i + 1]);
    }
    FT_UNROLL for (int i = 0; i < 2; i++)
    {
        r[4 * i] = _mm256_shuffle_ps(t[4 * i], t[4 * i + 2], 0x44);
        r[4 * i + 1] = _mm256_shuffle_ps(t[4 * i], t[4 * i + 2], 0xee);
        r[4 * i + 2] = _mm256_shuffle_ps(t[4 * i + 1], t[4 * i + 3], 0x44);
        r[4 * i + 3] = _mm256_shuffle_ps(t[4 * i + 1], t[4 * i + 3], 0xee);
    }
    FT_UNROLL for (int i = 0; i < 4; i++)
    {
        _mm256_storeu_ps(to + i * to_step, _mm256_permute2f128_ps(r[i], r[i + 4], 0x20));
        _mm256_storeu_ps(to + (i + 4) * to_step, _mm256_permute2f128_ps(r[i], r[i + 4], 0x31));
    }
}

#else

FT_INLINE void vec_transpose(const float *from, ptrdiff_t from_step, float *to, ptrdiff_t to_step)
{
    for (int k = 0; k < VEC; k++) {
        for (int j = 0; j < VEC; j++)
            to[k * to_step + j] = from[j * from_step + k];
    }
}

#endif

#endif
