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
    size_t before = activations_bytes(&config, 2, &limits, true);
    assert_true(before >= (size_t)1 << 61);
    for (config.layers = 2; config.layers <= 1024; config.layers *= 2) {
        size_t bytes = activations_bytes(&config, 2, &limits, true);
        assert_true(bytes >= before && bytes < (size_t)1 << 63);
        before = bytes;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_absurd_sizes_do_not_wrap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
