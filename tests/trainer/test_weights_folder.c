/* The weights of a folder: one file or many with an index, and what is refused of both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/trainer/support_folder.h"
#include "tests/trainer/support_weights.h"
#include "trainer/weights/weights_folder.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct folder folder;
static char path[1024];

static int set_up(void **state)
{
    (void)state;
    folder_make(&folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(&folder);
    return 0;
}

/* A file with one tensor of one number. */
static void put(const char *file, const char *tensor, float value)
{
    char header[256];
    snprintf(header, sizeof header, "{\"%s\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
             tensor);
    weights_write(&folder, file, header, &value, sizeof value, path);
}

static void put_index(const char *map)
{
    char index[1024];
    snprintf(index, sizeof index, "{\"metadata\": {\"total_size\": 8}, \"weight_map\": %s}", map);
    folder_print(&folder, WEIGHTS_INDEX, index, path);
}

static void put_shards(void)
{
    put("model-00001-of-00002.safetensors", "a", 1);
    put("model-00002-of-00002.safetensors", "b", 2);
    put_index("{\"b\": \"model-00002-of-00002.safetensors\", \"a\": \"model-00001-of-00002.safetensors\"}");
}

static float value_of(const struct weights_folder *weights, const char *tensor)
{
    float value = 0;
    struct weights_entry entry = weights_folder_find(weights, tensor);
    assert_non_null(entry.tensor);
    assert_int_equal(safetensors_read(entry.file, entry.tensor, &value, NULL), STATUS_OK);
    return value;
}

static void refuse(const char *expected)
{
    struct weights_folder weights;
    struct error error = {0};
    assert_int_equal(weights_folder_open(folder.path, &weights, &error), STATUS_BAD_INPUT);
    assert_null(weights.opened);
    if (strstr(error.text, expected) == NULL) fail_msg("\"%s\" does not say \"%s\"", error.text, expected);
    if (strstr(error.text, folder.path) != error.text) fail_msg("no place: %s", error.text);
}

static void test_one_file(void **state)
{
    (void)state;
    struct weights_folder weights;
    struct error error = {0};
    put("model.safetensors", "a", 3);
    put("other.safetensors", "b", 4);
    put_index("{}"); /* the file comes first, and PyTorch's last */
    folder_print(&folder, "pytorch_model.bin", "anything", path);
    if (weights_folder_open(folder.path, &weights, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_int_equal(weights.files.count, 1);
    assert_string_equal(weights.files.names[0], "model.safetensors");
    assert_true(value_of(&weights, "a") == 3.0f);
    assert_null(weights_folder_find(&weights, "b").tensor);
    weights_folder_close(&weights);
}

static void test_shards(void **state)
{
    (void)state;
    struct weights_folder weights;
    struct error error = {0};
    put_shards();
    if (weights_folder_open(folder.path, &weights, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_int_equal(weights.files.count, 2);
    assert_true(value_of(&weights, "a") == 1.0f);
    assert_true(value_of(&weights, "b") == 2.0f);
    assert_null(weights_folder_find(&weights, "c").tensor);
    weights_folder_close(&weights);
}

static void test_nothing_to_read(void **state)
{
    (void)state;
    refuse("has no weights (model.safetensors or model.safetensors.index.json)");
    folder_print(&folder, "pytorch_model.bin.index.json", "{}", path);
    refuse("has its weights in pytorch_model.bin.index.json only");
    folder_print(&folder, "pytorch_model.bin", "anything", path);
    refuse("has its weights in pytorch_model.bin only, which is not read; convert it with: python -c \"");
    char expected[1024];
    snprintf(expected, sizeof expected, "save_pretrained(d, safe_serialization=True)\" %s", folder.path);
    refuse(expected);
}

/* The command that is printed can be pasted, whatever the folder is called. */
static void test_quoted_folder(void **state)
{
    (void)state;
    struct weights_folder weights;
    struct error error = {0};
    char inner[1024];
    snprintf(inner, sizeof inner, "%s/it's", folder.path);
    assert_int_equal(mkdir(inner, 0700), 0);
    folder_print(&folder, "it's/pytorch_model.bin", "anything", path);
    assert_int_equal(weights_folder_open(inner, &weights, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "/it'\\''s'"));
    unlink(path);
    rmdir(inner);
}

static void test_broken_links(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "%s/model.safetensors", folder.path);
    assert_int_equal(symlink("nowhere", path), 0);
    refuse("model.safetensors: a broken link: the file that it points to is not there");
    assert_int_equal(unlink(path), 0);
    put_shards();
    snprintf(path, sizeof path, "%s/model-00002-of-00002.safetensors", folder.path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("nowhere", path), 0);
    refuse("model-00002-of-00002.safetensors: a broken link");
}

static void test_adapter(void **state)
{
    (void)state;
    put("model.safetensors", "a", 1);
    folder_print(&folder, "adapter_config.json", "{}", path);
    refuse("has a PEFT adapter (adapter_config.json), which is not applied to the weights; merge it");
    refuse("merge_and_unload().save_pretrained(new_folder)");
}

static void test_index(void **state)
{
    (void)state;
    folder_print(&folder, WEIGHTS_INDEX, "[]", path);
    refuse("not a JSON object");
    folder_print(&folder, WEIGHTS_INDEX, "{\"weight_map\": {\"a\": \"x.safetensors\"}", path);
    refuse("not JSON");
    folder_print(&folder, WEIGHTS_INDEX, "{}", path);
    refuse("must have a \"weight_map\"");
    put_index("[]");
    refuse("must have a \"weight_map\"");
    put_index("{}");
    refuse("must have a \"weight_map\"");
    put_index("{\"a\": \"x.safetensors\", \"a\": \"x.safetensors\"}");
    refuse("a member is given twice");
    const char *const names[] = {"\"/etc/x.safetensors\"",
                                 "\"../x.safetensors\"",
                                 "\"sub/x.safetensors\"",
                                 "\"..safetensors\"",
                                 "\"a\\\\x.safetensors\"",
                                 "\"\"",
                                 "\"x.bin\"",
                                 "\"x.safetensors\\u0000.bin\"",
                                 "\".safetensors\"",
                                 "1",
                                 "null"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char map[128];
        snprintf(map, sizeof map, "{\"a\": %s}", names[i]);
        put_index(map);
        refuse("tensor \"a\" is said to be in ");
        if (strstr(names[i], "..") != NULL) refuse(names[i]);
        refuse("; the name of a .safetensors file in the same folder is needed");
    }
}

static void test_shards_and_index_agree(void **state)
{
    (void)state;
    put_shards();
    put("model-00002-of-00002.safetensors", "a", 2);
    refuse("tensor \"a\" is in model-00002-of-00002.safetensors, but model.safetensors.index.json says "
           "model-00001-of-00002.safetensors");
    put("model-00002-of-00002.safetensors", "c", 2);
    refuse("tensor \"c\" is in model-00002-of-00002.safetensors, but model.safetensors.index.json does not "
           "name it");
    put_shards();
    put_index("{\"b\": \"model-00002-of-00002.safetensors\", \"a\": \"model-00001-of-00002.safetensors\", "
              "\"d\": \"model-00001-of-00002.safetensors\"}");
    refuse("tensor \"d\" is not in model-00001-of-00002.safetensors");
    put_shards();
    snprintf(path, sizeof path, "%s/model-00001-of-00002.safetensors", folder.path);
    assert_int_equal(unlink(path), 0);
    refuse("model-00001-of-00002.safetensors, which model.safetensors.index.json names, is missing");
    folder_print(&folder, "model-00001-of-00002.safetensors", "{}", path);
    refuse("model-00001-of-00002.safetensors: has 2 bytes");
}

static void test_no_memory(void **state)
{
    (void)state;
    struct weights_folder weights;
    long before = memory_blocks_alive();
    put_shards();
    bool opened = false;
    for (long n = 1; !opened; n++) {
        struct error error = {0};
        memory_fail_from(n);
        enum status status = weights_folder_open(folder.path, &weights, &error);
        memory_fail_from(0);
        opened = status == STATUS_OK;
        if (!opened) assert_int_equal(status, STATUS_NO_MEMORY);
        if (!opened) assert_int_equal(memory_blocks_alive(), before);
        assert_true(n < 200);
    }
    weights_folder_close(&weights);
    assert_int_equal(memory_blocks_alive(), before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_one_file),        TEST(test_shards),
        TEST(test_nothing_to_read), TEST(test_quoted_folder),
        TEST(test_broken_links),    TEST(test_adapter),
        TEST(test_index),           TEST(test_shards_and_index_agree),
        TEST(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
