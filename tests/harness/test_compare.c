#include "base/memory.h"
#include "harness/stats/compare.h"
#include "harness/stats/holm.h"
#include "harness/stats/stats.h"
#include "support_simulation.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const uint64_t SEEDS[] = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20};
static struct welch_tests welch_tests;

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

static struct compare_question quick(void)
{
    struct compare_question question = compare_question_default(1);
    question.resamples = 199;
    question.tests = &welch_tests;
    return question;
}

static struct comparison compare(struct compare_side a, struct compare_side b,
                                 const struct compare_question *question)
{
    struct comparison comparison;
    assert_int_equal(compare_settings(&a, &b, question, &comparison, NULL), STATUS_OK);
    return comparison;
}

/* Two-sided p of Student's t with three degrees of freedom, in closed form. */
static double p_of_t3(double t)
{
    double x = t / sqrt(3);
    return 1 - 2 / M_PI * (atan(x) + x / (1 + x * x));
}

/* Differences 2, 3, 1, 4: mean 2.5, SD sqrt(5 / 3), t = 2.5 / sqrt(5 / 12) with 3 degrees of freedom; 97.5%
 * quantile 3.182446. The seeds come in another order on the second side. */
static void pairs_by_hand(void **state)
{
    (void)state;
    const double a[] = {3, 5, 4, 8}, b[] = {4, 3, 2, 1};
    const uint64_t reversed[] = {14, 13, 12, 11};
    struct compare_question question = quick();
    struct comparison c =
        compare((struct compare_side){a, SEEDS, 4}, (struct compare_side){b, reversed, 4}, &question);
    assert_int_equal(c.basis, COMPARE_BY_PAIRS);
    assert_int_equal(c.paired.n, 4);
    assert_near(c.paired.value, 2.5, 1e-15);
    assert_near(c.paired.df, 3, 0);
    assert_near(c.paired.p, p_of_t3(2.5 / sqrt(5.0 / 12)), 1e-10);
    assert_near(c.paired.interval.low, 2.5 - 3.182446 * sqrt(5.0 / 12), 1e-6);
    assert_true(c.p == c.paired.p && c.adjusted_p == c.p);
    assert_int_equal(c.verdict, COMPARE_A_BETTER);
    question.higher_is_better = false; /* a loss */
    c = compare((struct compare_side){a, SEEDS, 4}, (struct compare_side){b, reversed, 4}, &question);
    assert_int_equal(c.verdict, COMPARE_B_BETTER);
    assert_near(c.a_beats_b, 1 - c.ranks.superiority, 0);
}

/* Variances 1 and 4 of three runs each: squared error 1/3 + 4/3 = 5/3; degrees of freedom (5/3)^2 / ((1/9 +
 * 16/9) / 2) = 50 / 17, between 2, where the p of t = 2 / sqrt(5/3) is 1 - t / sqrt(t^2 + 2), and 3. That is
 * 0.2209, and at other true SDs so small a p comes 0.2243 of the time (scipy, as in test_welch.c). */
static void welch_by_hand(void **state)
{
    (void)state;
    const double a[] = {1, 2, 3}, b[] = {2, 4, 6};
    struct compare_question question = quick();
    struct comparison c =
        compare((struct compare_side){a, NULL, 3}, (struct compare_side){b, SEEDS, 3}, &question);
    assert_int_equal(c.basis, COMPARE_BY_WELCH);
    assert_int_equal(c.paired.n, 0);
    assert_true(isnan(c.paired.value) && isnan(c.paired.p) && isnan(c.paired.interval.low));
    assert_near(c.welch.value, -2, 1e-15);
    assert_near(c.welch.df, 50.0 / 17, 1e-12);
    double t = 2 / sqrt(5.0 / 3);
    assert_true(c.welch.p < 1 - t / sqrt(t * t + 2) && c.welch.p > p_of_t3(t));
    assert_near(c.welch.p, 0.2243, 5e-4);
    assert_int_equal(c.verdict, COMPARE_INCONCLUSIVE);
    assert_true(isnan(c.ranks.p)); /* three runs: no test by ranks */
}

/* What the seeds do to both sides cancels: no overlap of claims without the pairing, certainty with it. */
static void pairing_removes_what_is_shared(void **state)
{
    (void)state;
    const double a[] = {0.80, 0.84, 0.88, 0.82, 0.86}, b[] = {0.791, 0.829, 0.871, 0.81, 0.849};
    struct compare_question question = quick();
    struct comparison paired =
        compare((struct compare_side){a, SEEDS, 5}, (struct compare_side){b, SEEDS, 5}, &question);
    struct comparison apart =
        compare((struct compare_side){a, NULL, 5}, (struct compare_side){b, NULL, 5}, &question);
    assert_int_equal(paired.verdict, COMPARE_A_BETTER);
    assert_int_equal(apart.verdict, COMPARE_INCONCLUSIVE);
    assert_near(paired.paired.value, apart.welch.value, 1e-15);
    assert_true(paired.paired.bootstrap.low > 0);
    assert_true(apart.welch.bootstrap.low < 0 && apart.welch.bootstrap.high > 0);
}

/* Pairs that are few beside the runs are not the basis. */
static void few_pairs_are_not_the_basis(void **state)
{
    (void)state;
    const double a[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, b[] = {2, 3, 4, 5};
    struct compare_question question = quick();
    struct comparison c =
        compare((struct compare_side){a, SEEDS, 10}, (struct compare_side){b, SEEDS, 4}, &question);
    assert_int_equal(c.paired.n, 4);
    assert_int_equal(c.basis, COMPARE_BY_WELCH);
    c = compare((struct compare_side){a, SEEDS, 8}, (struct compare_side){b, SEEDS, 4}, &question);
    assert_int_equal(c.basis, COMPARE_BY_PAIRS);
    c = compare((struct compare_side){a, SEEDS, 2}, (struct compare_side){b, SEEDS, 4}, &question);
    assert_int_equal(c.basis, COMPARE_BY_NOTHING);
    assert_true(isnan(c.p));
    assert_int_equal(c.verdict, COMPARE_INCONCLUSIVE);
}

/* What each way says alone. Five of five above five: p = 2 / 252 by ranks, and all agree. A far run on the
 * side that is better in each pair widens t's interval over 0, and moves no rank. Failed runs are the worst
 * in the ranks and in no mean: t sees the better runs alone. */
static void the_ways_may_disagree(void **state)
{
    (void)state;
    const double low[] = {1, 2, 3, 4, 5}, high[] = {11, 12, 13, 14, 15}, far[] = {6, 7, 8, 9, 200};
    const double failing[] = {20, 20.1, 20.2, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    struct compare_question question = quick();
    struct comparison c =
        compare((struct compare_side){high, NULL, 5}, (struct compare_side){low, NULL, 5}, &question);
    struct compare_claims claims = compare_claims(&c);
    assert_int_equal(claims.student, COMPARE_CLAIM_A_BETTER);
    assert_int_equal(claims.bootstrap, COMPARE_CLAIM_A_BETTER);
    assert_int_equal(claims.ranks, COMPARE_CLAIM_A_BETTER);
    assert_false(compare_disagree(&claims));
    question.higher_is_better = false;
    c = compare((struct compare_side){high, NULL, 5}, (struct compare_side){low, NULL, 5}, &question);
    claims = compare_claims(&c);
    assert_int_equal(claims.student, COMPARE_CLAIM_B_BETTER);
    assert_int_equal(claims.ranks, COMPARE_CLAIM_B_BETTER);
    question.higher_is_better = true;
    c = compare((struct compare_side){low, NULL, 5}, (struct compare_side){far, NULL, 5}, &question);
    claims = compare_claims(&c);
    assert_int_equal(claims.student, COMPARE_CLAIM_OPEN);
    assert_int_equal(claims.ranks, COMPARE_CLAIM_B_BETTER);
    assert_true(compare_disagree(&claims));
    c = compare((struct compare_side){failing, NULL, 12}, (struct compare_side){high, NULL, 5}, &question);
    claims = compare_claims(&c);
    assert_int_equal(claims.student, COMPARE_CLAIM_A_BETTER);
    assert_int_equal(claims.ranks, COMPARE_CLAIM_OPEN); /* 3 of 12 beat all of B, the others none */
    c = compare((struct compare_side){low, NULL, 3}, (struct compare_side){high, NULL, 3}, &question);
    claims = compare_claims(&c);
    assert_int_equal(claims.student, COMPARE_CLAIM_B_BETTER);
    assert_int_equal(claims.ranks, COMPARE_CLAIM_UNKNOWN); /* three runs: no test by ranks */
    assert_false(compare_disagree(&claims));
    c = compare((struct compare_side){low, NULL, 1}, (struct compare_side){high, NULL, 5}, &question);
    claims = compare_claims(&c);
    assert_int_equal(claims.student, COMPARE_CLAIM_UNKNOWN);
    assert_int_equal(claims.bootstrap, COMPARE_CLAIM_UNKNOWN);
}

/* Without a basis the two pairs that there are are shown. */
static void what_is_shown(void **state)
{
    (void)state;
    const double a[] = {1, 2, 3, 4}, b[] = {2, 4, 6, 9};
    struct compare_question question = quick();
    struct comparison c =
        compare((struct compare_side){a, SEEDS, 2}, (struct compare_side){b, SEEDS, 2}, &question);
    assert_int_equal(c.basis, COMPARE_BY_NOTHING);
    assert_true(compare_shows_pairs(&c) && compare_shown(&c) == &c.paired);
    c = compare((struct compare_side){a, NULL, 2}, (struct compare_side){b, SEEDS, 2}, &question);
    assert_true(!compare_shows_pairs(&c) && compare_shown(&c) == &c.welch);
    c = compare((struct compare_side){a, SEEDS, 4}, (struct compare_side){b, SEEDS, 4}, &question);
    assert_true(compare_shows_pairs(&c) && compare_shown(&c) == &c.paired);
}

static void equivalence_needs_a_margin(void **state)
{
    (void)state;
    const double a[] = {0.840, 0.841, 0.839, 0.840}, b[] = {0.838, 0.839, 0.837, 0.838};
    struct compare_question question = quick();
    struct comparison c =
        compare((struct compare_side){a, NULL, 4}, (struct compare_side){b, NULL, 4}, &question);
    assert_int_equal(c.verdict, COMPARE_A_BETTER);
    question.margin = 0.01; /* it is better, by less than matters */
    c = compare((struct compare_side){a, NULL, 4}, (struct compare_side){b, NULL, 4}, &question);
    assert_int_equal(c.verdict, COMPARE_EQUIVALENT);
    question.margin = 0.001;
    c = compare((struct compare_side){a, NULL, 4}, (struct compare_side){b, NULL, 4}, &question);
    assert_int_equal(c.verdict, COMPARE_A_BETTER);
}

/* A setting is not better when more of its runs fail. */
static void failed_runs_are_not_forgotten(void **state)
{
    (void)state;
    const double a[] = {0.90, 0.91, 0.905, 0.9, NAN}, b[] = {0.80, 0.81, 0.805, 0.8, 0.8},
                 both[] = {0.8, NAN, 0.81, 0.8, 0.8};
    struct compare_question question = quick();
    struct comparison c =
        compare((struct compare_side){a, NULL, 5}, (struct compare_side){b, NULL, 5}, &question);
    assert_true(c.p < 0.001);
    assert_int_equal(c.a.undefined, 1);
    assert_int_equal(c.verdict, COMPARE_INCONCLUSIVE);
    assert_near(c.a_beats_b, 0.8, 1e-15);
    c = compare((struct compare_side){a, NULL, 5}, (struct compare_side){both, NULL, 5}, &question);
    assert_int_equal(c.verdict, COMPARE_A_BETTER);
    assert_near(c.a_beats_b, (4 * 5 + 0.5) / 25, 1e-15);
}

static void degenerate_sides(void **state)
{
    (void)state;
    const double equal[] = {0.5, 0.5, 0.5}, other[] = {0.6, 0.6, 0.6}, nothing[] = {NAN, NAN};
    struct compare_question question = quick();
    struct comparison c =
        compare((struct compare_side){equal, SEEDS, 3}, (struct compare_side){other, SEEDS, 3}, &question);
    assert_int_equal(c.verdict, COMPARE_INCONCLUSIVE); /* nothing varies: no scale */
    assert_true(isnan(c.p) && isnan(c.welch.df));
    assert_near(c.welch.value, -0.1, 1e-15);
    c = compare((struct compare_side){equal, SEEDS, 3}, (struct compare_side){nothing, SEEDS, 2}, &question);
    assert_int_equal(c.verdict, COMPARE_UNDEFINED);
    assert_true(isnan(c.welch.value) && c.a_beats_b == 1);
    c = compare((struct compare_side){NULL, NULL, 0}, (struct compare_side){NULL, NULL, 0}, &question);
    assert_int_equal(c.verdict, COMPARE_UNDEFINED);
    assert_true(isnan(c.a_beats_b));
    c = compare((struct compare_side){equal, SEEDS, 1}, (struct compare_side){other, SEEDS, 1}, &question);
    assert_int_equal(c.verdict, COMPARE_INCONCLUSIVE);
    assert_near(c.paired.value, -0.1, 1e-15);
    assert_true(isnan(c.paired.p) && isnan(c.paired.interval.low));
    struct compare_side a = {equal, SEEDS, 3};
    question.margin = -1;
    assert_int_equal(compare_settings(&a, &a, &question, &c, NULL), STATUS_INTERNAL);
    question = quick();
    question.confidence = 0;
    assert_int_equal(compare_settings(&a, &a, &question, &c, NULL), STATUS_INTERNAL);
}

/* Holm's own kind of example: .01, .04, .03, .005 of m = 4: .005 * 4 = .02, .01 * 3 = .03, .03 * 2 = .06,
 * then .04 * 1 is not let below .06. */
static void holm_by_hand(void **state)
{
    (void)state;
    const double p[] = {0.01, 0.04, NAN, 0.03, 0.005}, expected[] = {0.03, 0.06, NAN, 0.06, 0.02};
    double adjusted[5];
    assert_int_equal(holm_adjust(p, 5, adjusted, NULL), STATUS_OK);
    for (int i = 0; i < 5; i++) {
        if (i == 2)
            assert_true(isnan(adjusted[i]));
        else
            assert_near(adjusted[i], expected[i], 1e-15);
    }
    const double large[] = {0.9, 0.8};
    assert_int_equal(holm_adjust(large, 2, adjusted, NULL), STATUS_OK);
    assert_true(adjusted[0] == 1 && adjusted[1] == 1);
    assert_int_equal(holm_adjust(NULL, 0, adjusted, NULL), STATUS_OK);
}

/* One of three comparisons is worth .03 alone and .09 among three. */
static void claims_are_withdrawn_among_many(void **state)
{
    (void)state;
    const double a[] = {3, 5, 4, 8}, b[] = {1, 2, 3, 4}, far[] = {101, 102, 103, 104}, c4[] = {2, 3, 3, 3};
    struct compare_question question = quick();
    struct compare_side side_a = {a, SEEDS, 4}, side_b = {b, SEEDS, 4}, side_far = {far, NULL, 4},
                        side_c = {c4, NULL, 4};
    struct comparison all[3] = {compare(side_a, side_b, &question), compare(side_far, side_a, &question),
                                compare(side_b, side_c, &question)};
    double alone = all[0].p;
    assert_int_equal(all[0].verdict, COMPARE_A_BETTER);
    assert_int_equal(compare_adjust(all, 3, NULL), STATUS_OK);
    assert_near(all[0].adjusted_p, 2 * alone, 1e-15);
    assert_int_equal(all[0].verdict, COMPARE_INCONCLUSIVE);
    assert_int_equal(all[1].verdict, COMPARE_A_BETTER);
    assert_int_equal(all[2].verdict, COMPARE_INCONCLUSIVE);
}

/* Chosen from 6: the smallest p times 6, though two were made; a family smaller than what was made is no
 * less. */
static void the_chosen_are_corrected_for_all(void **state)
{
    (void)state;
    const double a[] = {3, 5, 4, 8}, b[] = {1, 2, 3, 4}, far[] = {101, 102, 103, 104};
    struct compare_question question = quick();
    struct compare_side side_a = {a, SEEDS, 4}, side_b = {b, SEEDS, 4}, side_far = {far, NULL, 4};
    struct comparison two[2] = {compare(side_a, side_b, &question), compare(side_far, side_a, &question)};
    assert_true(two[1].p < two[0].p);
    assert_int_equal(compare_adjust_among(two, 2, 6, NULL), STATUS_OK);
    assert_near(two[1].adjusted_p, 6 * two[1].p, 1e-15);
    assert_near(two[0].adjusted_p, 5 * two[0].p, 1e-15);
    assert_int_equal(two[1].verdict, COMPARE_A_BETTER);
    assert_int_equal(two[0].verdict, COMPARE_INCONCLUSIVE);
    assert_int_equal(compare_adjust_among(two, 2, 1, NULL), STATUS_OK);
    assert_near(two[0].adjusted_p, two[0].p, 1e-15);
    assert_near(two[1].adjusted_p, 2 * two[1].p, 1e-15);
}

/* 0.85 - 0.83 and 0.86 - 0.84 are different doubles: their difference of 2e-17 is no spread, or p would be
 * 1e-16. */
static void rounding_is_no_variation(void **state)
{
    (void)state;
    const double a[] = {0.85, 0.86, 0.87}, b[] = {0.83, 0.84, 0.85};
    struct compare_question question = quick();
    struct comparison c =
        compare((struct compare_side){a, SEEDS, 3}, (struct compare_side){b, SEEDS, 3}, &question);
    assert_int_equal(c.basis, COMPARE_BY_PAIRS);
    assert_near(c.paired.value, 0.02, 1e-15);
    assert_true(isnan(c.p));
    assert_int_equal(c.verdict, COMPARE_INCONCLUSIVE);
}

/* Equal means: claims in 5% for pairs (exact for normal runs) and in 4.6% for Welch (at these SDs);
 * intervals cover; and with ten comparisons at once a wrong claim after Holm in at most 5%. */
static void error_rates(void **state)
{
    (void)state;
    struct compare_question question = quick();
    question.resamples = 1; /* the bootstrap has its own test */
    struct draws draws = draws_begin(1100, DRAWS_SIMULATION);
    int count = simulation_count(4000), by_pairs = 0, by_welch = 0, covered = 0;
    for (int i = 0; i < count; i++) {
        double a[5], b[5], shared[5];
        simulation_fill(&draws, 0.84, 0.01, shared, 5);
        simulation_fill(&draws, 0, 0.005, a, 5);
        simulation_fill(&draws, 0, 0.01, b, 5);
        struct comparison apart =
            compare((struct compare_side){a, NULL, 5}, (struct compare_side){b, NULL, 5}, &question);
        by_welch += apart.verdict != COMPARE_INCONCLUSIVE;
        for (int run = 0; run < 5; run++) {
            a[run] += shared[run] + 0.003;
            b[run] += shared[run];
        }
        struct comparison c =
            compare((struct compare_side){a, SEEDS, 5}, (struct compare_side){b, SEEDS, 5}, &question);
        covered += c.paired.interval.low <= 0.003 && 0.003 <= c.paired.interval.high;
        for (int run = 0; run < 5; run++)
            a[run] -= 0.003;
        c = compare((struct compare_side){a, SEEDS, 5}, (struct compare_side){b, SEEDS, 5}, &question);
        by_pairs += c.verdict != COMPARE_INCONCLUSIVE;
    }
    simulation_assert_rate("pairs claim where nothing is", by_pairs, count, 0.05, 0);
    simulation_assert_rate("Welch claims where nothing is", by_welch, count, 0.0458, 1e-4);
    simulation_assert_rate("paired interval covers", covered, count, 0.95, 0);
}

static void many_comparisons_at_once(void **state)
{
    (void)state;
    struct compare_question question = quick();
    question.resamples = 1;
    struct draws draws = draws_begin(1200, DRAWS_SIMULATION);
    int count = simulation_count(600), wrong = 0, unadjusted = 0;
    for (int i = 0; i < count; i++) {
        struct comparison all[10];
        double settings[5][5];
        int made = 0, before = 0, after = 0;
        for (int s = 0; s < 5; s++)
            simulation_fill(&draws, 0.84, 0.01, settings[s], 5);
        for (int s = 0; s < 5; s++) {
            for (int t = s + 1; t < 5; t++)
                all[made++] = compare((struct compare_side){settings[s], NULL, 5},
                                      (struct compare_side){settings[t], NULL, 5}, &question);
        }
        for (int k = 0; k < 10; k++)
            before += all[k].verdict != COMPARE_INCONCLUSIVE;
        assert_int_equal(compare_adjust(all, 10, NULL), STATUS_OK);
        for (int k = 0; k < 10; k++)
            after += all[k].verdict != COMPARE_INCONCLUSIVE;
        unadjusted += before > 0;
        wrong += after > 0;
    }
    print_message("without adjustment %.3f\n", (double)unadjusted / count);
    assert_true(unadjusted > count / 6); /* the reason for it: far more than 5% */
    simulation_assert_at_most("a wrong claim among ten", wrong, count, 0.05);
}

static void failing_allocations(void **state)
{
    (void)state;
    const double a[] = {1, 2, 3, 4}, b[] = {3, 5, 6, 8};
    struct compare_side side_a = {a, SEEDS, 4}, side_b = {b, SEEDS, 4};
    struct compare_question question = quick();
    struct comparison c;
    long alive = memory_blocks_alive(), needed = 1;
    for (;; needed++) {
        memory_fail_from(needed);
        enum status status = compare_settings(&side_a, &side_b, &question, &c, NULL);
        memory_fail_from(0);
        assert_int_equal(memory_blocks_alive(), alive);
        if (status == STATUS_OK) break;
        assert_int_equal(status, STATUS_NO_MEMORY);
    }
    assert_true(needed > 8); /* work, four of the bootstraps' samples and resamples, four of the ranks */
    for (long n = 1; n <= 4; n++) {
        memory_fail_from(n);
        enum status status = compare_adjust(&c, 1, NULL);
        memory_fail_from(0);
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), alive);
    }
}

static void words(void **state)
{
    (void)state;
    assert_string_equal(compare_verdict_name(COMPARE_UNDEFINED), "undefined");
    assert_string_equal(compare_verdict_name(COMPARE_INCONCLUSIVE), "inconclusive");
    assert_string_equal(compare_verdict_name(COMPARE_A_BETTER), "a better");
    assert_string_equal(compare_verdict_name(COMPARE_B_BETTER), "b better");
    assert_string_equal(compare_verdict_name(COMPARE_EQUIVALENT), "equivalent");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_by_hand),
        cmocka_unit_test(welch_by_hand),
        cmocka_unit_test(pairing_removes_what_is_shared),
        cmocka_unit_test(few_pairs_are_not_the_basis),
        cmocka_unit_test(the_ways_may_disagree),
        cmocka_unit_test(what_is_shown),
        cmocka_unit_test(equivalence_needs_a_margin),
        cmocka_unit_test(failed_runs_are_not_forgotten),
        cmocka_unit_test(degenerate_sides),
        cmocka_unit_test(holm_by_hand),
        cmocka_unit_test(claims_are_withdrawn_among_many),
        cmocka_unit_test(the_chosen_are_corrected_for_all),
        cmocka_unit_test(rounding_is_no_variation),
        cmocka_unit_test(error_rates),
        cmocka_unit_test(many_comparisons_at_once),
        cmocka_unit_test(failing_allocations),
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
