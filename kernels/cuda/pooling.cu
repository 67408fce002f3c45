/* pooling.cu - one token a sample, taken out and put back.
 *
 * gather is one launch, scatter two; a few rows, so the time is that of the launches, but for scatter's zeros
 * (4 bytes an element, written at 85 to 90% of the bandwidth). */
#include "kernels/cuda/families.h"

#include "kernels/cuda/rows.cuh"

/* Rows of the samples' tokens to or from the packed rows of `pooled`. */
template <int N, bool OUT>
static __global__ void __launch_bounds__(ROW_THREADS)
    pooled_rows(struct rows rows, int width, const int32_t *token, const float *from, float *to)
{
    const unsigned sample = row_token();
    if (sample >= (unsigned)rows.samples) return;
    const size_t packed = (size_t)sample * (size_t)width;
    const size_t stored = cuda_row(rows, token[sample]) * (size_t)width;
    for (unsigned c = row_first(); c < (unsigned)width / N; c += row_step())
        unit_store(to + (OUT ? packed : stored), c, unit_load<N>(from + (OUT ? stored : packed), c));
}

template <int N>
static __global__ void __launch_bounds__(ROW_THREADS) zero_rows(struct rows rows, int width, float *x)
{
    const unsigned token = row_token();
    if (token >= (unsigned)rows.tokens) return;
    const size_t at = cuda_row(rows, (int)token) * (size_t)width;
    const unit<N> zeros = {};
    for (unsigned c = row_first(); c < (unsigned)width / N; c += row_step())
        unit_store(x + at, c, zeros);
}

cudaError_t cuda_find_code(void)
{
    struct cudaFuncAttributes attributes;
    return cudaFuncGetAttributes(&attributes, zero_rows<1>);
}

extern "C" void cuda_gather(struct device *device, const struct rows *rows, int width, const int32_t *token,
                            const float *x, float *pooled)
{
    ROW_RUN(device, "gather", row_fours(width, x, pooled), rows->samples, width, (pooled_rows<4, true>),
            (pooled_rows<1, true>), *rows, width, token, x, pooled);
}

extern "C" void cuda_scatter(struct device *device, const struct rows *rows, int width, const int32_t *token,
                             const float *dpooled, float *dx)
{
    ROW_RUN(device, "scatter", row_fours(width, dx), rows->tokens, width, zero_rows<4>, zero_rows<1>, *rows,
            width, dx);
    ROW_RUN(device, "scatter", row_fours(width, dpooled, dx), rows->samples, width, (pooled_rows<4, false>),
            (pooled_rows<1, false>), *rows, width, token, dpooled, dx);
}
