/* The training loop against one written again from the definitions, in binary64: order of samples, steps with
 * a remainder, warm-up and cosine, dropout drawn anew in each step and off in evaluation, clipping, AdamW
 * with its decay groups, a mean loss over the whole step. Gradients come from the model (test_transformer.c
 * checks those); all else is computed here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "support_reference.h"
#include "trainer/data/capacity.h"
#include "trainer/finetune.h"
#include "trainer/fit/order.h"
#include "trainer/model/classifier.h"
#include "trainer/model/hf_config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIXTURES FTBENCH_SOURCE_DIR "/tests/fixtures/"

enum { MOST = 64 };

/* What the trainer said. */
struct heard {
    struct observed_step step[MOST];
    int steps;
    struct observed_evaluation evaluation[MOST];
    int evaluations;
    struct observed_end end;
};

static enum status hear(void *context, const struct observation *observation, struct error *error)
{
    struct heard *heard = context;
    (void)error;
    if (observation->kind == OBSERVATION_STEP) heard->step[heard->steps++] = observation->as.step;
    if (observation->kind == OBSERVATION_EVALUATION)
        heard->evaluation[heard->evaluations++] = observation->as.evaluation;
    if (observation->kind == OBSERVATION_END) heard->end = observation->as.end;
    return STATUS_OK;
}

static struct run_spec letters(const char *model)
{
    struct run_spec spec;
    run_spec_defaults(&spec);
    snprintf(spec.model_path, sizeof spec.model_path, FIXTURES "%s", model);
    snprintf(spec.train_path, sizeof spec.train_path, FIXTURES "letters.tsv");
    spec.init = INIT_RANDOM;
    spec.validation_fraction = 0.25; /* 45 rows to train on */
    spec.max_length = 16;
    spec.batch_size = 6;
    spec.gradient_accumulation_steps = 2; /* steps of 12, 12, 12 and 9 */
    spec.epochs = 2.5;                    /* 10 steps, the last in the third epoch */
    spec.eval_steps = 3;
    spec.learning_rate = 0.02;
    spec.warmup_ratio = 0.25; /* ceil(2.5) = 3 steps */
    spec.lr_scheduler_type = SCHEDULER_COSINE;
    spec.weight_decay = 0.3;
    spec.max_grad_norm = 0.5;
    spec.adam_beta1 = 0.8;
    spec.adam_beta2 = 0.95;
    spec.adam_epsilon = 1e-6;
    spec.dropout = 0.25; /* config.json says 0.1 */
    spec.logging_steps = 4;
    spec.seed_init = 11;
    spec.seed_order = 12;
    spec.seed_dropout = 13;
    return spec;
}

/* The same run, computed again. */
struct again {
    struct run_spec spec;
    struct dataset data;
    const struct ops *ops;
    struct device *device;
    struct batch batch;
    struct transformer model;
    double *w, *m, *v; /* (total) */
    float *host;       /* (total) */
    int32_t order[MOST], chosen[MOST];
};

static void again_open(struct again *again, const struct run_spec *spec)
{
    memset(again, 0, sizeof *again);
    again->spec = *spec;
    struct error error = {0};
    struct tokenizer *tokenizer = NULL;
    struct model_config config;
    struct device_options options = {.threads = 1};
    struct batch_limits limits;
    assert_int_equal(tokenizer_open(spec->model_path, &tokenizer, &error), STATUS_OK);
    assert_int_equal(dataset_load(spec, tokenizer, &again->data, &error), STATUS_OK);
    tokenizer_close(tokenizer);
    assert_int_equal(hf_config_read(spec->model_path, &config, &error), STATUS_OK);
    hf_config_set_dropout(&config, spec->dropout);
    struct capacity_request request = {
        .pass_samples = 12, .max_length = 16, .reading = model_config_reading(&config)};
    assert_int_equal(capacity_choose(&again->data.train, &again->data.validation, &request, &limits, &error),
                     STATUS_OK);
    assert_int_equal(ops_find("cpu", "auto", &again->ops, &error), STATUS_OK);
    assert_int_equal(again->ops->open(&options, &again->device, &error), STATUS_OK);
    assert_int_equal(batch_create(again->ops, again->device, &limits, &again->batch, &error), STATUS_OK);
    assert_int_equal(transformer_create(again->ops, again->device, &config, again->data.classes, &limits,
                                        KEEP_ALL, &again->model, &error),
                     STATUS_OK);
    size_t total = (size_t)again->model.layout.total;
    again->w = calloc(total, sizeof(double));
    again->m = calloc(total, sizeof(double));
    again->v = calloc(total, sizeof(double));
    again->host = calloc(total, sizeof(float));
    layout_init_random(&again->model.layout, &config, spec->seed_init, again->host);
    for (size_t i = 0; i < total; i++)
        again->w[i] = (double)again->host[i];
}

static void again_close(struct again *again)
{
    batch_free(&again->batch);
    transformer_free(&again->model);
    again->ops->close(again->device);
    dataset_free(&again->data);
    free(again->w);
    free(again->m);
    free(again->v);
    free(again->host);
}

static void put_weights(struct again *again)
{
    size_t total = (size_t)again->model.layout.total;
    for (size_t i = 0; i < total; i++)
        again->host[i] = (float)again->w[i];
    again->ops->upload(again->device, again->model.weights, again->host, total * sizeof(float));
}

/* Mean loss of the chosen samples in this pass; their mean gradient to host when asked. */
static double mean_loss(struct again *again, const struct samples *samples, int count,
                        const struct pass *pass, bool gradients)
{
    float losses[MOST];
    put_weights(again);
    transformer_zero_gradients(&again->model);
    batch_fill(&again->batch, samples, again->chosen, count, 0);
    classifier_forward(&again->model, &again->batch, pass);
    classifier_loss(&again->model, &again->batch, gradients ? (float)(1.0 / count) : 0.0f, pass, losses);
    again->ops->download(again->device, again->host, again->model.gradients,
                         (size_t)again->model.layout.total * sizeof(float));
    double sum = 0.0;
    for (int i = 0; i < count; i++)
        sum += (double)losses[i] / count;
    return sum;
}

static double cosine_rate(const struct run_spec *spec, int done)
{
    if (done < 3) return spec->learning_rate * done / 3;
    return spec->learning_rate * 0.5 * (1 + cos(acos(-1.0) * (done - 3) / 7));
}

static bool is_norm_or_bias(const char *name)
{
    return strstr(name, ".bias") != NULL || strstr(name, "orm.weight") != NULL ||
           strstr(name, "norm1.weight") != NULL;
}

static void adamw_by_the_book(struct again *again, int step, double rate, double clip)
{
    const struct run_spec *spec = &again->spec;
    const struct layout *layout = &again->model.layout;
    double correct1 = 1 - pow(spec->adam_beta1, step), correct2 = 1 - pow(spec->adam_beta2, step);
    for (int t = 0; t < layout->count; t++) {
        double decay = is_norm_or_bias(layout->tensors[t].name) ? 0 : spec->weight_decay;
        for (int64_t i = layout->begin[t]; i < layout->begin[t + 1]; i++) {
            double g = (double)again->host[i] * clip;
            again->m[i] = spec->adam_beta1 * again->m[i] + (1 - spec->adam_beta1) * g;
            again->v[i] = spec->adam_beta2 * again->v[i] + (1 - spec->adam_beta2) * g * g;
            again->w[i] *= 1 - rate * decay;
            again->w[i] -=
                rate * (again->m[i] / correct1) / (sqrt(again->v[i] / correct2) + spec->adam_epsilon);
        }
    }
}

static void assert_close(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance * (1 + fabs(expected))))
        fail_msg("%.9g where %.9g is right", value, expected);
}

static void check_evaluation(struct again *again, const struct observed_evaluation *evaluation, int step)
{
    const struct pass pass = {.training = false};
    int count = again->data.validation.count;
    for (int i = 0; i < count; i++)
        again->chosen[i] = i;
    assert_int_equal(evaluation->step, step);
    assert_close(evaluation->loss, mean_loss(again, &again->data.validation, count, &pass, false), 2e-5);
}

/* Tolerances: ten updates of binary32 against binary64 part by about 1e-6 of a weight. */
static void check_training(const char *model, double max_grad_norm)
{
    struct run_spec spec = letters(model);
    spec.max_grad_norm = max_grad_norm;
    struct heard *heard = calloc(1, sizeof *heard);
    struct finetune_sink sink = {.take = hear, .context = heard};
    struct error error = {0};
    if (finetune_run(&spec, &sink, NULL, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_int_equal(heard->steps, 10);
    assert_int_equal(heard->evaluations, 5); /* 0, 3, 6, 9, 10 */

    struct again again;
    again_open(&again, &spec);
    static const int sizes[4] = {12, 12, 12, 9};
    int evaluation = 0, clipped = 0;
    check_evaluation(&again, &heard->evaluation[evaluation++], 0);
    for (int step = 1; step <= 10; step++) {
        const struct pass pass = {
            .training = true, .dropout_seed = spec.seed_dropout, .draw = (uint32_t)(step - 1)};
        int in_epoch = (step - 1) % 4, count = sizes[in_epoch];
        order_of_epoch(spec.seed_order, (uint32_t)((step - 1) / 4), again.order, again.data.train.count);
        memcpy(again.chosen, again.order + 12 * in_epoch, (size_t)count * sizeof *again.chosen);
        double loss = mean_loss(&again, &again.data.train, count, &pass, true), square = 0.0;
        for (int64_t i = 0; i < again.model.layout.total; i++)
            square += (double)again.host[i] * (double)again.host[i];
        double norm = sqrt(square), rate = cosine_rate(&spec, step - 1);
        const struct observed_step *seen = &heard->step[step - 1];
        assert_close((double)seen->loss, loss, 2e-5);
        assert_close((double)seen->grad_norm, norm, 5e-4);
        assert_close(seen->learning_rate, rate, 1e-12);
        clipped += norm > spec.max_grad_norm;
        adamw_by_the_book(&again, step, rate, norm > spec.max_grad_norm ? spec.max_grad_norm / norm : 1.0);
        if (step % 3 == 0 || step == 10) check_evaluation(&again, &heard->evaluation[evaluation++], step);
    }
    assert_true(clipped > 0 && clipped < 10); /* both sides of the clip were walked */
    again_close(&again);
    free(heard);
}

static void test_bert(void **state)
{
    (void)state;
    check_training("letters-bert", 0.5);
}

static void test_llama(void **state)
{
    (void)state;
    check_training("letters-llama", 1.5);
}

/* Which evaluation is the result follows metric_for_best_model. */
static void test_best_by_each_metric(void **state)
{
    (void)state;
    static const int metrics[] = {METRIC_F1, METRIC_ACCURACY, METRIC_EVAL_LOSS};
    for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++) {
        struct run_spec spec = letters("letters-llama");
        spec.epochs = 12;
        spec.metric_for_best_model = metrics[m];
        struct heard *heard = calloc(1, sizeof *heard);
        struct finetune_sink sink = {.take = hear, .context = heard};
        assert_int_equal(finetune_run(&spec, &sink, NULL, NULL), STATUS_OK);
        int best = -1;
        double best_value = -INFINITY;
        for (int e = 1; e < heard->evaluations; e++) {
            const struct observed_evaluation *seen = &heard->evaluation[e];
            double value = metrics[m] == METRIC_F1         ? seen->f1
                           : metrics[m] == METRIC_ACCURACY ? seen->accuracy
                                                           : -seen->loss;
            if (value > best_value) {
                best_value = value;
                best = e;
            }
        }
        assert_int_equal(heard->end.best_step, heard->evaluation[best].step);
        free(heard);
    }
}

/* Each of these keys alone changes the bits of a run: none is ignored. */
static void test_each_key_has_an_effect(void **state)
{
    (void)state;
    char first[DIGEST_TEXT] = "";
    for (int change = 0; change <= 12; change++) {
        struct run_spec spec = letters("letters-bert");
        switch (change) {
        case 1:
            spec.learning_rate = 0.021;
            break;
        case 2:
            spec.warmup_ratio = 0;
            break;
        case 3:
            spec.lr_scheduler_type = SCHEDULER_LINEAR;
            break;
        case 4:
            spec.lr_scheduler_type = SCHEDULER_CONSTANT;
            break;
        case 5:
            spec.weight_decay = 0;
            break;
        case 6:
            spec.max_grad_norm = 0;
            break;
        case 7:
            spec.adam_beta1 = 0.81;
            break;
        case 8:
            spec.adam_beta2 = 0.951;
            break;
        case 9:
            spec.adam_epsilon = 1e-5;
            break;
        case 10:
            spec.dropout = 0.26;
            break;
        case 11:
            spec.gradient_accumulation_steps = 1;
            break;
        case 12:
            spec.epochs = 2;
            break;
        default:
            break;
        }
        struct heard *heard = calloc(1, sizeof *heard);
        struct finetune_sink sink = {.take = hear, .context = heard};
        assert_int_equal(finetune_run(&spec, &sink, NULL, NULL), STATUS_OK);
        if (change == 0)
            memcpy(first, heard->end.digest, sizeof first);
        else if (strcmp(first, heard->end.digest) == 0)
            fail_msg("change %d changed nothing", change);
        free(heard);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bert),
        cmocka_unit_test(test_llama),
        cmocka_unit_test(test_best_by_each_metric),
        cmocka_unit_test(test_each_key_has_an_effect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
