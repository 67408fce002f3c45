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

/* Radians a position of pair i, as rotary.h says it. */
static double frequency(const struct model_config *config, int i)
{
    const struct rope_scaling *scaling = &config->rope_scaling;
    double f = pow(config->rope_theta, -2.0 * i / config->head_dim);
    if (scaling->kind == ROPE_LINEAR) return f / scaling->factor;
    if (scaling->kind == ROPE_DEFAULT) return f;
    double turns =
        scaling->original_positions * f / (2.0 * acos(-1.0)); /* within the length first trained with */
    double share = (turns - scaling->low_frequency_factor) /
                   (scaling->high_frequency_factor - scaling->low_frequency_factor);
    share = fmin(fmax(share, 0.0), 1.0);
    return f * (share + (1.0 - share) / scaling->factor);
}

static void rotate(const struct walk *walk, int heads, int stride, double *x)
{
    int dim = walk->config->head_dim, half = dim / 2;
    for (int p = 0; p < walk->n; p++) {
        for (int h = 0; h < heads; h++) {
            double *head = x + p * stride + h * dim;
            for (int i = 0; i < half; i++) {
                double angle = p * frequency(walk->config, i);
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
            int last = model_config_is_decoder(config) ? i + 1 : n;
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

static void encoder_layer(const struct walk *walk, int layer, double *x)
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
    mask_rows(walk, config->attention_output_dropout, pass_site(layer, SITE_ATTENTION_OUTPUT), n, width,
              branch);
    for (int i = 0; i < n * width; i++)
        x[i] += branch[i];
    layernorm(n, width, config->norm_epsilon, w + at->norm1_weight, w + at->norm1_bias, x);
    linear(n, width, inner, x, w + at->up_weight, w + at->up_bias, up);
    for (int i = 0; i < n * inner; i++)
        up[i] = config->activation == ACTIVATION_RELU ? fmax(up[i], 0.0)
                                                      : 0.5 * up[i] * (1.0 + erf(up[i] / sqrt(2.0)));
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

static const double *bias_of(const struct walk *walk, int64_t offset)
{
    return offset < 0 ? NULL : walk->w + offset;
}

static void decoder_layer(const struct walk *walk, int layer, double *x)
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
    linear(n, width, stride, normed, w + at->qkv_weight, bias_of(walk, at->qkv_bias), qkv);
    rotate(walk, config->heads, stride, qkv);
    rotate(walk, config->kv_heads, stride, qkv + queries);
    attend(walk, layer, qkv, context);
    linear(n, queries, width, context, w + at->out_weight, bias_of(walk, at->out_bias), branch);
    for (int i = 0; i < n * width; i++)
        x[i] += branch[i];
    rmsnorm(n, width, config->norm_epsilon, w + at->norm2_weight, x, normed);
    linear(n, width, 2 * inner, normed, w + at->up_weight, bias_of(walk, at->up_bias), up);
    for (int r = 0; r < n; r++) {
        for (int c = 0; c < inner; c++) {
            double gate = up[r * 2 * inner + c];
            act[r * inner + c] = gate / (1.0 + exp(-gate)) * up[r * 2 * inner + inner + c];
        }
    }
    linear(n, inner, width, act, w + at->down_weight, bias_of(walk, at->down_bias), branch);
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
    const struct model_config *config = walk->config;
    const struct layout *at = walk->layout;
    int width = config->hidden_size, words = 0;
    for (int p = 0; p < walk->n; p++) {
        bool roberta = config->family == FAMILY_ROBERTA, padding = ids[p] == config->pad_token_id;
        words += !padding;
        int64_t place = !roberta ? p : padding ? config->pad_token_id : config->pad_token_id + words;
        int64_t type = roberta ? 0 : types[p];
        for (int c = 0; c < width; c++) {
            x[p * width + c] = walk->w[at->word + (int64_t)ids[p] * width + c];
            if (config->family == FAMILY_LLAMA) continue;
            x[p * width + c] += walk->w[at->position + place * width + c];
            if (config->family != FAMILY_DISTILBERT) x[p * width + c] += walk->w[at->type + type * width + c];
        }
    }
    if (config->family == FAMILY_LLAMA) return;
    layernorm(walk->n, width, config->norm_epsilon, walk->w + at->norm_weight, walk->w + at->norm_bias, x);
    mask_rows(walk, config->embedding_dropout, SITE_EMBEDDINGS, walk->n, width, x);
}

static void encoder_head(const struct walk *walk, int classes, double *x, double *logits)
{
    const struct model_config *config = walk->config;
    const struct layout *at = walk->layout;
    int width = config->hidden_size;
    double *pooled = numbers((size_t)width);
    if (config->family == FAMILY_ROBERTA)
        mask_rows(walk, config->classifier_dropout, pass_site(config->layers, SITE_ATTENTION_OUTPUT), 1,
                  width, x);
    linear(1, width, width, x, walk->w + at->pooler_weight, walk->w + at->pooler_bias, pooled);
    for (int c = 0; c < width; c++)
        pooled[c] = config->family == FAMILY_DISTILBERT ? fmax(pooled[c], 0.0) : tanh(pooled[c]);
    mask_rows(walk, config->classifier_dropout, pass_site(config->layers, SITE_ATTENTION), 1, width, pooled);
    linear(1, width, classes, pooled, walk->w + at->head_weight, walk->w + at->head_bias, logits);
    free(pooled);
}

static void decoder_head(const struct walk *walk, int classes, const int32_t *ids, const double *x,
                         double *logits)
{
    const struct layout *at = walk->layout;
    int width = walk->config->hidden_size, last = 0;
    double *pooled = numbers((size_t)width);
    for (int p = 0; p < walk->n; p++) {
        if (ids[p] != walk->config->pad_token_id) last = p;
    }
    rmsnorm(1, width, walk->config->norm_epsilon, walk->w + at->norm_weight, x + last * width, pooled);
    linear(1, width, classes, pooled, walk->w + at->head_weight, NULL, logits);
    free(pooled);
}

static double sample_loss(const struct walk *walk, int classes, const int32_t *ids, const int32_t *types,
                          int label)
{
    const struct model_config *config = walk->config;
    bool decoder = model_config_is_decoder(config);
    double *x = numbers((size_t)(walk->n * config->hidden_size)), *logits = numbers((size_t)classes);
    embed(walk, ids, types, x);
    for (int l = 0; l < config->layers; l++) {
        if (decoder)
            decoder_layer(walk, l, x);
        else
            encoder_layer(walk, l, x);
    }
    if (decoder)
        decoder_head(walk, classes, ids, x, logits);
    else
        encoder_head(walk, classes, x, logits);
    double sum = 0.0;
    for (int c = 0; c < classes; c++)
        sum += exp(logits[c]);
    double loss = log(sum) - logits[label];
    free(x);
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
