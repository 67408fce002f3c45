/* The streams of random numbers are apart, and each gives the numbers that it always gave. Golden values from
 * a second implementation of Philox4x32-10, which gives Random123's 6627e8d5 for zeros. The numbers drawn
 * from each: init in test_layout.c, order in test_order.c, split in test_split.c, data in test_reviews.c,
 * dropout here. A change of any of them changes every run's bits and needs a new FTBENCH_NUMERIC_VERSION. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernels/common/philox.h"
#include "kernels/ops.h"
#include "trainer/model/pass.h"

static void test_each_stream_has_its_numbers(void **state)
{
    (void)state;
    static const struct {
        uint32_t stream, first, second;
    } golden[] = {
        {STREAM_INIT, 0x95c7828eu, 0xe1232961u},    {STREAM_ORDER, 0x21569c27u, 0x0ad5dba4u},
        {STREAM_DROPOUT, 0x8072f3beu, 0xac18cacau}, {STREAM_SPLIT, 0xbdf7078fu, 0x9576acf9u},
        {STREAM_DATA, 0xb73ba671u, 0x5fe51f90u},
    };
    for (size_t i = 0; i < sizeof golden / sizeof golden[0]; i++) {
        struct philox4 words = philox4x32_10(42, golden[i].stream, 0, 0, 0, 0);
        assert_int_equal(golden[i].stream, i + 1);
        assert_int_equal(words.word[0], golden[i].first);
        assert_int_equal(words.word[1], golden[i].second);
    }
}

/* Seed 3, the 8th step, the MLP of layer 1, sample 4, probability 1/4: which of 24 elements are kept. */
static void test_dropout_keeps_what_it_kept(void **state)
{
    (void)state;
    static const char golden[] = "110111010010010111111111";
    enum { TOKENS = 2, WIDTH = 12 };
    const struct pass pass = {.training = true, .dropout_seed = 3, .draw = 7};
    struct dropout dropout = pass_dropout(&pass, 0.25, pass_site(1, SITE_MLP_OUTPUT));
    const int32_t first[] = {0, TOKENS}, start[] = {0}, row[] = {0, 1}, sample[] = {4, 4},
                  position[] = {0, 1};
    const int64_t square[] = {0, TOKENS * TOKENS};
    const struct rows rows = {.tokens = TOKENS,
                              .storage_rows = TOKENS,
                              .samples = 1,
                              .contiguous = true,
                              .first = first,
                              .start = start,
                              .square = square,
                              .device_first = first,
                              .device_start = start,
                              .device_square = square,
                              .row = row,
                              .sample = sample,
                              .position = position};
    float x[TOKENS * WIDTH], y[TOKENS * WIDTH];
    for (int i = 0; i < TOKENS * WIDTH; i++)
        x[i] = 3.0f;
    const struct ops *ops = NULL;
    struct device *device = NULL;
    const struct device_options options = {.threads = 1};
    assert_int_equal(ops_find("cpu", "auto", &ops, NULL), STATUS_OK);
    assert_int_equal(ops->open(&options, &device, NULL), STATUS_OK);
    ops->dropout(device, &rows, WIDTH, &dropout, x, y);
    for (int i = 0; i < TOKENS * WIDTH; i++)
        assert_true(y[i] == (golden[i] == '1' ? 4.0f : 0.0f)); /* 3 / (1 - 1/4) */
    ops->close(device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_stream_has_its_numbers),
        cmocka_unit_test(test_dropout_keeps_what_it_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
