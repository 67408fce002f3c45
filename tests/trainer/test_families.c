/* The families against tests/golden/families, which transformers wrote: its config.json files are taken,
 * every tensor has its name and shape, rotary frequencies are its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/file.h"
#include "trainer/model/hf_config.h"
#include "trainer/model/layout.h"
#include "trainer/model/rotary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER FTBENCH_SOURCE_DIR "/tests/golden/families/"

enum { CLASSES = 3 };

static const struct family {
    const char *name;
    enum model_family family;
    int max_positions;
    bool qkv_bias, out_bias, mlp_bias;
    enum rope_kind rope;
} families[] = {
    {"bert", FAMILY_BERT, 16, false, false, false, ROPE_DEFAULT},
    {"roberta", FAMILY_ROBERTA, 14, false, false, false, ROPE_DEFAULT},
    {"xlm-roberta", FAMILY_ROBERTA, 14, false, false, false, ROPE_DEFAULT},
    {"camembert", FAMILY_ROBERTA, 14, false, false, false, ROPE_DEFAULT},
    {"distilbert", FAMILY_DISTILBERT, 16, false, false, false, ROPE_DEFAULT},
    {"llama", FAMILY_LLAMA, 256, false, false, false, ROPE_DEFAULT},
    {"llama-biases", FAMILY_LLAMA, 256, true, true, true, ROPE_LLAMA3},
    {"llama-linear", FAMILY_LLAMA, 256, false, false, false, ROPE_LINEAR},
    {"mistral", FAMILY_LLAMA, 100, false, false, false, ROPE_DEFAULT},
    {"mistral-full", FAMILY_LLAMA, 256, false, false, false, ROPE_DEFAULT},
    {"qwen2", FAMILY_LLAMA, 256, true, false, false, ROPE_DEFAULT},
    {"qwen2-sliding", FAMILY_LLAMA, 48, true, false, false, ROPE_DEFAULT},
};
enum { FAMILIES = sizeof families / sizeof *families };

static char *read_golden(const char *name, const char *suffix)
{
    char path[512];
    struct text text = {0};
    struct error error = {0};
    snprintf(path, sizeof path, FOLDER "%s%s", name, suffix);
    if (file_read(path, 1 << 20, &text, &error) != STATUS_OK) fail_msg("%s", error.text);
    char *copy = strdup(text_string(&text));
    text_free(&text);
    return copy;
}

static struct model_config config_of(const char *name)
{
    char *json = read_golden(name, ".json");
    struct model_config config;
    struct error error = {0};
    if (hf_config_parse(json, name, &config, &error) != STATUS_OK) fail_msg("%s", error.text);
    free(json);
    return config;
}

static void test_configs(void **state)
{
    (void)state;
    for (int f = 0; f < FAMILIES; f++) {
        const struct family *family = &families[f];
        struct model_config config = config_of(family->name);
        assert_int_equal(config.family, family->family);
        assert_int_equal(config.max_positions, family->max_positions);
        assert_int_equal(config.qkv_bias, family->qkv_bias);
        assert_int_equal(config.out_bias, family->out_bias);
        assert_int_equal(config.mlp_bias, family->mlp_bias);
        assert_int_equal(config.rope_scaling.kind, family->rope);
        assert_int_equal(config.activation, ACTIVATION_GELU);
        bool slides = config.max_positions < 256 && config.family == FAMILY_LLAMA;
        assert_int_equal(config.limited_by != NULL, slides);
        if (slides) assert_string_equal(config.limited_by, "sliding_window");
        /* the dropouts of torch.nn.Module */
        if (config.family == FAMILY_LLAMA) {
            assert_true(config.attention_dropout == 0.0 && config.classifier_dropout == 0.0);
            assert_true(config.norm_epsilon == 1e-6);
            continue;
        }
        bool distilbert = config.family == FAMILY_DISTILBERT;
        double classifier = distilbert ? 0.2 : strcmp(family->name, "camembert") == 0 ? 0.3 : 0.1;
        assert_true(config.embedding_dropout == 0.1 && config.attention_dropout == 0.1);
        assert_true(config.attention_output_dropout == (distilbert ? 0.0 : 0.1));
        assert_true(config.hidden_dropout == 0.1 && config.classifier_dropout == classifier);
        assert_true(config.norm_epsilon == (strcmp(family->name, "xlm-roberta") == 0 ? 1e-5 : 1e-12));
        assert_int_equal(config.position_offset, config.family == FAMILY_ROBERTA ? 2 : 0);
        assert_int_equal(config.pad_token_id, config.family == FAMILY_ROBERTA ? 1 : 0);
    }
}

static const struct tensor *find(const struct layout *layout, const char *name)
{
    for (int t = 0; t < layout->count; t++) {
        if (strcmp(layout->tensors[t].name, name) == 0) return &layout->tensors[t];
    }
    return NULL;
}

static void test_tensors(void **state)
{
    (void)state;
    for (int f = 0; f < FAMILIES; f++) {
        const char *family = families[f].name;
        struct model_config config = config_of(family);
        struct layout layout;
        int tensors = 0;
        assert_int_equal(layout_build(&config, CLASSES, &layout, NULL), STATUS_OK);
        char *list = read_golden(family, ".tensors"), *rest = list;
        for (char *line; (line = strsep(&rest, "\n")) != NULL && line[0] != '\0'; tensors++) {
            char name[112];
            int rows = 0, cols = 0, fields = sscanf(line, "%111s %d %d", name, &rows, &cols);
            const struct tensor *tensor = find(&layout, name);
            if (tensor == NULL) fail_msg("%s: no tensor %s", family, name);
            assert_in_range(fields, 2, 3);
            assert_int_equal(tensor->rows, fields == 3 ? rows : 1);
            assert_int_equal(tensor->cols, fields == 3 ? cols : rows);
        }
        assert_int_equal(tensors, layout.count);
        free(list);
        layout_free(&layout);
    }
}

/* transformers computes them in binary32: some roundings of 6e-8 each. */
static void test_rotary_frequencies(void **state)
{
    (void)state;
    char *list = read_golden("rotary", ".txt"), *rest = list;
    int pairs = 0;
    for (char *line; (line = strsep(&rest, "\n")) != NULL && line[0] != '\0'; pairs++) {
        char name[32];
        int pair = 0;
        double expected = 0.0;
        assert_int_equal(sscanf(line, "%31s %d %lf", name, &pair, &expected), 3);
        struct model_config config = config_of(name);
        double got = rotary_frequency(&config, pair);
        if (!(fabs(got - expected) <= 1e-6 * expected))
            fail_msg("%s, pair %d: %.9g, not %.9g", name, pair, got, expected);
    }
    assert_int_equal(pairs, 3 + 16 + 3);
    free(list);
}

static void test_rotary_tables_are_the_frequencies(void **state)
{
    (void)state;
    enum { POSITIONS = 200, HALF = 16 };
    static float cosines[POSITIONS * HALF], sines[POSITIONS * HALF];
    struct model_config config = config_of("llama-biases");
    rotary_tables(&config, POSITIONS, cosines, sines);
    for (int p = 0; p < POSITIONS; p++) {
        for (int i = 0; i < HALF; i++) {
            double angle = p * rotary_frequency(&config, i);
            assert_true(fabs((double)cosines[p * HALF + i] - cos(angle)) < 4e-8);
            assert_true(fabs((double)sines[p * HALF + i] - sin(angle)) < 4e-8);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_configs),
        cmocka_unit_test(test_tensors),
        cmocka_unit_test(test_rotary_frequencies),
        cmocka_unit_test(test_rotary_tables_are_the_frequencies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
