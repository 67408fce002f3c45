#include "harness/diagnose/recommend.h"
#include "harness/stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int setup(void **state)
{
    (void)state;
    stats_init();
    return 0;
}

/* A setting with these values, all its curves converged, judged by a limit of 2 points. */
static struct candidate candidate(size_t count, const double *values, int failed)
{
    struct candidate made = {.failed = failed, .curves = (int)count + failed};
    struct stability stability;
    assert_int_equal(summary_compute(values, count, SUMMARY_CONFIDENCE, &made.summary, NULL), STATUS_OK);
    assert_int_equal(stability_judge(&made.summary, failed, 0.02, &stability, NULL), STATUS_OK);
    made.verdict = stability.verdict;
    return made;
}

#define CANDIDATE(failed, ...)                                                                               \
    candidate(sizeof((double[]){__VA_ARGS__}) / sizeof(double), (double[]){__VA_ARGS__}, failed)

/* The best mean among the stable ones; an unstable one with a better mean is the rival. */
static void the_best_stable_mean(void **state)
{
    (void)state;
    const struct candidate candidates[] = {CANDIDATE(0, 0.80, 0.81, 0.82), CANDIDATE(0, 0.83, 0.84, 0.85),
                                           CANDIDATE(0, 0.83, 0.86, 0.91), CANDIDATE(0, 0.70, 0.71)};
    struct recommendation r = recommend_setting(candidates, 4, false);
    assert_int_equal(r.kind, RECOMMEND_STABLE);
    assert_int_equal(r.best, 1);
    assert_true(r.has_second);
    assert_int_equal(r.second, 0);
    assert_true(r.has_rival);
    assert_int_equal(r.rival, 2);
}

/* Of one that fails the rule and is stable by the calibrated verdict no run may have failed. */
static void calibrated_stable_qualifies(void **state)
{
    (void)state;
    struct candidate candidates[] = {CANDIDATE(0, 0.80, 0.81, 0.82), CANDIDATE(0, 0.83, 0.84, 0.86)};
    assert_int_equal(candidates[1].verdict, STABILITY_UNSTABLE);
    assert_int_equal(recommend_setting(candidates, 2, false).best, 0);
    candidates[1].sure = true;
    struct recommendation r = recommend_setting(candidates, 2, false);
    assert_int_equal(r.kind, RECOMMEND_STABLE);
    assert_int_equal(r.best, 1);
    assert_false(r.has_rival);
    candidates[1].failed = 1;
    assert_int_equal(recommend_setting(candidates, 2, false).best, 0);
}

/* 0.84 -+ 0.0248 and 0.81 -+ 0.0248 overlap; 0.70 with SD 0.001 and 0.84 do not. */
static void overlapping_intervals(void **state)
{
    (void)state;
    const struct candidate near[] = {CANDIDATE(0, 0.80, 0.81, 0.82), CANDIDATE(0, 0.83, 0.84, 0.85)};
    const struct candidate far[] = {CANDIDATE(0, 0.699, 0.70, 0.701), CANDIDATE(0, 0.83, 0.84, 0.85)};
    assert_true(recommend_setting(near, 2, false).overlap);
    assert_false(recommend_setting(far, 2, false).overlap);
}

/* Of losses the lowest. */
static void lower_may_be_better(void **state)
{
    (void)state;
    const struct candidate candidates[] = {CANDIDATE(0, 0.40, 0.41), CANDIDATE(0, 0.30, 0.31),
                                           CANDIDATE(0, 0.20, 0.30)};
    struct recommendation r = recommend_setting(candidates, 3, true);
    assert_int_equal(r.kind, RECOMMEND_STABLE);
    assert_int_equal(r.best, 1);
    assert_int_equal(r.rival, 2);
}

/* A failed run spoils a setting however well its others agree. */
static void a_failed_run_disqualifies(void **state)
{
    (void)state;
    const struct candidate candidates[] = {CANDIDATE(1, 0.90, 0.90), CANDIDATE(0, 0.80, 0.81)};
    struct recommendation r = recommend_setting(candidates, 2, false);
    assert_int_equal(r.best, 1);
    assert_true(r.has_rival);
    assert_int_equal(r.rival, 0);
}

/* None is stable: fewest failed, then the best worst run (0.75 against 0.60), not the best mean. */
static void the_least_bad(void **state)
{
    (void)state;
    const struct candidate candidates[] = {CANDIDATE(0, 0.60, 0.99), CANDIDATE(0, 0.75, 0.80),
                                           CANDIDATE(1, 0.95, 0.95)};
    struct recommendation r = recommend_setting(candidates, 3, false);
    assert_int_equal(r.kind, RECOMMEND_LEAST_BAD);
    assert_int_equal(r.best, 1);
    assert_int_equal(r.second, 0);
}

static void single_runs_are_unproven(void **state)
{
    (void)state;
    const struct candidate candidates[] = {CANDIDATE(0, 0.60), CANDIDATE(0, 0.75), CANDIDATE(1, NAN)};
    struct recommendation r = recommend_setting(candidates, 3, false);
    assert_int_equal(r.kind, RECOMMEND_UNPROVEN);
    assert_int_equal(r.best, 1);
    assert_true(r.overlap);
}

/* Runs that stalled agree perfectly, and so do those that oscillate about chance; they are not recommended
 * even when they are the only stable ones. */
static void what_learned_nothing_is_left_out(void **state)
{
    (void)state;
    struct candidate candidates[] = {CANDIDATE(0, 0.66, 0.66, 0.66), CANDIDATE(0, 0.80, 0.85, 0.88)};
    candidates[0].unsound = 2;
    struct recommendation r = recommend_setting(candidates, 2, false);
    assert_int_equal(r.kind, RECOMMEND_LEAST_BAD);
    assert_int_equal(r.best, 1);
    assert_int_equal(r.left_out, 1);
    assert_false(r.has_second);
    candidates[1].unsound = 3;
    r = recommend_setting(candidates, 2, false);
    assert_int_equal(r.kind, RECOMMEND_NOTHING);
    assert_int_equal(r.left_out, 2);
}

/* Of three runs one learned nothing and one is too short to tell: too little is known. Nothing is said of why
 * the runs learned nothing before it is known that they did not. */
static void what_is_too_short_is_left_out(void **state)
{
    (void)state;
    struct candidate candidates[] = {CANDIDATE(0, 0.80, 0.81, 0.82), CANDIDATE(0, 0.70, 0.71, 0.72)};
    candidates[0].undetermined = 1;
    assert_int_equal(recommend_setting(candidates, 2, false).best, 0);
    candidates[0].unsound = 1;
    struct recommendation r = recommend_setting(candidates, 2, false);
    assert_int_equal(r.best, 1);
    assert_int_equal(r.left_out, 1);
    assert_int_equal(r.too_short, 0);
    assert_false(r.has_rival);
    candidates[0].undetermined = 2;
    candidates[1].undetermined = 3;
    r = recommend_setting(candidates, 2, false);
    assert_int_equal(r.kind, RECOMMEND_NOTHING);
    assert_int_equal(r.too_short, 2);
}

/* Equal means: the smaller spread; equal spreads: the earlier. */
static void ties(void **state)
{
    (void)state;
    const struct candidate spreads[] = {CANDIDATE(0, 0.79, 0.81), CANDIDATE(0, 0.80, 0.80)};
    const struct candidate equal[] = {CANDIDATE(0, 0.80, 0.80), CANDIDATE(0, 0.80, 0.80)};
    assert_int_equal(recommend_setting(spreads, 2, false).best, 1);
    assert_int_equal(recommend_setting(equal, 2, false).best, 0);
}

static void nothing_at_all(void **state)
{
    (void)state;
    const struct candidate none[] = {CANDIDATE(0, NAN)};
    assert_int_equal(recommend_setting(NULL, 0, false).kind, RECOMMEND_NOTHING);
    assert_int_equal(recommend_setting(none, 1, false).kind, RECOMMEND_NOTHING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calibrated_stable_qualifies),
        cmocka_unit_test(the_best_stable_mean),
        cmocka_unit_test(overlapping_intervals),
        cmocka_unit_test(lower_may_be_better),
        cmocka_unit_test(a_failed_run_disqualifies),
        cmocka_unit_test(the_least_bad),
        cmocka_unit_test(single_runs_are_unproven),
        cmocka_unit_test(what_learned_nothing_is_left_out),
        cmocka_unit_test(what_is_too_short_is_left_out),
        cmocka_unit_test(ties),
        cmocka_unit_test(nothing_at_all),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
