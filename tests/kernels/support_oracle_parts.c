/* support_oracle_parts.c - the oracle's norms and attention. */
#include "support_oracle_parts.h"

#include "kernels/common/elementary.h"

#include <math.h>

#define WIDEST 1024 /* of the tests' rows */

void oracle_layernorm_forward(struct device *device, const struct rows *rows, int width, float epsilon,
                              const float *x, const float *weight, const float *bias, float *y, float *mean,
                              float *rstd)
{
    float d[WIDEST];
    (void)device;
    for (int t = 0; t < rows->tokens; t++) {
        size_t at = oracle_row(rows, t) * (size_t)width;
        mean[t] = oracle_lanes(x + at, NULL, width) / (float)width;
        for (int c = 0; c < width; c++)
            d[c] = x[at + (size_t)c] - mean[t];
        float variance = oracle_lanes(d, d, width) / (float)width;
        rstd[t] = ft_rsqrtf(variance + epsilon);
        for (int c = 0; c < width; c++)
            y[at + (size_t)c] = fmaf(d[c] * rstd[t], weight[c], bias[c]);
    }
}

void oracle_layernorm_backward(struct device *device, const struct rows *rows, int width, const float *x,
                               const float *weight, const float *mean, const float *rstd, const float *dy,
                               float *dx)
{
    float h[WIDEST], g[WIDEST];
    (void)device;
    for (int t = 0; t < rows->tokens; t++) {
        size_t at = oracle_row(rows, t) * (size_t)width;
        for (int c = 0; c < width; c++) {
            h[c] = (x[at + (size_t)c] - mean[t]) * rstd[t];
            g[c] = dy[at + (size_t)c] * weight[c];
        }
        float a = oracle_lanes(g, NULL, width) / (float)width;
        float b = oracle_lanes(g, h, width) / (float)width;
        for (int c = 0; c < width; c++)
            dx[at + (size_t)c] = fmaf(-h[c], b, g[c] - a) * rstd[t];
    }
}

void oracle_layernorm_backward_weight(struct device *device, const struct rows *rows, int width,
                                      const float *x, const float *mean, const float *rstd, const float *dy,
                                      float *dweight, float *dbias)
{
    (void)device;
    for (int t = 0; t < rows->tokens; t++) {
        size_t at = oracle_row(rows, t) * (size_t)width;
        for (int c = 0; c < width; c++) {
            float h = (x[at + (size_t)c] - mean[t]) * rstd[t];
            dweight[c] = fmaf(dy[at + (size_t)c], h, dweight[c]);
            dbias[c] = dbias[c] + dy[at + (size_t)c];
        }
    }
}

void oracle_rmsnorm_forward(struct device *device, const struct rows *rows, int width, float epsilon,
                            const float *x, const float *weight, float *y, float *rstd)
{
    (void)device;
    for (int t = 0; t < rows->tokens; t++) {
        size_t at = oracle_row(rows, t) * (size_t)width;
        rstd[t] = ft_rsqrtf(oracle_lanes(x + at, x + at, width) / (float)width + epsilon);
        for (int c = 0; c < width; c++)
            y[at + (size_t)c] = (x[at + (size_t)c] * rstd[t]) * weight[c];
    }
}

void oracle_rmsnorm_backward(struct device *device, const struct rows *rows, int width, const float *x,
                             const float *weight, const float *rstd, const float *dy, bool accumulate,
                             float *dx)
{
    float h[WIDEST], g[WIDEST];
    (void)device;
    for (int t = 0; t < rows->tokens; t++) {
        size_t at = oracle_row(rows, t) * (size_t)width;
        for (int c = 0; c < width; c++) {
            h[c] = x[at + (size_t)c] * rstd[t];
            g[c] = dy[at + (size_t)c] * weight[c];
        }
        float b = oracle_lanes(g, h, width) / (float)width;
        for (int c = 0; c < width; c++) {
            float d = fmaf(-h[c], b, g[c]) * rstd[t];
            dx[at + (size_t)c] = accumulate ? dx[at + (size_t)c] + d : d;
        }
    }
}

void oracle_rmsnorm_backward_weight(struct device *device, const struct rows *rows, int width, const float *x,
                                    const float *rstd, const float *dy, float *dweight)
{
    (void)device;
    for (int t = 0; t < rows->tokens; t++) {
        size_t at = oracle_row(rows, t) * (size_t)width;
        for (int c = 0; c < width; c++)
            dweight[c] = fmaf(dy[at + (size_t)c], x[at + (size_t)c] * rstd[t], dweight[c]);
    }
}

/* The places of one query head of one sample. */
struct place {
    int n, head_dim;
    size_t q, kv, o; /* offset of the sample's first row and the head's first column */
    size_t matrix;   /* offset into probabilities */
    uint32_t sample;
};

static struct place place_of(const struct rows *rows, const struct attention *a, int b, int h)
{
    int g = h / (a->heads / a->kv_heads), first = rows->first[b], n = rows->first[b + 1] - first;
    size_t row = (size_t)rows->start[b];
    struct place place = {n,
                          a->head_dim,
                          row * (size_t)a->ldq + (size_t)(h * a->head_dim),
                          row * (size_t)a->ldkv + (size_t)(g * a->head_dim),
                          row * (size_t)a->ldo + (size_t)(h * a->head_dim),
                          (size_t)(a->heads * rows->square[b]) + (size_t)h * (size_t)n * (size_t)n,
                          (uint32_t)rows->sample[first < rows->tokens ? first : 0]};
    return place;
}

static float dot(const struct device *device, const float *a, const float *b, int count)
{
    float sum = 0;
    for (int k = 0; k < count; k++)
        sum = oracle_link(device, a[k], b[k], sum);
    return sum;
}

static float drop_at(const struct attention *a, const struct place *place, int h, int i, int j, float x)
{
    uint64_t length = (uint64_t)a->max_length;
    return oracle_drop(&a->dropout, place->sample,
                       ((uint64_t)h * length + (uint64_t)i) * length + (uint64_t)j, x);
}

void oracle_attention_forward(struct device *device, const struct rows *rows, const struct attention *a,
                              const float *q, const float *k, const float *v, float *probabilities,
                              float *out)
{
    for (int b = 0; b < rows->samples; b++) {
        for (int h = 0; h < a->heads; h++) {
            struct place at = place_of(rows, a, b, h);
            for (int i = 0; i < at.n; i++) {
                float *p = probabilities + at.matrix + (size_t)i * (size_t)at.n;
                int keys = a->causal ? i + 1 : at.n;
                for (int j = 0; j < keys; j++)
                    p[j] =
                        dot(device, q + at.q + i * a->ldq, k + at.kv + j * a->ldkv, at.head_dim) * a->scale;
                float maximum = p[0];
                for (int j = 1; j < keys; j++)
                    maximum = p[j] > maximum ? p[j] : maximum;
                for (int j = 0; j < keys; j++)
                    p[j] = ft_expf(p[j] - maximum);
                float sum = oracle_lanes(p, NULL, keys);
                for (int j = 0; j < keys; j++)
                    p[j] = p[j] / sum;
                for (int d = 0; d < at.head_dim; d++) {
                    float chain = 0;
                    for (int j = 0; j < keys; j++)
                        chain = oracle_link(device, drop_at(a, &at, h, i, j, p[j]),
                                            v[at.kv + (size_t)(j * a->ldkv + d)], chain);
                    out[at.o + (size_t)(i * a->ldo + d)] = chain;
                }
            }
        }
    }
}

/* ds of one row into `ds` */
static void score_grads(const struct device *device, const struct attention *a, const struct place *at, int h,
                        int i, const float *p, const float *v, const float *dout, float *ds)
{
    int keys = a->causal ? i + 1 : at->n;
    for (int j = 0; j < keys; j++)
        ds[j] = drop_at(a, at, h, i, j,
                        dot(device, dout + at->o + i * a->ldo, v + at->kv + j * a->ldkv, at->head_dim));
    float r = oracle_lanes(ds, p, keys);
    for (int j = 0; j < keys; j++)
        ds[j] = (p[j] * (ds[j] - r)) * a->scale;
}

void oracle_attention_backward(struct device *device, const struct rows *rows, const struct attention *a,
                               const float *q, const float *k, const float *v, const float *probabilities,
                               const float *dout, float *scratch, float *dq, float *dk, float *dv)
{
    int group = a->heads / a->kv_heads;
    for (int b = 0; b < rows->samples; b++) {
        for (int h = 0; h < a->heads; h++) {
            struct place at = place_of(rows, a, b, h);
            for (int d = 0; h % group == 0 && d < at.head_dim; d++) {
                for (int j = 0; j < at.n; j++)
                    dk[at.kv + (size_t)(j * a->ldkv + d)] = dv[at.kv + (size_t)(j * a->ldkv + d)] = 0;
            }
            for (int i = 0; i < at.n; i++) {
                const float *p = probabilities + at.matrix + (size_t)i * (size_t)at.n;
                float *ds = scratch + at.matrix + (size_t)i * (size_t)at.n;
                int keys = a->causal ? i + 1 : at.n;
                score_grads(device, a, &at, h, i, p, v, dout, ds);
                for (int d = 0; d < at.head_dim; d++) {
                    float chain = 0;
                    for (int j = 0; j < keys; j++) {
                        float *dk_at = &dk[at.kv + (size_t)(j * a->ldkv + d)];
                        float *dv_at = &dv[at.kv + (size_t)(j * a->ldkv + d)];
                        *dv_at = oracle_link(device, drop_at(a, &at, h, i, j, p[j]),
                                             dout[at.o + (size_t)(i * a->ldo + d)], *dv_at);
                        *dk_at = oracle_link(device, ds[j], q[at.q + (size_t)(i * a->ldq + d)], *dk_at);
                        chain = oracle_link(device, ds[j], k[at.kv + (size_t)(j * a->ldkv + d)], chain);
                    }
                    dq[at.q + (size_t)(i * a->ldq + d)] = chain;
                }
            }
        }
    }
}
