#include "tests/harness/support_advice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const rate[] = {"learning_rate"};
static const double rates[] = {1e-5, 3e-5, 1e-4};
static const char *const rate_texts[] = {"1e-05", "3e-05", "0.0001"};

struct situation advice_sweep(struct recommendation *recommendation, size_t best)
{
    *recommendation = (struct recommendation){.kind = RECOMMEND_STABLE, .best = best};
    return (struct situation){.recommendation = recommendation,
                              .sweeps = rate,
                              .sweep_count = 1,
                              .numbers = rates,
                              .values = rate_texts,
                              .setting_count = 3,
                              .setting = best,
                              .learning_rate = rates[best],
                              .batch_size = 2,
                              .epochs = 3,
                              .n = 3,
                              .curves = 3};
}

const struct advice *advice_find(const struct advice *advice, size_t count, enum advice_kind kind)
{
    for (size_t i = 0; i < count; i++) {
        if (advice[i].kind == kind) return &advice[i];
    }
    return NULL;
}

void advice_assert_values(const struct advice *advice, const char *key, const char *values)
{
    assert_non_null(advice);
    assert_string_equal(advice->key, key);
    assert_string_equal(advice->values, values);
}
