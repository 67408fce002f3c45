#include "base/memory.h"
#include "harness/stats/selection.h"
#include "harness/stats/stats.h"
#include "support_simulation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static int setup(void **state)
{
    (void)state;
    stats_init();
    return 0;
}

static void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance)) fail_msg("%.17g is not %.17g", actual, expected);
}

static struct selection select_best(const struct bootstrap_sample *settings, size_t count, bool higher)
{
    const struct selection_question question = {.higher_is_better = higher, .resamples = 4999, .seed = 1};
    struct selection selection;
    assert_int_equal(selection_bias(settings, count, &question, &selection, NULL), STATUS_OK);
    return selection;
}

/* Settings far apart: the same one wins every resample, so nothing was luck. If they were equal it would not
 * be so: the larger of two independent deviations, each -+ d or 0: two values m -+ 1 resampled in pairs give
 * deviations -1, 0, 1 with 1/4, 1/2, 1/4, stretched by sqrt 2. E max of two such = (1 * 7/16 - 1 * 1/16) sqrt
 * 2 = 3/8 sqrt 2. */
static void far_apart(void **state)
{
    (void)state;
    const double low[] = {1, 3}, high[] = {101, 103};
    const struct bootstrap_sample settings[] = {{low, 2}, {high, 2}};
    struct selection s = select_best(settings, 2, true);
    assert_int_equal(s.best, 1);
    assert_int_equal(s.settings, 2);
    assert_near(s.mean, 102, 1e-12);
    assert_true(s.again == 1);
    /* a mean of 4999 deviations of SD 1 */
    assert_near(s.bias, 0, 4 / sqrt(4999));
    assert_near(s.bias_most, 0.375 * sqrt(2), 4 / sqrt(4999));
    assert_near(s.corrected, 102 - s.bias, 1e-12);
}

/* The same numbers as losses: the smaller is better, and it too looks better than it is. */
static void losses_turn_round(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3, 2.5}, y[] = {1.2, 2.1, 3.1, 2.2};
    const double minus_x[] = {-1, -2, -3, -2.5}, minus_y[] = {-1.2, -2.1, -3.1, -2.2};
    const struct bootstrap_sample up[] = {{minus_x, 4}, {minus_y, 4}}, down[] = {{x, 4}, {y, 4}};
    struct selection s = select_best(down, 2, false), mirrored = select_best(up, 2, true);
    assert_int_equal(s.best, 0);
    assert_int_equal(mirrored.best, 0);
    assert_true(s.bias == mirrored.bias && s.bias > 0);
    assert_near(s.corrected, s.mean + s.bias, 1e-12);
    assert_near(s.corrected, -mirrored.corrected, 1e-12);
}

static void who_takes_part(void **state)
{
    (void)state;
    const double one[] = {99}, failed[] = {NAN, 98, NAN}, fine[] = {1, 2, 3};
    const struct bootstrap_sample settings[] = {{one, 1}, {failed, 3}, {fine, 3}};
    struct selection s = select_best(settings, 3, true);
    assert_int_equal(s.settings, 1);
    assert_int_equal(s.best, 2);
    assert_true(s.bias == 0 && s.bias_most == 0 && s.corrected == 2 && s.again == 1);
    s = select_best(settings, 2, true);
    assert_int_equal(s.best, -1);
    assert_true(isnan(s.mean) && isnan(s.bias) && isnan(s.corrected) && isnan(s.again));
    s = select_best(NULL, 0, true);
    assert_int_equal(s.settings, 0);
    const struct selection_question question = {.resamples = 0};
    assert_int_equal(selection_bias(settings, 3, &question, &s, NULL), STATUS_INTERNAL);
}

static void equal_values_have_no_luck(void **state)
{
    (void)state;
    const double a[] = {0.5, 0.5, 0.5};
    const struct bootstrap_sample settings[] = {{a, 3}, {a, 3}};
    struct selection s = select_best(settings, 2, true);
    assert_int_equal(s.best, 0);
    assert_true(s.bias == 0 && s.bias_most == 0 && s.mean == 0.5);
}

/* Five equal settings of five runs, SD 1: the best mean is too good by 1.16296 / sqrt 5 (expected largest of
 * five normals, Harter 1961). What the header says: bias_most finds it (a few percent less: the resampled
 * values are not normal), bias about 70% of it. */
static void five_equal_settings(void **state)
{
    (void)state;
    struct draws draws = draws_begin(1300, DRAWS_SIMULATION);
    int count = simulation_count(400);
    double truth = 1.16296 / sqrt(5), seen = 0, bias = 0, most = 0;
    for (int i = 0; i < count; i++) {
        double values[5][5];
        struct bootstrap_sample settings[5];
        for (int s = 0; s < 5; s++) {
            simulation_fill(&draws, 0, 1, values[s], 5);
            settings[s] = (struct bootstrap_sample){values[s], 5};
        }
        const struct selection_question question = {
            .higher_is_better = true, .resamples = 199, .seed = (uint32_t)i};
        struct selection s;
        assert_int_equal(selection_bias(settings, 5, &question, &s, NULL), STATUS_OK);
        seen += s.mean / count;
        bias += s.bias / count;
        most += s.bias_most / count;
    }
    print_message("truth %.3f, seen %.3f, bias %.3f, most %.3f\n", truth, seen, bias, most);
    assert_near(seen, truth, 4 * 0.3 / sqrt(count)); /* SD of the largest of five means: .669 / sqrt 5 */
    assert_near(most / truth, 0.97, 0.06);
    assert_near(bias / truth, 0.7, 0.08);
}

/* Six equal settings of three runs: the expected largest of six normals is 1.26721 (Harter 1961), over
 * sqrt 3. The estimate is too small, as reports say; the bound is not far below. */
static void few_runs_find_too_little(void **state)
{
    (void)state;
    struct draws draws = draws_begin(1310, DRAWS_SIMULATION);
    int count = simulation_count(400);
    double truth = 1.26721 / sqrt(3), bias = 0, most = 0;
    for (int i = 0; i < count; i++) {
        double values[6][3];
        struct bootstrap_sample settings[6];
        for (int s = 0; s < 6; s++) {
            simulation_fill(&draws, 0, 1, values[s], 3);
            settings[s] = (struct bootstrap_sample){values[s], 3};
        }
        const struct selection_question question = {
            .higher_is_better = true, .resamples = 199, .seed = (uint32_t)i};
        struct selection s;
        assert_int_equal(selection_bias(settings, 6, &question, &s, NULL), STATUS_OK);
        bias += s.bias / count;
        most += s.bias_most / count;
    }
    print_message("truth %.3f, bias %.3f, most %.3f\n", truth, bias, most);
    assert_near(bias / truth, 0.7, 0.08);
    assert_near(most / truth, 0.98, 0.08);
}

static void failing_allocations(void **state)
{
    (void)state;
    const double a[] = {0.5, 0.6, 0.7};
    const struct bootstrap_sample settings[] = {{a, 3}, {a, 3}};
    const struct selection_question question = {.higher_is_better = true, .resamples = 10};
    struct selection s;
    long alive = memory_blocks_alive();
    for (long n = 1; n <= 2; n++) {
        memory_fail_from(n);
        enum status status = selection_bias(settings, 2, &question, &s, NULL);
        memory_fail_from(0);
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), alive);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(far_apart),           cmocka_unit_test(losses_turn_round),
        cmocka_unit_test(who_takes_part),      cmocka_unit_test(equal_values_have_no_luck),
        cmocka_unit_test(five_equal_settings), cmocka_unit_test(few_runs_find_too_little),
        cmocka_unit_test(failing_allocations),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
