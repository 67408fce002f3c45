/* What a model's activations need. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "trainer/model/activations.h"

#include <stdint.h>

/* The largest sizes that hf_config.h and capacity.h let pass: too much for any machine, never a small number.
 */
static void test_absurd_sizes_do_not_wrap(void **state)
{
    (void)state;
    struct model_config config = {.family = FAMILY_LLAMA,
                                  .hidden_size = 4,
                                  .layers = 1,
                                  .heads = 1 << 12,
                                  .kv_heads = 1 << 12,
                                  .head_dim = 1 << 16,
                                  .intermediate_size = 1 << 20};
    const struct batch_limits limits = {.samples = 1 << 12,
                                        .tokens = 1 << 28,
                                        .rows = 1 << 28,
                                        .squares = (int64_t)1 << 44,
                                        .max_length = 1 << 16};
    size_t before = activations_bytes(&config, 2, &limits, KEEP_ALL);
    assert_true(before >= (size_t)1 << 61);
    for (config.layers = 2; config.layers <= 1024; config.layers *= 2) {
        size_t bytes = activations_bytes(&config, 2, &limits, KEEP_ALL);
        assert_true(bytes >= before && bytes < (size_t)1 << 63);
        before = bytes;
    }
}

/* With the inputs alone, each layer more costs its output, and each pass only one layer's other tensors. */
static void test_what_is_kept_costs(void **state)
{
    (void)state;
    static const enum model_family families[] = {FAMILY_BERT, FAMILY_LLAMA};
    const struct batch_limits limits = {
        .samples = 2, .tokens = 32, .rows = 32, .squares = 512, .max_length = 16};
    for (int f = 0; f < 2; f++) {
        struct model_config config = {.family = families[f],
                                      .hidden_size = 64,
                                      .layers = 1,
                                      .heads = 4,
                                      .kv_heads = 4,
                                      .head_dim = 16,
                                      .intermediate_size = 256};
        const size_t one = activations_bytes(&config, 2, &limits, KEEP_ALL);
        assert_int_equal(activations_bytes(&config, 2, &limits, KEEP_INPUTS), one);
        const size_t frozen = activations_bytes(&config, 2, &limits, KEEP_NOTHING);
        assert_true(frozen < one);
        config.layers = 6;
        const size_t output = 32 * 64 * sizeof(float);
        assert_int_equal(activations_bytes(&config, 2, &limits, KEEP_INPUTS), one + 5 * output);
        assert_int_equal(activations_bytes(&config, 2, &limits, KEEP_NOTHING), frozen);
        assert_true(activations_bytes(&config, 2, &limits, KEEP_ALL) > one + 5 * 10 * output);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_kept_costs),
        cmocka_unit_test(test_absurd_sizes_do_not_wrap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
