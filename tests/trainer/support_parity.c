#include "tests/trainer/support_parity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "trainer/spec/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const parity_models[PARITY_MODELS] = {"bert",         "roberta", "distilbert", "llama",
                                                  "llama-biases", "mistral", "qwen2"};

void parity_open(const char *name, struct safetensors *expected)
{
    char path[1024];
    struct error error = {0};
    snprintf(path, sizeof path, PARITY_FOLDER "%s/expected.safetensors", name);
    if (safetensors_open(path, expected, &error) != STATUS_OK) fail_msg("%s", error.text);
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
