/* forbidden.cu - what the gate must refuse, a kernel each, and what it must let pass
 * (tests/cuda_gate/gate.sh).
 *
 * A line that ends in "refuse: WORDS" must be refused with these words, and no other line may be. */
#include <mma.h>

#include <cuda_fp16.h>

#define KERNEL extern "C" __global__ void __launch_bounds__(32)
#define ASM1(text) asm volatile(text : "=f"(y[1]) : "f"(y[0]))
#define ASM2(text) asm volatile(text : "=f"(y[2]) : "f"(y[0]), "f"(y[1]))

KERNEL float_atomic(float *y)
{
    atomicAdd(y, y[1]); /* refuse: atomic operation on floats */
}

KERNEL shared_float_atomic(float *y)
{
    __shared__ float sum;
    atomicAdd(&sum, y[1]); /* refuse: atomic operation on floats */
    __syncthreads();
    y[0] = sum;
}

KERNEL double_atomic(double *y)
{
    atomicAdd(y, y[1]); /* refuse: atomic operation on floats */
}

KERNEL half_atomic(__half2 *y)
{
    asm volatile("red.global.add.noftz.f16x2 [%0], %1;" ::"l"(y),
                 "r"(7)); /* refuse: atomic operation on floats */
}

KERNEL compare_and_swap(unsigned *y)
{
    atomicCAS(y, 1u, 2u); /* refuse: compare-and-swap */
}

KERNEL fast_exponential(float *y)
{
    y[0] = __expf(y[1]); /* refuse: approximation */
}

KERNEL library_exponential(float *y)
{
    y[0] = expf(y[1]); /* refuse: flushes subnormals */
}

KERNEL reciprocal_root(float *y)
{
    y[0] = rsqrtf(y[1]); /* refuse: approximation */
}

KERNEL fast_division(float *y)
{
    y[0] = __fdividef(y[1], y[2]); /* refuse: approximation */
}

KERNEL full_division(float *y)
{
    ASM2("div.full.f32 %0, %1, %2;"); /* refuse: approximation */
}

KERNEL approximate_root(float *y)
{
    ASM1("sqrt.approx.f32 %0, %1;"); /* refuse: approximation */
}

KERNEL flushing(float *y)
{
    ASM2("{ .reg .f32 t; mul.rn.ftz.f32 t, %1, %2; mov.f32 %0, t; }"); /* refuse: flushes subnormals */
}

KERNEL unrounded_sum(float *y)
{
    ASM2("add.f32 %0, %1, %2;"); /* refuse: names no rounding */
}

KERNEL unrounded_difference(float *y)
{
    ASM2("sub.f32 %0, %1, %2;"); /* refuse: names no rounding */
}

KERNEL unrounded_product(float *y)
{
    ASM2("mul.f32 %0, %1, %2;"); /* refuse: names no rounding */
}

KERNEL towards_zero(float *y)
{
    y[0] = __fmaf_rz(y[1], y[2], y[3]); /* refuse: rounds elsewhere */
}

KERNEL multiply_add(float *y)
{
    asm volatile("mad.rz.f32 %0, %1, %1, %1;" : "=f"(y[1]) : "f"(y[0])); /* refuse: rounds elsewhere */
}

KERNEL half_towards_zero(float *y)
{
    y[0] = __half2float(__float2half_rz(y[1])); /* refuse: rounds elsewhere */
}

KERNEL doubles(double *y)
{
    y[0] = y[1] * y[2]; /* refuse: binary64 */
}

KERNEL library_maximum(float *y)
{
    y[0] = fmaxf(y[1], y[2]); /* refuse: min or max of floats */
}

KERNEL tensor_core(__half *y)
{
    using namespace nvcuda::wmma;
    fragment<matrix_a, 16, 16, 16, __half, row_major> a;
    load_matrix_sync(a, y, 16); /* refuse: tensor core */
}

KERNEL tensor_float(float *y)
{
    asm volatile("cvt.rna.tf32.f32 %0, %1;" : "=r"(*(unsigned *)y) : "f"(y[1])); /* refuse: tensor core */
}

KERNEL lanes_as_they_run(unsigned *y)
{
    y[0] = __activemask(); /* refuse: how lanes happen to run */
}

KERNEL clock_reading(long long *y)
{
    y[0] = clock64(); /* refuse: differs from run to run */
}

KERNEL which_processor(unsigned *y)
{
    asm volatile("mov.u32 %0, %%smid;" : "=r"(y[0])); /* refuse: differs from run to run */
}

extern "C" __global__ void boundless(float *y) /* refuse: no __launch_bounds__ */
{
    y[0] = 1;
}

/* All that a strict kernel does; with the shipping flags nothing is contracted (gate.sh looks for the fma).
 */
KERNEL allowed(float *y, unsigned *counts)
{
    __shared__ float tile[32];
    float x = y[threadIdx.x];
    tile[threadIdx.x] = __fmaf_rn(x, x, 1.0f);
    __syncthreads();
    float z = tile[31 - threadIdx.x] / (x > 0 ? x : 1.0f) + sqrtf(__shfl_down_sync(0xffffffffu, x, 1));
    atomicAdd(counts, 1u);
    y[threadIdx.x] = __half2float(__float2half_rn(rintf(z) - x));
}

KERNEL uncontracted(float *y)
{
    y[0] = y[1] * y[2] + y[3];
}
