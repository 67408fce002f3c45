/* attention.cu - attention within each sample: products (attention_product.cuh) and softmax (softmax.cuh),
 * one launch each for all samples and heads. Dropout is applied where probabilities are read into a product
 * and where a product's result is written; `probabilities` keeps what softmax gave.
 *
 * nvcc 13.0 for 8.0 and 9.0: products 127 to 167 registers, 17408 or 18432 bytes of shared memory a block, 19
 * to 25% occupancy; softmax 32 to 80 registers, 37 to 100%. What to expect of them: docs/cuda.md. */
#include "kernels/cuda/families.h"

#include "kernels/cuda/attention_product.cuh"
#include "kernels/cuda/softmax.cuh"

#define LARGEST_TILE 64 /* with 128 the registers would not hold the words of dropout, too */

/* One call. */
struct attention_call {
    struct device *device;
    const char *operation;
    const struct rows *rows;
    const struct attention *attention;
    int longest; /* tokens of the longest sample; 0: nothing to do */
};

static attention_call call_of(struct device *device, const char *operation, const struct rows *rows,
                              const struct attention *attention)
{
    int longest = 0;
    for (int b = 0; b < rows->samples; b++) {
        int length = rows->first[b + 1] - rows->first[b];
        if (length > longest) longest = length;
    }
    return {device, operation, rows, attention, longest};
}

static dim3 grid_of(const attention_call &call, int64_t blocks)
{
    return dim3((unsigned)blocks,
                (unsigned)(call.rows->samples < ROW_GRID_Y ? call.rows->samples : ROW_GRID_Y));
}

/* Tiles of `size` side by side. */
static int tiles_of(int count, int size)
{
    return (count + size - 1) / size;
}

/* matrices = lines of a times lines of b, then dropped. */
static void multiply_rows(const attention_call &call, head_lines<const float> a, head_lines<const float> b,
                          float *matrices, bool drop)
{
    const int size = product_tile(call.longest, call.longest,
                                  (int64_t)call.rows->samples * call.attention->heads, LARGEST_TILE);
    const int across = tiles_of(call.longest, size);
    PRODUCT_RUN_SMALL(call.device, call.operation, size, rows_product<T>,
                      grid_of(call, (int64_t)across * across * call.attention->heads), *call.rows,
                      *call.attention, a, b, matrices, drop, across, call.device->operands);
}

/* c = matrices, dropped, times lines of b. */
static void multiply_keys(const attention_call &call, const float *matrices, bool drop,
                          head_lines<const float> b, head_lines<float> c)
{
    const int columns = call.attention->head_dim;
    const int size = product_tile(call.longest, columns, (int64_t)call.rows->samples * call.attention->heads,
                                  LARGEST_TILE);
    const int across = tiles_of(columns, size), down = tiles_of(call.longest, size);
    PRODUCT_RUN_SMALL(call.device, call.operation, size, keys_product<T>,
                      grid_of(call, (int64_t)across * down * call.attention->heads), *call.rows,
                      *call.attention, matrices, drop, b, c, across, down, call.device->operands);
}

/* c = matrices transposed, dropped, times lines of b, over the query heads of a group. */
static void multiply_queries(const attention_call &call, const float *matrices, bool drop,
                             head_lines<const float> b, head_lines<float> c)
{
    const int columns = call.attention->head_dim;
    const int size = product_tile(call.longest, columns,
                                  (int64_t)call.rows->samples * call.attention->kv_heads, LARGEST_TILE);
    const int across = tiles_of(columns, size), down = tiles_of(call.longest, size);
    PRODUCT_RUN_SMALL(call.device, call.operation, size, queries_product<T>,
                      grid_of(call, (int64_t)across * down * call.attention->kv_heads), *call.rows,
                      *call.attention, matrices, drop, b, c, across, down, call.device->operands);
}

static bool is_short(const attention_call &call)
{
    return call.longest <= 4 * CUDA_WARP;
}

static void run_softmax(const attention_call &call, float *matrices)
{
    const int eights = tiles_of(call.longest, ROW_WARPS);
    const dim3 grid = grid_of(call, (int64_t)eights * call.attention->heads);
    if (is_short(call))
        CUDA_RUN(call.device, call.operation, softmax<4>, grid, row_block(), 0, *call.rows, *call.attention,
                 eights, matrices);
    else
        CUDA_RUN(call.device, call.operation, softmax<16>, grid, row_block(), 0, *call.rows, *call.attention,
                 eights, matrices);
}

static void run_softmax_gradient(const attention_call &call, const float *p, float *dp)
{
    const int eights = tiles_of(call.longest, ROW_WARPS);
    const dim3 grid = grid_of(call, (int64_t)eights * call.attention->heads);
    if (is_short(call))
        CUDA_RUN(call.device, call.operation, softmax_gradient<4>, grid, row_block(), 0, *call.rows,
                 *call.attention, eights, p, dp);
    else
        CUDA_RUN(call.device, call.operation, softmax_gradient<16>, grid, row_block(), 0, *call.rows,
                 *call.attention, eights, p, dp);
}

void cuda_attention_forward(struct device *device, const struct rows *rows, const struct attention *attention,
                            const float *q, const float *k, const float *v, float *probabilities, float *out)
{
    const attention_call call = call_of(device, "attention_forward", rows, attention);
    if (call.longest == 0) return;
    multiply_rows(call, {q, attention->ldq}, {k, attention->ldkv}, probabilities, false);
    run_softmax(call, probabilities);
    multiply_keys(call, probabilities, true, {v, attention->ldkv}, {out, attention->ldo});
}

void cuda_attention_backward(struct device *device, const struct rows *rows,
                             const struct attention *attention, const float *q, const float *k,
                             const float *v, const float *probabilities, const float *dout, float *scratch,
                             float *dq, float *dk, float *dv)
{
    const attention_call call = call_of(device, "attention_backward", rows, attention);
    if (call.longest == 0) return;
    multiply_queries(call, probabilities, true, {dout, attention->ldo}, {dv, attention->ldkv});
    multiply_rows(call, {dout, attention->ldo}, {v, attention->ldkv}, scratch, true);
    run_softmax_gradient(call, probabilities, scratch);
    multiply_keys(call, scratch, false, {k, attention->ldkv}, {dq, attention->ldq});
    multiply_queries(call, scratch, false, {q, attention->ldq}, {dk, attention->ldkv});
}
