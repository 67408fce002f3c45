/* Two records side by side: the first step or evaluation that differs, and what differs in it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/verify/chain.h"

enum { STEPS = 4, EVALUATIONS = 3, SAMPLES = 2 };

/* A run of four steps, evaluated after 0, 2 and 4. */
struct sample {
    struct observed_step steps[STEPS];
    struct observed_evaluation evaluations[EVALUATIONS];
    float losses[EVALUATIONS][SAMPLES];
    int32_t predictions[EVALUATIONS][SAMPLES];
    struct run_record record;
};

static void fill(struct sample *sample)
{
    memset(sample, 0, sizeof *sample);
    for (int i = 0; i < STEPS; i++) {
        sample->steps[i] = (struct observed_step){.step = i + 1, .loss = 0.5f, .grad_norm = 1.0f};
        snprintf(sample->steps[i].digest, DIGEST_TEXT, "step %d", i + 1);
    }
    for (int i = 0; i < EVALUATIONS; i++) {
        sample->losses[i][0] = sample->losses[i][1] = 0.25f;
        sample->evaluations[i] = (struct observed_evaluation){.step = 2 * i,
                                                              .count = SAMPLES,
                                                              .losses = sample->losses[i],
                                                              .predictions = sample->predictions[i]};
        snprintf(sample->evaluations[i].digest, DIGEST_TEXT, "evaluation %d", i);
    }
    sample->record = (struct run_record){.outcome = RUN_DONE,
                                         .has_begin = true,
                                         .has_end = true,
                                         .end = {.steps = STEPS, .best_step = 2},
                                         .steps = sample->steps,
                                         .step_count = STEPS,
                                         .evaluations = sample->evaluations,
                                         .evaluation_count = EVALUATIONS};
    snprintf(sample->record.end.digest, DIGEST_TEXT, "end");
}

static struct sample a, b;

static int set_up(void **state)
{
    (void)state;
    fill(&a);
    fill(&b);
    return 0;
}

static struct chain compare(long steps)
{
    struct chain chain;
    const struct chain_pair pair = {
        .left = &a.record, .right = &b.record, .left_name = "A", .right_name = "B", .steps = steps};
    chain_compare(&pair, &chain);
    return chain;
}

static void differs(const struct chain *chain, long step, const char *what)
{
    assert_false(chain->equal);
    assert_int_equal(chain->step, step);
    if (strncmp(chain->what, what, strlen(what)) != 0) fail_msg("%s", chain->what);
}

static void equal_runs(void **state)
{
    (void)state;
    struct chain chain = compare(CHAIN_ALL);
    assert_true(chain.equal);
    assert_int_equal(chain.steps, STEPS);
    assert_int_equal(chain.evaluations, EVALUATIONS);
    chain = compare(3);
    assert_true(chain.equal);
    assert_int_equal(chain.steps, 3);
    assert_int_equal(chain.evaluations, 2);
    /* as digests see them: all NaN are one, -0 is 0 */
    a.steps[1].loss = NAN;
    b.steps[1].loss = -NAN;
    a.losses[1][0] = 0.0f;
    b.losses[1][0] = -0.0f;
    assert_true(compare(CHAIN_ALL).equal);
}

static void the_first_that_differs(void **state)
{
    (void)state;
    struct chain chain;
    snprintf(b.record.end.digest, DIGEST_TEXT, "other");
    chain = compare(CHAIN_ALL);
    differs(&chain, -1, "the digest of the whole run");
    assert_int_equal(chain.steps, STEPS);
    assert_true(compare(STEPS).equal); /* ends are not compared in part of a run */
    b.predictions[2][1] = 1;
    chain = compare(CHAIN_ALL);
    differs(&chain, 4, "the evaluation's prediction of sample 1: A 0, B 1");
    b.losses[2][1] = 0.5f;
    chain = compare(CHAIN_ALL);
    differs(&chain, 4, "the evaluation's loss of sample 1: A 0.25 (3e800000), B 0.5 (3f000000)");
    snprintf(b.steps[3].digest, DIGEST_TEXT, "other");
    chain = compare(CHAIN_ALL);
    differs(&chain, 4, "the chain of digests");
    assert_int_equal(chain.steps, 3);
    assert_int_equal(chain.evaluations, 2);
    assert_true(compare(3).equal);
    b.steps[2].grad_norm = 2.0f;
    chain = compare(CHAIN_ALL);
    differs(&chain, 3, "the gradient norm: A 1 (3f800000), B 2 (40000000)");
    snprintf(b.evaluations[1].digest, DIGEST_TEXT, "other");
    chain = compare(CHAIN_ALL);
    differs(&chain, 2, "the evaluation's digest of weights and moments");
    assert_int_equal(chain.steps, 2);
    b.steps[0].loss = 0.25f;
    chain = compare(CHAIN_ALL);
    differs(&chain, 1, "the loss: A 0.5 (3f000000), B 0.25 (3e800000)");
    assert_int_equal(chain.evaluations, 1);
    b.losses[0][0] = 1.0f;
    chain = compare(CHAIN_ALL);
    differs(&chain, 0, "the evaluation's loss of sample 0");
    assert_int_equal(chain.steps, 0);
}

/* Where both say each tensor's gradient, the first that differs is named behind the rest. */
static void the_tensor_is_named(void **state)
{
    (void)state;
    static float left[3] = {1, 2, 3}, right[3] = {1, 2, 3};
    char names[] = "embed\nlayer.0.weight\nhead";
    a.steps[1].sums = left;
    b.steps[1].sums = right;
    a.steps[1].tensor_count = b.steps[1].tensor_count = 3;
    a.record.begin.tensors = b.record.begin.tensors = names;
    assert_true(compare(CHAIN_ALL).equal); /* the chain holds them already */
    snprintf(b.steps[1].digest, DIGEST_TEXT, "other");
    struct chain chain = compare(CHAIN_ALL);
    differs(&chain, 2, "the chain of digests; no tensor's gradient differs");
    right[1] = 2.5f;
    right[2] = 4;
    chain = compare(CHAIN_ALL);
    differs(&chain, 2,
            "the chain of digests; first tensor layer.0.weight, its squared gradient: A 2 (40000000), B 2.5 "
            "(40200000) (2 of 3 differ)");
    assert_false(chain.tensor_lacking);
    b.steps[1].tensor_count = 2;
    chain = compare(CHAIN_ALL);
    assert_true(chain.tensor_lacking);
}

static void metrics_alone_may_differ(void **state)
{
    (void)state;
    b.evaluations[1].f1 = 0.25;
    struct chain chain = compare(CHAIN_ALL);
    differs(&chain, 2, "the evaluation's f1: A 0, B 0.25");
    assert_false(chain.tensor_lacking); /* no tensor would say more */
    a.evaluations[1].f1 = b.evaluations[1].f1 = NAN;
    assert_true(compare(CHAIN_ALL).equal);
    b.record.end.f1_macro = 0.125;
    chain = compare(CHAIN_ALL);
    differs(&chain, -1, "the run's f1_macro: A 0, B 0.125");
    assert_true(compare(2).equal);
}

static void runs_that_stop(void **state)
{
    (void)state;
    struct chain chain;
    b.record.step_count = 2;
    b.record.evaluation_count = 2;
    b.record.has_end = false;
    snprintf(b.record.reason, sizeof b.record.reason, "killed by signal 11");
    chain = compare(CHAIN_ALL);
    differs(&chain, 3, "B stops before: killed by signal 11");
    assert_int_equal(chain.steps, 2);
    assert_int_equal(chain.evaluations, 2);
    assert_true(compare(2).equal);
    const struct chain_pair swapped = {
        .left = &b.record, .right = &a.record, .left_name = "A", .right_name = "B", .steps = CHAIN_ALL};
    chain_compare(&swapped, &chain);
    differs(&chain, 3, "A stops before: killed by signal 11");
    b.record.step_count = STEPS; /* all steps, but not the last evaluation */
    chain = compare(CHAIN_ALL);
    differs(&chain, 4, "B stops before");
    b.record.evaluation_count = EVALUATIONS;
    chain = compare(CHAIN_ALL);
    differs(&chain, -1, "B stops before");
    set_up(NULL);
    b.evaluations[1].step = 3; /* evaluated at other times */
    chain = compare(CHAIN_ALL);
    differs(&chain, 2, "B stops before");
    set_up(NULL);
    b.record.evaluations[0].count = 1;
    chain = compare(CHAIN_ALL);
    differs(&chain, 0, "A evaluates 2 samples after step 0, B 1 after step 0");
    set_up(NULL);
    a.record.step_count = b.record.step_count = 0;
    a.record.evaluation_count = b.record.evaluation_count = 0;
    assert_true(compare(CHAIN_ALL).equal);
}

static void values_in_words(void **state)
{
    (void)state;
    char text[CHAIN_VALUE_BYTES];
    chain_value(0x3f800000u, false, text);
    assert_string_equal(text, "1 (3f800000)");
    chain_value(0xff800000u, false, text);
    assert_string_equal(text, "-Infinity (ff800000)");
    chain_value(7, true, text);
    assert_string_equal(text, "7 (00000007)");
    assert_int_equal(chain_word(-0.0f), 0);
    assert_int_equal(chain_word(NAN), 0x7fc00000u);
    assert_int_equal(chain_word(1.0f), 0x3f800000u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(equal_runs, set_up),
        cmocka_unit_test_setup(the_first_that_differs, set_up),
        cmocka_unit_test_setup(the_tensor_is_named, set_up),
        cmocka_unit_test_setup(metrics_alone_may_differ, set_up),
        cmocka_unit_test_setup(runs_that_stop, set_up),
        cmocka_unit_test(values_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
