/* The table of tensors: names, neighbours, decay groups, initial values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/digest.h"
#include "trainer/model/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct model_config bert = {.family = FAMILY_BERT,
                                         .vocab_size = 50,
                                         .hidden_size = 8,
                                         .layers = 2,
                                         .heads = 2,
                                         .kv_heads = 2,
                                         .head_dim = 4,
                                         .intermediate_size = 16,
                                         .max_positions = 10,
                                         .type_vocab_size = 2,
                                         .pad_token_id = 0,
                                         .initializer_range = 0.02};
static const struct model_config llama = {.family = FAMILY_LLAMA,
                                          .vocab_size = 50,
                                          .hidden_size = 8,
                                          .layers = 1,
                                          .heads = 2,
                                          .kv_heads = 1,
                                          .head_dim = 4,
                                          .intermediate_size = 6,
                                          .pad_token_id = -1,
                                          .initializer_range = 0.5};

static const struct tensor *find(const struct layout *layout, const char *name)
{
    for (int t = 0; t < layout->count; t++) {
        if (strcmp(layout->tensors[t].name, name) == 0) return &layout->tensors[t];
    }
    fail_msg("no tensor %s", name);
    return NULL;
}

static void test_bert_counts_and_names(void **state)
{
    (void)state;
    struct layout layout;
    assert_int_equal(layout_build(&bert, 3, &layout, NULL), STATUS_OK);
    assert_int_equal(layout.count, 5 + 2 * 16 + 4);
    /* embeddings 50*8 + 10*8 + 2*8 + 16; a layer 4*(64+8) + 2*16 + 128+16 + 128+8; pooler 72; head 27 */
    assert_int_equal(layout.total, 400 + 80 + 16 + 16 + 2 * (288 + 32 + 144 + 136) + 72 + 27);
    assert_int_equal(layout.begin[layout.count], layout.total);
    const struct tensor *query = find(&layout, "bert.encoder.layer.1.attention.self.query.weight");
    const struct tensor *key = find(&layout, "bert.encoder.layer.1.attention.self.key.weight");
    const struct tensor *value = find(&layout, "bert.encoder.layer.1.attention.self.value.weight");
    assert_int_equal(layout.layers[1].qkv_weight, query->offset);
    assert_int_equal(key->offset, query->offset + 64);
    assert_int_equal(value->offset, key->offset + 64);
    assert_int_equal(find(&layout, "bert.encoder.layer.1.attention.self.key.bias")->offset,
                     layout.layers[1].qkv_bias + 8);
    assert_int_equal(find(&layout, "classifier.weight")->rows, 3);
    layout_free(&layout);
}

static void test_llama_counts_and_names(void **state)
{
    (void)state;
    struct layout layout;
    assert_int_equal(layout_build(&llama, 2, &layout, NULL), STATUS_OK);
    assert_int_equal(layout.count, 1 + 9 + 2);
    assert_int_equal(layout.total, 400 + (64 + 32 + 32 + 64) + 3 * 48 + 16 + 8 + 16);
    assert_int_equal(find(&layout, "model.layers.0.mlp.up_proj.weight")->offset,
                     layout.layers[0].up_weight + 48);
    assert_int_equal(find(&layout, "model.layers.0.self_attn.v_proj.weight")->offset,
                     layout.layers[0].qkv_weight + 64 + 32);
    assert_int_equal(layout.head_bias, -1);
    layout_free(&layout);
}

static void test_only_matrices_decay(void **state)
{
    (void)state;
    const struct model_config *configs[] = {&bert, &llama};
    for (int c = 0; c < 2; c++) {
        struct layout layout;
        assert_int_equal(layout_build(configs[c], 2, &layout, NULL), STATUS_OK);
        for (int t = 0; t < layout.count; t++) {
            const char *name = layout.tensors[t].name;
            bool norm = strstr(name, "LayerNorm") != NULL || strstr(name, "layernorm") != NULL ||
                        strcmp(name, "model.norm.weight") == 0;
            bool bias = strstr(name, ".bias") != NULL;
            assert_int_equal(layout.tensors[t].decay, !norm && !bias);
        }
        layout_free(&layout);
    }
}

static void test_initial_values(void **state)
{
    (void)state;
    struct layout layout;
    assert_int_equal(layout_build(&bert, 2, &layout, NULL), STATUS_OK);
    float *w = calloc((size_t)layout.total, sizeof *w);
    layout_init_random(&layout, &bert, 1, w);
    double sum = 0.0, square = 0.0;
    int64_t count = 0;
    for (int t = 0; t < layout.count; t++) {
        const struct tensor *tensor = &layout.tensors[t];
        int64_t size = (int64_t)tensor->rows * tensor->cols;
        for (int64_t e = 0; e < size; e++) {
            double value = (double)w[tensor->offset + e];
            if (tensor->init == TENSOR_ONE) assert_true(value == 1.0);
            if (tensor->init == TENSOR_ZERO) assert_true(value == 0.0);
            if (tensor->init != TENSOR_NORMAL || (t == 0 && e < 8)) continue;
            sum += value;
            square += value * value;
            count++;
        }
    }
    for (int e = 0; e < 8; e++)
        assert_true(w[e] == 0.0f); /* the padding token's row */
    /* about 1700 draws: standard errors 0.02 / sqrt(1700) = 0.0005 and 0.02 / sqrt(3400) = 0.00034; 4 of them
     */
    assert_true(fabs(sum / (double)count) < 0.002);
    assert_true(fabs(sqrt(square / (double)count) - 0.02) < 0.0014);
    free(w);
    layout_free(&layout);
}

/* Golden: a change means that every run's bits change; FTBENCH_NUMERIC_VERSION must then go up. */
static void test_initial_values_golden(void **state)
{
    (void)state;
    struct layout layout;
    char text[DIGEST_TEXT];
    assert_int_equal(layout_build(&llama, 2, &layout, NULL), STATUS_OK);
    float *w = calloc((size_t)layout.total, sizeof *w), *other = calloc((size_t)layout.total, sizeof *w);
    layout_init_random(&layout, &llama, 42, w);
    layout_init_random(&layout, &llama, 43, other);
    digest_text(digest_floats(w, (size_t)layout.total), text);
    assert_string_equal(text, "5a52ed7834f331d8d289bdcf2209033c");
    assert_memory_not_equal(w, other, (size_t)layout.total * sizeof *w);
    free(w);
    free(other);
    layout_free(&layout);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bert_counts_and_names), cmocka_unit_test(test_llama_counts_and_names),
        cmocka_unit_test(test_only_matrices_decay),   cmocka_unit_test(test_initial_values),
        cmocka_unit_test(test_initial_values_golden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
