/* Configurations: the values of full.ini and plain.ini, defaults, paths, overrides, notes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "harness/plan/config.h"
#include "harness/plan/experiment_keys.h"
#include "tests/harness/support_config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void test_plain(void **state)
{
    (void)state;
    static struct config config;
    static struct experiment defaults;
    read_good("plain.ini", NULL, 0, &config);
    experiment_defaults(&defaults);
    assert_string_equal(config.experiment.name, "plain");
    assert_string_equal(config.experiment.base.model_path, "model");
    assert_string_equal(config.experiment.base.train_path, "rows.tsv");
    assert_true(config.experiment.base.validation_fraction == 0.25);
    assert_int_equal(config.experiment.repeats, 3);
    assert_int_equal(config.experiment.span.least, 3);
    assert_false(experiment_is_sequential(&config.experiment));
    assert_int_equal(config.experiment.design, DESIGN_JOINT);
    assert_int_equal(config.experiment.levels, 5);
    assert_int_equal(config.experiment.seed, 42);
    assert_int_equal(config.experiment.vary, VARY_INIT | VARY_ORDER | VARY_DROPOUT);
    assert_int_equal(config.experiment.metric, METRIC_F1);
    assert_true(config.experiment.max_spread == 2);
    assert_true(config.experiment.alpha == 0.05 && config.experiment.sigma0 == 0);
    assert_int_equal(config.experiment.jobs, 0);
    assert_true(config.experiment.timeout == 0);
    assert_string_equal(config.experiment.output, "");
    assert_string_equal(config.experiment.trainer, "");
    assert_int_equal(config.experiment.sweeps, 0);
    assert_true(config.experiment.base.learning_rate == defaults.base.learning_rate);
    assert_int_equal(config.notes.length, 0);
    config_free(&config);
}

static void test_full(void **state)
{
    (void)state;
    static struct config config;
    read_good("full.ini", NULL, 0, &config);
    const struct experiment *experiment = &config.experiment;
    const struct run_spec *base = &experiment->base;
    assert_string_equal(experiment->name, "every-key");
    assert_int_equal(experiment->repeats, 4);
    assert_int_equal(experiment->levels, 7);
    assert_int_equal(experiment->seed, 7);
    assert_int_equal(experiment->vary, VARY_INIT | VARY_DROPOUT);
    assert_int_equal(experiment->metric, METRIC_ACCURACY);
    assert_string_equal(base->validation_path, "held.tsv");
    assert_true(base->validation_fraction == 0);
    assert_int_equal(base->split_seed, 1);
    assert_int_equal(base->max_length, 64);
    assert_int_equal(base->header, HEADER_YES);
    assert_true(base->learning_rate == 0.001 && base->epochs == 2.5 && base->warmup_ratio == 0.1);
    assert_int_equal(base->batch_size, 4);
    assert_int_equal(base->gradient_accumulation_steps, 2);
    assert_int_equal(base->lr_scheduler_type, SCHEDULER_COSINE);
    assert_true(base->weight_decay == 0.01 && base->max_grad_norm == 0 && base->adam_epsilon == 1e-6);
    assert_true(base->adam_beta1 == 0.8 && base->adam_beta2 == 0.99 && base->dropout == 0.1);
    assert_int_equal(base->logging_steps, 5);
    assert_int_equal(base->eval_steps, 3);
    assert_int_equal(base->early_stopping_patience, 2);
    assert_int_equal(base->early_stopping_metric, METRIC_F1);
    assert_int_equal(base->metric_for_best_model, METRIC_ACCURACY);
    assert_int_equal(experiment->mode, SWEEP_ONE_AT_A_TIME);
    assert_int_equal(experiment->sweeps, 2);
    assert_string_equal(experiment->swept[0], "learning_rate");
    assert_string_equal(experiment->swept[1], "batch_size");
    assert_int_equal(config.axes[0].count, 3);
    assert_string_equal(config.axes[0].values[0].canonical, "0.0001");
    assert_string_equal(config.axes[0].values[1].canonical, "0.001");
    assert_string_equal(config.axes[0].values[2].canonical, "0.005");
    assert_int_equal(config.axes[1].count, 2);
    assert_true(experiment->max_spread == 1.5 && experiment->timeout == 60 && experiment->save_model);
    assert_true(experiment->alpha == 0.1 && experiment->sigma0 == 0.8);
    assert_string_equal(base->device, "cpu");
    assert_string_equal(base->isa, "portable");
    assert_int_equal(experiment->jobs, 2);
    assert_string_equal(experiment->output, "results");
    assert_string_equal(experiment->trainer, "./bin/trainer");
    assert_int_equal(base->padding, PADDING_LONGEST);
    assert_int_equal(base->micro_batch, 4);
    assert_true(base->gradient_checkpointing);
    assert_true(base->checkpoint_seconds == 2.5);
    assert_int_equal(base->checkpoint_steps, 100);
    assert_true(base->record_tensors);
    assert_string_equal(base->checkpoint, "");
    config_free(&config);
}

/* The result of a run is its best evaluation by the metric that it is judged by, unless another is asked for.
 */
static void test_the_best_model_follows_the_metric(void **state)
{
    (void)state;
    static struct config config;
    const char *const overrides[] = {"experiment.metric=eval_loss", "training.metric_for_best_model=f1"};
    read_good("plain.ini", NULL, 0, &config);
    assert_int_equal(config.experiment.base.metric_for_best_model, METRIC_F1);
    config_free(&config);
    read_good("plain.ini", overrides, 1, &config);
    assert_int_equal(config.experiment.base.metric_for_best_model, METRIC_EVAL_LOSS);
    config_free(&config);
    read_good("plain.ini", overrides, 2, &config);
    assert_int_equal(config.experiment.base.metric_for_best_model, METRIC_F1);
    config_free(&config);
}

/* full.ini is the list of all keys that a user can write; a key added to a table must be added there. */
static void test_full_has_every_key(void **state)
{
    (void)state;
    struct text content = {0};
    assert_int_equal(file_read("full.ini", 0, &content, NULL), STATUS_OK);
    const struct key *tables[] = {run_keys, experiment_keys};
    const size_t counts[] = {run_key_count, experiment_key_count};
    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; i < counts[t]; i++) {
            const struct key *key = &tables[t][i];
            char line[128];
            if ((key->use & KEY_IN_INI) == 0) continue;
            snprintf(line, sizeof line, "\n%s", key->name);
            if (strstr(content.data, line) == NULL)
                fail_msg("[%s] %s is not in full.ini", key->section, key->name);
        }
    }
    text_free(&content);
}

/* docs/configuration.md has a row for each key, with what the tables say. */
static void test_every_key_is_documented(void **state)
{
    (void)state;
    struct text page = {0};
    assert_int_equal(file_read(FTBENCH_SOURCE_DIR "/docs/configuration.md", 0, &page, NULL), STATUS_OK);
    const struct key *tables[] = {run_keys, experiment_keys};
    const size_t counts[] = {run_key_count, experiment_key_count};
    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; i < counts[t]; i++) {
            const struct key *key = &tables[t][i];
            char expects[256], row[1024], fallback[128] = "required";
            if ((key->use & KEY_IN_INI) == 0) continue;
            key_expects(key, expects, sizeof expects);
            if (key->fallback_told != NULL)
                snprintf(fallback, sizeof fallback, "%s", key->fallback_told);
            else if (key->fallback != NULL)
                snprintf(fallback, sizeof fallback, key->fallback[0] == '\0' ? "empty%s" : "`%s`",
                         key->fallback);
            snprintf(row, sizeof row, "\n| `%s` | %s | %s | %s |\n", key->name, expects, fallback,
                     key->meaning);
            if (strstr(page.data, row) == NULL) fail_msg("not in docs/configuration.md:%s", row);
        }
    }
    text_free(&page);
}

static void test_defaults_of_the_experiment_are_allowed(void **state)
{
    (void)state;
    static struct experiment experiment;
    for (size_t i = 0; i < experiment_key_count; i++) {
        struct error error = {0};
        const struct key *key = &experiment_keys[i];
        if (key_set_in(key, &experiment, key->fallback, &error) != STATUS_OK)
            fail_msg("%s: %s", key->name, error.text);
    }
}

static void test_paths_are_relative_to_the_file(void **state)
{
    (void)state;
    static struct config config;
    assert_int_equal(chdir(".."), 0);
    static const char *const overrides[] = {"data.validation=held.tsv", "run.output=out",
                                            "run.trainer=other-trainer"};
    read_good("ini/plain.ini", overrides, 3, &config);
    assert_string_equal(config.experiment.base.model_path, "ini/model");
    assert_string_equal(config.experiment.base.train_path, "ini/rows.tsv");
    assert_string_equal(config.experiment.base.validation_path, "ini/held.tsv");
    assert_string_equal(config.experiment.output, "ini/out");
    assert_string_equal(config.experiment.trainer, "other-trainer"); /* a name to look for in PATH */
    config_free(&config);
    assert_int_equal(chdir("ini"), 0);
}

static void test_overrides(void **state)
{
    (void)state;
    static struct config config;
    static const char *const overrides[] = {
        "training.epochs = 1",       "sweep.learning_rate=",  "sweep.mode=grid",
        "sweep.weight_decay=0, 0.1", "experiment.vary=order", "training.dropout=model"};
    read_good("full.ini", overrides, 6, &config);
    assert_true(config.experiment.base.epochs == 1);
    assert_int_equal(config.experiment.mode, SWEEP_GRID);
    assert_int_equal(config.experiment.vary, VARY_ORDER);
    assert_true(config.experiment.base.dropout < 0);
    assert_int_equal(config.experiment.sweeps, 2);
    assert_string_equal(config.experiment.swept[0], "batch_size");
    assert_string_equal(config.experiment.swept[1], "weight_decay");
    config_free(&config);
}

static void test_notes(void **state)
{
    (void)state;
    static struct config config;
    static const char *const overrides[] = {"experiment.repeats=1", "training.batch_size=4",
                                            "sweep.batch_size=4,8", "training.early_stopping_metric=f1"};
    read_good("plain.ini", overrides, 4, &config);
    assert_string_equal(text_string(&config.notes),
                        "repeats = 1: one run of a setting shows nothing of its spread; 3 or more do\n"
                        "[training] batch_size is not used: [sweep] lists the values of batch_size\n"
                        "[training] early_stopping_metric is not used: early_stopping_patience is 0\n");
    config_free(&config);
    static const char *const mode[] = {"sweep.mode=grid"};
    read_good("plain.ini", mode, 1, &config);
    assert_string_equal(text_string(&config.notes), "[sweep] mode is not used: no key is swept\n");
    config_free(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_the_best_model_follows_the_metric),
        cmocka_unit_test(test_full_has_every_key),
        cmocka_unit_test(test_every_key_is_documented),
        cmocka_unit_test(test_defaults_of_the_experiment_are_allowed),
        cmocka_unit_test(test_paths_are_relative_to_the_file),
        cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_notes),
    };
    return cmocka_run_group_tests(tests, stand_in_fixtures, NULL);
}
