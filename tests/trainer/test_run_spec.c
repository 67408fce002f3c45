/* Run specs: JSON there and back, the run id and what it depends on, sense across keys, step counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "trainer/spec/keys.h"
#include "trainer/spec/run_spec.h"

#include <stdio.h>
#include <string.h>

#define HEX_A "0123456789abcdef0123456789abcdef"
#define HEX_B "fedcba9876543210fedcba9876543210"

static void sample(struct run_spec *spec)
{
    run_spec_defaults(spec);
    snprintf(spec->model_path, sizeof spec->model_path, "models/tiny");
    snprintf(spec->train_path, sizeof spec->train_path, "data/\xe8\xaf\x84 \"reviews\".tsv");
    snprintf(spec->model_digest, sizeof spec->model_digest, HEX_A);
    snprintf(spec->train_digest, sizeof spec->train_digest, HEX_B);
    spec->validation_fraction = 0.2;
    spec->init = INIT_RANDOM;
    spec->learning_rate = 1.0 / 3.0;
    spec->seed_init = 4294967295u;
    spec->seed_order = 7;
}

static void id_of(const struct run_spec *spec, char id[RUN_ID_BYTES])
{
    struct error error = {0};
    assert_int_equal(run_spec_id(spec, id, &error), STATUS_OK);
    assert_int_equal(strlen(id), 16);
    assert_int_equal(strspn(id, "0123456789abcdef"), 16);
}

static void round_trip(const struct run_spec *spec)
{
    struct text json = {0};
    struct error error = {0};
    struct run_spec read;
    assert_int_equal(run_spec_to_json(spec, &json, &error), STATUS_OK);
    assert_null(strchr(json.data, '\n'));
    if (run_spec_from_json(json.data, &read, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_memory_equal(&read, spec, sizeof read);
    text_free(&json);
}

static void test_json_round_trip(void **state)
{
    (void)state;
    struct run_spec spec;
    sample(&spec);
    round_trip(&spec);
    spec.validation_fraction = 0;
    snprintf(spec.validation_path, sizeof spec.validation_path,
             "0.2"); /* a file whose name looks like a fraction */
    snprintf(spec.validation_digest, sizeof spec.validation_digest, HEX_A);
    spec.dropout = 0.1;
    spec.eval_steps = 12;
    spec.load_best_model_at_end = false;
    snprintf(spec.device, sizeof spec.device, "cuda:3");
    round_trip(&spec);
    memset(spec.train_path, 'x', sizeof spec.train_path - 1);
    round_trip(&spec);
}

static void test_json_form(void **state)
{
    (void)state;
    struct run_spec spec;
    struct text json = {0};
    sample(&spec);
    assert_int_equal(run_spec_to_json(&spec, &json, NULL), STATUS_OK);
    assert_ptr_equal(strstr(json.data, "{\"ftbench_run_spec\": 1, \"model.path\": \"models/tiny\", "),
                     json.data);
    assert_non_null(strstr(json.data, "\"data.validation\": 0.2, "));
    assert_non_null(strstr(json.data, "\"training.learning_rate\": 0.3333333333333333, "));
    assert_non_null(strstr(json.data, "\"training.dropout\": \"model\", "));
    assert_non_null(strstr(json.data, "\"training.eval_steps\": \"epoch\", "));
    assert_non_null(strstr(json.data, "\"training.load_best_model_at_end\": true, "));
    assert_non_null(strstr(json.data, "\"seeds.init\": 4294967295, "));
    text_free(&json);
}

/* Replaces `from` in the sample's JSON by `to` and reads it. */
static void refuse(const char *from, const char *to, const char *expected)
{
    struct run_spec spec, read;
    struct text json = {0}, changed = {0};
    struct error error = {0};
    sample(&spec);
    assert_int_equal(run_spec_to_json(&spec, &json, NULL), STATUS_OK);
    const char *place = strstr(json.data, from);
    assert_non_null(place);
    text_add_bytes(&changed, json.data, (size_t)(place - json.data));
    text_add(&changed, to);
    text_add(&changed, place + strlen(from));
    assert_int_equal(run_spec_from_json(changed.data, &read, &error), STATUS_BAD_INPUT);
    assert_string_equal(error.text, expected);
    text_free(&json);
    text_free(&changed);
}

static void test_json_refusals(void **state)
{
    (void)state;
    refuse("\"ftbench_run_spec\": 1", "\"ftbench_run_spec\": 2",
           "run spec: \"ftbench_run_spec\" is 2; this version reads 1");
    refuse("\"ftbench_run_spec\": 1", "\"ftbench_run_spec\": null",
           "run spec: \"ftbench_run_spec\" is null; this version reads 1");
    refuse("\"ftbench_run_spec\": 1, ", "", "run spec: no member \"ftbench_run_spec\": not a run spec");
    refuse("\"training.batch_size\": 8, ", "", "run spec: no member \"training.batch_size\"");
    refuse("\"training.batch_size\": 8", "\"training.batch_size\": \"8\"",
           "run spec: \"training.batch_size\" must be a whole number");
    refuse("\"training.batch_size\": 8", "\"training.batch_size\": 8.5",
           "run spec: \"training.batch_size\" must be a whole number");
    refuse("\"training.batch_size\": 8", "\"training.batch_size\": 0",
           "run spec: \"training.batch_size\": '0' is not a whole number >= 1 and <= 65536");
    refuse("\"training.batch_size\": 8", "\"training.batch_size\": 8, \"training.batch_size\": 9",
           "run spec: a member is given twice");
    refuse("\"training.batch_size\": 8", "\"training.batch_size\": 8, \"training.bath\": 9",
           "run spec: unknown member \"training.bath\"");
    refuse("\"training.batch_size\": 8", "\"training.batch_size\": [8]",
           "run spec: \"training.batch_size\" must be a single value");
    refuse("\"training.learning_rate\": 0.3333333333333333", "\"training.learning_rate\": NaN",
           "run spec: \"training.learning_rate\": 'NaN' is not a number > 0 and <= 1");
    refuse("\"training.load_best_model_at_end\": true", "\"training.load_best_model_at_end\": \"yes\"",
           "run spec: \"training.load_best_model_at_end\" must be true or false");
    refuse("\"models/tiny\"", "\"mod\\u0000els\"", "run spec: \"model.path\" has a NUL byte");
    refuse("\"data.validation\": 0.2", "\"data.validation\": 2",
           "run spec: \"data.validation\" must be a fraction or the path of a file");
    struct run_spec read;
    struct error error = {0};
    assert_int_equal(run_spec_from_json("{\"ftbench_run_spec\": 1", &read, &error), STATUS_BAD_INPUT);
    assert_string_equal(error.text, "run spec: not JSON: unexpected end of data at byte 22");
}

/* What decides no bit may be absent, as in specs that were stored before there was such a key. */
static void test_absent_members_of_run_have_defaults(void **state)
{
    (void)state;
    struct run_spec spec, read;
    struct text json = {0};
    struct error error = {0};
    sample(&spec);
    assert_int_equal(run_spec_to_json(&spec, &json, NULL), STATUS_OK);
    char *place = strstr(json.data, ", \"run.device\"");
    assert_non_null(place);
    snprintf(place, 2, "}");
    if (run_spec_from_json(json.data, &read, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_memory_equal(&read, &spec, sizeof read);
    assert_true(read.checkpoint_seconds == 30 && read.checkpoint_steps == 0 && read.checkpoint[0] == '\0');
    text_free(&json);
}

/* Older specs could not say it and meant strict; their ids are what they were. */
static void test_absent_arithmetic_is_strict(void **state)
{
    (void)state;
    struct run_spec spec, read;
    struct text json = {0}, older = {0};
    struct error error = {0};
    sample(&spec);
    assert_int_equal(run_spec_to_json(&spec, &json, NULL), STATUS_OK);
    const char member[] = "\"training.arithmetic\": \"strict\", ";
    const char *place = strstr(json.data, member);
    assert_non_null(place);
    text_add_bytes(&older, json.data, (size_t)(place - json.data));
    text_add(&older, place + strlen(member));
    if (run_spec_from_json(older.data, &read, &error) != STATUS_OK) fail_msg("%s", error.text);
    assert_memory_equal(&read, &spec, sizeof read);
    text_free(&json);
    text_free(&older);
}

/* A golden id: changes only when the bits of an unchanged run change (then FTBENCH_NUMERIC_VERSION does too)
 * or when a key is added. */
static void test_id_is_stable(void **state)
{
    (void)state;
    struct run_spec spec;
    char id[RUN_ID_BYTES];
    sample(&spec);
    id_of(&spec, id);
    assert_string_equal(id, "be906b2f0ed70ad7");
}

/* Each key that decides changes the id; each that does not leaves it. */
static void test_id_depends_on_what_decides(void **state)
{
    (void)state;
    static const struct {
        const char *section, *name, *value;
        bool decides;
    } cases[] = {
        {"model", "path", "elsewhere", false},
        {"model", "init", "pretrained", true},
        {"model", "digest", HEX_B, true},
        {"data", "train", "elsewhere.tsv", false},
        {"data", "validation", "0.25", true},
        {"data", "split_seed", "43", true},
        {"data", "max_length", "64", true},
        {"data", "text_column", "review", true},
        {"data", "text_pair_column", "second", true},
        {"data", "label_column", "class", true},
        {"data", "header", "yes", true},
        {"data", "train_digest", HEX_A, true},
        {"data", "validation_digest", HEX_A, true},
        {"training", "learning_rate", "0.33333333333333337", true}, /* the next double after 1/3 */
        {"training", "batch_size", "16", true},
        {"training", "epochs", "4", true},
        {"training", "gradient_accumulation_steps", "2", true},
        {"training", "warmup_ratio", "0.1", true},
        {"training", "lr_scheduler_type", "cosine", true},
        {"training", "weight_decay", "0.01", true},
        {"training", "max_grad_norm", "0", true},
        {"training", "adam_beta1", "0.8", true},
        {"training", "adam_beta2", "0.99", true},
        {"training", "adam_epsilon", "1e-6", true},
        {"training", "dropout", "0", true},
        {"training", "logging_steps", "5", true},
        {"training", "eval_steps", "5", true},
        {"training", "early_stopping_patience", "2", true},
        {"training", "early_stopping_metric", "f1", true},
        {"training", "load_best_model_at_end", "no", true},
        {"training", "metric_for_best_model", "accuracy", true},
        {"training", "precision", "bf16", true},
        {"training", "arithmetic", "fast", true},
        {"seeds", "init", "1", true},
        {"seeds", "order", "1", true},
        {"seeds", "dropout", "1", true},
        {"seeds", "replica", "1", true},
        {"run", "device", "cpu", false},
        {"run", "isa", "avx2", false},
        {"run", "threads", "2", false},
        {"run", "padding", "max", false},
        {"run", "micro_batch", "3", false},
        {"run", "gradient_checkpointing", "yes", false},
        {"run", "checkpoint_seconds", "1.5", false},
        {"run", "checkpoint_steps", "100", false},
        {"run", "record_tensors", "yes", false},
        {"run", "checkpoint", "checkpoints/run.ckpt", false},
        {"run", "saved_model", "models/run", false},
    };
    char before[RUN_ID_BYTES], after[RUN_ID_BYTES];
    struct run_spec spec;
    sample(&spec);
    id_of(&spec, before);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sample(&spec);
        const struct key *key = key_find(cases[i].section, cases[i].name);
        assert_non_null(key);
        assert_int_equal(key_set(key, &spec, cases[i].value, NULL), STATUS_OK);
        id_of(&spec, after);
        if ((strcmp(before, after) != 0) != cases[i].decides)
            fail_msg("%s.%s", cases[i].section, cases[i].name);
    }
    assert_int_equal(sizeof cases / sizeof cases[0], run_key_count); /* all stand above */
}

/* The place of a validation file does not matter, that there is one does. */
static void test_id_of_validation_file(void **state)
{
    (void)state;
    struct run_spec spec;
    char fraction[RUN_ID_BYTES], here[RUN_ID_BYTES], there[RUN_ID_BYTES];
    sample(&spec);
    id_of(&spec, fraction);
    const struct key *key = key_find("data", "validation");
    assert_int_equal(key_set(key, &spec, "a.tsv", NULL), STATUS_OK);
    id_of(&spec, here);
    assert_int_equal(key_set(key, &spec, "b/c.tsv", NULL), STATUS_OK);
    id_of(&spec, there);
    assert_string_equal(here, there);
    assert_string_not_equal(here, fraction);
}

static void check_fails(const struct run_spec *spec, const char *expected)
{
    struct error error = {0};
    assert_int_equal(run_spec_check(spec, &error), STATUS_USAGE);
    assert_string_equal(error.text, expected);
}

static void test_check(void **state)
{
    (void)state;
    struct run_spec spec;
    struct error error = {0};
    sample(&spec);
    assert_int_equal(run_spec_check(&spec, &error), STATUS_OK);
    spec.validation_fraction = 0;
    check_fails(&spec, "[data] validation: give either a fraction of the training rows or a file");
    snprintf(spec.validation_path, sizeof spec.validation_path, "v.tsv");
    assert_int_equal(run_spec_check(&spec, &error), STATUS_OK);
    spec.validation_fraction = 0.5;
    check_fails(&spec, "[data] validation: give either a fraction of the training rows or a file, not both");
    sample(&spec);
    spec.model_path[0] = '\0';
    check_fails(&spec, "[model] path: the folder is not given");
    sample(&spec);
    spec.train_path[0] = '\0';
    check_fails(&spec, "[data] train: the file is not given");
    sample(&spec);
    snprintf(spec.label_column, sizeof spec.label_column, "text");
    check_fails(&spec, "[data] label_column: 'text' is also the text_column; the label must be another");
    sample(&spec);
    snprintf(spec.text_pair_column, sizeof spec.text_pair_column, "label");
    check_fails(
        &spec,
        "[data] text_pair_column: 'label' is also the text_column or the label_column; it must be another");
    snprintf(spec.text_pair_column, sizeof spec.text_pair_column, "second");
    spec.max_length = 4;
    check_fails(&spec, "[data] max_length: 4 tokens cannot hold a pair of texts; at least 5 are needed");
    sample(&spec);
    spec.batch_size = 65536;
    spec.gradient_accumulation_steps = 16;
    check_fails(&spec, "[training] batch_size x gradient_accumulation_steps: 65536 x 16 is more than 1000000 "
                       "samples a step");
    sample(&spec);
    spec.early_stopping_patience = 2;
    assert_int_equal(run_spec_check(&spec, &error), STATUS_OK);
    spec.load_best_model_at_end = false;
    check_fails(
        &spec,
        "[training] early_stopping_patience: early stopping needs load_best_model_at_end = yes, else the "
        "result is the model that got worse");
}

/* 800 samples in steps of 8: 100; 801: 101, the last of one sample. 2.5 epochs of 101 steps: ceil(252.5) =
 * 253; a tenth of them warms up: ceil(25.3) = 26. */
static void test_steps(void **state)
{
    (void)state;
    struct run_spec spec;
    run_spec_defaults(&spec);
    assert_int_equal(run_spec_step_samples(&spec), 8);
    assert_int_equal(run_spec_epoch_steps(&spec, 800), 100);
    assert_int_equal(run_spec_epoch_steps(&spec, 801), 101);
    assert_int_equal(run_spec_total_steps(&spec, 800), 300);
    assert_int_equal(run_spec_warmup_steps(&spec, 800), 0);
    spec.epochs = 2.5;
    spec.warmup_ratio = 0.1;
    assert_int_equal(run_spec_total_steps(&spec, 801), 253);
    assert_int_equal(run_spec_warmup_steps(&spec, 801), 26);
    spec.gradient_accumulation_steps = 4; /* 32 a step: ceil(801 / 32) = 26, 65 in all */
    assert_int_equal(run_spec_step_samples(&spec), 32);
    assert_int_equal(run_spec_epoch_steps(&spec, 801), 26);
    assert_int_equal(run_spec_total_steps(&spec, 801), 65);
    spec.epochs = 0.001;
    assert_int_equal(run_spec_total_steps(&spec, 8), 1);
    spec.warmup_ratio = 1;
    assert_int_equal(run_spec_warmup_steps(&spec, 8), 1);
}

static void test_failing_allocations(void **state)
{
    (void)state;
    long alive = memory_blocks_alive();
    struct run_spec spec;
    char id[RUN_ID_BYTES];
    sample(&spec);
    for (long n = 1; n <= 20; n++) {
        struct text json = {0};
        memory_fail_from(n);
        enum status to_json = run_spec_to_json(&spec, &json, NULL), to_id = run_spec_id(&spec, id, NULL);
        memory_fail_from(0);
        text_free(&json);
        if (n == 1) assert_true(to_json == STATUS_NO_MEMORY && to_id == STATUS_NO_MEMORY);
        if (n == 20) assert_true(to_json == STATUS_OK && to_id == STATUS_OK);
        assert_int_equal(memory_blocks_alive(), alive);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_round_trip),
        cmocka_unit_test(test_json_form),
        cmocka_unit_test(test_json_refusals),
        cmocka_unit_test(test_absent_members_of_run_have_defaults),
        cmocka_unit_test(test_absent_arithmetic_is_strict),
        cmocka_unit_test(test_id_is_stable),
        cmocka_unit_test(test_id_depends_on_what_decides),
        cmocka_unit_test(test_id_of_validation_file),
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
