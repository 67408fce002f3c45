#include "support_reference.h"

#include "kernels/common/philox.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One sample on its way through the model: n tokens. */
struct walk {
    const struct model_config *config;
    const struct layout *layout;
    const struct pass *pass;
    const double *w;
    int max_length, n, sample;
};

static double *numbers(size_t count)
{
    return calloc(count > 0 ? count : 1, sizeof(double));
}

static double masked(const struct walk *walk, double probability, uint32_t site, uint32_t element,
                     double value)
{
    if (!walk->pass->training || probability <= 0) return value;
    struct philox4 words = philox4x32_10(walk->pass->dropout_seed, STREAM_DROPOUT, walk->pass->draw, site,
                                         (uint32_t)walk->sample, element / 4);
    uint32_t threshold = (uint32_t)floor(probability * 4294967296.0 + 0.5);
    return words.word[element % 4] >= threshold ? value / (1.0 - probability) : 0.0;
}

static void mask_rows(const struct walk *walk, double probability, uint32_t site, int rows, int width,
                      double *x)
{
    for (int i = 0; i < rows * width; i++)
        x[i] = masked(walk, probability, site, (uint32_t)i, x[i]);
}

static void linear(int rows, int in, int out, const double *x, const double *w, const double *bias, double *y)
{
    for (int r = 0; r < rows; r++) {
        for (int o = 0; o < out; o++) {
            double sum = bias == NULL ? 0.0 : bias[o];
            for (int i = 0; i < in; i++)
                sum += x[r * in + i] * w[o * in + i];
            y[r * out + o] = sum;
        }
    }
}

static void layernorm(int rows, int width, double epsilon, const double *gain, const double *bias, double *x)
{
    for (int r = 0; r < rows; r++) {
        double *row = x + r * width, mean = 0.0, variance = 0.0;
        for (int c = 0; c < width; c++)
            mean += row[c] / width;
        for (int c = 0; c < width; c++)
            variance += (row[c] - mean) * (row[c] - mean) / width;
        for (int c = 0; c < width; c++)
            row[c] = (row[c] - mean) / sqrt(variance + epsilon) * gain[c] + bias[c];
    }
}

static void rmsnorm(int rows, int width, double epsilon, const double *gain, const double *x, double *y)
{
    for (int r = 0; r < rows; r++) {
        double square = 0.0;
        for (int c = 0; c < width; c++)
            square += x[r * width + c] * x[r * width + c] / width;
        for (int c = 0; c < width; c++)
            y[r * width + c] = x[r * width + c] / sqrt(square + epsilon) * gain[c];
    }
}

static void rotate(const struct walk *walk, int heads, int stride, double *x)
{
    int dim = walk->config->head_dim, half = dim / 2;
    for (int p = 0; p < walk->n; p++) {
        for (int h = 0; h < heads; h++) {
            double *head = x + p * stride + h * dim;
            for (int i = 0; i < half; i++) {
                double angle = p * pow(walk->config->rope_theta, -2.0 * i / dim);
                double a = head[i], b = head[i + half];
                head[i] = a * cos(angle) - b * sin(angle);
                head[i + half] = b * cos(angle) + a * sin(angle);
            }
        }
    }
}

static void attend(const struct walk *walk, int layer, const double *qkv, double *out)
{
    const struct model_config *config = walk->config;
    int dim = config->head_dim, heads = config->heads, group = heads / config->kv_heads;
    int keys = config->kv_heads * dim, stride = heads * dim + 2 * keys, n = walk->n;
    double *p = numbers((size_t)n);
    memset(out, 0, (size_t)(n * heads * dim) * sizeof *out);
    for (int h = 0; h < heads; h++) {
        for (int i = 0; i < n; i++) {
            int last = config->family == FAMILY_LLAMA ? i + 1 : n;
            const double *q = qkv + i * stride + h * dim;
            double most = -INFINITY, sum = 0.0;
            for (int j = 0; j < last; j++) {
                const double *k = qkv + j * stride + heads * dim + h / group * dim;
                p[j] = 0.0;
                for (int d = 0; d < dim; d++)
                    p[j] += q[d] * k[d] / sqrt((double)dim);
                most = fmax(most, p[j]);
            }
            for (int j = 0; j < last; j++)
                sum += p[j] = exp(p[j] - most);
            for (int j = 0; j < last; j++) {
                uint32_t element =
                    ((uint32_t)h * (uint32_t)walk->max_length + (uint32_t)i) * (uint32_t)walk->max_length +
                    (uint32_t)j;
                double kept = masked(walk, config->attention_dropout, pass_site(layer, SITE_ATTENTION),
                                     element, p[j] / sum);
                const double *v = qkv + j * stride + heads * dim + keys + h / group * dim;
                for (int d = 0; d < dim; d++)
                    out[(i * heads + h) * dim + d] += kept * v[d];
            }
        }
    }
    free(p);
}

static void bert_layer(const struct walk *walk, int layer, double *x)
{
    const struct model_config *config = walk->config;
    const struct layer_offsets *at = &walk->layout->layers[layer];
    const double *w = walk->w;
    int width = config->hidden_size, inner = config->intermediate_size, n = walk->n;
    double *qkv = numbers((size_t)(n * 3 * width)), *context = numbers((size_t)(n * width));
    double *branch = numbers((size_t)(n * width)), *up = numbers((size_t)(n * inner));
    linear(n, width, 3 * width, x, w + at->qkv_weight, w + at->qkv_bias, qkv);
    attend(walk, layer, qkv, context);
    linear(n, width, width, context, w + at->out_weight, w + at->out_bias, branch);
    mask_rows(walk, config->hidden_dropout, pass_site(layer, SITE_ATTENTION_OUTPUT), n, width, branch);
    for (int i = 0; i < n * width; i++)
        x[i] += branch[i];
    layernorm(n, width, config->norm_epsilon, w + at->norm1_weight, w + at->norm1_bias, x);
    linear(n, width, inner, x, w + at->up_weight, w + at->up_bias, up);
    for (int i = 0; i < n * inner; i++)
        up[i] = 0.5 * up[i] * (1.0 + erf(up[i] / sqrt(2.0)));
    linear(n, inner, width, up, w + at->down_weight, w + at->down_bias, branch);
    mask_rows(walk, config->hidden_dropout, pass_site(layer, SITE_MLP_OUTPUT), n, width, branch);
    for (int i = 0; i < n * width; i++)
        x[i] += branch[i];
    layernorm(n, width, config->norm_epsilon, w + at->norm2_weight, w + at->norm2_bias, x);
    free(qkv);
    free(context);
    free(branch);
    free(up);
}

static void llama_layer(const struct walk *walk, int layer, double *x)
{
    const struct model_config *config = walk->config;
    const struct layer_offsets *at = &walk->layout->layers[layer];
    const double *w = walk->w;
    int width = config->hidden_size, inner = config->intermediate_size, n = walk->n;
    int queries = config->heads * config->head_dim, keys = config->kv_heads * config->head_dim;
    int stride = queries + 2 * keys;
    double *normed = numbers((size_t)(n * width)), *qkv = numbers((size_t)(n * stride));
    double *context = numbers((size_t)(n * queries)), *up = numbers((size_t)(n * 2 * inner));
    double *act = numbers((size_t)(n * inner)), *branch = numbers((size_t)(n * width));
    rmsnorm(n, width, config->norm_epsilon, w + at->norm1_weight, x, normed);
    linear(n, width, stride, normed, w + at->qkv_weight, NULL, qkv);
    rotate(walk, config->heads, stride, qkv);
    rotate(walk, config->kv_heads, stride, qkv + queries);
    attend(walk, layer, qkv, context);
    linear(n, queries, width, context, w + at->out_weight, NULL, branch);
    for (int i = 0; i < n * width; i++)
        x[i] += branch[i];
    rmsnorm(n, width, config->norm_epsilon, w + at->norm2_weight, x, normed);
    linear(n, width, 2 * inner, normed, w + at->up_weight, NULL, up);
    for (int r = 0; r < n; r++) {
        for (int c = 0; c < inner; c++) {
            double gate = up[r * 2 * inner + c];
            act[r * inner + c] = gate / (1.0 + exp(-gate)) * up[r * 2 * inner + inner + c];
        }
    }
    linear(n, inner, width, act, w + at->down_weight, NULL, branch);
    for (int i = 0; i < n * width; i++)
        x[i] += branch[i];
    free(normed);
    free(qkv);
    free(context);
    free(up);
    free(act);
    free(branch);
}

static void embed(const struct walk *walk, const int32_t *ids, const int32_t *types, double *x)
{
    int width = walk->config->hidden_size;
    const struct layout *at = walk->layout;
    for (int p = 0; p < walk->n; p++) {
        for (int c = 0; c < width; c++) {
            x[p * width + c] = walk->w[at->word + (int64_t)ids[p] * width + c];
            if (walk->config->family == FAMILY_BERT)
                x[p * width + c] += walk->w[at->type + (int64_t)types[p] * width + c] +
                                    walk->w[at->position + (int64_t)p * width + c];
        }
    }
    if (walk->config->family != FAMILY_BERT) return;
    layernorm(walk->n, width, walk->config->norm_epsilon, walk->w + at->norm_weight, walk->w + at->norm_bias,
              x);
    mask_rows(walk, walk->config->embedding_dropout, SITE_EMBEDDINGS, walk->n, width, x);
}

static double sample_loss(const struct walk *walk, int classes, const int32_t *ids, const int32_t *types,
                          int label)
{
    const struct model_config *config = walk->config;
    const struct layout *at = walk->layout;
    int width = config->hidden_size;
    double *x = numbers((size_t)(walk->n * width)), *pooled = numbers((size_t)width),
           *logits = numbers((size_t)classes);
    embed(walk, ids, types, x);
    for (int l = 0; l < config->layers; l++) {
        if (config->family == FAMILY_BERT)
            bert_layer(walk, l, x);
        else
            llama_layer(walk, l, x);
    }
    if (config->family == FAMILY_BERT) {
        linear(1, width, width, x, walk->w + at->pooler_weight, walk->w + at->pooler_bias, pooled);
        for (int c = 0; c < width; c++)
            pooled[c] = tanh(pooled[c]);
        mask_rows(walk, config->classifier_dropout, pass_site(config->layers, SITE_ATTENTION), 1, width,
                  pooled);
        linear(1, width, classes, pooled, walk->w + at->head_weight, walk->w + at->head_bias, logits);
    } else {
        rmsnorm(1, width, config->norm_epsilon, walk->w + at->norm_weight, x + (walk->n - 1) * width, pooled);
        linear(1, width, classes, pooled, walk->w + at->head_weight, NULL, logits);
    }
    double sum = 0.0;
    for (int c = 0; c < classes; c++)
        sum += exp(logits[c]);
    double loss = log(sum) - logits[label];
    free(x);
    free(pooled);
    free(logits);
    return loss;
}

double reference_loss(const struct model_config *config, const struct layout *layout, int classes,
                      int max_length, const struct pass *pass, const struct samples *samples,
                      const double *weights)
{
    double sum = 0.0;
    for (int s = 0; s < samples->count; s++) {
        int64_t from = samples->begin[s];
        struct walk walk = {.config = config,
                            .layout = layout,
                            .pass = pass,
                            .w = weights,
                            .max_length = max_length,
                            .n = (int)(samples->begin[s + 1] - from),
                            .sample = s};
        sum += sample_loss(&walk, classes, samples->ids + from, samples->types + from, samples->labels[s]);
    }
    return sum / samples->count;
}
