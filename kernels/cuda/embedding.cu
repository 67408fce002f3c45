/* embedding.cu - rows of tables, and the gradients of those rows.
 *
 * One launch each. Forward is bound by memory (8 bytes an element and what the tables' rows take), 80% of the
 * bandwidth is expected. Backward: short buckets are bound by memory (12 bytes an element); a bucket of very
 * many tokens, such as those of the types, is a chain that waits for memory once for each AHEAD tokens: about
 * 80 microseconds for 2048, while the other buckets go on beside it. */
#include "kernels/cuda/families.h"

#include "kernels/cuda/rows.cuh"

struct embedding {
    struct rows rows;
    int width;
    const float *word, *type, *position;
    const int32_t *ids, *type_ids;
    int position_offset;
    float *y;
};

/* The first table there is makes the row, later ones are added to it. */
template <int N>
static __device__ __forceinline__ void take(const float *row, unsigned c, bool &first, unit<N> &y)
{
    const unit<N> value = unit_load<N>(row, c);
    CUDA_UNROLL(N)
    for (int i = 0; i < N; i++)
        y.v[i] = first ? value.v[i] : y.v[i] + value.v[i];
    first = false;
}

template <int N> static __global__ void __launch_bounds__(ROW_THREADS) embedding_rows(struct embedding job)
{
    const unsigned token = row_token();
    if (token >= (unsigned)job.rows.tokens) return;
    const size_t width = (size_t)job.width, at = cuda_row(job.rows, (int)token) * width;
    const int position = job.position != NULL ? job.rows.position[token] + job.position_offset : 0;
    for (unsigned c = row_first(); c < (unsigned)job.width / N; c += row_step()) {
        unit<N> y = {};
        bool first = true;
        if (job.word != NULL) take<N>(job.word + (size_t)job.ids[token] * width, c, first, y);
        if (job.type != NULL) take<N>(job.type + (size_t)job.type_ids[token] * width, c, first, y);
        if (job.position != NULL) take<N>(job.position + (size_t)position * width, c, first, y);
        if (!first) unit_store(job.y + at, c, y);
    }
}

extern "C" void cuda_embedding_forward(struct device *device, const struct rows *rows, int width,
                                       const float *word, const int32_t *ids, const float *type,
                                       const int32_t *type_ids, const float *position, int position_offset,
                                       float *y)
{
    const struct embedding job = {*rows, width, word, type, position, ids, type_ids, position_offset, y};
    ROW_RUN(device, "embedding_forward", row_fours(width, word, type, position, y), rows->tokens, width,
            embedding_rows<4>, embedding_rows<1>, job);
}

#define AHEAD 16 /* tokens of a bucket that are read at once */

/* A warp has 32 columns of a bucket's row. */
static __global__ void __launch_bounds__(ROW_THREADS)
    embedding_gradient(struct rows rows, int width, struct buckets buckets, const float *dy, float *dtable)
{
    const unsigned bucket = row_token();
    if (bucket >= (unsigned)buckets.count) return;
    const int begin = buckets.begin[bucket], end = buckets.begin[bucket + 1];
    float *row = dtable + (size_t)buckets.id[bucket] * (size_t)width;
    for (unsigned c = row_first(); c < (unsigned)width; c += row_step()) {
        float sum = row[c];
        int i = begin;
        for (; end - i >= AHEAD; i += AHEAD) {
            float ahead[AHEAD];
            CUDA_UNROLL(AHEAD)
            for (int k = 0; k < AHEAD; k++)
                ahead[k] = dy[cuda_row(rows, buckets.token[i + k]) * (size_t)width + c];
            CUDA_UNROLL(AHEAD)
            for (int k = 0; k < AHEAD; k++)
                sum = sum + ahead[k];
        }
        for (; i < end; i++)
            sum = sum + dy[cuda_row(rows, buckets.token[i]) * (size_t)width + c];
        row[c] = sum;
    }
}

extern "C" void cuda_embedding_backward(struct device *device, const struct rows *rows, int width,
                                        const struct buckets *buckets, const float *dy, float *dtable)
{
    if (buckets->count <= 0 || width <= 0) return;
    CUDA_RUN(device, "embedding_backward", embedding_gradient, row_grid(buckets->count, width), row_block(),
             0, *rows, width, *buckets, dy, dtable);
}
