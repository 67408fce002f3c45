/* AdamW's scalars, clipping and a first update against values computed by hand from torch.optim.AdamW's
 * formulas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "trainer/fit/clip.h"
#include "trainer/fit/optimiser.h"

#include <math.h>
#include <string.h>

static void test_scalars_of_the_first_two_updates(void **state)
{
    (void)state;
    struct optimiser o = {0.9, 0.999, 1e-8, 0.01, 1.0, 1.0};
    optimiser_advance(&o);
    struct adamw first = optimiser_scalars(&o, 0.001, 0.5, true);
    assert_true(first.gradient_scale == 0.5f);
    assert_true(first.decay == (float)(1.0 - 0.001 * 0.01));
    assert_true(first.step_size == (float)(0.001 / (1.0 - 0.9)));
    assert_true(first.root_correction == (float)sqrt(1.0 - 0.999));
    optimiser_advance(&o);
    struct adamw second = optimiser_scalars(&o, 0.001, 1.0, false);
    assert_true(second.decay == 1.0f);
    assert_true(second.step_size == (float)(0.001 / (1.0 - 0.9 * 0.9)));
    assert_true(second.root_correction == (float)sqrt(1.0 - 0.999 * 0.999));
}

/* From zero moments the first update is the learning rate against the gradient's sign, whatever its size:
 * m / (1 - b1) = g and sqrt(v / (1 - b2)) = |g|. Decay comes first: p (1 - 0.1 * 0.5). */
static void test_first_update_has_the_size_of_the_rate(void **state)
{
    (void)state;
    struct error error = {0};
    const struct ops *ops = NULL;
    struct device *device = NULL;
    struct device_options options = {.threads = 1};
    assert_int_equal(ops_find("cpu", "auto", &ops, &error), STATUS_OK);
    assert_int_equal(ops->open(&options, &device, &error), STATUS_OK);
    float p[3] = {2.0f, -1.0f, 0.5f}, m[3] = {0}, v[3] = {0};
    const float g[3] = {100.0f, -1e-3f, 0.0f};
    struct optimiser o = {0.9, 0.999, 1e-12, 0.5, 1.0, 1.0};
    optimiser_advance(&o);
    struct adamw scalars = optimiser_scalars(&o, 0.1, 1.0, true);
    ops->adamw(device, 3, &scalars, g, p, m, v);
    assert_true(fabsf(p[0] - (1.9f - 0.1f)) < 1e-6f);
    assert_true(fabsf(p[1] - (-0.95f + 0.1f)) < 1e-6f);
    assert_true(fabsf(p[2] - 0.475f) < 1e-7f);
    assert_true(fabsf(m[0] - 10.0f) < 1e-5f && fabsf(v[0] - 10.0f) < 1e-5f);
    ops->close(device);
}

static void test_clipping(void **state)
{
    (void)state;
    static const float sums[] = {9.0f, 16.0f};
    assert_true(clip_norm(sums, 2) == 5.0);
    assert_true(clip_factor(5.0, 1.0) == 1.0 / (5.0 + 1e-6));
    assert_true(clip_factor(0.5, 1.0) == 1.0);
    assert_true(clip_factor(1e30, 0.0) == 1.0); /* 0: no clipping */
    assert_true(isnan(clip_norm((const float[]){1.0f, NAN}, 2)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scalars_of_the_first_two_updates),
        cmocka_unit_test(test_first_update_has_the_size_of_the_rate),
        cmocka_unit_test(test_clipping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
