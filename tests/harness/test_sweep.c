/* Sweeps: reading lists, the settings of both modes with their labels and values, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "harness/plan/experiment_keys.h"
#include "harness/plan/sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct experiment experiment;
static struct sweep_axis axes[PLAN_MAX_SWEEPS];

static int set_up(void **state)
{
    (void)state;
    experiment_defaults(&experiment);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < PLAN_MAX_SWEEPS; i++)
        sweep_axis_free(&axes[i]);
    return 0;
}

static void sweep(const char *name, const char *list)
{
    struct error error = {0};
    int index = experiment.sweeps++;
    if (sweep_axis_read(key_find("training", name), list, &axes[index], &error) != STATUS_OK)
        fail_msg("%s", error.text);
    snprintf(experiment.swept[index], SPEC_NAME_BYTES, "%s", name);
}

static struct plan_setting *expand(size_t expected)
{
    struct plan_setting *settings = NULL;
    size_t count = 0;
    struct error error = {0};
    if (sweep_expand(&experiment, axes, &settings, &count, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_int_equal(count, expected);
    assert_true(sweep_count(&experiment, axes) == (double)expected);
    return settings;
}

static void test_lists(void **state)
{
    (void)state;
    struct sweep_axis axis;
    struct error error = {0};
    const struct key *rate = key_find("training", "learning_rate");
    assert_int_equal(sweep_axis_read(rate, " 1e-3,2e-3 3e-3\t,  .004 ", &axis, &error), STATUS_OK);
    assert_int_equal(axis.count, 4);
    assert_string_equal(axis.values[0].canonical, "0.001");
    assert_string_equal(axis.values[3].canonical, "0.004");
    assert_string_equal(axis.values[3].written, ".004");
    sweep_axis_free(&axis);
    assert_int_equal(sweep_axis_read(rate, " , ", &axis, &error), STATUS_USAGE);
    assert_string_equal(error.text, "lists no value");
    assert_int_equal(sweep_axis_read(rate, "1e-3, x", &axis, &error), STATUS_USAGE);
    assert_string_equal(error.text, "value 2: 'x' is not a number > 0 and <= 1");
    assert_int_equal(sweep_axis_read(rate, "1e-3 2e-3 0.0010", &axis, &error), STATUS_USAGE);
    assert_string_equal(error.text, "value 3: '0.0010' is the same as value 1; each must be another");
    const struct key *best = key_find("training", "load_best_model_at_end");
    assert_int_equal(sweep_axis_read(best, "yes true", &axis, &error), STATUS_USAGE);
    assert_string_equal(error.text, "value 2: 'true' is the same as value 1; each must be another");
}

static void test_nothing_swept(void **state)
{
    (void)state;
    struct plan_setting *settings = expand(1);
    assert_string_equal(settings[0].label, "base");
    assert_true(isnan(settings[0].value));
    assert_int_equal(settings[0].varied, -1);
    assert_memory_equal(&settings[0].spec, &experiment.base, sizeof experiment.base);
    memory_free(settings);
}

static void test_grid(void **state)
{
    (void)state;
    sweep("learning_rate", "1e-3 2e-5");
    sweep("batch_size", "8 16 32");
    struct plan_setting *settings = expand(6);
    static const char *const labels[] = {
        "learning_rate=1e-3, batch_size=8",  "learning_rate=1e-3, batch_size=16",
        "learning_rate=1e-3, batch_size=32", "learning_rate=2e-5, batch_size=8",
        "learning_rate=2e-5, batch_size=16", "learning_rate=2e-5, batch_size=32"};
    static const int batches[] = {8, 16, 32};
    for (int i = 0; i < 6; i++) {
        assert_string_equal(settings[i].label, labels[i]);
        assert_true(settings[i].spec.learning_rate == (i < 3 ? 1e-3 : 2e-5));
        assert_true(settings[i].value == settings[i].spec.learning_rate);
        assert_int_equal(settings[i].spec.batch_size, batches[i % 3]);
        assert_int_equal(settings[i].varied, 0);
        assert_true(settings[i].spec.epochs == 3);
    }
    memory_free(settings);
}

/* The base's own learning rate, 5e-5, stands in the list and is not repeated; its batch size does not. */
static void test_one_at_a_time(void **state)
{
    (void)state;
    experiment.mode = SWEEP_ONE_AT_A_TIME;
    sweep("learning_rate", "1e-5 5e-5 1e-4");
    sweep("batch_size", "16 32");
    struct plan_setting *settings = expand(5);
    assert_string_equal(settings[0].label, "base (learning_rate=5e-5, batch_size=8)");
    assert_int_equal(settings[0].varied, -1);
    assert_true(isnan(settings[0].value));
    assert_string_equal(settings[1].label, "learning_rate=1e-5");
    assert_string_equal(settings[2].label, "learning_rate=1e-4");
    assert_int_equal(settings[2].varied, 0);
    assert_true(settings[2].value == 1e-4);
    assert_int_equal(settings[2].spec.batch_size, 8);
    assert_string_equal(settings[3].label, "batch_size=16");
    assert_int_equal(settings[4].varied, 1);
    assert_true(settings[4].value == 32);
    assert_true(settings[4].spec.learning_rate == 5e-5);
    memory_free(settings);
}

/* What is no number has no place on an axis. */
static void test_words(void **state)
{
    (void)state;
    sweep("lr_scheduler_type", "linear cosine");
    sweep("dropout", "model 0.2");
    struct plan_setting *settings = expand(4);
    assert_true(isnan(settings[0].value));
    assert_string_equal(settings[2].label, "lr_scheduler_type=cosine, dropout=model");
    assert_true(settings[2].spec.dropout < 0);
    assert_int_equal(settings[2].spec.lr_scheduler_type, SCHEDULER_COSINE);
    memory_free(settings);
    experiment.sweeps = 0;
    tear_down(state);
    sweep("dropout", "model 0.2");
    settings = expand(2);
    assert_true(isnan(settings[0].value));
    assert_true(settings[1].value == 0.2);
    memory_free(settings);
}

static void add_numbers(char *list, size_t size, int count)
{
    for (int i = 1; i <= count; i++)
        snprintf(list + strlen(list), size - strlen(list), "%d ", i);
}

static void test_limits(void **state)
{
    (void)state;
    struct plan_setting *settings = NULL;
    size_t count = 0;
    struct error error = {0};
    char list[1024] = "";
    add_numbers(list, sizeof list, 100);
    sweep("batch_size", list);
    sweep("epochs", list);
    assert_int_equal(sweep_expand(&experiment, axes, &settings, &count, &error), STATUS_USAGE);
    assert_string_equal(error.text, "[sweep]: 10000 settings are more than 5000; shorten the lists");
    assert_null(settings);
    experiment.mode = SWEEP_ONE_AT_A_TIME; /* 1 + 99 + 99: 8 and 3 are the base's own */
    settings = expand(199);
    memory_free(settings);
}

static void test_labels_that_do_not_fit(void **state)
{
    (void)state;
    static const char *const names[] = {"gradient_accumulation_steps",
                                        "early_stopping_patience",
                                        "logging_steps",
                                        "eval_steps",
                                        "batch_size",
                                        "max_grad_norm",
                                        "weight_decay",
                                        "epochs",
                                        "adam_epsilon",
                                        "warmup_ratio",
                                        "learning_rate",
                                        "early_stopping_metric",
                                        "load_best_model_at_end",
                                        "metric_for_best_model"};
    static const char *const values[] = {
        "1000",           "1000",  "1000",        "1000",        "1000",      "1000", "0.123456789",
        "1000.123456789", "1e-10", "0.123456789", "0.123456789", "eval_loss", "yes",  "accuracy"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        sweep(names[i], values[i]);
    struct plan_setting *settings = NULL;
    size_t count = 0;
    struct error error = {0};
    for (int mode = SWEEP_GRID; mode <= SWEEP_ONE_AT_A_TIME; mode++) {
        experiment.mode = (enum sweep_mode)mode;
        assert_int_equal(sweep_expand(&experiment, axes, &settings, &count, &error), STATUS_USAGE);
        assert_string_equal(
            error.text,
            "[sweep]: the names of the settings are longer than 255 bytes; sweep fewer keys at once");
    }
}

static void test_failing_allocations(void **state)
{
    (void)state;
    long alive = memory_blocks_alive();
    for (long n = 1; n <= 4; n++) {
        struct sweep_axis axis;
        memory_fail_from(n);
        enum status status = sweep_axis_read(key_find("training", "batch_size"), "1 2 3", &axis, NULL);
        memory_fail_from(0);
        assert_int_equal(status, STATUS_NO_MEMORY); /* the copy of the list, and one growth a value */
        assert_int_equal(memory_blocks_alive(), alive);
    }
    struct plan_setting *settings = NULL;
    size_t count = 0;
    memory_fail_from(1);
    enum status status = sweep_expand(&experiment, axes, &settings, &count, NULL);
    memory_fail_from(0);
    assert_int_equal(status, STATUS_NO_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_swept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_grid, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_at_a_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_labels_that_do_not_fit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failing_allocations, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
