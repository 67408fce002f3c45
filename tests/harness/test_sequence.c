/* Which runs are needed: decisions by hand-made values, holes, copies and failures, in any order of telling;
 * and the executor that asks: the same runs are trained whatever the jobs and the interruptions. */
#include "tests/harness/support_experiment.h"
#include "tests/support_temporary.h"

#include "base/memory.h"
#include "harness/run/executor.h"
#include "harness/sequence.h"
#include "harness/stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SETTINGS = 2, MOST = 10 };

static const double rates[] = {1e-4, 1e-3};

/* Two settings, repeats = 3..10, max_spread = 2 points: SDs of 0.6 and 1.8 points. */
static void make_plan(struct plan *plan)
{
    experiment_plan(rates, SETTINGS, MOST, 1, plan);
    plan->experiment.span = (struct key_span){3, MOST};
    plan->experiment.max_spread = 2;
    plan->experiment.sigma0 = 0;
}

struct fixture {
    struct plan plan;
    struct sequence *sequence;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    struct error error = {0};
    stats_init();
    make_plan(&fixture.plan);
    if (sequence_create(&fixture.plan, &fixture.sequence, &error) != STATUS_OK) fail_msg("%s", error.text);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    sequence_free(fixture->sequence);
    plan_free(&fixture->plan);
    return 0;
}

/* Tell that a run of the second setting is done; each value gets a digest of its own unless one is given. */
static void tell(struct fixture *fixture, int repeat, double value, const char *digest)
{
    struct observed_end end = {.f1 = value};
    snprintf(end.digest, sizeof end.digest, "%032d", repeat + 1);
    if (digest != NULL) snprintf(end.digest, sizeof end.digest, "%s", digest);
    sequence_tell(fixture->sequence, MOST + (size_t)repeat, RUN_DONE, &end);
}

static struct sequence_answer answer_of(struct fixture *fixture, size_t setting)
{
    struct sequence_answer answer;
    struct error error = {0};
    if (sequence_setting(fixture->sequence, setting, &answer, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return answer;
}

static void assert_answer(struct fixture *fixture, enum sequential_state state, int rests_on, int wanted,
                          int not_needed)
{
    const struct sequence_answer answer = answer_of(fixture, 1);
    assert_true(answer.sequential);
    assert_string_equal(sequential_state_name(answer.test.state), sequential_state_name(state));
    assert_int_equal(answer.rests_on, rests_on);
    assert_int_equal(answer.wanted, wanted);
    assert_int_equal(answer.not_needed, not_needed);
}

/* Equal values: each adds -ln 3 = -1.10 to the ratio, the bound is -ln 19 = -2.94: three are not enough, four
 * are. */
static void test_stable(void **state)
{
    struct fixture *fixture = *state;
    size_t not_needed = 99;
    bool this_one = true;
    assert_answer(fixture, SEQUENTIAL_CONTINUE, 0, 3, 0);
    tell(fixture, 0, 0.8, NULL);
    tell(fixture, 1, 0.8, NULL);
    assert_answer(fixture, SEQUENTIAL_CONTINUE, 0, 3, 0);
    tell(fixture, 2, 0.8, NULL);
    assert_answer(fixture, SEQUENTIAL_CONTINUE, 0, 4, 0);
    tell(fixture, 3, 0.8, NULL);
    assert_answer(fixture, SEQUENTIAL_STABLE, 4, 4, 6);
    assert_int_equal(sequence_not_needed(fixture->sequence, &not_needed, NULL), STATUS_OK);
    assert_int_equal(not_needed, 6);
    assert_int_equal(sequence_run_not_needed(fixture->sequence, MOST + 3, &this_one, NULL), STATUS_OK);
    assert_false(this_one);
    assert_int_equal(sequence_run_not_needed(fixture->sequence, MOST + 4, &this_one, NULL), STATUS_OK);
    assert_true(this_one);
    assert_int_equal(sequence_run_not_needed(fixture->sequence, 4, &this_one, NULL), STATUS_OK);
    assert_false(this_one); /* the first setting is open */
    /* A run behind the decision that is there all the same is not called superfluous, and decides nothing. */
    tell(fixture, 7, 0.1, NULL);
    assert_answer(fixture, SEQUENTIAL_STABLE, 4, 4, 5);
}

/* 0.80, 0.85, 0.90: the squares about the mean sum to 0.005, the ratio is 0.005 / 2 * 24691.4 - 2.2 = 59.5.
 */
static void test_unstable(void **state)
{
    struct fixture *fixture = *state;
    tell(fixture, 0, 0.80, NULL);
    tell(fixture, 1, 0.85, NULL);
    tell(fixture, 2, 0.90, NULL);
    assert_answer(fixture, SEQUENTIAL_UNSTABLE, 3, 3, 7);
    assert_float_equal(answer_of(fixture, 1).test.log_ratio, 59.53, 0.01);
}

/* 0.80 and 0.82 in turn: after n = 10 the ratio is 0.001 / 2 * 24691.4 - 9 ln 3 = 2.46, and it was never
 * beyond 2.94. */
static void test_undetermined(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < MOST; i++) {
        assert_answer(fixture, SEQUENTIAL_CONTINUE, 0, i < 3 ? 3 : i + 1, 0);
        tell(fixture, i, i % 2 == 0 ? 0.80 : 0.82, NULL);
    }
    assert_answer(fixture, SEQUENTIAL_UNDETERMINED, 10, 10, 0);
    assert_float_equal(answer_of(fixture, 1).test.log_ratio, 2.458, 0.001);
}

/* Only the unbroken row counts: what ended behind a hole waits. */
static void test_holes(void **state)
{
    struct fixture *fixture = *state;
    tell(fixture, 3, 0.8, NULL);
    tell(fixture, 2, 0.8, NULL);
    tell(fixture, 1, 0.8, NULL);
    assert_answer(fixture, SEQUENTIAL_CONTINUE, 0, 3, 0);
    tell(fixture, 0, 0.8, NULL);
    assert_answer(fixture, SEQUENTIAL_STABLE, 4, 4, 6);
}

/* A failed run decides as soon as the least number is there, an undefined metric is one. */
static void test_failures(void **state)
{
    struct fixture *fixture = *state;
    sequence_tell(fixture->sequence, MOST, RUN_CRASHED, NULL);
    assert_answer(fixture, SEQUENTIAL_CONTINUE, 0, 3, 0);
    tell(fixture, 1, 0.8, NULL);
    tell(fixture, 2, 0.8, NULL);
    assert_answer(fixture, SEQUENTIAL_UNSTABLE, 3, 3, 7);
    assert_true(answer_of(fixture, 1).test.failed);
    tell(fixture, 0, 0.8, NULL); /* tried again, and it went well */
    assert_answer(fixture, SEQUENTIAL_CONTINUE, 0, 4, 0);
    sequence_tell(fixture->sequence, MOST + 3, RUN_PENDING, NULL);
    assert_answer(fixture, SEQUENTIAL_CONTINUE, 0, 4, 0);
    tell(fixture, 3, NAN, NULL);
    assert_answer(fixture, SEQUENTIAL_UNSTABLE, 4, 4, 6);
}

/* Runs with the bits of an earlier one bring nothing: 4 different ones are needed for "stable", whichever of
 * two equal ones ended first. All equal: to the cap, and nothing is known. */
static void test_copies(void **state)
{
    struct fixture *fixture = *state;
    static const char *const digest = "0123456789abcdef0123456789abcdef";
    tell(fixture, 2, 0.8, digest);
    tell(fixture, 0, 0.8, digest);
    tell(fixture, 1, 0.8, NULL);
    tell(fixture, 3, 0.8, NULL);
    assert_answer(fixture, SEQUENTIAL_CONTINUE, 0, 5, 0);
    tell(fixture, 4, 0.8, NULL);
    assert_answer(fixture, SEQUENTIAL_STABLE, 5, 5, 5);
    assert_int_equal(answer_of(fixture, 1).test.n, 4);
    tear_down(state);
    set_up(state);
    for (int i = 0; i < MOST; i++) {
        assert_answer(fixture, SEQUENTIAL_CONTINUE, 0, i < 3 ? 3 : i + 1, 0);
        tell(fixture, i, 0.8, digest);
    }
    assert_answer(fixture, SEQUENTIAL_UNDETERMINED, 10, 10, 0);
    assert_int_equal(answer_of(fixture, 1).test.n, 1);
}

/* The seeds of an earlier repeat make no new run even where the bits differ, which they must not. */
static void test_twins(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 1; i < 3; i++) {
        struct plan_run *first = &fixture->plan.runs[MOST], *again = &fixture->plan.runs[MOST + i];
        again->seed_init = first->seed_init;
        again->seed_order = first->seed_order;
        again->seed_dropout = first->seed_dropout;
    }
    tell(fixture, 2, 0.9, NULL);
    tell(fixture, 1, 0.7, NULL);
    tell(fixture, 0, 0.8, NULL);
    assert_answer(fixture, SEQUENTIAL_CONTINUE, 0, 4, 0);
    for (int i = 3; i < 6; i++)
        tell(fixture, i, 0.8, NULL);
    assert_answer(fixture, SEQUENTIAL_STABLE, 6, 6, 4);
    assert_int_equal(answer_of(fixture, 1).test.n, 4);
}

/* One number of repeats, or a design: all runs are needed. */
static void test_fixed_number(void **state)
{
    struct fixture *fixture = *state;
    fixture->plan.experiment.span.least = MOST;
    for (int i = 0; i < 5; i++)
        tell(fixture, i, 0.8, NULL);
    const struct sequence_answer answer = answer_of(fixture, 1);
    assert_false(answer.sequential);
    assert_int_equal(answer.wanted, MOST);
    assert_int_equal(answer.not_needed, 0);
    fixture->plan.experiment.span.least = 3;
    fixture->plan.experiment.design = DESIGN_LATIN;
    assert_false(answer_of(fixture, 1).sequential);
}

static void test_streams(void **state)
{
    struct fixture *fixture = *state;
    struct stream_run runs[MOST];
    size_t count = 99;
    tell(fixture, 1, 0.7, NULL);
    tell(fixture, 4, 0.8, NULL);
    sequence_tell(fixture->sequence, MOST + 5, RUN_DIVERGED, NULL);
    sequence_streams(fixture->sequence, 1, runs, &count);
    assert_int_equal(count, 3);
    assert_int_equal(runs[0].seed[STREAM_OF_INIT], 101);
    assert_int_equal(runs[0].seed[STREAM_OF_ORDER], 102);
    assert_int_equal(runs[1].seed[STREAM_OF_DROPOUT], 403);
    assert_true(runs[0].value == 0.7 && runs[1].value == 0.8 && isnan(runs[2].value));
    sequence_streams(fixture->sequence, 0, runs, &count);
    assert_int_equal(count, 0);
}

static void test_damaged_plan(void **state)
{
    struct fixture *fixture = *state;
    struct sequence *other = NULL;
    struct error error = {0};
    fixture->plan.runs[7].repeat = 3;
    assert_int_equal(sequence_create(&fixture->plan, &other, &error), STATUS_BAD_INPUT);
    assert_null(other);
    fixture->plan.runs[7].repeat = 7;
    fixture->plan.experiment.repeats = 11;
    assert_int_equal(sequence_create(&fixture->plan, &other, &error), STATUS_BAD_INPUT);
    assert_string_equal(error.text,
                        "the plan's 20 runs are not 2 settings with 11 repeats each, in this order");
    fixture->plan.experiment.repeats = MOST;
}

static void test_failing_allocations(void **state)
{
    struct fixture *fixture = *state;
    struct sequence *other = NULL;
    long alive = memory_blocks_alive(), n = 1;
    enum status status = STATUS_NO_MEMORY;
    for (; status == STATUS_NO_MEMORY && n < 100; n++) {
        memory_fail_from(n);
        status = sequence_create(&fixture->plan, &other, NULL);
        memory_fail_from(0);
        if (status == STATUS_OK) sequence_free(other);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(status, STATUS_OK);
    assert_true(n > 4);
}

/* An experiment in a folder, carried out by the synthetic trainer. */
struct trial {
    char folder[SPEC_PATH_BYTES];
    struct plan plan;
    struct store *store;
    struct executor_result result;
};

static void trial_open(struct trial *trial)
{
    memset(trial, 0, sizeof *trial);
    temporary_folder(trial->folder, sizeof trial->folder);
    make_plan(&trial->plan);
    assert_int_equal(store_open(trial->folder, STORE_WRITE, &trial->store, NULL), STATUS_OK);
    assert_int_equal(store_save_plan(trial->store, &trial->plan, NULL), STATUS_OK);
}

static void trial_close(struct trial *trial)
{
    store_close(trial->store);
    plan_free(&trial->plan);
    temporary_remove(trial->folder);
}

static void trial_run(struct trial *trial, int jobs, const char *behaviour)
{
    struct error error = {0};
    struct sequence *sequence = NULL;
    setenv("FTBENCH_SYNTHETIC", behaviour, 1);
    assert_int_equal(sequence_create(&trial->plan, &sequence, &error), STATUS_OK);
    const struct demand demand = sequence_demand(sequence);
    const struct executor_options options = {
        .trainer = EXPERIMENT_TRAINER, .jobs = jobs, .timeout = 30, .grace = 60, .demand = &demand};
    if (executor_run(&trial->plan, trial->store, &options, &trial->result, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    sequence_free(sequence);
}

/* One letter for each run: d(one), p(ending), c(rashed)... */
static void trial_outcomes(struct trial *trial, char outcomes[SETTINGS * MOST + 1])
{
    for (size_t i = 0; i < trial->plan.run_count; i++) {
        enum run_outcome outcome;
        assert_int_equal(store_run_outcome(trial->store, trial->plan.runs[i].id, &outcome, NULL), STATUS_OK);
        outcomes[i] = run_outcome_name(outcome)[0];
    }
    outcomes[SETTINGS * MOST] = '\0';
}

static void assert_outcomes(struct trial *trial, const char *expected)
{
    char outcomes[SETTINGS * MOST + 1];
    trial_outcomes(trial, outcomes);
    assert_string_equal(outcomes, expected);
}

/* F1 at 1e-4 is cut off at 0, equal in all runs: stable after 4. At 1e-3 it has an SD of 10 points: unstable
 * after 3, for which the jobs make no difference. */
static void test_jobs_change_nothing(void **state)
{
    (void)state;
    for (int jobs = 1; jobs <= 7; jobs += 3) {
        static struct trial trial;
        trial_open(&trial);
        trial_run(&trial, jobs, "mean=0.5,sigma=0.1,penalty=5");
        assert_int_equal(trial.result.done, 7);
        assert_false(trial.result.interrupted);
        assert_outcomes(&trial, "ddddpppppp"
                                "dddppppppp");
        trial_run(&trial, jobs, "crash_at=0"); /* nobody is started any more */
        assert_int_equal(trial.result.kept, 7);
        assert_int_equal(trial.result.done + trial.result.failed, 0);
        trial_close(&trial);
    }
}

/* A setting between stable and unstable: as many runs as the test wants of the values that all ten would
 * have. */
static void test_as_many_as_the_test_wants(void **state)
{
    (void)state;
    static struct trial all, trial;
    static const char *const behaviour = "mean=0.5,sigma=0.009,penalty=0";
    double values[MOST];
    struct sequential sequential;
    trial_open(&all);
    all.plan.experiment.span.least = MOST;
    trial_run(&all, 2, behaviour);
    assert_int_equal(all.result.done, SETTINGS * MOST);
    for (size_t i = 0; i < MOST; i++) {
        struct observed_end end;
        bool has_end = false;
        assert_int_equal(store_load_end(all.store, all.plan.runs[i].id, &end, &has_end, NULL), STATUS_OK);
        assert_true(has_end);
        values[i] = end.f1;
    }
    trial_close(&all);
    const struct sequential_plan test = sequential_plan_default(0.02, 3, MOST);
    assert_int_equal(sequential_judge(&test, values, MOST, &sequential, NULL), STATUS_OK);
    assert_true(sequential.n > 4); /* else this test shows nothing */
    for (int jobs = 1; jobs <= 2; jobs++) {
        trial_open(&trial);
        trial_run(&trial, jobs, behaviour);
        assert_int_equal(trial.result.done, SETTINGS * sequential.n);
        trial_close(&trial);
    }
}

/* Interrupted in the least number of repeats, and behind it; the same command ends with the same runs. */
static void test_interruptions(void **state)
{
    (void)state;
    static const char *const calm = "mean=0.5,sigma=0.1,penalty=5";
    static const int seeds[] = {101, 301}; /* of the second repeat and of the fourth */
    for (size_t i = 0; i < 2; i++) {
        static struct trial trial;
        char behaviour[128];
        trial_open(&trial);
        snprintf(behaviour, sizeof behaviour, "%s,interrupt_at=2,only_rate=0.0001,only_seed=%d", calm,
                 seeds[i]);
        trial_run(&trial, (int)i + 1, behaviour);
        assert_true(trial.result.interrupted);
        trial_run(&trial, (int)i + 1, calm);
        assert_false(trial.result.interrupted);
        assert_outcomes(&trial, "ddddpppppp"
                                "dddppppppp");
        trial_close(&trial);
    }
}

/* One that crashed makes its setting unstable; tried again with success it does not, and the setting goes on.
 */
static void test_a_failed_run_is_tried_again(void **state)
{
    (void)state;
    static struct trial trial;
    trial_open(&trial);
    trial_run(&trial, 2, "mean=0.5,sigma=0.1,penalty=5,crash_at=1,only_rate=0.0001,only_seed=101");
    assert_int_equal(trial.result.failed, 1);
    assert_outcomes(&trial, "dcdppppppp"
                            "dddppppppp");
    trial_run(&trial, 2, "mean=0.5,sigma=0.1,penalty=5");
    assert_int_equal(trial.result.done, 2);
    assert_outcomes(&trial, "ddddpppppp"
                            "dddppppppp");
    trial_close(&trial);
}

/* What the store holds gives the same answers as what was told while it grew. */
static void test_read_from_the_store(void **state)
{
    (void)state;
    static struct trial trial;
    struct sequence *sequence = NULL;
    struct sequence_answer answer;
    size_t not_needed = 0;
    trial_open(&trial);
    trial_run(&trial, 2, "mean=0.5,sigma=0.1,penalty=5,nan_at=1,only_rate=0.001,only_seed=201");
    assert_outcomes(&trial, "ddddpppppp"
                            "dddppppppp");
    struct error error = {0};
    if (sequence_read(&trial.plan, trial.store, &sequence, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_int_equal(sequence_setting(sequence, 0, &answer, NULL), STATUS_OK);
    assert_int_equal(answer.test.state, SEQUENTIAL_STABLE);
    assert_int_equal(answer.rests_on, 4);
    assert_int_equal(sequence_setting(sequence, 1, &answer, NULL), STATUS_OK);
    assert_int_equal(answer.test.state, SEQUENTIAL_UNSTABLE);
    assert_true(answer.test.failed);
    assert_int_equal(sequence_not_needed(sequence, &not_needed, NULL), STATUS_OK);
    assert_int_equal(not_needed, 13);
    sequence_free(sequence);
    trial_close(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_stable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unstable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_undetermined, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_holes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_copies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_twins, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fixed_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_streams, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damaged_plan, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failing_allocations, set_up, tear_down),
        cmocka_unit_test(test_jobs_change_nothing),
        cmocka_unit_test(test_as_many_as_the_test_wants),
        cmocka_unit_test(test_interruptions),
        cmocka_unit_test(test_a_failed_run_is_tried_again),
        cmocka_unit_test(test_read_from_the_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
