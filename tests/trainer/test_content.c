/* Digests of files and model folders: content counts, places and names of other files do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/support_temporary.h"
#include "trainer/spec/content.h"
#include "trainer/spec/model_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[256];

static void put(const char *name, const char *content)
{
    char path[512];
    struct error error = {0};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (file_write(path, content, strlen(content), &error) != STATUS_OK) fail_msg("%s", error.text);
}

static void drop(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(unlink(path), 0);
}

static int set_up(void **state)
{
    (void)state;
    temporary_folder(folder, sizeof folder);
    put("config.json", "{\"model_type\": \"bert\"}");
    put("vocab.txt", "[PAD]\n[UNK]\n");
    put("train.tsv", "text\tlabel\ngood\t1\n");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    temporary_remove(folder);
    return 0;
}

static void digest_folder(int init, char digest[DIGEST_TEXT])
{
    struct error error = {0};
    if (content_digest_model(folder, init, digest, &error) != STATUS_OK) fail_msg("%s", error.text);
}

/* XXH3_128bits of no bytes, seed 0, from the library's own specification. */
static void test_file(void **state)
{
    (void)state;
    char path[512], digest[DIGEST_TEXT], expected[DIGEST_TEXT];
    put("empty", "");
    snprintf(path, sizeof path, "%s/empty", folder);
    assert_int_equal(content_digest_file(path, digest, NULL), STATUS_OK);
    assert_string_equal(digest, "99aa06d3014798d86001c324468d497f");
    const char *content = "text\tlabel\ngood\t1\n";
    snprintf(path, sizeof path, "%s/train.tsv", folder);
    assert_int_equal(content_digest_file(path, digest, NULL), STATUS_OK);
    digest_text(digest_bytes(content, strlen(content)), expected);
    assert_string_equal(digest, expected);
}

static void test_missing_file_and_folder(void **state)
{
    (void)state;
    char path[512], digest[DIGEST_TEXT];
    struct error error = {0};
    snprintf(path, sizeof path, "%s/none.tsv", folder);
    assert_int_equal(content_digest_file(path, digest, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "none.tsv: cannot be opened: No such file"));
    assert_int_equal(content_digest_file(folder, digest, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "is a folder, a file is needed"));
    assert_int_equal(content_digest_model(path, INIT_RANDOM, digest, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "none.tsv: does not exist; the folder of a model is needed"));
    snprintf(path, sizeof path, "%s/train.tsv", folder);
    assert_int_equal(content_digest_model(path, INIT_RANDOM, digest, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "is a file; the folder of a model is needed"));
    drop("config.json");
    assert_int_equal(content_digest_model(folder, INIT_RANDOM, digest, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "has no config.json"));
}

/* Folders around a model, and of results: which one is meant. */
static void test_hints(void **state)
{
    (void)state;
    char path[512];
    struct error error = {0};
    snprintf(path, sizeof path, "%s/snapshots/0a1b", folder);
    assert_int_equal(file_make_directories(path, NULL), STATUS_OK);
    drop("config.json");
    put("snapshots/0a1b/config.json", "{}");
    assert_int_equal(model_folder_check(path, &error), STATUS_OK);
    assert_int_equal(model_folder_check(folder, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "so it is no model's folder; take a folder in it: "));
    assert_non_null(strstr(error.text, path));
    snprintf(path, sizeof path, "%s/snapshots", folder);
    assert_int_equal(model_folder_check(path, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "/snapshots/0a1b"));
    put("ftbench.sqlite", "");
    assert_int_equal(model_folder_check(folder, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "; it is a folder of results: ftbench list '"));
    snprintf(path, sizeof path, "%s/bert-base-uncased", folder);
    assert_int_equal(model_folder_check(path, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "hf download NAME --local-dir FOLDER"));
}

static void test_model_content_counts(void **state)
{
    (void)state;
    char before[DIGEST_TEXT], after[DIGEST_TEXT];
    digest_folder(INIT_RANDOM, before);
    put("README.md", "not part of the model");
    put("model.safetensors", "weights");
    digest_folder(INIT_RANDOM, after);
    assert_string_equal(before, after); /* drawn at random: weights do not matter */
    put("vocab.txt", "[PAD]\n[UNK]\na\n");
    digest_folder(INIT_RANDOM, after);
    assert_string_not_equal(before, after);
    put("vocab.txt", "[PAD]\n[UNK]\n");
    digest_folder(INIT_RANDOM, after);
    assert_string_equal(before, after);
    put("config.json", "{\"model_type\": \"bert\" }");
    digest_folder(INIT_RANDOM, after);
    assert_string_not_equal(before, after);
}

/* The same bytes under another name are another model. */
static void test_model_names_count(void **state)
{
    (void)state;
    char before[DIGEST_TEXT], after[DIGEST_TEXT];
    digest_folder(INIT_RANDOM, before);
    drop("vocab.txt");
    put("merges.txt", "[PAD]\n[UNK]\n");
    digest_folder(INIT_RANDOM, after);
    assert_string_not_equal(before, after);
}

static void test_model_weights_count_when_pretrained(void **state)
{
    (void)state;
    char digest[DIGEST_TEXT], before[DIGEST_TEXT], after[DIGEST_TEXT];
    struct error error = {0};
    assert_int_equal(content_digest_model(folder, INIT_PRETRAINED, digest, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "has no weights"));
    put("model.safetensors", "weights");
    digest_folder(INIT_PRETRAINED, before);
    digest_folder(INIT_RANDOM, after);
    assert_string_not_equal(before, after);
    put("model.safetensors", "Weights");
    digest_folder(INIT_PRETRAINED, after);
    assert_string_not_equal(before, after);
    put("model.safetensors", "weights");
    put("other.safetensors", "not the model's");
    put("pytorch_model.bin", "not read");
    digest_folder(INIT_PRETRAINED, after);
    assert_string_equal(before, after);
}

static void test_every_shard_counts(void **state)
{
    (void)state;
    char before[DIGEST_TEXT], after[DIGEST_TEXT];
    static const char index[] = "{\"weight_map\": {\"a\": \"1.safetensors\", \"b\": \"2.safetensors\"}}";
    put("1.safetensors", "one");
    put("2.safetensors", "two");
    put("model.safetensors.index.json", index);
    digest_folder(INIT_PRETRAINED, before);
    put("2.safetensors", "Two");
    digest_folder(INIT_PRETRAINED, after);
    assert_string_not_equal(before, after);
    put("2.safetensors", "two");
    put("model.safetensors.index.json",
        "{\"weight_map\": {\"a\": \"2.safetensors\", \"b\": \"1.safetensors\"}}");
    digest_folder(INIT_PRETRAINED, after);
    assert_string_not_equal(before, after);
    put("model.safetensors.index.json", index);
    digest_folder(INIT_PRETRAINED, after);
    assert_string_equal(before, after);
}

static void spec_here(struct run_spec *spec)
{
    run_spec_defaults(spec);
    spec->init = INIT_RANDOM;
    spec->validation_fraction = 0.5;
    snprintf(spec->model_path, sizeof spec->model_path, "%s", folder);
    snprintf(spec->train_path, sizeof spec->train_path, "%s/train.tsv", folder);
}

static void test_fill_and_check(void **state)
{
    (void)state;
    struct run_spec spec;
    struct error error = {0};
    spec_here(&spec);
    assert_int_equal(content_check(&spec, &error), STATUS_OK); /* nothing given, nothing compared */
    assert_int_equal(content_fill(&spec, &error), STATUS_OK);
    assert_int_equal(strlen(spec.model_digest), 32);
    assert_int_equal(strlen(spec.train_digest), 32);
    assert_string_equal(spec.validation_digest, "");
    assert_int_equal(content_check(&spec, &error), STATUS_OK);
    put("train.tsv", "text\tlabel\nbad\t0\n");
    assert_int_equal(content_check(&spec, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "train.tsv: has changed since the run was planned"));
    put("train.tsv", "text\tlabel\ngood\t1\n");
    put("vocab.txt", "changed");
    assert_int_equal(content_check(&spec, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "has changed since the run was planned"));
}

static void test_validation_file(void **state)
{
    (void)state;
    struct run_spec spec;
    struct error error = {0};
    spec_here(&spec);
    spec.validation_fraction = 0;
    snprintf(spec.validation_path, sizeof spec.validation_path, "%s/held.tsv", folder);
    assert_int_equal(content_fill(&spec, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "held.tsv: cannot be opened"));
    put("held.tsv", "text\tlabel\nfine\t1\n");
    assert_int_equal(content_fill(&spec, &error), STATUS_OK);
    assert_int_equal(strlen(spec.validation_digest), 32);
    put("held.tsv", "text\tlabel\nfine\t0\n");
    assert_int_equal(content_check(&spec, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "held.tsv: has changed since the run was planned"));
}

static void test_failing_allocations(void **state)
{
    (void)state;
    struct run_spec spec;
    long alive = memory_blocks_alive();
    spec_here(&spec);
    memory_fail_from(1);
    enum status status = content_fill(&spec, NULL);
    memory_fail_from(0);
    assert_int_equal(status, STATUS_NO_MEMORY);
    assert_int_equal(memory_blocks_alive(), alive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_missing_file_and_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hints, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_model_content_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_model_names_count, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_model_weights_count_when_pretrained, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_shard_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fill_and_check, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_validation_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failing_allocations, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
