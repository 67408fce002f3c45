#include "base/memory.h"
#include "harness/stats/stats.h"
#include "harness/stats/streams.h"
#include "support_simulation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { MOST = 64 };

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

static struct streams split(const struct stream_run *runs, size_t count)
{
    struct streams streams;
    assert_int_equal(streams_split(runs, count, 0.95, &streams, NULL), STATUS_OK);
    return streams;
}

/* Three seeds of init and of order, dropout at one. a = 0, 3, 6; b = 0, 1, 2; interaction e = 1 -1 0 / -1 1 0
 * / 0 0 0, which sums to 0 along rows and columns. By hand: MS_a = 3 * 18 / 2 = 27, MS_b = 3 * 2 / 2 = 3,
 * MS_ab = 4 / 4 = 1. */
static void two_streams_crossed_by_hand(void **state)
{
    (void)state;
    const double e[3][3] = {{1, -1, 0}, {-1, 1, 0}, {0, 0, 0}};
    struct stream_run runs[9];
    for (uint32_t i = 0; i < 9; i++)
        runs[i] = (struct stream_run){{100 + i / 3, 500 - i % 3, 7}, 3.0 * (i / 3) + i % 3 + e[i / 3][i % 3]};
    struct streams s = split(runs, 9);
    assert_int_equal(s.design, STREAMS_CROSSED);
    assert_int_equal(s.runs, 9);
    assert_int_equal(s.effect[STREAM_OF_INIT].levels, 3);
    assert_int_equal(s.effect[STREAM_OF_DROPOUT].levels, 1);
    assert_near(s.effect[STREAM_OF_INIT].component.variance, 26.0 / 3, 1e-12);
    assert_near(s.effect[STREAM_OF_ORDER].component.variance, 2.0 / 3, 1e-12);
    assert_true(isnan(s.effect[STREAM_OF_DROPOUT].component.variance));
    assert_int_equal(s.effect[STREAM_OF_DROPOUT].status, STREAM_UNDEFINED);
    assert_near(s.interactions.variance, 1, 1e-12);
    assert_near(s.interactions_share, 3.0 / 31, 1e-12);
    assert_near(s.total.variance, 26.0 / 3 + 2.0 / 3 + 1, 1e-12);
    assert_near(s.effect[STREAM_OF_INIT].share, 26.0 / 31, 1e-12);
    /* F(2, 4) = 27 and 3 against 10.65 at 97.5% */
    assert_int_equal(s.effect[STREAM_OF_INIT].status, STREAM_SHOWN);
    assert_int_equal(s.effect[STREAM_OF_ORDER].status, STREAM_NOT_SHOWN);
    assert_true(s.largest == -1); /* three seeds each: the intervals overlap */
}

/* All three crossed, three seeds each: the a and e above with b = 0, 1, 2 and c = 0, 1/2, 1 added. MS_a = 9 *
 * 18 / 2 = 81, MS_b = 9, MS_c = 9 * .5 / 2 = 2.25, MS_ab = 3 * 4 / 4 = 3, the others 0. Component a = (81 -
 * 3) / 9, b = (9 - 3) / 9, c = 2.25 / 9, a with b = 3 / 3. */
static void three_streams_crossed_by_hand(void **state)
{
    (void)state;
    const double e[3][3] = {{1, -1, 0}, {-1, 1, 0}, {0, 0, 0}};
    struct stream_run runs[27];
    for (uint32_t i = 0; i < 27; i++) {
        uint32_t a = i / 9, b = i / 3 % 3, c = i % 3;
        runs[26 - i] = (struct stream_run){{a, b, c}, 3.0 * a + b + 0.5 * c + e[a][b]};
    }
    struct streams s = split(runs, 27);
    assert_int_equal(s.design, STREAMS_CROSSED);
    assert_near(s.effect[STREAM_OF_INIT].component.variance, 78.0 / 9, 1e-12);
    assert_near(s.effect[STREAM_OF_ORDER].component.variance, 6.0 / 9, 1e-12);
    assert_near(s.effect[STREAM_OF_DROPOUT].component.variance, 0.25, 1e-12);
    assert_near(s.interactions.variance, 1, 1e-12);
    assert_near(s.total.variance, 78.0 / 9 + 6.0 / 9 + 0.25 + 1, 1e-12);
}

/* Dropout level (a + b) mod L: each pair of seeds once. Additive values leave no rest, and the components are
 * the plain variances of 0, 3, 6; 0, 1, 2; 0, 1/2, 1. */
static void latin_square_by_hand(void **state)
{
    (void)state;
    struct stream_run runs[9];
    for (uint32_t i = 0; i < 9; i++) {
        uint32_t a = i / 3, b = i % 3, c = (a + b) % 3;
        runs[i] = (struct stream_run){{a, b, c}, 3.0 * a + b + 0.5 * c};
    }
    struct streams s = split(runs, 9);
    assert_int_equal(s.design, STREAMS_LATIN_SQUARE);
    assert_near(s.effect[STREAM_OF_INIT].component.variance, 9, 1e-12);
    assert_near(s.effect[STREAM_OF_ORDER].component.variance, 1, 1e-12);
    assert_near(s.effect[STREAM_OF_DROPOUT].component.variance, 0.25, 1e-12);
    assert_near(s.interactions.variance, 0, 1e-12);
    assert_near(s.total.variance, 10.25, 1e-12);
    runs[0].seed[STREAM_OF_DROPOUT] = 1; /* one run out of the square */
    assert_int_equal(split(runs, 9).design, STREAMS_UNBALANCED);
}

/* Base (1, 1, 1) and two more seeds of each stream: plain variances of 5, 2, 8 (9), 5, 6, 4 (1) and 5, 5, 5
 * (0). */
static void one_at_a_time_by_hand(void **state)
{
    (void)state;
    const struct stream_run runs[] = {{{1, 1, 1}, 5}, {{2, 1, 1}, 2}, {{3, 1, 1}, 8}, {{1, 2, 1}, 6},
                                      {{1, 3, 1}, 4}, {{1, 1, 2}, 5}, {{1, 1, 3}, 5}};
    struct streams s = split(runs, 7);
    assert_int_equal(s.design, STREAMS_ONE_AT_A_TIME);
    assert_near(s.effect[STREAM_OF_INIT].component.variance, 9, 1e-12);
    assert_near(s.effect[STREAM_OF_ORDER].component.variance, 1, 1e-12);
    assert_near(s.effect[STREAM_OF_DROPOUT].component.variance, 0, 0);
    assert_near(s.effect[STREAM_OF_INIT].component.low, 9 * 2 / 7.3777589, 1e-6);
    assert_int_equal(s.effect[STREAM_OF_INIT].levels, 3);
    assert_true(isnan(s.total.variance) && isnan(s.total.sd) && isnan(s.interactions.variance));
    assert_true(isnan(s.interactions_share));
    for (int stream = 0; stream < STREAMS; stream++) {
        assert_true(isnan(s.effect[stream].share));
        assert_int_equal(s.effect[stream].status, STREAM_ESTIMATED);
    }
}

/* What is far apart is decided; with two seeds of any stream nothing is. */
static void the_largest_is_decided_or_not(void **state)
{
    (void)state;
    struct stream_run runs[13] = {{{0, 0, 0}, 0}};
    for (uint32_t i = 1; i <= 4; i++) {
        double sign = i % 2 == 0 ? 1.0 : -1.0;
        runs[i] = (struct stream_run){{i, 0, 0}, 100 * sign * i};
        runs[4 + i] = (struct stream_run){{0, i, 0}, sign * i};
        runs[8 + i] = (struct stream_run){{0, 0, i}, sign * i};
    }
    struct streams s = split(runs, 13);
    assert_int_equal(s.design, STREAMS_ONE_AT_A_TIME);
    assert_true(s.largest == STREAM_OF_INIT);
    s = split(runs, 10); /* dropout has the base's seed and one more */
    assert_int_equal(s.effect[STREAM_OF_DROPOUT].levels, 2);
    assert_int_equal(s.effect[STREAM_OF_DROPOUT].status, STREAM_TOO_FEW_LEVELS);
    assert_true(!isnan(s.effect[STREAM_OF_DROPOUT].component.variance));
    assert_true(s.largest == -1);
    s = split(runs, 5); /* init alone: with what it does at the others' one seed */
    assert_int_equal(s.design, STREAMS_ONE_AT_A_TIME);
    assert_true(s.effect[STREAM_OF_INIT].component.variance > 1000 && isnan(s.total.variance));
    assert_true(s.largest == -1);
}

static void two_levels_decide_nothing(void **state)
{
    (void)state;
    struct stream_run runs[8];
    for (uint32_t i = 0; i < 8; i++)
        runs[i] = (struct stream_run){{i & 1, i >> 1 & 1, i >> 2 & 1}, 10.0 * (i & 1)};
    struct streams s = split(runs, 8);
    assert_int_equal(s.design, STREAMS_CROSSED);
    for (int stream = 0; stream < STREAMS; stream++) {
        assert_int_equal(s.effect[stream].status, STREAM_TOO_FEW_LEVELS);
        assert_true(isnan(s.effect[stream].share));
    }
    assert_true(isnan(s.interactions_share));
    assert_near(s.effect[STREAM_OF_INIT].component.variance, 50, 1e-12);
    assert_true(s.largest == -1);
    struct stream_run square[4];
    for (uint32_t i = 0; i < 4; i++)
        square[i] = (struct stream_run){{i / 2, i % 2, (i / 2 + i % 2) % 2}, i};
    s = split(square, 4);
    assert_int_equal(s.design, STREAMS_LATIN_SQUARE);
    assert_true(isnan(s.effect[STREAM_OF_INIT].component.variance)); /* no degree of freedom is left */
    assert_int_equal(s.effect[STREAM_OF_INIT].status, STREAM_TOO_FEW_LEVELS);
    /* three seeds of one stream do not help: shares would rest on the two of the other */
    struct stream_run mixed[6];
    for (uint32_t i = 0; i < 6; i++)
        mixed[i] = (struct stream_run){{i / 2, i % 2, 0}, i * i};
    s = split(mixed, 6);
    assert_int_equal(s.design, STREAMS_CROSSED);
    assert_int_equal(s.effect[STREAM_OF_ORDER].status, STREAM_TOO_FEW_LEVELS);
    assert_int_not_equal(s.effect[STREAM_OF_INIT].status, STREAM_TOO_FEW_LEVELS);
    assert_true(isnan(s.effect[STREAM_OF_INIT].share));
}

static void designs_that_cannot_tell(void **state)
{
    (void)state;
    const struct stream_run together[] = {{{1, 1, 1}, 5}, {{2, 2, 2}, 2}, {{3, 3, 3}, 8}};
    const struct stream_run unbalanced[] = {{{1, 1, 1}, 5}, {{1, 2, 1}, 2}, {{2, 3, 1}, 8}, {{3, 1, 1}, 8}};
    const struct stream_run same[] = {{{1, 1, 1}, 5}, {{1, 1, 1}, 5}};
    struct streams s = split(together, 3);
    assert_int_equal(s.design, STREAMS_TOGETHER);
    assert_true(isnan(s.effect[0].component.variance) && isnan(s.total.variance) && isnan(s.effect[0].share));
    assert_int_equal(split(unbalanced, 4).design, STREAMS_UNBALANCED);
    s = split(same, 2); /* a seed twice counts once */
    assert_int_equal(s.design, STREAMS_NOTHING_VARIED);
    assert_int_equal(s.runs, 1);
    assert_int_equal(s.repeated, 1);
    assert_int_equal(split(NULL, 0).design, STREAMS_NOTHING_VARIED);
}

static void failed_runs(void **state)
{
    (void)state;
    struct stream_run around[] = {{{1, 1, 1}, 5}, {{2, 1, 1}, 2}, {{3, 1, 1}, NAN},
                                  {{4, 1, 1}, 8}, {{1, 2, 1}, 6}, {{1, 3, 1}, 4}};
    struct streams s = split(around, 6);
    assert_int_equal(s.design, STREAMS_ONE_AT_A_TIME);
    assert_int_equal(s.failed, 1);
    assert_int_equal(s.effect[STREAM_OF_INIT].levels, 3);
    assert_near(s.effect[STREAM_OF_INIT].component.variance, 9, 1e-12);
    struct stream_run crossed[9];
    for (uint32_t i = 0; i < 9; i++)
        crossed[i] = (struct stream_run){{i / 3, i % 3, 0}, i == 4 ? (double)NAN : (double)i};
    s = split(crossed, 9);
    assert_int_equal(s.design, STREAMS_CROSSED);
    assert_int_equal(s.failed, 1);
    assert_true(isnan(s.effect[0].component.variance));
    assert_int_equal(s.effect[0].status, STREAM_UNDEFINED);
}

static void equal_values_have_no_components(void **state)
{
    (void)state;
    struct stream_run runs[9];
    for (uint32_t i = 0; i < 9; i++)
        runs[i] = (struct stream_run){{i / 3, i % 3, 0}, 0.1};
    struct streams s = split(runs, 9);
    assert_near(s.effect[0].component.variance, 0, 0); /* exactly, so that there is nothing to have shares */
    assert_near(s.total.variance, 0, 0);
    assert_true(isnan(s.effect[0].share) && isnan(s.interactions_share));
    assert_true(s.largest == -1);
    assert_int_equal(streams_split(runs, 9, 1, &s, NULL), STATUS_INTERNAL);
}

/* Effects of the three streams drawn normal with SDs 2, 1, 0, an interaction of init and order with 0.5. */
struct truth {
    double a[8], b[8], ab[8][8];
};

static void draw(struct draws *draws, struct truth *truth)
{
    simulation_fill(draws, 0, 2, truth->a, 8);
    simulation_fill(draws, 0, 1, truth->b, 8);
    for (int i = 0; i < 8; i++)
        simulation_fill(draws, 0, 0.5, truth->ab[i], 8);
}

static size_t make(enum streams_design design, const struct truth *t, struct stream_run *runs)
{
    size_t count = 0;
    uint32_t levels = design == STREAMS_CROSSED ? 4 : design == STREAMS_LATIN_SQUARE ? 6 : 8;
    for (uint32_t a = 0; a < levels; a++) {
        for (uint32_t b = 0; b < levels; b++) {
            for (uint32_t c = 0; c < levels; c++) {
                if (design == STREAMS_LATIN_SQUARE && c != (a + b) % levels) continue;
                if (design == STREAMS_ONE_AT_A_TIME && (a > 0) + (b > 0) + (c > 0) > 1) continue;
                runs[count++] = (struct stream_run){{a, b, c}, t->a[a] + t->b[b] + t->ab[a][b]};
            }
        }
    }
    return count;
}

/* Nothing but an interaction of all three, a value of its own for each combination, variance 1. One at a time
 * each stream has all of it, and so nothing may be added up; crossed and in a Latin square the streams by
 * themselves have nothing, the interactions everything. Means over experiments, to 4 standard errors. */
static void what_belongs_to_no_stream(void **state)
{
    (void)state;
    static const enum streams_design designs[] = {STREAMS_ONE_AT_A_TIME, STREAMS_CROSSED,
                                                  STREAMS_LATIN_SQUARE};
    int count = simulation_count(600);
    for (uint32_t d = 0; d < 3; d++) {
        struct draws draws = draws_begin(1450 + d, DRAWS_SIMULATION);
        double own = 0, interactions = 0, total = 0, share = 0;
        for (int i = 0; i < count; i++) {
            const struct truth nothing = {0};
            struct stream_run runs[MOST];
            size_t runs_made = make(designs[d], &nothing, runs);
            for (size_t run = 0; run < runs_made; run++)
                simulation_fill(&draws, 0, 1, &runs[run].value, 1);
            struct streams s = split(runs, runs_made);
            own += s.effect[STREAM_OF_ORDER].component.variance / count;
            interactions += s.interactions.variance / count;
            total += s.total.variance / count;
            share += s.interactions_share / count;
        }
        if (designs[d] == STREAMS_ONE_AT_A_TIME) {
            assert_near(own, 1, 4 * sqrt(2.0 / 7 / count));
            assert_true(isnan(total) && isnan(interactions) && isnan(share));
        } else {
            assert_near(own, 0, 0.03);
            assert_near(interactions, 1, 0.05);
            assert_near(total, 1, 0.05);
            assert_true(share > 0.8);
        }
    }
}

/* In each design: estimates right on average (4 standard errors of the mean over the experiments), intervals
 * cover. One at a time the interaction is part of both streams' components (4.25, 1.25); in a Latin square it
 * is the rest, and the components are right (the rest is crossed with dropout's effect of none). Coverages:
 * exact one at a time; the modified large-sample intervals are known to be within .94 .. .98 of combinations
 * like these: .955 +- .025. */
static void estimates_and_coverage(void **state)
{
    (void)state;
    static const enum streams_design designs[] = {STREAMS_ONE_AT_A_TIME, STREAMS_CROSSED,
                                                  STREAMS_LATIN_SQUARE};
    const double truths[3][STREAMS] = {{4.25, 1.25, 0}, {4, 1, 0}, {4, 1, 0}};
    int count = simulation_count(600);
    for (uint32_t d = 0; d < 3; d++) {
        struct draws draws = draws_begin(1400 + d, DRAWS_SIMULATION);
        double sum[STREAMS] = {0}, squares[STREAMS] = {0}, interactions = 0;
        int covered[STREAMS] = {0}, wrong = 0, shown = 0, estimated = 0;
        for (int i = 0; i < count; i++) {
            struct truth truth;
            struct stream_run runs[MOST];
            draw(&draws, &truth);
            struct streams s = split(runs, make(designs[d], &truth, runs));
            assert_int_equal(s.design, designs[d]);
            for (int stream = 0; stream < STREAMS; stream++) {
                const struct component *c = &s.effect[stream].component;
                sum[stream] += c->variance / count;
                squares[stream] += c->variance * c->variance / count;
                covered[stream] +=
                    c->low - 1e-12 <= truths[d][stream] && truths[d][stream] <= c->high + 1e-12;
            }
            interactions += s.interactions.variance / count;
            shown += s.effect[STREAM_OF_INIT].status == STREAM_SHOWN;
            estimated += s.effect[STREAM_OF_INIT].status == STREAM_ESTIMATED;
            wrong += s.largest != -1 && s.largest != STREAM_OF_INIT;
        }
        print_message("%s: %.3f %.3f %.3f, init shown %.2f\n", streams_design_name(designs[d]), sum[0],
                      sum[1], sum[2], (double)shown / count);
        for (int stream = 0; stream < STREAMS; stream++) {
            double variance = fmax(squares[stream] - sum[stream] * sum[stream], 0);
            assert_near(sum[stream], truths[d][stream], 4 * sqrt(variance / count) + 1e-12);
            if (stream == STREAM_OF_DROPOUT && d < 2) continue;
            simulation_assert_rate("covered", covered[stream], count, d == 0 ? 0.95 : 0.955,
                                   d == 0 ? 0 : 0.025);
        }
        if (d > 0) assert_near(interactions, 0.25, 0.02);
        assert_int_equal(estimated, d == 0 ? count : 0);
        simulation_assert_at_most("the wrong stream called largest", wrong, count, 0.025);
    }
}

static void failing_allocations(void **state)
{
    (void)state;
    struct stream_run runs[9];
    for (uint32_t i = 0; i < 9; i++)
        runs[i] = (struct stream_run){{i / 3, i % 3, 0}, i};
    struct streams s;
    long alive = memory_blocks_alive();
    for (long n = 1; n <= 4; n++) {
        memory_fail_from(n);
        enum status status = streams_split(runs, 9, 0.95, &s, NULL);
        memory_fail_from(0);
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_int_equal(memory_blocks_alive(), alive);
    }
}

static void words(void **state)
{
    (void)state;
    assert_string_equal(stream_name(STREAM_OF_INIT), "init");
    assert_string_equal(stream_name(STREAM_OF_ORDER), "order");
    assert_string_equal(stream_name(STREAM_OF_DROPOUT), "dropout");
    assert_string_equal(stream_name(STREAMS), "unknown");
    assert_string_equal(streams_design_name(STREAMS_NOTHING_VARIED), "nothing varied");
    assert_string_equal(streams_design_name(STREAMS_LATIN_SQUARE), "Latin square");
    assert_string_equal(streams_design_name(STREAMS_TOGETHER), "together");
    assert_string_equal(streams_design_name(STREAMS_UNBALANCED), "unbalanced");
    assert_string_equal(stream_status_name(STREAM_UNDEFINED), "undefined");
    assert_string_equal(stream_status_name(STREAM_TOO_FEW_LEVELS), "too few levels");
    assert_string_equal(stream_status_name(STREAM_ESTIMATED), "estimated");
    assert_string_equal(stream_status_name(STREAM_NOT_SHOWN), "not shown");
    assert_string_equal(stream_status_name(STREAM_SHOWN), "shown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_streams_crossed_by_hand),
        cmocka_unit_test(three_streams_crossed_by_hand),
        cmocka_unit_test(latin_square_by_hand),
        cmocka_unit_test(one_at_a_time_by_hand),
        cmocka_unit_test(what_belongs_to_no_stream),
        cmocka_unit_test(the_largest_is_decided_or_not),
        cmocka_unit_test(two_levels_decide_nothing),
        cmocka_unit_test(designs_that_cannot_tell),
        cmocka_unit_test(failed_runs),
        cmocka_unit_test(equal_values_have_no_components),
        cmocka_unit_test(estimates_and_coverage),
        cmocka_unit_test(failing_allocations),
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
