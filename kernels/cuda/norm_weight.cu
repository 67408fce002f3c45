/* norm_weight.cu - gradients of the norms' weights: one chain over the tokens for each column.
 *
 * A column's chain is one thread's, and a width of some hundreds makes few threads: alone they would wait for
 * memory nearly all the time. So a block has COLUMNS columns and one warp that does nothing but their chains,
 * out of shared memory, while LOADERS other threads fetch the next TOKENS tokens and compute their h: the
 * chain's 4 cycles an fma are what is left, about 8 microseconds for 2048 tokens; beyond a width of some 2000
 * it is bound by memory instead (8 bytes an element). One launch each. */
#include "kernels/cuda/families.h"

#include "kernels/common/portable.h"
#include "kernels/cuda/device.h"

#define COLUMNS 8   /* of a block: 32 bytes of a row, what memory gives at once */
#define TOKENS 256  /* of a slab */
#define LOADERS 256 /* threads that fill a slab */

/* One slab: element [token][column]. */
struct norm_slab {
    float h[TOKENS * COLUMNS], dy[TOKENS * COLUMNS];
};

struct norm_weight {
    struct rows rows;
    int width;
    const float *x, *mean, *rstd, *dy; /* no mean (root-mean-square): it is 0, and x - 0 is x */
    float *dweight, *dbias;            /* no dbias: NULL */
};

/* Tokens [first, last) of the block's columns, by loader `loader`. */
static __device__ __forceinline__ void slab_fill(const struct norm_weight &job, int first, int last,
                                                 int loader, struct norm_slab *slab)
{
    const int64_t column = (int64_t)blockIdx.x * COLUMNS + loader % COLUMNS;
    if (column >= job.width) return;
    CUDA_UNROLL(8)
    for (int i = loader / COLUMNS; i < last - first; i += LOADERS / COLUMNS) {
        const int token = first + i;
        const size_t at = cuda_row(job.rows, token) * (size_t)job.width + (size_t)column;
        const float mean = job.mean != NULL ? job.mean[token] : 0.0f;
        slab->h[i * COLUMNS + loader % COLUMNS] = (job.x[at] - mean) * job.rstd[token];
        slab->dy[i * COLUMNS + loader % COLUMNS] = job.dy[at];
    }
}

static __global__ void __launch_bounds__(CUDA_WARP + LOADERS) norm_weight_columns(struct norm_weight job)
{
    CUDA_SHARED(struct norm_slab, slabs, 2);
    const int loader = (int)threadIdx.x - CUDA_WARP; /* below 0: of the warp of chains */
    const int64_t column = (int64_t)blockIdx.x * COLUMNS + threadIdx.x;
    const bool chains = threadIdx.x < COLUMNS && column < job.width;
    float dweight = chains ? job.dweight[column] : 0.0f;
    float dbias = chains && job.dbias != NULL ? job.dbias[column] : 0.0f;
    const int count = (job.rows.tokens - 1) / TOKENS + 1;
    for (int s = 0; s <= count; s++) { /* slab s is filled while the chains go over slab s - 1 */
        const int first = s * TOKENS;
        if (loader >= 0 && s < count) {
            const int last = job.rows.tokens - first < TOKENS ? job.rows.tokens : first + TOKENS;
            slab_fill(job, first, last, loader, &slabs[s % 2]);
        } else if (chains && s > 0) {
            const struct norm_slab *slab = &slabs[(s - 1) % 2];
            const int tokens = job.rows.tokens - (first - TOKENS);
            CUDA_UNROLL(8)
            for (int i = 0; i < (tokens < TOKENS ? tokens : TOKENS); i++) {
                const float dy = slab->dy[i * COLUMNS + threadIdx.x];
                dweight = FT_FMAF(dy, slab->h[i * COLUMNS + threadIdx.x], dweight);
                dbias = dbias + dy;
            }
        }
        __syncthreads();
    }
    if (chains) job.dweight[column] = dweight;
    if (chains && job.dbias != NULL) job.dbias[column] = dbias;
}

static void run(struct device *device, const char *operation, const struct norm_weight &job)
{
    if (job.rows.tokens <= 0 || job.width <= 0) return;
    CUDA_RUN(device, operation, norm_weight_columns, ((unsigned)job.width + COLUMNS - 1) / COLUMNS,
             CUDA_WARP + LOADERS, 0, job);
}

extern "C" void cuda_layernorm_backward_weight(struct device *device, const struct rows *rows, int width,
                                               const float *x, const float *mean, const float *rstd,
                                               const float *dy, float *dweight, float *dbias)
{
    run(device, "layernorm_backward_weight", {*rows, width, x, mean, rstd, dy, dweight, dbias});
}

extern "C" void cuda_rmsnorm_backward_weight(struct device *device, const struct rows *rows, int width,
                                             const float *x, const float *rstd, const float *dy,
                                             float *dweight)
{
    run(device, "rmsnorm_backward_weight", {*rows, width, x, NULL, rstd, dy, dweight, NULL});
}
