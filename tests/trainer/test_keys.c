/* The table of keys: its own sense, the texts of what is allowed, setting and getting of every type,
 * suggestions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trainer/spec/keys.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct key *key_of(const char *section, const char *name)
{
    const struct key *key = key_find(section, name);
    assert_non_null(key);
    return key;
}

/* Every default is allowed by its own key and comes back as the same value. */
static void test_every_default_round_trips(void **state)
{
    (void)state;
    for (size_t i = 0; i < run_key_count; i++) {
        const struct key *key = &run_keys[i];
        assert_non_null(key->meaning);
        assert_true(strlen(key->meaning) > 20);
        assert_int_equal(key->meaning[strlen(key->meaning) - 1], '.');
        assert_true((key->fallback == NULL) == ((key->use & KEY_REQUIRED) != 0));
        if (key->fallback == NULL) continue;
        struct run_spec spec, again;
        struct error error = {0};
        char text[SPEC_PATH_BYTES];
        memset(&spec, 0, sizeof spec);
        memset(&again, 0, sizeof again);
        assert_int_equal(key_set(key, &spec, key->fallback, &error), STATUS_OK);
        key_get(key, &spec, text, sizeof text);
        assert_int_equal(key_set(key, &again, text, &error), STATUS_OK);
        assert_memory_equal(&spec, &again, sizeof spec);
    }
}

static void test_names_and_fields_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < run_key_count; i++) {
        assert_ptr_equal(key_find(run_keys[i].section, run_keys[i].name), &run_keys[i]);
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(run_keys[i].offset, run_keys[j].offset);
        bool sweepable = (run_keys[i].use & KEY_SWEEPABLE) != 0;
        assert_int_equal(sweepable, strcmp(run_keys[i].section, "training") == 0);
    }
    assert_null(key_find("training", "nothing"));
    assert_null(key_find("data", "learning_rate"));
}

/* Defaults of transformers.TrainingArguments (4.40): learning_rate 5e-5, per_device_train_batch_size 8,
 * num_train_epochs 3, warmup_ratio 0, linear, weight_decay 0, max_grad_norm 1, adam 0.9 / 0.999 / 1e-8. */
static void test_defaults(void **state)
{
    (void)state;
    struct run_spec spec;
    run_spec_defaults(&spec);
    assert_true(spec.learning_rate == 5e-5);
    assert_int_equal(spec.batch_size, 8);
    assert_true(spec.epochs == 3);
    assert_int_equal(spec.gradient_accumulation_steps, 1);
    assert_true(spec.warmup_ratio == 0 && spec.weight_decay == 0 && spec.max_grad_norm == 1);
    assert_true(spec.adam_beta1 == 0.9 && spec.adam_beta2 == 0.999 && spec.adam_epsilon == 1e-8);
    assert_int_equal(spec.lr_scheduler_type, SCHEDULER_LINEAR);
    assert_true(spec.dropout < 0);
    assert_int_equal(spec.logging_steps, 10);
    assert_int_equal(spec.eval_steps, 0);
    assert_int_equal(spec.early_stopping_patience, 0);
    assert_int_equal(spec.early_stopping_metric, METRIC_EVAL_LOSS);
    assert_true(spec.load_best_model_at_end);
    assert_int_equal(spec.metric_for_best_model, METRIC_F1);
    assert_int_equal(spec.precision, PRECISION_FP32);
    assert_int_equal(spec.init, INIT_PRETRAINED);
    assert_int_equal(spec.split_seed, 42);
    assert_int_equal(spec.max_length, 128);
    assert_int_equal(spec.header, HEADER_AUTO);
    assert_string_equal(spec.text_column, "text");
    assert_string_equal(spec.text_pair_column, "");
    assert_string_equal(spec.label_column, "label");
    assert_string_equal(spec.device, "auto");
    assert_string_equal(spec.isa, "auto");
    assert_int_equal(spec.threads, 1);
    assert_int_equal(spec.padding, PADDING_NONE);
    assert_int_equal(spec.micro_batch, 0);
    assert_false(spec.gradient_checkpointing);
    assert_string_equal(spec.model_path, "");
    assert_string_equal(spec.train_path, "");
}

/* The words must stand in the order of the enumerations. */
static void test_words_match_enumerations(void **state)
{
    (void)state;
    static const struct {
        const char *section, *name, *word;
        size_t offset;
        int value;
    } cases[] = {
        {"model", "init", "random", offsetof(struct run_spec, init), INIT_RANDOM},
        {"model", "init", "pretrained", offsetof(struct run_spec, init), INIT_PRETRAINED},
        {"data", "header", "auto", offsetof(struct run_spec, header), HEADER_AUTO},
        {"data", "header", "yes", offsetof(struct run_spec, header), HEADER_YES},
        {"data", "header", "no", offsetof(struct run_spec, header), HEADER_NO},
        {"training", "lr_scheduler_type", "linear", offsetof(struct run_spec, lr_scheduler_type),
         SCHEDULER_LINEAR},
        {"training", "lr_scheduler_type", "cosine", offsetof(struct run_spec, lr_scheduler_type),
         SCHEDULER_COSINE},
        {"training", "lr_scheduler_type", "constant", offsetof(struct run_spec, lr_scheduler_type),
         SCHEDULER_CONSTANT},
        {"training", "metric_for_best_model", "f1", offsetof(struct run_spec, metric_for_best_model),
         METRIC_F1},
        {"training", "metric_for_best_model", "f1_macro", offsetof(struct run_spec, metric_for_best_model),
         METRIC_F1_MACRO},
        {"training", "early_stopping_metric", "accuracy", offsetof(struct run_spec, early_stopping_metric),
         METRIC_ACCURACY},
        {"training", "early_stopping_metric", "eval_loss", offsetof(struct run_spec, early_stopping_metric),
         METRIC_EVAL_LOSS},
        {"run", "padding", "none", offsetof(struct run_spec, padding), PADDING_NONE},
        {"run", "padding", "longest", offsetof(struct run_spec, padding), PADDING_LONGEST},
        {"run", "padding", "max", offsetof(struct run_spec, padding), PADDING_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct run_spec spec;
        memset(&spec, 0xff, sizeof spec);
        assert_int_equal(key_set(key_of(cases[i].section, cases[i].name), &spec, cases[i].word, NULL),
                         STATUS_OK);
        int value = -1;
        memcpy(&value, (const char *)&spec + cases[i].offset, sizeof value);
        assert_int_equal(value, cases[i].value);
    }
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *section, *name, *value, *text;
    } cases[] = {
        {"training", "learning_rate", "0", "'0' is not a number > 0 and <= 1"},
        {"training", "learning_rate", "1.5", "'1.5' is not a number > 0 and <= 1"},
        {"training", "learning_rate", "nan", "'nan' is not a number > 0 and <= 1"},
        {"training", "learning_rate", "0x1p-3", "'0x1p-3' is not a number > 0 and <= 1"},
        {"training", "learning_rate", "1e-5 2", "'1e-5 2' is not a number > 0 and <= 1"},
        {"training", "learning_rate", "", "is empty; write a number > 0 and <= 1"},
        {"training", "batch_size", "8.0", "'8.0' is not a whole number >= 1 and <= 65536"},
        {"training", "batch_size", "0", "'0' is not a whole number >= 1 and <= 65536"},
        {"training", "batch_size", "99999999999999999999",
         "'99999999999999999999' is not a whole number >= 1 and <= 65536"},
        {"training", "batch_size", "16,32",
         "'16,32' is not a whole number >= 1 and <= 65536; several values to try belong under [sweep]"},
        {"data", "validation", "20%", "'20%' is neither a fraction nor a file; write 20% as 0.2"},
        {"training", "adam_beta1", "1", "'1' is not a number >= 0 and < 1"},
        {"training", "dropout", "1", "'1' is not a number >= 0 and <= 0.99, or model"},
        {"training", "dropout", "-1", "'-1' is not a number >= 0 and <= 0.99, or model"},
        {"training", "eval_steps", "0", "'0' is not a whole number >= 1 and <= 1000000000, or epoch"},
        {"training", "lr_scheduler_type", "cosin",
         "'cosin' is not one of linear, cosine, constant; did you mean cosine?"},
        {"training", "lr_scheduler_type", "polynomial",
         "'polynomial' is not one of linear, cosine, constant"},
        {"training", "load_best_model_at_end", "maybe", "'maybe' is not yes or no"},
        {"training", "precision", "fp8", "'fp8' is not one of fp32, fp16, bf16; did you mean fp32?"},
        {"data", "split_seed", "-1", "'-1' is not a whole number >= 0 and <= 4294967295"},
        {"data", "split_seed", "4294967296", "'4294967296' is not a whole number >= 0 and <= 4294967295"},
        {"data", "validation", "1", "'1' is not a fraction > 0 and < 1, or the path of a file"},
        {"data", "validation", "0", "'0' is not a fraction > 0 and < 1, or the path of a file"},
        {"data", "train", "", "is empty; write a path of at most 4095 bytes"},
        {"data", "text_column", "", "is empty; write a name of at most 127 bytes"},
        {"data", "train_digest", "ABC", "'ABC' is not 32 hexadecimal digits in lower case"},
        {"run", "device", "gpu", "'gpu' is not one of auto, cpu, cuda, cuda:N; did you mean cpu?"},
        {"run", "device", "cuda:", "'cuda:' is not one of auto, cpu, cuda, cuda:N; did you mean cuda?"},
        {"run", "device", "cuda:N", "'cuda:N' is not one of auto, cpu, cuda, cuda:N; did you mean cuda:N?"},
        {"run", "isa", "sse", "'sse' is not one of auto, avx512, avx2, portable"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct run_spec spec, before;
        struct error error = {0};
        run_spec_defaults(&spec);
        before = spec;
        assert_int_equal(key_set(key_of(cases[i].section, cases[i].name), &spec, cases[i].value, &error),
                         STATUS_USAGE);
        assert_string_equal(error.text, cases[i].text);
        assert_memory_equal(&spec, &before, sizeof spec);
    }
}

static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *section, *name, *value, *text;
    } cases[] = {
        {"training", "learning_rate", "2e-5", "2e-5"},
        {"training", "learning_rate", ".5", "0.5"},
        {"training", "learning_rate", "+1.E-1", "0.1"},
        {"training", "weight_decay", "-0", "0"},
        {"training", "epochs", "2.5", "2.5"},
        {"training", "dropout", "model", "model"},
        {"training", "dropout", "0.1", "0.1"},
        {"training", "eval_steps", "epoch", "epoch"},
        {"training", "eval_steps", "12", "12"},
        {"training", "load_best_model_at_end", "false", "no"},
        {"training", "load_best_model_at_end", "1", "yes"},
        {"training", "max_grad_norm", "0", "0"},
        {"data", "split_seed", "4294967295", "4294967295"},
        {"data", "validation", "0.2", "0.2"},
        {"data", "validation", "held/out.tsv", "held/out.tsv"},
        {"data", "validation", "./0.2", "./0.2"},
        {"data", "text_pair_column", "", ""},
        {"run", "device", "cuda:1", "cuda:1"},
        {"model", "digest", "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct run_spec spec;
        struct error error = {0};
        char text[SPEC_PATH_BYTES];
        run_spec_defaults(&spec);
        const struct key *key = key_of(cases[i].section, cases[i].name);
        assert_int_equal(key_set(key, &spec, cases[i].value, &error), STATUS_OK);
        key_get(key, &spec, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

/* A fraction and a file displace each other. */
static void test_validation_is_one_or_the_other(void **state)
{
    (void)state;
    struct run_spec spec;
    run_spec_defaults(&spec);
    const struct key *key = key_of("data", "validation");
    assert_int_equal(key_set(key, &spec, "a.tsv", NULL), STATUS_OK);
    assert_true(spec.validation_fraction == 0);
    assert_string_equal(spec.validation_path, "a.tsv");
    assert_int_equal(key_set(key, &spec, "0.25", NULL), STATUS_OK);
    assert_true(spec.validation_fraction == 0.25);
    assert_string_equal(spec.validation_path, "");
}

static void test_flags(void **state)
{
    (void)state;
    static const char *const words[] = {"init", "order", "dropout", NULL};
    const struct key key = {"experiment", "vary", .type = KEY_FLAGS, .choices = words, .fallback = "none"};
    struct run_spec unused;
    memset(&unused, 0, sizeof unused);
    unsigned flags = 99;
    struct error error = {0};
    char text[128];
    assert_int_equal(key_set_in(&key, &flags, "dropout,init", &error), STATUS_OK);
    assert_int_equal(flags, 5);
    assert_int_equal(key_set_in(&key, &flags, "order", &error), STATUS_OK);
    assert_int_equal(flags, 2);
    assert_int_equal(key_set_in(&key, &flags, "none", &error), STATUS_OK);
    assert_int_equal(flags, 0);
    assert_int_equal(key_set_in(&key, &flags, "init none", &error), STATUS_USAGE);
    assert_int_equal(key_set_in(&key, &flags, "init, init", &error), STATUS_USAGE);
    assert_string_equal(error.text, "'init' stands twice in the list");
    assert_int_equal(key_set_in(&key, &flags, "seed", &error), STATUS_USAGE);
    assert_string_equal(error.text, "'seed' is not a list of init, order, dropout, or none");
    memcpy(&unused, &(unsigned){6}, sizeof(unsigned));
    key_get(&key, &unused, text, sizeof text);
    assert_string_equal(text, "order, dropout");
}

/* What is refused, and how, config's tests say. */
static void test_span(void **state)
{
    (void)state;
    const struct key key = {"experiment", "repeats",   .type = KEY_SPAN,
                            .least = 1,   .most = 100, .fallback = "3"};
    struct key_span span = {0, 0};
    struct run_spec unused;
    char text[128];
    memset(&unused, 0, sizeof unused);
    assert_int_equal(key_set_in(&key, &span, "3..10", NULL), STATUS_OK);
    assert_int_equal(span.least, 3);
    assert_int_equal(span.most, 10);
    memcpy(&unused, &span, sizeof span);
    key_get(&key, &unused, text, sizeof text);
    assert_string_equal(text, "3..10");
    assert_int_equal(key_set_in(&key, &span, "10..9", NULL), STATUS_USAGE);
    assert_int_equal(span.most, 10); /* untouched */
    assert_int_equal(key_set_in(&key, &span, "7", NULL), STATUS_OK);
    assert_int_equal(span.least, 7);
    assert_int_equal(span.most, 7);
    memcpy(&unused, &span, sizeof span);
    key_get(&key, &unused, text, sizeof text);
    assert_string_equal(text, "7");
    key_expects(&key, text, sizeof text);
    assert_string_equal(text, "a whole number >= 1 and <= 100, or a span as 3..10");
}

/* Names that other tools use lead to ours. */
static void test_other_names(void **state)
{
    (void)state;
    assert_ptr_equal(key_nearest("training", "num_train_epochs"), key_find("training", "epochs"));
    assert_ptr_equal(key_nearest(NULL, "per_device_train_batch_size"), key_find("training", "batch_size"));
    assert_ptr_equal(key_nearest(NULL, "max_seq_length"), key_find("data", "max_length"));
    assert_ptr_equal(key_nearest("training", "fp16"), key_find("training", "precision"));
    assert_null(key_nearest("run", "num_train_epochs"));
}

/* Distances counted by hand. */
static void test_word_distance(void **state)
{
    (void)state;
    assert_int_equal(word_distance("same", "same", 3), 0);
    assert_int_equal(word_distance("kitten", "sitting", 3), 3); /* the textbook pair: k>s, e>i, +g */
    assert_int_equal(word_distance("learning_rate", "learing_rate", 3), 1);
    assert_int_equal(word_distance("epochs", "epohcs", 3), 1); /* neighbours swapped */
    assert_int_equal(word_distance("", "ab", 3), 2);
    assert_int_equal(word_distance("abcdef", "uvwxyz", 3), 4); /* more than the limit */
}

static void test_nearest(void **state)
{
    (void)state;
    assert_ptr_equal(key_nearest("training", "learning-rate"), key_of("training", "learning_rate"));
    assert_ptr_equal(key_nearest("training", "batchsize"), key_of("training", "batch_size"));
    assert_ptr_equal(key_nearest("training", "epoch"), key_of("training", "epochs"));
    assert_ptr_equal(key_nearest(NULL, "max_lenght"), key_of("data", "max_length"));
    assert_null(key_nearest("data", "learning_rate"));
    assert_null(key_nearest(NULL, "completely_different"));
    assert_null(key_nearest("seeds", "order")); /* not for users */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_names),
        cmocka_unit_test(test_every_default_round_trips),
        cmocka_unit_test(test_names_and_fields_are_unique),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_words_match_enumerations),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_validation_is_one_or_the_other),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_span),
        cmocka_unit_test(test_word_distance),
        cmocka_unit_test(test_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
