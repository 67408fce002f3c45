/* Weights of a folder into a model: names, what may be missing, what may be there in vain, heads and their
 * classes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/trainer/support_folder.h"
#include "trainer/model/hf_config.h"
#include "trainer/model/pretrained.h"
#include "trainer/weights/safetensors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIXTURES FTBENCH_SOURCE_DIR "/tests/fixtures/"
enum { MOST = 64, NAME = 128, CLASSES = 2, SEED = 7, SEED_THERE = 8 };

/* A model, its weights in a folder (those of another init seed), and the block that they are read into. */
static struct fixture {
    struct folder folder;
    struct model_config config;
    struct layout layout;
    float *there, *block;
    struct safetensors_source sources[MOST];
    char names[MOST][NAME];
    size_t count;
    struct text drawn, numbers;
} f;

static const char *const two[] = {"bad", "good"};
static const struct pretrained_draws draws = {.config = &f.config, .seed = SEED};
static const struct class_names classes = {.count = CLASSES, .names = two};

/* What is not filled shows. */
static void spoil(void)
{
    memset(f.block, 0xff, (size_t)f.layout.total * sizeof *f.block);
}

/* From a configuration. */
static void set_up_config(const struct model_config *config)
{
    char path[1024];
    f = (struct fixture){.config = *config};
    folder_make(&f.folder);
    folder_print(&f.folder, "config.json", "{}", path);
    assert_int_equal(layout_build(&f.config, CLASSES, &f.layout, NULL), STATUS_OK);
    f.there = calloc((size_t)f.layout.total, sizeof *f.there);
    f.block = calloc((size_t)f.layout.total, sizeof *f.block);
    spoil();
    layout_init_random(&f.layout, &f.config, SEED_THERE, f.there);
    assert_in_range(f.layout.count, 1, MOST - 4);
    for (int t = 0; t < f.layout.count; t++) {
        struct safetensors_source *source = &f.sources[f.count];
        snprintf(f.names[f.count], NAME, "%s", f.layout.tensors[t].name);
        source->name = f.names[f.count++];
        source->rank = pretrained_shape(&f.layout.tensors[t], source->shape);
        source->values = f.there + f.layout.tensors[t].offset;
    }
}

static void set_up_model(const char *model)
{
    char path[1024];
    struct model_config config;
    snprintf(path, sizeof path, FIXTURES "%s", model);
    assert_int_equal(hf_config_read(path, &config, NULL), STATUS_OK);
    set_up_config(&config);
}

/* Its classifier has a dense layer of its own, and the pooler that its checkpoints may hold is not used. */
static int set_up_roberta(void **state)
{
    (void)state;
    struct model_config config;
    const char *json = "{\"model_type\": \"roberta\", \"vocab_size\": 16, \"hidden_size\": 12, "
                       "\"num_hidden_layers\": 1, \"num_attention_heads\": 3, \"intermediate_size\": 24, "
                       "\"max_position_embeddings\": 20, \"type_vocab_size\": 1, \"pad_token_id\": 1}";
    assert_int_equal(hf_config_parse(json, "config.json", &config, NULL), STATUS_OK);
    set_up_config(&config);
    return 0;
}

static int set_up_bert(void **state)
{
    (void)state;
    set_up_model("letters-bert");
    return 0;
}

static int set_up_llama(void **state)
{
    (void)state;
    set_up_model("letters-llama");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(&f.folder);
    layout_free(&f.layout);
    text_free(&f.drawn);
    text_free(&f.numbers);
    free(f.there);
    free(f.block);
    return 0;
}

static size_t find(const char *name)
{
    for (size_t i = 0; i < f.count; i++) {
        if (strcmp(f.sources[i].name, name) == 0) return i;
    }
    fail_msg("no tensor %s", name);
    return 0;
}

static void drop(const char *name)
{
    size_t index = find(name);
    f.sources[index] = f.sources[--f.count];
}

static void drop_all(const char *beginning)
{
    for (size_t i = 0; i < f.count;) {
        if (strncmp(f.sources[i].name, beginning, strlen(beginning)) == 0)
            f.sources[i] = f.sources[--f.count];
        else
            i++;
    }
}

static void add(const char *name)
{
    static const float one[] = {1};
    assert_in_range(f.count, 0, MOST - 1);
    f.sources[f.count++] = (struct safetensors_source){.name = name, .rank = 1, .shape = {1}, .values = one};
}

static void take_prefix_off(const char *prefix)
{
    for (size_t i = 0; i < f.count; i++) {
        if (strncmp(f.sources[i].name, prefix, strlen(prefix)) == 0) f.sources[i].name += strlen(prefix);
    }
}

static enum status fill(struct error *error)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/model.safetensors", f.folder.path);
    assert_int_equal(safetensors_write(path, f.sources, f.count, error), STATUS_OK);
    text_clear(&f.drawn);
    return pretrained_fill(f.folder.path, &f.layout, &draws, &classes, f.block, &f.drawn, &f.numbers, error);
}

static void accept(const char *drawn)
{
    struct error error = {0};
    if (fill(&error) != STATUS_OK) fail_msg("%s", error.text);
    assert_string_equal(text_string(&f.drawn), drawn);
}

static void refuse(enum status status, const char *expected)
{
    struct error error = {0};
    assert_int_equal(fill(&error), status);
    if (strstr(error.text, expected) == NULL) fail_msg("\"%s\" does not say \"%s\"", error.text, expected);
    if (strstr(error.text, f.folder.path) != error.text) fail_msg("no place: %s", error.text);
}

/* From the folder are all tensors but those whose names begin so; these are as init = random draws them. */
static void check_block(const char *random_1, const char *random_2)
{
    float *random = calloc((size_t)f.layout.total, sizeof *random);
    layout_init_random(&f.layout, &f.config, SEED, random);
    for (int t = 0; t < f.layout.count; t++) {
        const struct tensor *tensor = &f.layout.tensors[t];
        size_t bytes = (size_t)tensor->rows * (size_t)tensor->cols * sizeof(float);
        bool drawn = strncmp(tensor->name, random_1, strlen(random_1)) == 0 ||
                     strncmp(tensor->name, random_2, strlen(random_2)) == 0;
        const float *expected = (drawn ? random : f.there) + tensor->offset;
        if (memcmp(f.block + tensor->offset, expected, bytes) != 0) fail_msg("%s differs", tensor->name);
    }
    free(random);
}

static void test_all_there(void **state)
{
    (void)state;
    accept("");
    check_block("-", "-");
}

static void test_head_and_pooler_may_be_missing(void **state)
{
    (void)state;
    drop_all("classifier.");
    accept("classifier.weight, classifier.bias");
    check_block("classifier.", "-");
    drop_all("bert.pooler.");
    spoil();
    accept("bert.pooler.dense.weight, bert.pooler.dense.bias, classifier.weight, classifier.bias");
    check_block("classifier.", "bert.pooler.");
}

/* Whoever needs all of it draws nothing. */
static void test_nothing_is_drawn_unasked(void **state)
{
    (void)state;
    struct error error = {0};
    drop_all("classifier.");
    accept("classifier.weight, classifier.bias");
    spoil();
    text_clear(&f.drawn);
    assert_int_equal(
        pretrained_fill(f.folder.path, &f.layout, NULL, &classes, f.block, &f.drawn, &f.numbers, &error),
        STATUS_OK);
    assert_string_equal(text_string(&f.drawn), "classifier.weight, classifier.bias");
    assert_true(f.block[0] == f.there[0]);
    for (int64_t i = f.layout.head_weight; i < f.layout.total; i++)
        assert_true(isnan(f.block[i]));
}

/* A base model's file has no prefix, and old ones have TensorFlow's names of norms. */
static void test_names_of_old(void **state)
{
    (void)state;
    drop_all("classifier.");
    take_prefix_off("bert.");
    for (size_t i = 0; i < f.count; i++) {
        char *norm = strstr(f.sources[i].name, "LayerNorm.");
        if (norm != NULL) strcpy(norm, strstr(norm, "weight") != NULL ? "LayerNorm.gamma" : "LayerNorm.beta");
    }
    accept("classifier.weight, classifier.bias");
    check_block("classifier.", "-");
}

static void test_missing(void **state)
{
    (void)state;
    struct safetensors_source all[MOST];
    size_t count = f.count;
    memcpy(all, f.sources, sizeof all);
    static const char *const needed[] = {"classifier.bias", "bert.pooler.dense.weight",
                                         "bert.embeddings.token_type_embeddings.weight",
                                         "bert.encoder.layer.1.attention.self.key.bias"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        char expected[256];
        drop(needed[i]);
        snprintf(expected, sizeof expected, "there is no tensor \"%s\" in its weights", needed[i]);
        refuse(STATUS_BAD_INPUT, expected);
        memcpy(f.sources, all, sizeof all);
        f.count = count;
    }
}

static void test_known_ones_are_passed_over(void **state)
{
    (void)state;
    size_t count = f.count;
    static const char *const known[] = {"cls.predictions.bias",
                                        "bert.embeddings.position_ids",
                                        "position_ids",
                                        "lm_head.weight",
                                        "qa_outputs.bias",
                                        "vocab_projector.weight",
                                        "model.layers.0.self_attn.rotary_emb.inv_freq"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        f.count = count;
        add(known[i]);
        accept("");
    }
}

static void test_others_are_refused(void **state)
{
    (void)state;
    size_t count = f.count;
    static const char *const others[] = {"bert.encoder.layer.2.output.dense.weight",
                                         "cls",
                                         "adapter.weight",
                                         "bert.embeddings.LayerNorm.gamma",
                                         "embeddings.LayerNorm.weight",
                                         "bert.encoder.layer.0.attention.self.distance_embedding.weight"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        char expected[256];
        f.count = count;
        add(others[i]);
        snprintf(expected, sizeof expected,
                 "model.safetensors: the model of config.json does not use tensor \"%s\"", others[i]);
        refuse(STATUS_UNSUPPORTED, expected);
    }
}

static void test_shapes(void **state)
{
    (void)state;
    struct safetensors_source *dense = &f.sources[find("bert.pooler.dense.weight")];
    dense->shape[0] = 6;
    dense->shape[1] = 24;
    refuse(
        STATUS_BAD_INPUT,
        "tensor \"bert.pooler.dense.weight\" has the shape (6, 24); the model of config.json needs (12, 12)");
    dense->rank = 1;
    dense->shape[0] = 144;
    refuse(STATUS_BAD_INPUT, "has the shape (144); the model of config.json needs (12, 12)");
}

static void test_other_number_of_classes(void **state)
{
    (void)state;
    float three[3 * 12] = {0};
    struct safetensors_source *head = &f.sources[find("classifier.weight")];
    head->shape[0] = 3;
    head->values = three;
    refuse(STATUS_BAD_INPUT,
           "tensor \"classifier.weight\": the head tells 3 classes apart, the data have 2; take "
           "data with the same classes, or the model without its head, which this writes: python");
}

static void test_not_finite(void **state)
{
    (void)state;
    float *value = f.there + f.layout.norm_bias + 3;
    *value = INFINITY;
    refuse(STATUS_BAD_INPUT,
           "tensor \"bert.embeddings.LayerNorm.bias\": number 3 is infinite; weights must be finite");
    *value = NAN;
    refuse(STATUS_BAD_INPUT, "number 3 is NaN");
}

static void test_names_of_classes(void **state)
{
    (void)state;
    char path[1024];
    static const char *const good[] = {"{\"id2label\": {\"0\": \"bad\", \"1\": \"good\"}}",
                                       "{\"id2label\": {\"0\": \"LABEL_0\", \"1\": \"LABEL_1\"}}",
                                       "{\"id2label\": null}", "{\"num_labels\": 2}"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        folder_print(&f.folder, "config.json", good[i], path);
        accept("");
    }
    folder_print(&f.folder, "config.json", "{\"id2label\": {\"0\": \"good\", \"1\": \"bad\"}}", path);
    refuse(STATUS_BAD_INPUT, "config.json: \"id2label\" calls class 0 \"good\", the data call it \"bad\"");
    folder_print(&f.folder, "config.json", "{\"id2label\": {\"0\": \"bad\", \"1\": \"fine\"}}", path);
    refuse(STATUS_BAD_INPUT, "calls class 1 \"fine\", the data call it \"good\"");
    folder_print(&f.folder, "config.json", "{\"id2label\": {\"0\": 0, \"1\": 1}}", path);
    refuse(STATUS_BAD_INPUT, "\"id2label\" must give class 0 a name");
    drop_all("classifier."); /* a head that is not there has no classes */
    accept("classifier.weight, classifier.bias");
}

/* Data whose classes are called 0 and 1 mean the numbers of classes, unless the model's names are numbers. */
static void test_numbers_as_names(void **state)
{
    (void)state;
    static const char *const numbers[] = {"0", "1"};
    const struct class_names numbered = {.count = CLASSES, .names = numbers};
    struct error error = {0};
    char path[1024];
    accept("");
    assert_string_equal(text_string(&f.numbers), "");
    folder_print(&f.folder, "config.json", "{\"id2label\": {\"0\": \"POSITIVE\", \"1\": \"NEGATIVE\"}}",
                 path);
    assert_int_equal(
        pretrained_fill(f.folder.path, &f.layout, &draws, &numbered, f.block, &f.drawn, &f.numbers, &error),
        STATUS_OK);
    assert_string_equal(text_string(&f.numbers), "0 is POSITIVE, 1 is NEGATIVE");
    folder_print(&f.folder, "config.json", "{\"id2label\": {\"0\": \"1\", \"1\": \"2\"}}", path);
    assert_int_equal(
        pretrained_fill(f.folder.path, &f.layout, &draws, &numbered, f.block, &f.drawn, &f.numbers, &error),
        STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "calls class 0 \"1\", the data call it \"0\""));
}

static void test_llama(void **state)
{
    (void)state;
    add("lm_head.weight");
    accept("");
    check_block("-", "-");
    drop("lm_head.weight");
    drop_all("score.");
    take_prefix_off("model.");
    spoil();
    accept("score.weight");
    check_block("score.", "-");
    drop("norm.weight");
    refuse(STATUS_BAD_INPUT, "there is no tensor \"model.norm.weight\"");
}

/* One type of tokens is a matrix of one row, not a vector. */
static void test_roberta(void **state)
{
    (void)state;
    assert_int_equal(f.sources[find("roberta.embeddings.token_type_embeddings.weight")].rank, 2);
    add("roberta.pooler.dense.weight");
    add("lm_head.bias");
    accept("");
    check_block("-", "-");
    drop("lm_head.bias");
    drop_all("classifier.");
    take_prefix_off("roberta.");
    spoil();
    accept("classifier.dense.weight, classifier.dense.bias, classifier.out_proj.weight, "
           "classifier.out_proj.bias");
    check_block("classifier.", "-");
    add("classifier.weight"); /* of another task's head */
    refuse(STATUS_UNSUPPORTED, "does not use tensor \"classifier.weight\"");
}

static void test_no_memory(void **state)
{
    (void)state;
    struct error error = {0};
    drop_all("classifier.");
    assert_int_equal(fill(&error), STATUS_OK);
    text_free(&f.drawn);
    text_free(&f.numbers);
    long before = memory_blocks_alive();
    bool filled = false;
    for (long n = 1; !filled; n++) {
        memory_fail_from(n);
        enum status status = pretrained_fill(f.folder.path, &f.layout, &draws, &classes, f.block, &f.drawn,
                                             &f.numbers, &error);
        memory_fail_from(0);
        filled = status == STATUS_OK;
        text_free(&f.drawn);
        text_free(&f.numbers);
        if (!filled) assert_int_equal(status, STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), before);
        assert_true(n < 200);
    }
}

/* A real decoder, where it lies beside the checkout. */
static void test_real_llama(void **state)
{
    (void)state;
    static const char path[] = FTBENCH_SOURCE_DIR "/../shared/models/stories260K";
    struct model_config config;
    struct layout layout;
    struct text drawn = {0}, numbers = {0};
    struct error error = {0};
    if (access(path, R_OK) != 0) skip();
    if (hf_config_read(path, &config, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_int_equal(layout_build(&config, CLASSES, &layout, &error), STATUS_OK);
    float *block = calloc((size_t)layout.total, sizeof *block);
    if (pretrained_fill(path, &layout, &(struct pretrained_draws){&config, SEED}, &classes, block, &drawn,
                        &numbers, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_string_equal(text_string(&drawn), "score.weight");
    for (int t = 0; t < layout.count - 1; t++)
        assert_true(block[layout.tensors[t].offset] != 0.0f);
    free(block);
    text_free(&drawn);
    layout_free(&layout);
}

#define BERT(name) cmocka_unit_test_setup_teardown(name, set_up_bert, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BERT(test_all_there),
        BERT(test_head_and_pooler_may_be_missing),
        BERT(test_nothing_is_drawn_unasked),
        BERT(test_names_of_old),
        BERT(test_missing),
        BERT(test_known_ones_are_passed_over),
        BERT(test_others_are_refused),
        BERT(test_shapes),
        BERT(test_other_number_of_classes),
        BERT(test_not_finite),
        BERT(test_names_of_classes),
        BERT(test_numbers_as_names),
        cmocka_unit_test_setup_teardown(test_llama, set_up_llama, tear_down),
        cmocka_unit_test_setup_teardown(test_roberta, set_up_roberta, tear_down),
        BERT(test_no_memory),
        cmocka_unit_test(test_real_llama),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
