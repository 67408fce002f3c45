/* fast_linear.cu - linear layers by cuBLAS: what they compute is that of linear.cu, the order of its
 * roundings cuBLAS's own. Tokens that lie together are one product; a padded batch has one a sample, whose
 * gradients of weights are added one to the other. */
#include "kernels/cuda/families.h"
#include "kernels/cuda/fast_families.h"
#include "kernels/cuda/rows.cuh"
extern "C" {
#include "kernels/cuda/cublas.h"
}

/* Each stretch of tokens whose rows lie together: all of them, or those of a sample. */
template <class Each> static void each_span(const struct rows *rows, Each each)
{
    if (rows->contiguous) {
        if (rows->tokens > 0) each((size_t)0, rows->tokens);
        return;
    }
    for (int sample = 0; sample < rows->samples; sample++) {
        const int tokens = rows->first[sample + 1] - rows->first[sample];
        if (tokens > 0) each((size_t)rows->start[sample], tokens);
    }
}

/* Ask for a product, unless something has failed before. */
static void multiply(struct device *device, const char *operation, const struct cuda_blas_product *product)
{
    if (device->failure != cudaSuccess) return;
    const int result = cuda_blas_multiply(device->blas, product);
    if (result == 0) return;
    const cudaError_t cause = cudaGetLastError(); /* what cuBLAS met, if it was CUDA's */
    cuda_note(device, cause != cudaSuccess ? cause : cudaErrorUnknown,
              cuda_blas_failure(device->blas, operation, result));
}

template <int N>
static __global__ void __launch_bounds__(ROW_THREADS)
    bias_add(struct rows rows, int width, const float *bias, float *y)
{
    const unsigned token = row_token();
    if (token >= (unsigned)rows.tokens) return;
    float *row = y + cuda_row(rows, (int)token) * (size_t)width;
    for (unsigned c = row_first(); c < (unsigned)width / N; c += row_step()) {
        unit<N> sum = unit_load<N>(row, c);
        const unit<N> added = unit_load<N>(bias, c);
        for (int i = 0; i < N; i++)
            sum.v[i] = __fadd_rn(sum.v[i], added.v[i]);
        unit_store<N>(row, c, sum);
    }
}

void cuda_fast_linear_forward(struct device *device, const struct rows *rows, int in, int out, const float *x,
                              const float *w, const float *bias, float *y)
{
    static const char operation[] = "linear_forward";
    each_span(rows, [&](size_t row, int tokens) {
        struct cuda_blas_product product = {};
        product.m = tokens;
        product.n = out;
        product.k = product.lda = product.ldb = in;
        product.ldc = out;
        product.a = x + row * (size_t)in;
        product.b = w;
        product.b_transposed = true;
        product.c = y + row * (size_t)out;
        multiply(device, operation, &product);
    });
    if (bias != NULL)
        ROW_RUN(device, operation, row_fours(out, bias, y), rows->tokens, out, bias_add<4>, bias_add<1>,
                *rows, out, bias, y);
}

void cuda_fast_linear_backward_input(struct device *device, const struct rows *rows, int in, int out,
                                     const float *dy, const float *w, bool accumulate, float *dx)
{
    each_span(rows, [&](size_t row, int tokens) {
        struct cuda_blas_product product = {};
        product.m = tokens;
        product.n = product.ldb = product.ldc = in;
        product.k = product.lda = out;
        product.a = dy + row * (size_t)out;
        product.b = w;
        product.c = dx + row * (size_t)in;
        product.accumulate = accumulate;
        multiply(device, "linear_backward_input", &product);
    });
}

void cuda_fast_linear_backward_weight(struct device *device, const struct rows *rows, int in, int out,
                                      const float *dy, const float *x, float *dw, float *dbias)
{
    each_span(rows, [&](size_t row, int tokens) {
        struct cuda_blas_product product = {};
        product.m = product.lda = out;
        product.n = product.ldb = product.ldc = in;
        product.k = tokens;
        product.a = dy + row * (size_t)out;
        product.a_transposed = true;
        product.b = x + row * (size_t)in;
        product.c = dw;
        product.accumulate = true;
        multiply(device, "linear_backward_weight", &product);
    });
    if (dbias != NULL) cuda_bias_grad(device, rows, out, dy, dbias);
}
