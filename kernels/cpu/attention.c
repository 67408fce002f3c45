/* attention.c - attention within each sample, one (sample, key head) after another.
 *
 * For one query head the scores are an (n, n) matrix that stays in the second cache; scores, outputs and
 * gradients are products on strided operands (product.h), causal ones triangular. Dropout is applied in
 * pieces of rows on the way into the products, since `probabilities` keeps what softmax gave. */
#include "kernels/cpu/families.h"

#include "kernels/common/elementary.h"
#include "kernels/common/tree_sum.h"
#include "kernels/cpu/masks.h"
#include "kernels/cpu/product.h"

#define KEYS_AT_ONCE 256
#define QUERIES_AT_ONCE (WORKSPACE_BLOCK / KEYS_AT_ONCE)

struct attention_job {
    const struct rows *rows;
    const struct attention *attention;
    const float *q, *k, *v, *dout;
    const float *probabilities_in;
    float *probabilities, *out;
    float *scratch, *dq, *dk, *dv;
};

/* One query head of one sample. */
struct head {
    const struct attention *attention;
    const struct workspace *workspace;
    int length;      /* n: tokens of the sample */
    int index;       /* h */
    uint32_t sample; /* in the optimiser step */
};

static int keys_of(const struct head *head, int query)
{
    return head->attention->causal ? query + 1 : head->length;
}

/* Dropout on the keys [key, key + count) of a query. */
static void drop(const struct head *head, int query, int key, int count, const float *from, float *to)
{
    uint64_t length = (uint64_t)head->attention->max_length;
    uint64_t element = ((uint64_t)head->index * length + (uint64_t)query) * length + (uint64_t)key;
    masks_apply(&head->attention->dropout, head->sample, element, count, from, to);
}

/* One row of scores (chains over D, not yet scaled) becomes probabilities. */
static void softmax(float *row, int keys, float scale)
{
    float lane[FT_LANES];
    int k = 0;
    for (int l = 0; l < FT_LANES; l++)
        lane[l] = row[0] * scale;
    for (; k + FT_LANES <= keys; k += FT_LANES) {
        for (int l = 0; l < FT_LANES; l++) {
            row[k + l] = row[k + l] * scale;
            lane[l] = ft_maxf(row[k + l], lane[l]);
        }
    }
    for (; k < keys; k++) {
        row[k] = row[k] * scale;
        lane[0] = ft_maxf(row[k], lane[0]);
    }
    for (int l = 1; l < FT_LANES; l++)
        lane[0] = ft_maxf(lane[l], lane[0]);
    const float maximum = lane[0];
    FT_INDEPENDENT
    for (k = 0; k < keys; k++)
        row[k] = ft_expf(row[k] - maximum);
    const float sum = ft_lanes_sum(row, keys);
    FT_INDEPENDENT
    for (k = 0; k < keys; k++)
        row[k] = row[k] / sum;
}

/* A product with triangular parts when causal. */
static void multiply(const struct head *head, struct product product, enum triangle triangle)
{
    if (head->attention->causal) product.triangle = triangle;
    CPU_FN(product_run)(&product, head->workspace);
}

/* scores (n, n) = rows of a (n, D) times rows of b (n, D), chains over D */
static void multiply_rows(const struct head *head, const float *a, int lda, const float *b, int ldb,
                          float *scores)
{
    int n = head->length;
    struct product product = {.m = n,
                              .n = n,
                              .k = head->attention->head_dim,
                              .a = a,
                              .lda = lda,
                              .b = b,
                              .ldb = ldb,
                              .b_transposed = true,
                              .c = scores,
                              .ldc = n};
    multiply(head, product, TRIANGLE_OUTPUT);
}

/* result (n, D) = matrix (n, n) times rows of b (n, D), chains over keys */
static void multiply_keys(const struct head *head, const float *matrix, const float *b, int ldb,
                          float *result, int ldresult)
{
    int n = head->length;
    struct product product = {.m = n,
                              .n = head->attention->head_dim,
                              .k = n,
                              .a = matrix,
                              .lda = n,
                              .b = b,
                              .ldb = ldb,
                              .c = result,
                              .ldc = ldresult};
    multiply(head, product, TRIANGLE_UNTIL);
}

/* result (n, D) going on with matrix transposed (n, n) times rows of b (n, D), chains over queries */
static void multiply_queries(const struct head *head, const float *matrix, const float *b, int ldb,
                             float *result, int ldresult)
{
    int n = head->length;
    struct product product = {.m = n,
                              .n = head->attention->head_dim,
                              .k = n,
                              .a = matrix,
                              .lda = n,
                              .a_transposed = true,
                              .b = b,
                              .ldb = ldb,
                              .c = result,
                              .ldc = ldresult,
                              .accumulate = true};
    multiply(head, product, TRIANGLE_FROM);
}

/* out = dropout(p) v, the dropped p made block by block in the workspace; chains go on from block to block.
 */
static void multiply_dropped(const struct head *head, const float *probabilities, const float *v, float *out)
{
    const struct attention *attention = head->attention;
    int n = head->length;
    float *block = head->workspace->block;
    for (int query = 0; query < n; query += QUERIES_AT_ONCE) {
        int queries = n - query < QUERIES_AT_ONCE ? n - query : QUERIES_AT_ONCE;
        for (int key = 0; key < keys_of(head, query + queries - 1); key += KEYS_AT_ONCE) {
            int keys = n - key < KEYS_AT_ONCE ? n - key : KEYS_AT_ONCE;
            for (int i = 0; i < queries; i++) {
                int there = keys_of(head, query + i) - key;
                if (there > keys) there = keys;
                if (there <= 0) continue;
                const float *p = probabilities + (size_t)(query + i) * (size_t)n + key;
                drop(head, query + i, key, there, p, block + i * keys);
            }
            struct product product = {.m = queries,
                                      .n = attention->head_dim,
                                      .k = keys,
                                      .a = block,
                                      .lda = keys,
                                      .b = v + (ptrdiff_t)key * attention->ldkv,
                                      .ldb = attention->ldkv,
                                      .c = out + (ptrdiff_t)query * attention->ldo,
                                      .ldc = attention->ldo,
                                      .accumulate = key > 0,
                                      .diagonal = query - key};
            multiply(head, product, TRIANGLE_UNTIL);
        }
    }
}

static void forward_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct attention_job *op = job;
    const struct attention *attention = op->attention;
    for (int task = begin; task < end; task++) {
        int b = task / attention->heads, h = task % attention->heads;
        int first = op->rows->first[b], n = op->rows->first[b + 1] - first;
        if (n == 0) continue;
        struct head head = {attention, workspace, n, h, (uint32_t)op->rows->sample[first]};
        ptrdiff_t row = op->rows->start[b];
        int group = h / (attention->heads / attention->kv_heads) * attention->head_dim;
        const float *q = op->q + row * attention->ldq + h * attention->head_dim;
        const float *k = op->k + row * attention->ldkv + group, *v = op->v + row * attention->ldkv + group;
        float *out = op->out + row * attention->ldo + h * attention->head_dim;
        float *probabilities =
            op->probabilities + (int64_t)attention->heads * op->rows->square[b] + (int64_t)h * n * n;
        multiply_rows(&head, q, attention->ldq, k, attention->ldkv, probabilities);
        for (int i = 0; i < n; i++)
            softmax(probabilities + (size_t)i * (size_t)n, keys_of(&head, i), attention->scale);
        if (attention->dropout.probability > 0.0f)
            multiply_dropped(&head, probabilities, v, out);
        else
            multiply_keys(&head, probabilities, v, attention->ldkv, out, attention->ldo);
    }
}

void CPU_FN(attention_forward)(struct device *device, const struct rows *rows,
                               const struct attention *attention, const float *q, const float *k,
                               const float *v, float *probabilities, float *out)
{
    struct attention_job op = {.rows = rows,
                               .attention = attention,
                               .q = q,
                               .k = k,
                               .v = v,
                               .probabilities = probabilities,
                               .out = out};
    threads_run(device, rows->samples * attention->heads, 1, forward_piece, &op);
}

/* dp, already dropped, becomes ds = (p (dp - r)) scale, r = lanes fma(dp, p). */
static void softmax_grad(const float *p, int keys, float scale, float *dp)
{
    const float r = ft_lanes_dot(dp, p, keys);
    FT_INDEPENDENT
    for (int k = 0; k < keys; k++)
        dp[k] = (p[k] * (dp[k] - r)) * scale;
}

static void head_backward(const struct attention_job *op, const struct head *head, ptrdiff_t row,
                          int64_t square)
{
    const struct attention *attention = op->attention;
    int n = head->length, ldq = attention->ldq, ldkv = attention->ldkv, ldo = attention->ldo;
    int own = head->index * attention->head_dim;
    int group = head->index / (attention->heads / attention->kv_heads) * attention->head_dim;
    int64_t matrix = (int64_t)attention->heads * square + (int64_t)head->index * n * n;
    const float *p = op->probabilities_in + matrix, *dout = op->dout + row * ldo + own;
    float *scratch = op->scratch + matrix;
    const float *dropped = p;
    if (attention->dropout.probability > 0.0f) {
        for (int i = 0; i < n; i++)
            drop(head, i, 0, keys_of(head, i), p + (size_t)i * (size_t)n, scratch + (size_t)i * (size_t)n);
        dropped = scratch;
    }
    multiply_queries(head, dropped, dout, ldo, op->dv + row * ldkv + group, ldkv);
    multiply_rows(head, dout, ldo, op->v + row * ldkv + group, ldkv, scratch);
    for (int i = 0; i < n; i++) {
        float *dp = scratch + (size_t)i * (size_t)n;
        drop(head, i, 0, keys_of(head, i), dp, dp);
        softmax_grad(p + (size_t)i * (size_t)n, keys_of(head, i), attention->scale, dp);
    }
    multiply_keys(head, scratch, op->k + row * ldkv + group, ldkv, op->dq + row * ldq + own, ldq);
    multiply_queries(head, scratch, op->q + row * ldq + own, ldq, op->dk + row * ldkv + group, ldkv);
}

/* Clear a head's (n, D) part of a gradient: its chains start from +0 and go on over the query heads. */
static void clear_rows(float *rows, int count, int columns, int step)
{
    for (int i = 0; i < count; i++)
        memset(rows + (ptrdiff_t)i * step, 0, (size_t)columns * sizeof(float));
}

static void backward_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct attention_job *op = job;
    const struct attention *attention = op->attention;
    const int each = attention->heads / attention->kv_heads;
    for (int task = begin; task < end; task++) {
        int b = task / attention->kv_heads, g = task % attention->kv_heads;
        int first = op->rows->first[b], n = op->rows->first[b + 1] - first;
        if (n == 0) continue;
        ptrdiff_t row = op->rows->start[b], at = row * attention->ldkv + g * attention->head_dim;
        clear_rows(op->dk + at, n, attention->head_dim, attention->ldkv);
        clear_rows(op->dv + at, n, attention->head_dim, attention->ldkv);
        for (int h = g * each; h < (g + 1) * each; h++) {
            struct head head = {attention, workspace, n, h, (uint32_t)op->rows->sample[first]};
            head_backward(op, &head, row, op->rows->square[b]);
        }
    }
}

void CPU_FN(attention_backward)(struct device *device, const struct rows *rows,
                                const struct attention *attention, const float *q, const float *k,
                                const float *v, const float *probabilities, const float *dout, float *scratch,
                                float *dq, float *dk, float *dv)
{
    struct attention_job op = {.rows = rows,
                               .attention = attention,
                               .q = q,
                               .k = k,
                               .v = v,
                               .dout = dout,
                               .probabilities_in = probabilities,
                               .scratch = scratch,
                               .dq = dq,
                               .dk = dk,
                               .dv = dv};
    threads_run(device, rows->samples * attention->kv_heads, 1, backward_piece, &op);
}
