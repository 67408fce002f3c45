/* The model as a whole: gradients of every family against central differences in binary64, and invariance of
 * the bits to the cut into micro-batches, to the padding mode and to what is kept for the backward pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/memory.h"
#include "support_reference.h"
#include "trainer/model/classifier.h"
#include "trainer/model/hf_config.h"
#include "trainer/spec/run_spec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 5, CLASSES = 3, MAX_LENGTH = 9, TOKENS = 7 + 1 + 9 + 4 + 2 };

static int64_t begins[SAMPLES + 1] = {0, 7, 8, 17, 21, 23};
static int32_t ids[TOKENS] = {2, 5, 6, 5, 9, 11, 3, 4, 2, 7, 7, 7, 8, 10, 9, 5, 3, 2, 6, 11, 3, 2, 3};
static int32_t types[TOKENS] = {0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0};
static int32_t labels[SAMPLES] = {0, 2, 1, 1, 0};
static int32_t lines[SAMPLES] = {1, 2, 3, 4, 5};
static const struct samples samples = {
    .count = SAMPLES, .begin = begins, .ids = ids, .types = types, .labels = labels, .lines = lines};
static const int32_t everything[SAMPLES] = {0, 1, 2, 3, 4};

/* One of each family, and of each way of computing that config.json can ask for. */
static const struct variant {
    const char *name;
    struct model_config config; /* what differs from the sizes below */
} variants[] = {
    {"bert", {.family = FAMILY_BERT}},
    {"bert, relu", {.family = FAMILY_BERT, .activation = ACTIVATION_RELU}},
    {"roberta", {.family = FAMILY_ROBERTA}},
    {"distilbert", {.family = FAMILY_DISTILBERT}},
    {"llama", {.family = FAMILY_LLAMA}},
    {"qwen2", {.family = FAMILY_LLAMA, .qkv_bias = true}},
    {"llama, all biases, rope linear",
     {.family = FAMILY_LLAMA,
      .qkv_bias = true,
      .out_bias = true,
      .mlp_bias = true,
      .rope_scaling = {.kind = ROPE_LINEAR, .factor = 2.5}}},
    {"llama, rope llama3", /* of its three pairs one keeps its frequency, one is in between, one is slowed */
     {.family = FAMILY_LLAMA,
      .rope_scaling = {.kind = ROPE_LLAMA3,
                       .factor = 4.0,
                       .low_frequency_factor = 1.0,
                       .high_frequency_factor = 3.0,
                       .original_positions = 60}}},
};
enum { VARIANTS = sizeof variants / sizeof *variants };

/* A token that stands in the samples, at some ends too. */
enum { PAD_IN_TEXT = 3, PAD_NOT_IN_TEXT = 0 };

static struct model_config small_config(const struct variant *variant, int pad, double dropout)
{
    struct model_config config = variant->config;
    const bool decoder = model_config_is_decoder(&config);
    config.vocab_size = 12;
    config.hidden_size = 12;
    config.layers = 2;
    config.heads = decoder ? 4 : 3;
    config.kv_heads = decoder ? 2 : 3;
    config.head_dim = decoder ? 6 : 4;
    config.intermediate_size = 20;
    config.max_positions = MAX_LENGTH;
    config.position_offset = config.family == FAMILY_ROBERTA ? pad + 1 : 0;
    config.type_vocab_size = config.family == FAMILY_BERT ? 2 : config.family == FAMILY_ROBERTA ? 1 : 0;
    config.pad_token_id = pad;
    config.norm_epsilon = 1e-5;
    config.initializer_range = 0.4;
    config.rope_theta = 100.0;
    hf_config_set_dropout(&config, dropout);
    return config;
}

static struct batch_limits limits_of(const struct model_config *config, int padding)
{
    return (struct batch_limits){.samples = SAMPLES,
                                 .tokens = TOKENS,
                                 .rows = padding == PADDING_NONE ? TOKENS : SAMPLES * MAX_LENGTH,
                                 .squares = 49 + 1 + 81 + 16 + 4,
                                 .max_length = MAX_LENGTH,
                                 .padding = padding,
                                 .reading = model_config_reading(config)};
}

/* A model and the gradients of one step over all samples, cut as `cut` says (0 ends the list). */
struct trial {
    const struct ops *ops;
    struct device *device;
    struct transformer model;
    struct batch batch;
    float losses[SAMPLES];
    float *gradients; /* (layout.total) */
};

/* How a trial computes what has the same bits, but for its layers. */
struct way {
    int layers; /* 0: 2 */
    int padding, threads;
    enum keeping keeping;
};

static const struct way plainly = {.padding = PADDING_NONE, .threads = 1, .keeping = KEEP_ALL};

static void trial_open(struct trial *trial, const struct variant *variant, int pad, double dropout,
                       struct way way)
{
    struct error error = {0};
    struct model_config config = small_config(variant, pad, dropout);
    if (way.layers > 0) config.layers = way.layers;
    struct batch_limits limits = limits_of(&config, way.padding);
    struct device_options options = {.threads = way.threads};
    memset(trial, 0, sizeof *trial);
    assert_int_equal(ops_find("cpu", "auto", &trial->ops, &error), STATUS_OK);
    assert_int_equal(trial->ops->open(&options, &trial->device, &error), STATUS_OK);
    assert_int_equal(batch_create(trial->ops, trial->device, &limits, &trial->batch, &error), STATUS_OK);
    assert_int_equal(transformer_create(trial->ops, trial->device, &config, CLASSES, &limits, way.keeping,
                                        &trial->model, &error),
                     STATUS_OK);
    trial->gradients = calloc((size_t)trial->model.layout.total, sizeof(float));
    layout_init_random(&trial->model.layout, &config, 7, trial->gradients);
    assert_int_equal(transformer_upload(&trial->model, trial->gradients, &error), STATUS_OK);
}

static void trial_step(struct trial *trial, const struct pass *pass, const int *cut)
{
    transformer_zero_gradients(&trial->model);
    int done = 0;
    for (; *cut != 0; cut++) {
        batch_fill(&trial->batch, &samples, everything + done, *cut, done);
        classifier_forward(&trial->model, &trial->batch, pass);
        classifier_loss(&trial->model, &trial->batch, 1.0f / SAMPLES, pass, trial->losses + done);
        done += *cut;
    }
    assert_int_equal(done, SAMPLES);
    trial->ops->download(trial->device, trial->gradients, trial->model.gradients,
                         (size_t)trial->model.layout.total * sizeof(float));
    assert_int_equal(trial->ops->synchronize(trial->device, NULL), STATUS_OK);
}

static void trial_close(struct trial *trial)
{
    batch_free(&trial->batch);
    transformer_free(&trial->model);
    trial->ops->close(trial->device);
    free(trial->gradients);
}

static const int whole[] = {SAMPLES, 0};

/* Random weights in which no bias is zero and no gain one, so that each of them does something. */
static void set_weights(struct trial *trial, double *w)
{
    const struct layout *layout = &trial->model.layout;
    size_t total = (size_t)layout->total;
    float *weights = calloc(total, sizeof *weights);
    layout_init_random(layout, &trial->model.config, 7, weights);
    for (int t = 0; t < layout->count; t++) {
        for (int64_t e = layout->begin[t]; e < layout->begin[t + 1]; e++) {
            if (layout->tensors[t].init != TENSOR_NORMAL) weights[e] += 0.25f * (float)sin(1.7 * (double)e);
            w[e] = (double)weights[e];
        }
    }
    trial->ops->upload(trial->device, trial->model.weights, weights, total * sizeof *weights);
    assert_int_equal(trial->ops->synchronize(trial->device, NULL), STATUS_OK);
    free(weights);
}

/* What the padding token's row of a table has instead of a gradient. */
static bool is_padding_row(const struct transformer *model, int64_t at)
{
    const struct layout *layout = &model->layout;
    const int64_t width = model->config.hidden_size, pad = model->config.pad_token_id * width;
    int64_t place = layout->position + pad;
    return (at >= layout->word + pad && at < layout->word + pad + width) ||
           (model->config.family == FAMILY_ROBERTA && at >= place && at < place + width);
}

/* Shifts all scores of a query alike where keys are not turned by their position: softmax does not see it,
 * its gradient is rounding only. */
static bool is_unseen(const char *name)
{
    return strstr(name, "key.bias") != NULL || strstr(name, "k_lin.bias") != NULL;
}

/* Every tensor: up to 24 elements spread over it. An element's error is measured against the largest gradient
 * of its tensor: binary32 rounding of the whole chain is about 1e-6 of that, the central difference's own
 * error 1e-9. */
static void check_gradients(const struct variant *variant, int pad, double dropout, bool training)
{
    struct trial trial;
    const struct pass pass = {.training = training, .dropout_seed = 3, .draw = 5};
    trial_open(&trial, variant, pad, dropout, plainly);
    const struct model_config *config = &trial.model.config;
    const struct layout *layout = &trial.model.layout;
    double *w = calloc((size_t)layout->total, sizeof *w), mean = 0.0;
    set_weights(&trial, w);
    trial_step(&trial, &pass, whole);

    double loss = reference_loss(config, layout, CLASSES, MAX_LENGTH, &pass, &samples, w);
    for (int s = 0; s < SAMPLES; s++)
        mean += (double)trial.losses[s] / SAMPLES;
    if (!(fabs(loss - mean) < 2e-6)) fail_msg("%s: loss %.9g, not %.9g", variant->name, mean, loss);

    int moved = 0, unseen = 0;
    for (int t = 0; t < layout->count; t++) {
        const char *name = layout->tensors[t].name;
        int64_t at = layout->begin[t], count = layout->begin[t + 1] - at, stride = count / 24 + 1;
        double largest = 0.0, worst = 0.0;
        for (int64_t e = 0; e < count; e++)
            largest = fmax(largest, fabs((double)trial.gradients[at + e]));
        for (int64_t e = t % (int)stride; e < count; e += stride) {
            if (is_padding_row(&trial.model, at + e)) continue;
            const double h = 1e-5;
            double held = w[at + e];
            w[at + e] = held + h;
            double up = reference_loss(config, layout, CLASSES, MAX_LENGTH, &pass, &samples, w);
            w[at + e] = held - h;
            double down = reference_loss(config, layout, CLASSES, MAX_LENGTH, &pass, &samples, w);
            w[at + e] = held;
            worst = fmax(worst, fabs((up - down) / (2 * h) - (double)trial.gradients[at + e]));
        }
        double scale = is_unseen(name) ? 0.01 : largest;
        if (worst > 2e-5 * scale + 1e-9)
            fail_msg("%s: %s: off by %g where the largest gradient is %g", variant->name, name, worst,
                     largest);
        moved += largest > 1e-4;
        unseen += is_unseen(name);
    }
    assert_true(moved >= layout->count - unseen);
    for (int64_t e = 0; e < layout->total; e++)
        assert_true(!is_padding_row(&trial.model, e) || trial.gradients[e] == 0.0f);
    free(w);
    trial_close(&trial);
}

static void test_gradients(void **state)
{
    (void)state;
    for (int v = 0; v < VARIANTS; v++) {
        check_gradients(&variants[v], PAD_NOT_IN_TEXT, 0.0, false);
        check_gradients(&variants[v], PAD_IN_TEXT, 0.3, true);
    }
}

static void assert_same_floats(const float *a, const float *b, size_t count)
{
    char left[DIGEST_TEXT], right[DIGEST_TEXT];
    digest_text(digest_floats(a, count), left);
    digest_text(digest_floats(b, count), right);
    assert_string_equal(left, right);
}

static const int cuts[][SAMPLES + 1] = {{5, 0}, {1, 1, 1, 1, 1, 0}, {2, 3, 0}, {4, 1, 0}};
enum { CUTS = sizeof cuts / sizeof *cuts };
static const int paddings[] = {PADDING_NONE, PADDING_LONGEST, PADDING_MAX};

/* With dropout, and the padding token in the text. */
static void check_bits(const struct variant *variant, struct way way, const int *cut,
                       const struct trial *expected)
{
    const struct pass pass = {.training = true, .dropout_seed = 11, .draw = 2};
    struct trial trial;
    trial_open(&trial, variant, PAD_IN_TEXT, 0.2, way);
    for (int times = 0; times < 2; times++) { /* what a step leaves behind changes nothing */
        trial_step(&trial, &pass, cut);
        assert_same_floats(trial.losses, expected->losses, SAMPLES);
        assert_same_floats(trial.gradients, expected->gradients, (size_t)expected->model.layout.total);
    }
    trial_close(&trial);
}

static void open_expected(struct trial *expected, const struct variant *variant, int layers)
{
    const struct pass pass = {.training = true, .dropout_seed = 11, .draw = 2};
    struct way way = plainly;
    way.layers = layers;
    trial_open(expected, variant, PAD_IN_TEXT, 0.2, way);
    trial_step(expected, &pass, whole);
}

static void test_bits_do_not_depend_on_the_cut(void **state)
{
    (void)state;
    for (int v = 0; v < VARIANTS; v++) {
        struct trial expected;
        open_expected(&expected, &variants[v], 2);
        for (int c = 0; c < CUTS; c++) {
            for (int p = 0; p < 3; p++) {
                for (int threads = 1; threads <= 3; threads += 2)
                    check_bits(&variants[v], (struct way){2, paddings[p], threads, KEEP_ALL}, cuts[c],
                               &expected);
            }
        }
        trial_close(&expected);
    }
}

/* One layer is never computed again, of two the first is, of four all but the last. */
static void test_layers_computed_again_have_the_same_bits(void **state)
{
    (void)state;
    for (int v = 0; v < VARIANTS; v++) {
        for (int layers = 1; layers <= 4; layers *= 2) {
            struct trial expected;
            open_expected(&expected, &variants[v], layers);
            for (int c = 0; c < CUTS; c++)
                check_bits(&variants[v], (struct way){layers, paddings[(c + v) % 3], 1 + c % 2, KEEP_INPUTS},
                           cuts[c], &expected);
            trial_close(&expected);
        }
    }
}

static void test_dropout_seed_and_draw_change_the_bits(void **state)
{
    (void)state;
    for (int v = 0; v < VARIANTS; v++) {
        static const struct pass passes[] = {{true, 1, 0}, {true, 2, 0}, {true, 1, 1}, {false, 1, 0}};
        struct trial trial;
        float losses[4][SAMPLES];
        trial_open(&trial, &variants[v], PAD_NOT_IN_TEXT, 0.2, plainly);
        for (int p = 0; p < 4; p++) {
            trial_step(&trial, &passes[p], whole);
            memcpy(losses[p], trial.losses, sizeof losses[p]);
            for (int q = 0; q < p; q++)
                assert_memory_not_equal(losses[p], losses[q], sizeof losses[p]);
        }
        trial_close(&trial);
    }
}

static void test_best_is_kept_and_restored(void **state)
{
    (void)state;
    struct trial trial;
    trial_open(&trial, &variants[0], PAD_NOT_IN_TEXT, 0.0, plainly);
    float *scratch = calloc((size_t)trial.model.layout.total, sizeof *scratch);
    struct digest before = transformer_digest(&trial.model, scratch);
    transformer_keep_best(&trial.model);
    trial.ops->zero(trial.device, trial.model.weights, (size_t)trial.model.layout.total * sizeof(float));
    struct digest zeroed = transformer_digest(&trial.model, scratch);
    assert_true(zeroed.low != before.low);
    transformer_restore_best(&trial.model);
    struct digest after = transformer_digest(&trial.model, scratch);
    assert_true(after.low == before.low && after.high == before.high);
    free(scratch);
    trial_close(&trial);
}

static void test_failures_leave_nothing(void **state)
{
    (void)state;
    struct error error = {0};
    const struct ops *ops = NULL;
    struct device *device = NULL;
    struct device_options options = {.threads = 1};
    assert_int_equal(ops_find("cpu", "auto", &ops, &error), STATUS_OK);
    assert_int_equal(ops->open(&options, &device, &error), STATUS_OK);
    for (int v = 0; v < VARIANTS; v++) {
        struct model_config config = small_config(&variants[v], PAD_NOT_IN_TEXT, 0.1);
        struct batch_limits limits = limits_of(&config, PADDING_NONE);
        long alive = memory_blocks_alive();
        enum status status = STATUS_NO_MEMORY;
        int failures = 0;
        for (long n = 1; status != STATUS_OK && n < 100; n++) {
            struct transformer model;
            memory_fail_from(n);
            status = transformer_create(ops, device, &config, CLASSES, &limits, KEEP_ALL, &model, &error);
            memory_fail_from(0);
            if (status == STATUS_OK) {
                transformer_free(&model);
            } else {
                assert_int_equal(status, STATUS_NO_MEMORY);
                failures++;
            }
            assert_int_equal(memory_blocks_alive(), alive);
        }
        assert_int_equal(status, STATUS_OK);
        assert_true(failures >= 8);
    }
    ops->close(device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradients),
        cmocka_unit_test(test_bits_do_not_depend_on_the_cut),
        cmocka_unit_test(test_layers_computed_again_have_the_same_bits),
        cmocka_unit_test(test_dropout_seed_and_draw_change_the_bits),
        cmocka_unit_test(test_best_is_kept_and_restored),
        cmocka_unit_test(test_failures_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
