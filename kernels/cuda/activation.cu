/* activation.cu - elementwise operations over tokens: add, gelu, tanh, relu, swiglu, dropout.
 *
 * One launch each. Bound by memory: 12 bytes an element with two inputs, 8 with one (gelu's 70 operations and
 * Philox's 20 multiplications an element hide behind them), so 85 to 90% of the GPU's bandwidth is expected.
 */
#include "kernels/cuda/families.h"

#include "kernels/common/dropout_keep.h"
#include "kernels/common/elementary.h"
#include "kernels/cuda/rows.cuh"

/* The operations: the second value is that of `second`, or the first again where there is none. */
struct add_of {
    static __device__ __forceinline__ float apply(float a, float b) { return a + b; }
};

struct copy_of {
    static __device__ __forceinline__ float apply(float x, float) { return x; }
};

struct gelu_of {
    static __device__ __forceinline__ float apply(float x, float) { return ft_geluf(x); }
};

struct gelu_gradient_of {
    static __device__ __forceinline__ float apply(float dy, float x) { return dy * ft_gelu_gradf(x); }
};

struct tanh_of {
    static __device__ __forceinline__ float apply(float x, float) { return ft_tanhf(x); }
};

struct tanh_gradient_of {
    static __device__ __forceinline__ float apply(float dy, float y) { return dy * FT_FMAF(-y, y, 1.0f); }
};

struct relu_of {
    static __device__ __forceinline__ float apply(float x, float) { return x < 0.0f ? 0.0f : x; }
};

struct relu_gradient_of {
    static __device__ __forceinline__ float apply(float dy, float y) { return y <= 0.0f ? 0.0f : dy; }
};

template <class Operation, int N>
static __global__ void __launch_bounds__(ROW_THREADS)
    elementwise(struct rows rows, int width, const float *first, const float *second, float *result)
{
    const unsigned token = row_token();
    if (token >= (unsigned)rows.tokens) return;
    const size_t at = cuda_row(rows, (int)token) * (size_t)width;
    for (unsigned c = row_first(); c < (unsigned)width / N; c += row_step()) {
        const unit<N> a = unit_load<N>(first + at, c);
        const unit<N> b = second != NULL ? unit_load<N>(second + at, c) : a;
        unit<N> y;
        CUDA_UNROLL(N)
        for (int i = 0; i < N; i++)
            y.v[i] = Operation::apply(a.v[i], b.v[i]);
        unit_store(result + at, c, y);
    }
}

template <class Operation>
static void run(struct device *device, const char *operation, const struct rows *rows, int width,
                const float *first, const float *second, float *result)
{
    ROW_RUN(device, operation, row_fours(width, first, second, result), rows->tokens, width,
            (elementwise<Operation, 4>), (elementwise<Operation, 1>), *rows, width, first, second, result);
}

extern "C" void cuda_add(struct device *device, const struct rows *rows, int width, const float *a,
                         const float *b, float *y)
{
    run<add_of>(device, "add", rows, width, a, b, y);
}

extern "C" void cuda_gelu_forward(struct device *device, const struct rows *rows, int width, const float *x,
                                  float *y)
{
    run<gelu_of>(device, "gelu_forward", rows, width, x, NULL, y);
}

extern "C" void cuda_gelu_backward(struct device *device, const struct rows *rows, int width, const float *x,
                                   const float *dy, float *dx)
{
    run<gelu_gradient_of>(device, "gelu_backward", rows, width, dy, x, dx);
}

extern "C" void cuda_tanh_forward(struct device *device, const struct rows *rows, int width, const float *x,
                                  float *y)
{
    run<tanh_of>(device, "tanh_forward", rows, width, x, NULL, y);
}

extern "C" void cuda_tanh_backward(struct device *device, const struct rows *rows, int width, const float *y,
                                   const float *dy, float *dx)
{
    run<tanh_gradient_of>(device, "tanh_backward", rows, width, dy, y, dx);
}

extern "C" void cuda_relu_forward(struct device *device, const struct rows *rows, int width, const float *x,
                                  float *y)
{
    run<relu_of>(device, "relu_forward", rows, width, x, NULL, y);
}

extern "C" void cuda_relu_backward(struct device *device, const struct rows *rows, int width, const float *y,
                                   const float *dy, float *dx)
{
    run<relu_gradient_of>(device, "relu_backward", rows, width, dy, y, dx);
}

template <int N>
static __global__ void __launch_bounds__(ROW_THREADS)
    swiglu(struct rows rows, int width, const float *gate_up, float *y)
{
    const unsigned token = row_token();
    if (token >= (unsigned)rows.tokens) return;
    const size_t at = cuda_row(rows, (int)token) * (size_t)width;
    const float *gate = gate_up + 2 * at, *up = gate + width;
    for (unsigned c = row_first(); c < (unsigned)width / N; c += row_step()) {
        const unit<N> g = unit_load<N>(gate, c), u = unit_load<N>(up, c);
        unit<N> result;
        CUDA_UNROLL(N)
        for (int i = 0; i < N; i++)
            result.v[i] = ft_siluf(g.v[i]) * u.v[i];
        unit_store(y + at, c, result);
    }
}

template <int N>
static __global__ void __launch_bounds__(ROW_THREADS)
    swiglu_gradient(struct rows rows, int width, const float *gate_up, const float *dy, float *d_gate_up)
{
    const unsigned token = row_token();
    if (token >= (unsigned)rows.tokens) return;
    const size_t at = cuda_row(rows, (int)token) * (size_t)width;
    const float *gate = gate_up + 2 * at, *up = gate + width;
    float *d_gate = d_gate_up + 2 * at, *d_up = d_gate + width;
    for (unsigned c = row_first(); c < (unsigned)width / N; c += row_step()) {
        const unit<N> g = unit_load<N>(gate, c), u = unit_load<N>(up, c), d = unit_load<N>(dy + at, c);
        unit<N> of_gate, of_up;
        CUDA_UNROLL(N)
        for (int i = 0; i < N; i++) {
            of_gate.v[i] = (d.v[i] * u.v[i]) * ft_silu_gradf(g.v[i]);
            of_up.v[i] = d.v[i] * ft_siluf(g.v[i]);
        }
        unit_store(d_gate, c, of_gate);
        unit_store(d_up, c, of_up);
    }
}

extern "C" void cuda_swiglu_forward(struct device *device, const struct rows *rows, int width,
                                    const float *gate_up, float *y)
{
    ROW_RUN(device, "swiglu_forward", row_fours(width, gate_up, y), rows->tokens, width, swiglu<4>, swiglu<1>,
            *rows, width, gate_up, y);
}

extern "C" void cuda_swiglu_backward(struct device *device, const struct rows *rows, int width,
                                     const float *gate_up, const float *dy, float *d_gate_up)
{
    ROW_RUN(device, "swiglu_backward", row_fours(width, gate_up, dy, d_gate_up), rows->tokens, width,
            swiglu_gradient<4>, swiglu_gradient<1>, *rows, width, gate_up, dy, d_gate_up);
}

/* Rows in fours start at multiples of 4 elements, so a unit is a block of Philox. */
template <int N>
static __global__ void __launch_bounds__(ROW_THREADS)
    dropout_rows(struct rows rows, int width, struct dropout dropout, const float *x, float *y)
{
    const unsigned token = row_token();
    if (token >= (unsigned)rows.tokens) return;
    const size_t at = cuda_row(rows, (int)token) * (size_t)width;
    const uint32_t sample = (uint32_t)rows.sample[token];
    const uint64_t row = (uint64_t)rows.position[token] * (uint64_t)width;
    for (unsigned c = row_first(); c < (unsigned)width / N; c += row_step()) {
        const unit<N> value = unit_load<N>(x + at, c);
        const uint64_t element = row + (uint64_t)c * N;
        const struct philox4 words = philox4x32_10(dropout.seed, dropout.stream, dropout.draw, dropout.site,
                                                   sample, (uint32_t)(element / 4));
        unit<N> result;
        if (N == 1) { /* words in registers have no index */
            const unsigned which = (unsigned)(element % 4);
            const uint32_t low = which == 0 ? words.word[0] : words.word[1];
            const uint32_t high = which == 2 ? words.word[2] : words.word[3];
            result.v[0] =
                ft_dropout_apply(which < 2 ? low : high, dropout.threshold, dropout.scale, value.v[0]);
        } else {
            CUDA_UNROLL(N)
            for (int i = 0; i < N; i++)
                result.v[i] = ft_dropout_apply(words.word[i], dropout.threshold, dropout.scale, value.v[i]);
        }
        unit_store(y + at, c, result);
    }
}

extern "C" void cuda_dropout(struct device *device, const struct rows *rows, int width,
                             const struct dropout *dropout, const float *x, float *y)
{
    if (dropout->probability > 0.0f)
        ROW_RUN(device, "dropout", row_fours(width, x, y), rows->tokens, width, dropout_rows<4>,
                dropout_rows<1>, *rows, width, *dropout, x, y);
    else if (x != y)
        run<copy_of>(device, "dropout", rows, width, x, NULL, y);
}
