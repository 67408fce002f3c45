/* linear.cu - linear layers as matrix products (product.cuh), and the sums over tokens of the bias.
 *
 * nvcc 13.0 for 8.0 and 9.0, tiles of 128, 64 and 32: 126 to 128, 103 to 113, 105 to 111 registers; 16896,
 * 17408, 18432 bytes of shared memory a block; 25% occupancy (16 warps a multiprocessor; tiles of 32 on 9.0:
 * 18). The inner loop is 93, 89 and 83% fma, the rest reads of 16 bytes. Expected of large products: 85 to
 * 90% of the binary32 peak on 8.0, 60 to 75% on 9.0, by the reckoning in docs/cuda.md. bias_grad: 40
 * registers, 75% occupancy. */
#include "kernels/cuda/families.h"
#include "kernels/cuda/product.cuh"

/* c (rows, columns), whose row i is stored at line[i], or at i. */
struct linear_output {
    float *first;
    int64_t step;
    const int32_t *line;
    int rows, columns;
    bool aligned;
    bool go_on;        /* chains start from c's values, else from +0 */
    const float *bias; /* (columns), added when the chains are done; or NULL */
};

template <int T, class A, class B>
static __global__ void __launch_bounds__(tile<T>::threads, tile<T>::blocks)
    linear_product(A a, B b, linear_output c, int k, enum operands operands)
{
    CUDA_SHARED(float, shared, tile<T>::shared);
    const unsigned down = ((unsigned)c.rows + T - 1) / T;
    const int row = (int)(blockIdx.x % down) * T, column = (int)(blockIdx.x / down) * T;
    sums<T> sum;
    product_clear<T>(sum);
    if (c.go_on) {
        product_each<T>(sum, row, column, c.rows, [&](int i, int j, float(&value)[4]) {
            product_read(c.first + (c.line == NULL ? i : c.line[i]) * c.step + j, c.columns - j, c.aligned,
                         value);
        });
    }
    product_chain<T>(sum, shared, row, column, k, a, b, every_step(), operands);
    if (c.bias != NULL) {
        product_each<T>(sum, row, column, c.rows, [&](int, int j, float(&value)[4]) {
            CUDA_UNROLL(4)
            for (int e = 0; e < 4; e++)
                if (j + e < c.columns) value[e] = __fadd_rn(value[e], c.bias[j + e]);
        });
    }
    product_each<T>(sum, row, column, c.rows, [&](int i, int j, float(&value)[4]) {
        product_write(c.first + (c.line == NULL ? i : c.line[i]) * c.step + j, c.columns - j, c.aligned,
                      value);
    });
}

/* Row of each token, for an operand; NULL: row t. */
static const int32_t *lines_of(const struct rows *rows)
{
    return rows->contiguous ? NULL : rows->row;
}

template <class A, class B>
static void linear_run(struct device *device, const char *operation, A a, B b, linear_output c, int k)
{
    const int size = product_tile(c.rows, c.columns, 1, 128);
    const int64_t blocks = ((int64_t)(c.rows + size - 1) / size) * ((c.columns + size - 1) / size);
    if (blocks == 0) return;
    c.aligned = product_aligned(c.first, c.step);
    PRODUCT_RUN(device, operation, size, (linear_product<T, A, B>), (unsigned)blocks, a, b, c, k,
                device->operands);
}

void cuda_linear_forward(struct device *device, const struct rows *rows, int in, int out, const float *x,
                         const float *w, const float *bias, float *y)
{
    linear_output c = {y, out, lines_of(rows), rows->tokens, out, false, false, bias};
    linear_run(device, "linear_forward", product_operand<true>(x, in, lines_of(rows), rows->tokens),
               product_operand<true>(w, in, NULL, out), c, in);
}

void cuda_linear_backward_input(struct device *device, const struct rows *rows, int in, int out,
                                const float *dy, const float *w, bool accumulate, float *dx)
{
    linear_output c = {dx, in, lines_of(rows), rows->tokens, in, false, accumulate, NULL};
    linear_run(device, "linear_backward_input", product_operand<true>(dy, out, lines_of(rows), rows->tokens),
               product_operand<false>(w, in, NULL, in), c, out);
}

#define BIAS_COLUMNS 32 /* of a block: one for each thread of the first warp, which adds */
#define BIAS_TOKENS 128 /* read at once, by all threads */
#define BIAS_THREADS 256
#define BIAS_EACH (BIAS_TOKENS * BIAS_COLUMNS / BIAS_THREADS)

/* dbias = dbias (+) dy, tokens ascending: one chain a column. All threads bring the next tokens while the
 * first warp adds those that are in shared memory. */
static __global__ void __launch_bounds__(BIAS_THREADS)
    bias_grad(struct rows rows, int width, const float *dy, float *dbias)
{
    CUDA_SHARED(float, shared, BIAS_TOKENS *BIAS_COLUMNS);
    const int lane = (int)threadIdx.x % BIAS_COLUMNS, first = (int)threadIdx.x / BIAS_COLUMNS;
    const int column = (int)blockIdx.x * BIAS_COLUMNS + lane, apart = BIAS_THREADS / BIAS_COLUMNS;
    const bool adds = first == 0 && column < width;
    float next[BIAS_EACH], sum = adds ? dbias[column] : 0.0f;
    for (int token = -BIAS_TOKENS; token < rows.tokens; token += BIAS_TOKENS) {
        CUDA_UNROLL(BIAS_EACH)
        for (int i = 0; i < BIAS_EACH; i++) {
            const int at = token + BIAS_TOKENS + first + i * apart;
            next[i] =
                at < rows.tokens && column < width ? dy[cuda_row(rows, at) * (size_t)width + column] : 0.0f;
        }
        if (adds && token >= 0) {
            const int count = rows.tokens - token < BIAS_TOKENS ? rows.tokens - token : BIAS_TOKENS;
            CUDA_UNROLL(8)
            for (int i = 0; i < count; i++)
                sum = __fadd_rn(sum, shared[i * BIAS_COLUMNS + lane]);
        }
        __syncthreads();
        CUDA_UNROLL(BIAS_EACH)
        for (int i = 0; i < BIAS_EACH; i++)
            shared[(first + i * apart) * BIAS_COLUMNS + lane] = next[i];
        __syncthreads();
    }
    if (adds) dbias[column] = sum;
}

void cuda_bias_grad(struct device *device, const struct rows *rows, int width, const float *dy, float *dbias)
{
    if (rows->tokens == 0 || width == 0) return;
    CUDA_RUN(device, "linear_backward_weight", bias_grad, (unsigned)(width + BIAS_COLUMNS - 1) / BIAS_COLUMNS,
             BIAS_THREADS, 0, *rows, width, dy, dbias);
}

void cuda_linear_backward_weight(struct device *device, const struct rows *rows, int in, int out,
                                 const float *dy, const float *x, float *dw, float *dbias)
{
    if (rows->tokens == 0) return;
    linear_output c = {dw, in, NULL, out, in, false, true, NULL};
    linear_run(device, "linear_backward_weight", product_operand<false>(dy, out, lines_of(rows), out),
               product_operand<false>(x, in, lines_of(rows), in), c, rows->tokens);
    if (dbias != NULL) cuda_bias_grad(device, rows, out, dy, dbias);
}
