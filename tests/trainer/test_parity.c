/* What transformers computed with small models of every family, we compute: logits, losses, every gradient of
 * a step, 20 steps of its Trainer, and weights of 16 bits. tests/golden/make_parity.py made the files;
 * docs/parity.md says why the tolerances are what they are. Every test prints the worst that it measured. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/file.h"
#include "tests/trainer/support_parity.h"
#include "trainer/finetune.h"
#include "trainer/model/classifier.h"
#include "trainer/session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Relative to the largest logit; to the norm of a tensor's gradient; to the loss of a step; to the largest
 * loss. */
static const double most_of_logits = 2e-6, most_of_gradients = 2e-5, most_of_path = 2e-5,
                    most_of_trained = 5e-5;

static void check(const char *model, const char *what, double measured, double most)
{
    if (!(measured <= most)) fail_msg("%s: %s: off by %.2g, at most %.2g", model, what, measured, most);
}

static float *padded_logits(const char *model, int padding)
{
    struct run_spec spec = parity_spec(model);
    struct session session;
    spec.padding = padding;
    parity_session_open(&spec, &session);
    float *logits = parity_logits(&session);
    session_close(&session);
    return logits;
}

static void test_ids(void **state)
{
    (void)state;
    for (int m = 0; m < PARITY_MODELS; m++) {
        struct run_spec spec = parity_spec(parity_models[m]);
        struct session session;
        struct safetensors file;
        parity_session_open(&spec, &session);
        parity_open(parity_models[m], &file);
        const struct samples *samples = &session.data.train;
        float *ids = parity_numbers(&file, "ids", (size_t)samples->begin[PARITY_SAMPLES]);
        float *lengths = parity_numbers(&file, "lengths", PARITY_SAMPLES);
        for (int s = 0; s < PARITY_SAMPLES; s++)
            assert_int_equal((int)lengths[s], samples->begin[s + 1] - samples->begin[s]);
        for (int64_t t = 0; t < samples->begin[PARITY_SAMPLES]; t++)
            assert_int_equal((int)ids[t], samples->ids[t]);
        free(ids);
        free(lengths);
        safetensors_close(&file);
        session_close(&session);
    }
}

/* Ours are the same bits however they are stored; transformers' differ by rounding when it pads. */
static void test_logits(void **state)
{
    (void)state;
    enum { NUMBERS = PARITY_SAMPLES * PARITY_CLASSES };
    for (int m = 0; m < PARITY_MODELS; m++) {
        const char *model = parity_models[m];
        struct safetensors file;
        parity_open(model, &file);
        float *alone = parity_numbers(&file, "logits", NUMBERS);
        float *ours = padded_logits(model, PADDING_NONE);
        for (int padding = PADDING_LONGEST; padding <= PADDING_MAX; padding++) {
            float *padded = padded_logits(model, padding);
            assert_memory_equal(padded, ours, NUMBERS * sizeof *ours);
            free(padded);
        }
        double off = parity_distance(ours, alone, NUMBERS);
        print_message("%-12s logits %.1e\n", model, off);
        if (parity_has(&file, "logits_padded")) {
            float *padded = parity_numbers(&file, "logits_padded", NUMBERS);
            double off_padded = parity_distance(ours, padded, NUMBERS);
            print_message("%-12s    of a padded batch %.1e; transformers' two ways differ by %.1e\n", "",
                          off_padded, parity_distance(padded, alone, NUMBERS));
            check(model, "logits of a padded batch", off_padded, most_of_logits);
            free(padded);
        }
        check(model, "logits", off, most_of_logits);
        free(alone);
        free(ours);
        safetensors_close(&file);
    }
}

static void check_gradients(const char *model, struct session *session, const struct safetensors *file)
{
    const struct layout *layout = &session->model.layout;
    float *rounding = parity_numbers(file, "gradient_rounding", 1);
    const char *worst_name = "";
    double worst = 0.0;
    session->ops->download(session->device, session->scratch, session->model.gradients,
                           (size_t)layout->total * sizeof *session->scratch);
    assert_int_equal(session->ops->synchronize(session->device, NULL), STATUS_OK);
    double whole = parity_norm(session->scratch, (size_t)layout->total);
    for (int t = 0; t < layout->count; t++) {
        char name[160];
        snprintf(name, sizeof name, "gradient.%s", layout->tensors[t].name);
        float *expected = parity_numbers(file, name, (size_t)(layout->begin[t + 1] - layout->begin[t]));
        double off = parity_gradient_distance(session, t, expected, whole);
        if (!(off <= worst)) {
            worst = off;
            worst_name = layout->tensors[t].name;
        }
        free(expected);
    }
    print_message("%-12s gradients %.1e (%s); transformers' own from float64 %.1e\n", model, worst,
                  worst_name, (double)rounding[0]);
    check(model, worst_name, worst, most_of_gradients);
    free(rounding);
}

static void test_losses_and_gradients(void **state)
{
    (void)state;
    for (int m = 0; m < PARITY_MODELS; m++) {
        const char *model = parity_models[m];
        struct run_spec spec = parity_spec(model);
        struct session session;
        struct safetensors file;
        parity_session_open(&spec, &session);
        parity_open(model, &file);
        size_t with_gradients = 0;
        for (size_t t = 0; t < file.count; t++)
            with_gradients += strncmp(file.tensors[t].name, "gradient.", strlen("gradient.")) == 0;
        assert_int_equal(with_gradients, session.model.layout.count);

        session_gradients(&session, 0, PARITY_SAMPLES, 0, 1.0);
        check_gradients(model, &session, &file);
        float *losses = parity_numbers(&file, "losses", PARITY_SAMPLES);
        check(model, "losses", parity_distance(session.losses, losses, PARITY_SAMPLES), most_of_logits);
        free(losses);
        safetensors_close(&file);
        session_close(&session);
    }
}

/* What a run says of its steps, and of its last evaluation. */
struct told {
    int steps;
    float losses[PARITY_STEPS], norms[PARITY_STEPS], rates[PARITY_STEPS];
    float trained[PARITY_SAMPLES], predictions[PARITY_SAMPLES];
};

static enum status listen(void *context, const struct observation *observation, struct error *error)
{
    struct told *told = context;
    (void)error;
    if (observation->kind == OBSERVATION_STEP) {
        assert_in_range(told->steps, 0, PARITY_STEPS - 1);
        told->losses[told->steps] = observation->as.step.loss;
        told->norms[told->steps] = observation->as.step.grad_norm;
        told->rates[told->steps++] = (float)observation->as.step.learning_rate;
    } else if (observation->kind == OBSERVATION_EVALUATION) {
        assert_int_equal(observation->as.evaluation.count, PARITY_SAMPLES);
        for (int s = 0; s < PARITY_SAMPLES; s++) {
            told->trained[s] = observation->as.evaluation.losses[s];
            told->predictions[s] = (float)observation->as.evaluation.predictions[s];
        }
    }
    return STATUS_OK;
}

/* The largest difference of each, relative to the expected number itself. */
static double path_distance(const float *numbers, const struct safetensors *file, const char *tensor)
{
    double most = 0.0;
    float *expected = parity_numbers(file, tensor, PARITY_STEPS);
    for (int s = 0; s < PARITY_STEPS; s++)
        most = fmax(most, parity_distance(numbers + s, expected + s, 1));
    free(expected);
    return most;
}

static void test_steps(void **state)
{
    (void)state;
    for (int m = 0; m < PARITY_MODELS; m++) {
        const char *model = parity_models[m];
        struct run_spec spec = parity_training(model);
        struct told told = {.steps = 0};
        struct finetune_sink sink = {.take = listen, .context = &told};
        struct safetensors file;
        struct error error = {0};
        if (finetune_run(&spec, &sink, NULL, &error) != STATUS_OK) fail_msg("%s", error.text);
        assert_int_equal(told.steps, PARITY_STEPS);
        parity_open(model, &file);
        float *trained = parity_numbers(&file, "trained_losses", PARITY_SAMPLES);
        float *predictions = parity_numbers(&file, "trained_predictions", PARITY_SAMPLES);
        float *rates = parity_numbers(&file, "step_rates", PARITY_STEPS);
        double losses = path_distance(told.losses, &file, "step_losses");
        double norms = path_distance(told.norms, &file, "step_norms");
        double after = parity_distance(told.trained, trained, PARITY_SAMPLES);
        print_message("%-12s 20 steps: losses %.1e, norms %.1e; each sample's loss after them %.1e\n", model,
                      losses, norms, after);
        assert_memory_equal(told.rates, rates, sizeof told.rates);
        assert_memory_equal(told.predictions, predictions, sizeof told.predictions);
        check(model, "losses of the steps", losses, most_of_path);
        check(model, "norms of the steps", norms, 10 * most_of_path);
        check(model, "losses after the steps", after, most_of_trained);
        free(trained);
        free(predictions);
        free(rates);
        safetensors_close(&file);
    }
}

static void test_what_decays(void **state)
{
    (void)state;
    for (int m = 0; m < PARITY_MODELS; m++) {
        struct run_spec spec = parity_spec(parity_models[m]);
        struct session session;
        struct text content = {0};
        char path[1024], line[192];
        parity_session_open(&spec, &session);
        snprintf(path, sizeof path, PARITY_FOLDER "%s/decays.txt", parity_models[m]);
        assert_int_equal(file_read(path, 1 << 16, &content, NULL), STATUS_OK);
        for (int t = 0; t < session.model.layout.count; t++) {
            const struct tensor *tensor = &session.model.layout.tensors[t];
            snprintf(line, sizeof line, "%s %s\n", tensor->name, tensor->decay ? "yes" : "no");
            if (strstr(text_string(&content), line) == NULL) fail_msg("%s: %s", parity_models[m], line);
        }
        text_free(&content);
        session_close(&session);
    }
}

/* Weights of 16 bits are what transformers makes of them when it loads them as float32. */
static void test_half(void **state)
{
    (void)state;
    static const char *const narrow[] = {"bert-f16", "llama-bf16"}, *const whole[] = {"bert", "llama"};
    enum { NUMBERS = PARITY_SAMPLES * PARITY_CLASSES };
    for (int m = 0; m < 2; m++) {
        struct safetensors file, wide;
        parity_open(narrow[m], &file);
        parity_open(whole[m], &wide);
        float *expected = parity_numbers(&file, "logits", NUMBERS);
        float *of_whole = parity_numbers(&wide, "logits", NUMBERS);
        float *ours = padded_logits(narrow[m], PADDING_NONE);
        double off = parity_distance(ours, expected, NUMBERS),
               lost = parity_distance(of_whole, expected, NUMBERS);
        print_message("%-12s logits %.1e; from those of the float32 weights %.1e\n", narrow[m], off, lost);
        check(narrow[m], "logits", off, most_of_logits);
        assert_true(lost > 10 * most_of_logits); /* that it is these weights that were read */
        free(expected);
        free(of_whole);
        free(ours);
        safetensors_close(&file);
        safetensors_close(&wide);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_logits),
        cmocka_unit_test(test_losses_and_gradients),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_what_decays),
        cmocka_unit_test(test_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
