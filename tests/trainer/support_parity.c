#include "tests/trainer/support_parity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "trainer/model/classifier.h"
#include "trainer/spec/keys.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const parity_models[PARITY_MODELS] = {"bert",         "roberta", "distilbert", "llama",
                                                  "llama-biases", "mistral", "qwen2"};

static void open_file(const char *path, struct safetensors *expected)
{
    struct error error = {0};
    if (safetensors_open(path, expected, &error) != STATUS_OK) fail_msg("%s", error.text);
}

void parity_open(const char *name, struct safetensors *expected)
{
    char path[1024];
    snprintf(path, sizeof path, PARITY_FOLDER "%s/expected.safetensors", name);
    open_file(path, expected);
}

void parity_open_half(const char *name, const char *type, struct safetensors *expected)
{
    char path[1024];
    snprintf(path, sizeof path, PARITY_HALF_FOLDER "%s-%s.safetensors", name, type);
    open_file(path, expected);
}

bool parity_has(const struct safetensors *expected, const char *tensor)
{
    return safetensors_find(expected, tensor) != NULL;
}

float *parity_numbers(const struct safetensors *expected, const char *tensor, size_t count)
{
    const struct safetensors_tensor *found = safetensors_find(expected, tensor);
    if (found == NULL || found->count != count)
        fail_msg("%s: no \"%s\" of %zu numbers", expected->path, tensor, count);
    float *numbers = calloc(count, sizeof *numbers);
    assert_non_null(numbers);
    assert_int_equal(safetensors_read(expected, found, numbers, NULL), STATUS_OK);
    return numbers;
}

struct run_spec parity_spec(const char *name)
{
    struct run_spec spec;
    run_spec_defaults(&spec);
    snprintf(spec.model_path, sizeof spec.model_path, PARITY_FOLDER "%s", name);
    snprintf(spec.train_path, sizeof spec.train_path, PARITY_FOLDER "samples.tsv");
    snprintf(spec.validation_path, sizeof spec.validation_path, PARITY_FOLDER "samples.tsv");
    spec.init = INIT_PRETRAINED;
    spec.max_length = 24;
    spec.batch_size = PARITY_SAMPLES;
    spec.dropout = 0;
    spec.load_best_model_at_end = false;
    return spec;
}

static void set(struct run_spec *spec, const char *name, const char *value)
{
    for (size_t i = 0; i < run_key_count; i++) {
        char full[64];
        snprintf(full, sizeof full, "%s.%s", run_keys[i].section, run_keys[i].name);
        if (strcmp(full, name) != 0) continue;
        assert_int_equal(key_set(&run_keys[i], spec, value, NULL), STATUS_OK);
        return;
    }
    fail_msg("settings.txt: no key \"%s\"", name);
}

struct run_spec parity_training(const char *name)
{
    struct run_spec spec = parity_spec(name);
    struct text content = {0};
    char path[1024];
    snprintf(path, sizeof path, PARITY_FOLDER "%s/settings.txt", name);
    assert_int_equal(file_read(path, 4096, &content, NULL), STATUS_OK);
    char *line = content.data, *rest = NULL;
    for (line = strtok_r(line, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        char *blank = strchr(line, ' ');
        assert_non_null(blank);
        *blank = '\0';
        set(&spec, line, blank + 1);
    }
    text_free(&content);
    return spec;
}

static double largest(const float *numbers, size_t count)
{
    double most = 0.0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs((double)numbers[i]));
    return most;
}

double parity_distance(const float *numbers, const float *expected, size_t count)
{
    double most = 0.0;
    for (size_t i = 0; i < count; i++) {
        double off = fabs((double)numbers[i] - (double)expected[i]);
        if (!(off <= most)) most = off;
    }
    return most / largest(expected, count);
}

double parity_norm(const float *numbers, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += (double)numbers[i] * (double)numbers[i];
    return sqrt(sum);
}

void parity_session_open(const struct run_spec *spec, struct session *session)
{
    struct error error = {0};
    if (session_open(spec, NULL, session, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_int_equal(session->data.train.count, PARITY_SAMPLES);
    assert_int_equal(session->data.classes, PARITY_CLASSES);
    assert_int_equal(session->drawn.length, 0); /* the head is the folder's too */
    for (int s = 0; s < PARITY_SAMPLES; s++)
        session->order[s] = s;
}

float *parity_logits(struct session *session)
{
    const struct pass pass = {.training = false};
    float *logits = calloc(PARITY_SAMPLES * PARITY_CLASSES, sizeof *logits);
    assert_non_null(logits);
    batch_fill(&session->batch, &session->data.train, session->order, PARITY_SAMPLES, 0);
    classifier_forward(&session->model, &session->batch, &pass);
    classifier_logits(&session->model, &session->batch, logits);
    assert_int_equal(session->ops->synchronize(session->device, NULL), STATUS_OK);
    return logits;
}

double parity_gradient_distance(const struct session *session, int tensor, const float *expected,
                                double whole)
{
    const struct layout *layout = &session->model.layout;
    const float *ours = session->scratch + layout->begin[tensor];
    size_t count = (size_t)(layout->begin[tensor + 1] - layout->begin[tensor]);
    double scale = parity_norm(expected, count), sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        double off = (double)ours[i] - (double)expected[i];
        sum += off * off;
    }
    return sqrt(sum) / (scale > 1e-6 * whole ? scale : whole);
}
