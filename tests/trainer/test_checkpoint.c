/* The file of a checkpoint: everything comes back, and nothing but what was written is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/memory.h"
#include "tests/trainer/support_checkpoint.h"
#include "tests/trainer/support_folder.h"
#include "trainer/fit/checkpoint.h"
#include "trainer/model/hf_config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A small model and what goes with it, for the file alone. */
struct small {
    struct folder folder;
    char path[SPEC_PATH_BYTES];
    const struct ops *ops;
    struct device *device;
    struct transformer model;
    struct optimiser optimiser;
    struct run_state state;
    float *scratch;
    struct checkpoint checkpoint;
};

static int small_open(void **state)
{
    static struct small opened;
    struct small *small = &opened;
    struct model_config config;
    struct error error = {0};
    struct device_options options = {.threads = 1};
    struct batch_limits limits = {.samples = 1, .tokens = 8, .rows = 8, .squares = 64, .max_length = 8};
    *small = (struct small){.ops = NULL};
    folder_make(&small->folder);
    snprintf(small->path, sizeof small->path, "%.500s/run.ckpt", small->folder.path);
    assert_int_equal(hf_config_read(FTBENCH_SOURCE_DIR "/tests/fixtures/letters-bert", &config, &error),
                     STATUS_OK);
    config.vocab_size = 3;
    config.max_positions = 8;
    config.hidden_size = 4;
    config.intermediate_size = 4;
    config.layers = 1;
    config.heads = config.kv_heads = 1;
    config.head_dim = 4;
    assert_int_equal(ops_find("cpu", "portable", &small->ops, &error), STATUS_OK);
    assert_int_equal(small->ops->open(&options, &small->device, &error), STATUS_OK);
    assert_int_equal(
        transformer_create(small->ops, small->device, &config, 2, &limits, KEEP_ALL, &small->model, &error),
        STATUS_OK);
    small->scratch = memory_aligned((size_t)small->model.layout.total, sizeof(float));
    small->optimiser = (struct optimiser){.power1 = 0.9 * 0.9, .power2 = 0.999 * 0.999};
    small->state = (struct run_state){
        .best = {.seen = true, .best = 0.5, .worse = 1},
        .early = {.seen = true, .best = -0.0, .worse = -3},
        .chain = {.high = UINT64_MAX - 1, .low = 77},
        .logged_sum = 1e-310,
        .logged_steps = 2,
        .end = {.steps = 2, .best_step = 1, .loss = 0.1, .f1 = 0.3, .seconds = 4, .peak_memory_bytes = 5}};
    text_add(&small->state.curve, "two\nlines\n");
    small->checkpoint = (struct checkpoint){.identity = {.run_id = "0123456789abcdef"},
                                            .model = &small->model,
                                            .optimiser = &small->optimiser,
                                            .state = &small->state,
                                            .scratch = small->scratch,
                                            .keeps_best = true};
    *state = small;
    return 0;
}

static int small_close(void **state)
{
    struct small *small = *state;
    folder_remove(&small->folder);
    text_free(&small->state.curve);
    memory_free(small->scratch);
    transformer_free(&small->model);
    small->ops->close(small->device);
    return 0;
}

static enum status small_read(struct small *small, struct error *error)
{
    text_free(&small->state.curve);
    return checkpoint_read(small->path, &small->checkpoint, error);
}

static void test_everything_comes_back(void **state)
{
    struct small *small = *state;
    struct error error = {0};
    size_t bytes = (size_t)small->model.layout.total * sizeof(float);
    float *const blocks[] = {small->model.weights, small->model.moment1, small->model.moment2,
                             small->model.best};
    for (int b = 0; b < 4; b++) {
        for (int64_t i = 0; i < small->model.layout.total; i++)
            blocks[b][i] = (float)(b + 1) / (float)(i + 1);
    }
    struct run_state written = small->state;
    assert_int_equal(checkpoint_write(small->path, &small->checkpoint, &error), STATUS_OK);
    written.curve = (struct text){0};
    for (int b = 0; b < 4; b++)
        memset(blocks[b], 0, bytes);
    text_free(&small->state.curve);
    small->optimiser = (struct optimiser){0};
    small->state = (struct run_state){0};
    if (small_read(small, &error) != STATUS_OK) fail_msg("%s", error.text);
    for (int b = 0; b < 4; b++) {
        for (int64_t i = 0; i < small->model.layout.total; i++)
            assert_true(blocks[b][i] == (float)(b + 1) / (float)(i + 1));
    }
    assert_true(small->optimiser.power1 == 0.9 * 0.9 && small->optimiser.power2 == 0.999 * 0.999);
    assert_string_equal(text_string(&small->state.curve), "two\nlines\n");
    assert_int_equal(small->state.early.worse, -3);
    assert_true(small->state.early.seen && signbit(small->state.early.best));
    assert_true(small->state.best.best == 0.5 && small->state.best.worse == 1);
    assert_true(small->state.chain.high == written.chain.high && small->state.chain.low == 77);
    assert_true(small->state.logged_sum == 1e-310 && small->state.logged_steps == 2);
    assert_memory_equal(&small->state.end, &written.end, sizeof written.end);
}

/* Every single bit of a file of a few kilobytes, and every length. */
static void test_any_flipped_bit_and_any_cut_is_refused(void **state)
{
    struct small *small = *state;
    const char *path = small->path;
    struct error error = {0};
    struct text content = {0};
    assert_int_equal(checkpoint_write(path, &small->checkpoint, &error), STATUS_OK);
    checkpoint_bytes(path, &content);
    assert_in_range(content.length, 1000, 8000);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    setvbuf(file, NULL, _IONBF, 0);
    for (size_t i = 0; i < content.length; i++) {
        for (int bit = 0; bit < 8; bit++) {
            fseek(file, (long)i, SEEK_SET);
            fputc((unsigned char)content.data[i] ^ 1 << bit, file);
            assert_int_equal(small_read(small, &error), STATUS_BAD_INPUT);
            assert_non_null(strstr(error.text, "delete it"));
        }
        fseek(file, (long)i, SEEK_SET);
        fputc((unsigned char)content.data[i], file);
    }
    assert_int_equal(small_read(small, &error), STATUS_OK);
    fclose(file);
    for (size_t length = content.length; length-- > 0;) {
        assert_int_equal(truncate(path, (off_t)length), 0);
        assert_int_equal(small_read(small, &error), STATUS_BAD_INPUT);
    }
    text_add(&content, "x"); /* too long is as wrong */
    checkpoint_put(path, content.data, content.length);
    assert_int_equal(small_read(small, &error), STATUS_BAD_INPUT);
    text_free(&content);
}

/* Sizes that no checkpoint has, with a digest that is right: nothing is allocated by them. */
static void test_sizes_are_checked_before_they_are_used(void **state)
{
    static const struct {
        int64_t numbers, blocks, curve; /* what is added to each */
    } cases[] = {{0, 0, 1},
                 {0, 0, -1},
                 {0, 0, INT64_MIN},
                 {1, 0, 0},
                 {-1, 0, 16},
                 {1, 0, -16},
                 {INT64_MAX / 2, 0, 0},
                 {INT64_MIN, 0, 0},
                 {INT64_MAX, 0, 100},
                 {0, 1, 0},
                 {0, -1, 0},
                 {0, -4, 0},
                 {0, -5, 0},
                 {0, INT64_MAX, 0},
                 {0, 0, INT64_MAX - 1000},
                 {1LL << 60, 0, 0}};
    enum { SHAPE_AT = 128 }; /* docs/checkpoint.md: numbers, tensors, classes, blocks, curve */
    struct small *small = *state;
    const char *path = small->path;
    struct error error = {0};
    struct text content = {0};
    assert_int_equal(checkpoint_write(path, &small->checkpoint, &error), STATUS_OK);
    checkpoint_bytes(path, &content);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t kept[5], words[5];
        memcpy(kept, content.data + SHAPE_AT, sizeof kept);
        memcpy(words, kept, sizeof words);
        assert_int_equal(words[0], small->model.layout.total);
        assert_int_equal(words[3], 4);
        words[0] = (int64_t)((uint64_t)words[0] + (uint64_t)cases[i].numbers);
        words[3] = (int64_t)((uint64_t)words[3] + (uint64_t)cases[i].blocks);
        words[4] = (int64_t)((uint64_t)words[4] + (uint64_t)cases[i].curve);
        memcpy(content.data + SHAPE_AT, words, sizeof words);
        checkpoint_forge(path, &content);
        memcpy(content.data + SHAPE_AT, kept, sizeof kept);
        long alive = memory_blocks_alive();
        assert_int_equal(small_read(small, &error), STATUS_BAD_INPUT);
        assert_non_null(strstr(error.text, "delete it"));
        assert_true(memory_blocks_alive() <= alive); /* the curve of before is gone */
    }
    text_free(&content);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_everything_comes_back, small_open, small_close),
        cmocka_unit_test_setup_teardown(test_any_flipped_bit_and_any_cut_is_refused, small_open, small_close),
        cmocka_unit_test_setup_teardown(test_sizes_are_checked_before_they_are_used, small_open, small_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
