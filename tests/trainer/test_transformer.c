/* The model as a whole: gradients of both families against central differences in binary64, and invariance of
 * the bits to the cut into micro-batches and to the padding mode. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/memory.h"
#include "support_reference.h"
#include "trainer/model/classifier.h"
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

static struct model_config small_config(enum model_family family, double dropout)
{
    struct model_config config = {.family = family,
                                  .vocab_size = 12,
                                  .hidden_size = 12,
                                  .layers = 2,
                                  .heads = family == FAMILY_BERT ? 3 : 4,
                                  .kv_heads = family == FAMILY_BERT ? 3 : 2,
                                  .head_dim = family == FAMILY_BERT ? 4 : 6,
                                  .intermediate_size = 20,
                                  .max_positions = MAX_LENGTH,
                                  .type_vocab_size = family == FAMILY_BERT ? 2 : 0,
                                  .pad_token_id = 0,
                                  .norm_epsilon = 1e-5,
                                  .initializer_range = 0.4,
                                  .rope_theta = 100.0};
    hf_config_set_dropout(&config, dropout);
    return config;
}

static struct batch_limits limits_of(enum model_family family, int padding)
{
    return (struct batch_limits){.samples = SAMPLES,
                                 .tokens = TOKENS,
                                 .rows = padding == PADDING_NONE ? TOKENS : SAMPLES * MAX_LENGTH,
                                 .squares = 49 + 1 + 81 + 16 + 4,
                                 .max_length = MAX_LENGTH,
                                 .padding = padding,
                                 .pool_last = family == FAMILY_LLAMA};
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

static void trial_open(struct trial *trial, enum model_family family, double dropout, int padding,
                       int threads)
{
    struct error error = {0};
    struct model_config config = small_config(family, dropout);
    struct batch_limits limits = limits_of(family, padding);
    struct device_options options = {.threads = threads};
    memset(trial, 0, sizeof *trial);
    assert_int_equal(ops_find("cpu", "auto", &trial->ops, &error), STATUS_OK);
    assert_int_equal(trial->ops->open(&options, &trial->device, &error), STATUS_OK);
    assert_int_equal(batch_create(trial->ops, trial->device, &limits, &trial->batch, &error), STATUS_OK);
    assert_int_equal(
        transformer_create(trial->ops, trial->device, &config, CLASSES, &limits, 7, &trial->model, &error),
        STATUS_OK);
    trial->gradients = calloc((size_t)trial->model.layout.total, sizeof(float));
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

/* Every tensor: up to 24 elements spread over it. An element's error is measured against the largest gradient
 * of its tensor: binary32 rounding of the whole chain is about 1e-6 of that, the central difference's own
 * error 1e-9. */
static void check_gradients(enum model_family family, double dropout, bool training)
{
    struct trial trial;
    const struct pass pass = {.training = training, .dropout_seed = 3, .draw = 5};
    trial_open(&trial, family, dropout, PADDING_NONE, 1);
    trial_step(&trial, &pass, whole);
    const struct layout *layout = &trial.model.layout;
    size_t total = (size_t)layout->total;
    float *weights = calloc(total, sizeof *weights);
    double *w = calloc(total, sizeof *w);
    layout_init_random(layout, &trial.model.config, 7, weights);
    for (size_t i = 0; i < total; i++)
        w[i] = (double)weights[i];

    double loss = reference_loss(&trial.model.config, layout, CLASSES, MAX_LENGTH, &pass, &samples, w),
           mean = 0.0;
    for (int s = 0; s < SAMPLES; s++)
        mean += (double)trial.losses[s] / SAMPLES;
    assert_true(fabs(loss - mean) < 2e-6);

    int moved = 0;
    for (int t = 0; t < layout->count; t++) {
        int64_t at = layout->begin[t], count = layout->begin[t + 1] - at, stride = count / 24 + 1;
        double largest = 0.0, worst = 0.0;
        for (int64_t e = 0; e < count; e++)
            largest = fmax(largest, fabs((double)trial.gradients[at + e]));
        for (int64_t e = t % (int)stride; e < count; e += stride) {
            const double h = 1e-5;
            double held = w[at + e];
            w[at + e] = held + h;
            double up = reference_loss(&trial.model.config, layout, CLASSES, MAX_LENGTH, &pass, &samples, w);
            w[at + e] = held - h;
            double down =
                reference_loss(&trial.model.config, layout, CLASSES, MAX_LENGTH, &pass, &samples, w);
            w[at + e] = held;
            worst = fmax(worst, fabs((up - down) / (2 * h) - (double)trial.gradients[at + e]));
        }
        /* key biases shift all scores of a query alike: softmax does not see them, their gradient is rounding
         * only */
        double scale = strstr(layout->tensors[t].name, "key.bias") != NULL ? 0.01 : largest;
        if (worst > 2e-5 * scale + 1e-9)
            fail_msg("%s: off by %g where the largest gradient is %g", layout->tensors[t].name, worst,
                     largest);
        moved += largest > 1e-4;
    }
    assert_true(moved >= layout->count - 2);
    free(weights);
    free(w);
    trial_close(&trial);
}

static void test_gradients_bert(void **state)
{
    (void)state;
    check_gradients(FAMILY_BERT, 0.0, false);
    check_gradients(FAMILY_BERT, 0.3, true);
}

static void test_gradients_llama(void **state)
{
    (void)state;
    check_gradients(FAMILY_LLAMA, 0.0, false);
    check_gradients(FAMILY_LLAMA, 0.3, true);
}

static void assert_same_floats(const float *a, const float *b, size_t count)
{
    char left[DIGEST_TEXT], right[DIGEST_TEXT];
    digest_text(digest_floats(a, count), left);
    digest_text(digest_floats(b, count), right);
    assert_string_equal(left, right);
}

static void test_bits_do_not_depend_on_the_cut(void **state)
{
    (void)state;
    static const int cuts[][SAMPLES + 1] = {{5, 0}, {1, 1, 1, 1, 1, 0}, {2, 3, 0}, {4, 1, 0}};
    static const int paddings[] = {PADDING_NONE, PADDING_LONGEST, PADDING_MAX};
    const struct pass pass = {.training = true, .dropout_seed = 11, .draw = 2};
    for (int family = FAMILY_BERT; family <= FAMILY_LLAMA; family++) {
        struct trial first;
        trial_open(&first, (enum model_family)family, 0.2, PADDING_NONE, 1);
        trial_step(&first, &pass, whole);
        for (size_t c = 0; c < sizeof cuts / sizeof *cuts; c++) {
            for (size_t p = 0; p < 3; p++) {
                for (int threads = 1; threads <= 3; threads += 2) {
                    struct trial trial;
                    trial_open(&trial, (enum model_family)family, 0.2, paddings[p], threads);
                    trial_step(&trial, &pass, cuts[c]);
                    assert_same_floats(trial.losses, first.losses, SAMPLES);
                    assert_same_floats(trial.gradients, first.gradients, (size_t)first.model.layout.total);
                    trial_close(&trial);
                }
            }
        }
        trial_close(&first);
    }
}

static void test_dropout_seed_and_draw_change_the_bits(void **state)
{
    (void)state;
    for (int family = FAMILY_BERT; family <= FAMILY_LLAMA; family++) {
        static const struct pass passes[] = {{true, 1, 0}, {true, 2, 0}, {true, 1, 1}, {false, 1, 0}};
        struct trial trial;
        float losses[4][SAMPLES];
        trial_open(&trial, (enum model_family)family, 0.2, PADDING_NONE, 1);
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
    trial_open(&trial, FAMILY_BERT, 0.0, PADDING_NONE, 1);
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

static void test_memory_is_counted_and_failures_leave_nothing(void **state)
{
    (void)state;
    struct error error = {0};
    const struct ops *ops = NULL;
    struct device *device = NULL;
    struct device_options options = {.threads = 1};
    assert_int_equal(ops_find("cpu", "auto", &ops, &error), STATUS_OK);
    assert_int_equal(ops->open(&options, &device, &error), STATUS_OK);
    for (int family = FAMILY_BERT; family <= FAMILY_LLAMA; family++) {
        struct model_config config = small_config((enum model_family)family, 0.1);
        struct batch_limits limits = limits_of((enum model_family)family, PADDING_NONE);
        long alive = memory_blocks_alive();
        enum status status = STATUS_NO_MEMORY;
        int failures = 0;
        for (long n = 1; status != STATUS_OK && n < 100; n++) {
            struct transformer model;
            memory_fail_from(n);
            status = transformer_create(ops, device, &config, CLASSES, &limits, 1, &model, &error);
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
        assert_true(transformer_bytes(&config, CLASSES, &limits, &error) > 0);
    }
    ops->close(device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradients_bert),
        cmocka_unit_test(test_gradients_llama),
        cmocka_unit_test(test_bits_do_not_depend_on_the_cut),
        cmocka_unit_test(test_dropout_seed_and_draw_change_the_bits),
        cmocka_unit_test(test_best_is_kept_and_restored),
        cmocka_unit_test(test_memory_is_counted_and_failures_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
