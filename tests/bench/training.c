#include "bench.h"

#include "base/memory.h"
#include "kernels/common/philox.h"
#include "trainer/data/batch.h"
#include "trainer/environment.h"
#include "trainer/fit/clip.h"
#include "trainer/fit/optimiser.h"
#include "trainer/model/classifier.h"
#include "trainer/model/hf_config.h"
#include "trainer/spec/run_spec.h"

#include <math.h>
#include <stdio.h>

#define ENCODER(vocabulary, width, layers, heads, between)                                                   \
    "{\"architectures\": [\"BertForSequenceClassification\"], \"model_type\": \"bert\", "                    \
    "\"vocab_size\": " vocabulary ", \"hidden_size\": " width ", \"num_hidden_layers\": " layers             \
    ", \"num_attention_heads\": " heads ", \"intermediate_size\": " between                                  \
    ", \"max_position_embeddings\": 512, \"type_vocab_size\": 2, \"hidden_act\": \"gelu\", "                 \
    "\"hidden_dropout_prob\": 0.1, \"attention_probs_dropout_prob\": 0.1, \"layer_norm_eps\": 1e-12, "       \
    "\"pad_token_id\": 0}"
#define DECODER(vocabulary, width, layers, heads, key_heads, between)                                        \
    "{\"architectures\": [\"LlamaForSequenceClassification\"], \"model_type\": \"llama\", "                  \
    "\"vocab_size\": " vocabulary ", \"hidden_size\": " width ", \"num_hidden_layers\": " layers             \
    ", \"num_attention_heads\": " heads ", \"num_key_value_heads\": " key_heads                              \
    ", \"intermediate_size\": " between ", \"max_position_embeddings\": 2048, \"hidden_act\": \"silu\", "    \
    "\"rms_norm_eps\": 1e-5, \"rope_theta\": 10000.0, \"pad_token_id\": 0}"

struct course {
    const char *name, *config;
    int samples, length;
};

#define ENCODER_384 ENCODER("30522", "384", "6", "12", "1536")
#define ENCODER_768 ENCODER("30522", "768", "12", "12", "3072")
#define LLAMA_512 DECODER("32000", "512", "8", "8", "8", "1376")
static const struct course courses[] = {
    {"encoder 384x6", ENCODER_384, 8, 128},  {"encoder 384x6", ENCODER_384, 32, 128},
    {"encoder 384x6", ENCODER_384, 16, 512}, {"encoder 768x12", ENCODER_768, 16, 128},
    {"Llama 512x8", LLAMA_512, 8, 128},      {"Llama 512x8", LLAMA_512, 8, 512},
};
static const struct course tiny_courses[] = {
    {"encoder 16x1", ENCODER("32", "16", "1", "2", "24"), 2, 5},
    {"Llama 16x1", DECODER("32", "16", "1", "2", "1", "24"), 2, 5},
};

/* What a course holds; all of one length, of random tokens, the classes in turn. */
struct school {
    struct samples samples;
    struct batch batch;
    struct transformer model;
    struct optimiser optimiser;
    int32_t *index;
    float *losses, *sums;
    uint32_t step;
};

static enum status samples_create(const struct course *course, int vocabulary, struct school *school,
                                  struct error *error)
{
    const size_t count = (size_t)course->samples, tokens = count * (size_t)course->length;
    struct samples *samples = &school->samples;
    *samples = (struct samples){.count = course->samples,
                                .begin = memory_zeroed(count + 1, sizeof *samples->begin),
                                .ids = memory_zeroed(tokens, sizeof *samples->ids),
                                .types = memory_zeroed(tokens, sizeof *samples->types),
                                .labels = memory_zeroed(count, sizeof *samples->labels),
                                .lines = memory_zeroed(count, sizeof *samples->lines)};
    school->index = memory_zeroed(count, sizeof *school->index);
    school->losses = memory_zeroed(count, sizeof *school->losses);
    if (samples->begin == NULL || samples->ids == NULL || samples->types == NULL || samples->labels == NULL ||
        samples->lines == NULL || school->index == NULL || school->losses == NULL)
        return error_no_memory(error, tokens * sizeof *samples->ids);
    uint32_t block = 0;
    for (size_t t = 0; t < tokens; t++) /* not 0, which fills up */
        samples->ids[t] =
            1 + (int32_t)philox_below(1, STREAM_DATA, 0, 0, 0, &block, (uint32_t)vocabulary - 1);
    for (int i = 0; i < course->samples; i++) {
        samples->begin[i + 1] = (int64_t)(i + 1) * course->length;
        samples->labels[i] = i % 2;
        samples->lines[i] = i + 1;
        school->index[i] = i;
    }
    return STATUS_OK;
}

static enum status draw_weights(struct transformer *model, struct error *error)
{
    const size_t total = (size_t)model->layout.total;
    float *block = memory_aligned(total, sizeof *block);
    if (block == NULL) return error_no_memory(error, total * sizeof *block);
    layout_init_random(&model->layout, &model->config, 1, block);
    enum status status = transformer_upload(model, block, error);
    memory_free(block);
    return status;
}

static enum status school_open(const struct bench *bench, const struct course *course, struct school *school,
                               struct error *error)
{
    struct model_config config;
    TRY(hf_config_parse(course->config, course->name, &config, error));
    const int tokens = course->samples * course->length;
    const struct batch_limits limits = {.samples = course->samples,
                                        .tokens = tokens,
                                        .rows = tokens,
                                        .squares = (int64_t)tokens * course->length,
                                        .max_length = course->length,
                                        .padding = PADDING_NONE,
                                        .reading = model_config_reading(&config)};
    TRY(samples_create(course, config.vocab_size, school, error));
    TRY(batch_create(bench->ops, bench->device, &limits, &school->batch, error));
    TRY(transformer_create(bench->ops, bench->device, &config, 2, &limits, KEEP_ALL, &school->model, error));
    TRY(draw_weights(&school->model, error));
    school->sums = memory_zeroed((size_t)school->model.layout.count, sizeof *school->sums);
    if (school->sums == NULL) return error_no_memory(error, 0);
    school->optimiser = (struct optimiser){
        .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8, .weight_decay = 0.01, .power1 = 1, .power2 = 1};
    return STATUS_OK;
}

static void school_close(struct school *school)
{
    samples_free(&school->samples);
    if (school->batch.ops != NULL) batch_free(&school->batch);
    transformer_free(&school->model);
    memory_free(school->index);
    memory_free(school->losses);
    memory_free(school->sums);
}

/* One step as a run takes it (trainer/finetune.c), without its record. */
static enum status take_step(const struct bench *bench, const struct course *course, struct school *school,
                             struct error *error)
{
    const struct pass pass = {.training = true, .dropout_seed = 1, .draw = school->step++};
    struct transformer *model = &school->model;
    transformer_zero_gradients(model);
    batch_fill(&school->batch, &school->samples, school->index, course->samples, 0);
    classifier_forward(model, &school->batch, &pass);
    classifier_loss(model, &school->batch, (float)(1.0 / course->samples), &pass, school->losses);
    bench->ops->sum_squares(bench->device, model->gradients, model->layout.count, model->layout.begin,
                            school->sums);
    TRY(bench->ops->synchronize(bench->device, error));
    const double norm = clip_norm(school->sums, model->layout.count);
    if (!isfinite(norm)) return error_set(error, STATUS_DIVERGED, "%s diverged", course->name);
    optimiser_update(&school->optimiser, model, 1e-5, clip_factor(norm, 1.0));
    return bench->ops->synchronize(bench->device, error);
}

static enum status time_course(const struct bench *bench, const struct course *course, struct school *school,
                               struct error *error)
{
    char what[64];
    double least = INFINITY;
    TRY(school_open(bench, course, school, error));
    TRY(take_step(bench, course, school, error)); /* the first one warms up */
    const double began = environment_seconds();
    do {
        const double start = environment_seconds();
        TRY(take_step(bench, course, school, error));
        const double took = environment_seconds() - start;
        if (took < least) least = took;
    } while (environment_seconds() - began < bench->seconds);
    snprintf(what, sizeof what, "%s, %d x %d", course->name, course->samples, course->length);
    bench_figure("training", what, course->samples * course->length / least, "tokens/s");
    return STATUS_OK;
}

enum status bench_training(const struct bench *bench, struct error *error)
{
    const struct course *list = bench->tiny ? tiny_courses : courses;
    const size_t count = (bench->tiny ? sizeof tiny_courses : sizeof courses) / sizeof *courses;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct school school = {0};
        status = time_course(bench, &list[i], &school, error);
        school_close(&school);
    }
    return status;
}
