/* Configurations: every fixture with its expected problems, the values of full.ini, overrides, notes,
 * allocation failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "harness/plan/config.h"
#include "support_config.h"
#include "harness/plan/experiment_keys.h"
#include "tests/support_temporary.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void test_every_fixture_has_its_problems(void **state)
{
    (void)state;
    glob_t found;
    assert_int_equal(glob("*.expected", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 9);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char path[128];
        struct text expected = {0};
        snprintf(path, sizeof path, "%.*s.ini", (int)(strlen(found.gl_pathv[i]) - strlen(".expected")),
                 found.gl_pathv[i]);
        assert_int_equal(file_read(found.gl_pathv[i], 0, &expected, NULL), STATUS_OK);
        assert_problems(path, NULL, 0, text_string(&expected));
        text_free(&expected);
    }
    globfree(&found);
}

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

static void test_wrong_overrides(void **state)
{
    (void)state;
    static const char *const overrides[] = {
        "learning_rate=1e-4", "training.learning_rate=fast", "training.epocs=1",
        "trainig.epochs=1",   "sweep.epochs=1,2,x",          "training.learning_rate=1e-3",
        "training.epochs",    "data.train=no/such.tsv",      "sweep.learning_rat=1e-4"};
    assert_problems(
        "plain.ini", overrides, 9,
        "--set 1: 'learning_rate=1e-4' is not section.key=value\n"
        "--set 2: [training] learning_rate: 'fast' is not a number > 0 and <= 1\n"
        "--set 3: [training] epocs: unknown key; did you mean epochs?\n"
        "--set 4: [trainig]: unknown section; did you mean [training]?\n"
        "--set 5: [sweep] epochs: value 3: 'x' is not a number > 0 and <= 10000\n"
        "--set 6: [training] learning_rate: is given twice, first by --set 2\n"
        "--set 7: 'training.epochs' is not section.key=value\n"
        "--set 8: [data] train: no/such.tsv does not exist; paths are relative to the ini\n"
        "--set 9: [sweep] learning_rat: cannot be swept: it is no key of [training]; did you mean "
        "learning_rate?\n");
}

/* What other programs' files have: comments behind #, quotes, the number of steps. */
static void test_habits_of_other_files(void **state)
{
    (void)state;
    static const char *const overrides[] = {"data.validation=0.2 # hold", "data.train='a b.tsv'",
                                            "training.epochs=\"2\"", "training.warmup_steps=5"};
    assert_problems(
        "plain.ini", overrides, 4,
        "--set 1: [data] validation: 0.2 # hold does not exist; paths are relative to the ini; a comment "
        "behind a value begins with ' ;', not with #\n"
        "--set 2: [data] train: 'a b.tsv' does not exist; paths are relative to the ini; values are "
        "written without quotes\n"
        "--set 3: [training] epochs: '\"2\"' is not a number > 0 and <= 10000; values are written without "
        "quotes\n"
        "--set 4: [training] warmup_steps: unknown key; did you mean warmup_ratio?\n");
}

/* However long a value is, all of it counts: what is too long is refused in one line, and the end of a list
 * is read like its start. */
static void test_long_overrides(void **state)
{
    (void)state;
    enum { BLANKS = 5000 };
    static char path[BLANKS + 64], list[BLANKS + 64], word[BLANKS + 64], expected[1024];
    snprintf(path, sizeof path, "data.train=%0*d", BLANKS, 0);
    snprintf(list, sizeof list, "sweep.learning_rate=1e-3,%*s", BLANKS, "x");
    snprintf(word, sizeof word, "training.%0*d=1", BLANKS, 0);
    const char *const overrides[] = {path, list, word};
    snprintf(expected, sizeof expected,
             "--set 1: [data] train: '%0200d' is not a path of at most 4095 bytes\n"
             "--set 2: [sweep] learning_rate: value 2: 'x' is not a number > 0 and <= 1\n"
             "--set 3: 'training.%091d': no section or key has such a long name\n",
             0, 0);
    assert_problems("plain.ini", overrides, 3, expected);
}

static void assert_place(const struct config *config, const char *message, const char *expected)
{
    char place[64];
    config_place(config, message, place, sizeof place);
    assert_string_equal(place, expected);
}

/* full.ini has max_length in line 20 and text_pair_column in 22, and sweeps batch_size in line 51; plain.ini
 * has none. */
static void test_places_of_messages(void **state)
{
    (void)state;
    static struct config config;
    static const char *const overrides[] = {"data.text_column=review"};
    read_good("full.ini", overrides, 1, &config);
    assert_place(&config, "max_length 64 is more than the model's 32 positions (model)", "full.ini:20");
    assert_place(&config, "rows.tsv:1: no column \"review\" (text_column); the first row is: a", "--set 1");
    assert_place(&config, "no memory for a batch_size of 4", "full.ini:52");
    assert_place(&config, "no text_pair_column", "full.ini:22");
    assert_place(&config, "/data/max_length.tsv: cannot be read, its path is odd", "");
    assert_place(&config, "max_lengths are no key, nor is my_max_length", "");
    assert_place(&config, "", "");
    config_free(&config);
    read_good("plain.ini", NULL, 0, &config);
    assert_place(&config, "max_length 128 is more than the model's 32 positions (model)", "plain.ini");
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

static void test_file_that_cannot_be_read(void **state)
{
    (void)state;
    static struct config config;
    struct text problems = {0};
    struct error error = {0};
    assert_int_equal(read_with("none.ini", NULL, 0, &config, &problems, &error), STATUS_IO);
    assert_string_equal(error.text, "none.ini: cannot be opened: No such file or directory");
    assert_int_equal(read_with("model", NULL, 0, &config, &problems, &error), STATUS_IO);
    assert_string_equal(error.text, "model: is a folder, a file is needed");
    assert_int_equal(problems.length, 0);
    text_free(&problems);
}

static char scratch_folder[256], scratch[300];

static int make_scratch(void **state)
{
    (void)state;
    temporary_folder(scratch_folder, sizeof scratch_folder);
    snprintf(scratch, sizeof scratch, "%s/scratch.ini", scratch_folder);
    return 0;
}

static int drop_scratch(void **state)
{
    (void)state;
    temporary_remove(scratch_folder);
    return 0;
}

/* Bytes that no text has, and a file without its last newline. */
static void test_odd_bytes(void **state)
{
    (void)state;
    static struct config config;
    const char bytes[] = "[model]\r\npath = model\r\n\0\ninit = ran\x01"
                         "dom\n[data]\ntrain = x\nvalidation = 0.2";
    char expected[2048];
    struct text problems = {0};
    assert_int_equal(file_write(scratch, bytes, sizeof bytes - 1, NULL), STATUS_OK);
    assert_int_equal(read_with(scratch, NULL, 0, &config, &problems, NULL), STATUS_USAGE);
    snprintf(expected, sizeof expected, "%s:3: has a NUL byte; the file must be text\n", scratch);
    assert_non_null(strstr(problems.data, expected));
    snprintf(expected, sizeof expected,
             "%s:4: [model] init: 'ran?dom' is not one of random, pretrained; did you mean "
             "random?\n",
             scratch);
    assert_non_null(strstr(problems.data, expected));
    assert_null(strstr(problems.data, "validation"));
    text_free(&problems);
}

/* The one line for a file that is no ini file at all, in place of one for each of its lines. */
static void assert_foreign(const char *bytes, size_t length)
{
    static struct config config;
    char expected[1024];
    struct text problems = {0};
    struct error error = {0};
    assert_int_equal(file_write(scratch, bytes, length, NULL), STATUS_OK);
    assert_int_equal(read_with(scratch, NULL, 0, &config, &problems, &error), STATUS_USAGE);
    assert_int_equal(problems.length, 0);
    snprintf(expected, sizeof expected, "%s: is no experiment: an ini file is needed, ", scratch);
    assert_memory_equal(error.text, expected, strlen(expected));
    text_free(&problems);
}

static void test_other_files(void **state)
{
    (void)state;
    static const char table[] = "text\tlabel\nThe film: long\t1\n\"[sic] = not good\"\t0\n";
    char weights[6000];
    assert_foreign(table, sizeof table - 1);
    assert_foreign("{\"learning_rate\": 1e-3}\n", 24);
    assert_foreign("learning_rate = 1e-3\n", 21);
    for (size_t i = 0; i < sizeof weights; i++)
        weights[i] = i % 37 == 0 ? '\n' : i % 37 == 1 && i % 3 == 0 ? '[' : (char)(i * i * 31 / 7);
    assert_foreign(weights, sizeof weights);
    assert_foreign("\0\0\0", 3);
    /* Its only section is lost, but it is plain what was meant. */
    struct text problems = {0};
    struct error error = {0};
    static struct config config;
    assert_int_equal(file_write(scratch, "[data\ntrain = x\n", 16, NULL), STATUS_OK);
    assert_int_equal(read_with(scratch, NULL, 0, &config, &problems, &error), STATUS_USAGE);
    assert_non_null(strstr(text_string(&problems), ":1: the section's name is not closed by ]\n"));
    text_free(&problems);
}

/* Each prefix of a good file is read without harm: truncated, it is either still good or has problems. */
static void test_every_truncation_is_survived(void **state)
{
    (void)state;
    static struct config config;
    struct text content = {0};
    assert_int_equal(file_read("full.ini", 0, &content, NULL), STATUS_OK);
    long alive = memory_blocks_alive();
    for (size_t length = 0; length < content.length; length += 3) {
        struct text problems = {0};
        FILE *file = fopen(scratch, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(content.data, 1, length, file), length);
        assert_int_equal(fclose(file), 0);
        enum status status = read_with(scratch, NULL, 0, &config, &problems, NULL);
        assert_int_equal(status, STATUS_USAGE); /* at least the paths do not lead anywhere from there */
        assert_true(problems.length > 0);
        text_free(&problems);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    text_free(&content);
}

static void survive_failures(const char *path, enum status expected)
{
    static struct config config;
    static const char *const overrides[] = {"training.epochs=2"};
    long alive = memory_blocks_alive();
    enum status status = STATUS_NO_MEMORY;
    for (long n = 1; status == STATUS_NO_MEMORY && n < 10000; n++) {
        struct text problems = {0};
        memory_fail_from(n);
        status = read_with(path, overrides, 1, &config, &problems, NULL);
        memory_fail_from(0);
        if (status == STATUS_OK) config_free(&config);
        text_free(&problems);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(status, expected);
}

static void test_failing_allocations(void **state)
{
    (void)state;
    survive_failures("full.ini", STATUS_OK);
    survive_failures("many.ini", STATUS_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_fixture_has_its_problems),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_the_best_model_follows_the_metric),
        cmocka_unit_test(test_full_has_every_key),
        cmocka_unit_test(test_every_key_is_documented),
        cmocka_unit_test(test_defaults_of_the_experiment_are_allowed),
        cmocka_unit_test(test_paths_are_relative_to_the_file),
        cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_wrong_overrides),
        cmocka_unit_test(test_habits_of_other_files),
        cmocka_unit_test(test_long_overrides),
        cmocka_unit_test(test_places_of_messages),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_file_that_cannot_be_read),
        cmocka_unit_test_setup_teardown(test_odd_bytes, make_scratch, drop_scratch),
        cmocka_unit_test_setup_teardown(test_other_files, make_scratch, drop_scratch),
        cmocka_unit_test_setup_teardown(test_every_truncation_is_survived, make_scratch, drop_scratch),
        cmocka_unit_test(test_failing_allocations),
    };
    return cmocka_run_group_tests(tests, stand_in_fixtures, NULL);
}
