/* adamw.c - AdamW and the sums of squares that clipping needs. */
#include "kernels/cpu/families.h"

#include "kernels/common/elementary.h"
#include "kernels/common/tree_sum.h"

#define SUBTREE_CHUNKS 64 /* a power of two: a piece is a whole subtree of the tensor's tree */
#define SUBTREE ((int64_t)SUBTREE_CHUNKS * FT_CHUNK)
#define SUBTREES_AT_ONCE 256

struct sum_squares {
    const float *x;
    int64_t count;  /* of x */
    float *subtree; /* (SUBTREES_AT_ONCE) their sums */
};

static void sum_squares_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct sum_squares *op = job;
    (void)workspace;
    for (int s = begin; s < end; s++) {
        struct tree_sum tree = {.leaves = 0};
        int64_t first = s * SUBTREE, last = op->count - first < SUBTREE ? op->count : first + SUBTREE;
        for (int64_t at = first; at < last; at += FT_CHUNK) {
            int count = last - at < FT_CHUNK ? (int)(last - at) : FT_CHUNK;
            tree_sum_add(&tree, ft_lanes_dot(op->x + at, op->x + at, count));
        }
        op->subtree[s] = tree_sum_result(&tree);
    }
}

/* Whole subtrees are leaves of the tree above them; the last, shorter one joins at the end in any case, so
 * that it too may be handed on as a leaf. */
static float sum_squares_of(struct device *device, const float *x, int64_t count)
{
    float subtree[SUBTREES_AT_ONCE];
    struct tree_sum tree = {.leaves = 0};
    while (count > 0) {
        int64_t here = count < SUBTREES_AT_ONCE * SUBTREE ? count : SUBTREES_AT_ONCE * SUBTREE;
        int subtrees = (int)((here + SUBTREE - 1) / SUBTREE);
        struct sum_squares op = {x, here, subtree};
        threads_run(device, subtrees, 1, sum_squares_piece, &op);
        for (int s = 0; s < subtrees; s++)
            tree_sum_add(&tree, subtree[s]);
        x += here;
        count -= here;
    }
    return tree_sum_result(&tree);
}

void CPU_FN(sum_squares)(struct device *device, const float *x, int tensors, const int64_t *begin,
                         float *result)
{
    for (int t = 0; t < tensors; t++)
        result[t] = sum_squares_of(device, x + begin[t], begin[t + 1] - begin[t]);
}

#define ADAMW_UNIT 4096 /* parameters of the unit that is shared out */

struct adamw_job {
    int64_t count;
    const struct adamw *adamw;
    const float *gradient;
    float *p, *m, *v;
};

static void adamw_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct adamw_job *op = job;
    const struct adamw s = *op->adamw;
    const int64_t first = (int64_t)begin * ADAMW_UNIT;
    const int64_t last = (int64_t)end * ADAMW_UNIT < op->count ? (int64_t)end * ADAMW_UNIT : op->count;
    const float *restrict gradient = op->gradient;
    float *restrict p = op->p, *restrict m = op->m, *restrict v = op->v;
    const float tiny = 0x1p-100f;
    (void)workspace;
    for (int64_t i = first; i < last; i++) {
        float g = gradient[i] * s.gradient_scale;
        float decayed = p[i] * s.decay;
        float mean = FT_FMAF(s.one_minus_beta1, g - m[i], m[i]);
        mean = ft_absf(mean) < tiny ? 0.0f : mean;
        float square = FT_FMAF(s.one_minus_beta2, g * g, v[i] * s.beta2);
        square = square < tiny ? 0.0f : square;
        m[i] = mean;
        v[i] = square;
        p[i] = FT_FMAF(-s.step_size, mean / (FT_SQRTF(square) / s.root_correction + s.epsilon), decayed);
    }
}

void CPU_FN(adamw)(struct device *device, int64_t count, const struct adamw *adamw, const float *gradient,
                   float *p, float *m, float *v)
{
    struct adamw_job op = {count, adamw, gradient, p, m, v};
    threads_run(device, (int)((count + ADAMW_UNIT - 1) / ADAMW_UNIT), 4, adamw_piece, &op);
}
