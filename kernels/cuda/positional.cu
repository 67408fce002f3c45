/* positional.cu - rotary position embedding.
 *
 * One launch, bound by memory: 8 bytes an element, the tables of a token's position coming from the cache for
 * all heads but the first; 80 to 85% of the bandwidth is expected. */
#include "kernels/cuda/families.h"

#include "kernels/common/portable.h"
#include "kernels/cuda/rows.cuh"

struct rope {
    struct rows rows;
    int heads, head_dim, ldx;
    const float *cos, *sin;
    float sign; /* of sin */
    float *x;
};

/* The units of a row are those of the lower halves of its heads, one head after the other. */
template <int N> static __global__ void __launch_bounds__(ROW_THREADS) rope_rows(struct rope job)
{
    const unsigned token = row_token();
    if (token >= (unsigned)job.rows.tokens) return;
    const unsigned half = (unsigned)job.head_dim / 2, units = half / N;
    const float *cos = job.cos + (size_t)job.rows.position[token] * half;
    const float *sin = job.sin + (size_t)job.rows.position[token] * half;
    float *row = job.x + cuda_row(job.rows, (int)token) * (size_t)job.ldx;
    for (unsigned c = row_first(); c < (unsigned)job.heads * units; c += row_step()) {
        float *low = row + (size_t)(c / units) * (unsigned)job.head_dim, *high = low + half;
        const unsigned i = c % units;
        const unit<N> a = unit_load<N>(low, i), b = unit_load<N>(high, i);
        const unit<N> cosines = unit_load<N>(cos, i), sines = unit_load<N>(sin, i);
        unit<N> new_low, new_high;
        CUDA_UNROLL(N)
        for (int k = 0; k < N; k++) {
            const float s = job.sign * sines.v[k];
            new_low.v[k] = FT_FMAF(-b.v[k], s, a.v[k] * cosines.v[k]);
            new_high.v[k] = FT_FMAF(a.v[k], s, b.v[k] * cosines.v[k]);
        }
        unit_store(low, i, new_low);
        unit_store(high, i, new_high);
    }
}

extern "C" void cuda_rope(struct device *device, const struct rows *rows, int heads, int head_dim, int ldx,
                          const float *cos, const float *sin, bool inverse, float *x)
{
    const struct rope job = {*rows, heads, head_dim, ldx, cos, sin, inverse ? -1.0f : 1.0f, x};
    const int half = head_dim / 2;
    ROW_RUN(device, "rope", ldx % 4 == 0 && row_fours(half, cos, sin, x) && head_dim % 4 == 0, rows->tokens,
            heads * half, rope_rows<4>, rope_rows<1>, job);
}
