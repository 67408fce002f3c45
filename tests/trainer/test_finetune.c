/* A whole run: what it says and in which order, that it learns, that its bits depend on settings and seeds
 * alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/trainer/support_folder.h"
#include "trainer/finetune.h"
#include "trainer/spec/content.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIXTURES FTBENCH_SOURCE_DIR "/tests/fixtures/"

/* What a run said, kept. */
struct record {
    int begins, steps, evaluations, notes, ends;
    struct observed_begin begin; /* without its array */
    int32_t labels[256];         /* (begin.labelled) */
    struct observed_step step[400];
    struct observed_evaluation evaluation[64]; /* without their arrays */
    struct observed_note note;                 /* the first */
    struct observed_end end;
    int refuse_after; /* > 0: the sink fails at this observation */
    volatile sig_atomic_t *stop;
    int stop_after_steps;
};

static enum status keep(void *context, const struct observation *observation, struct error *error)
{
    struct record *record = context;
    int heard = record->begins + record->steps + record->evaluations + record->notes + record->ends;
    if (record->refuse_after > 0 && heard + 1 >= record->refuse_after)
        return error_set(error, STATUS_IO, "the reader went away");
    switch (observation->kind) {
    case OBSERVATION_BEGIN:
        record->begin = observation->as.begin;
        record->begins++;
        assert_int_equal(record->begin.labelled, record->begin.validation_samples);
        assert_in_range(record->begin.labelled, 1, sizeof record->labels / sizeof record->labels[0]);
        memcpy(record->labels, record->begin.validation_labels,
               (size_t)record->begin.labelled * sizeof record->labels[0]);
        record->begin.validation_labels = NULL;
        break;
    case OBSERVATION_STEP:
        assert_int_equal(observation->as.step.step, record->steps + 1);
        record->step[record->steps++] = observation->as.step;
        if (record->stop != NULL && record->steps == record->stop_after_steps) *record->stop = 1;
        break;
    case OBSERVATION_EVALUATION: {
        struct observed_evaluation *seen = &record->evaluation[record->evaluations++];
        *seen = observation->as.evaluation;
        assert_int_equal(seen->count, record->begin.validation_samples);
        double sum = 0.0;
        int right = 0;
        for (int i = 0; i < seen->count; i++) {
            sum += (double)seen->losses[i];
            right += seen->predictions[i] == record->labels[i];
        }
        assert_true(fabs(sum / seen->count - seen->loss) < 1e-12);
        assert_true(fabs((double)right / seen->count - seen->accuracy) < 1e-12);
        seen->losses = NULL;
        seen->predictions = NULL;
        break;
    }
    case OBSERVATION_NOTE:
        if (record->notes == 0) record->note = observation->as.note;
        record->notes++;
        break;
    case OBSERVATION_END:
        record->end = observation->as.end;
        record->ends++;
        break;
    }
    return STATUS_OK;
}

static struct run_spec letters(const char *model)
{
    struct run_spec spec;
    run_spec_defaults(&spec);
    snprintf(spec.model_path, sizeof spec.model_path, FIXTURES "%s", model);
    snprintf(spec.train_path, sizeof spec.train_path, FIXTURES "letters.tsv");
    spec.init = INIT_RANDOM;
    spec.validation_fraction = 0.25;
    spec.split_seed = 1;
    spec.max_length = 16;
    spec.learning_rate = 0.01;
    spec.batch_size = 6;
    spec.epochs = 6;
    spec.dropout = 0.1;
    spec.logging_steps = 5;
    spec.seed_init = 1;
    spec.seed_order = 2;
    spec.seed_dropout = 3;
    return spec;
}

static struct record *run(const struct run_spec *spec, enum status expected)
{
    struct record *record = calloc(1, sizeof *record);
    struct finetune_sink sink = {.take = keep, .context = record};
    struct error error = {0};
    enum status status = finetune_run(spec, &sink, NULL, &error);
    if (status != expected) fail_msg("status %s: %s", status_name(status), error.text);
    return record;
}

static void test_says_everything_in_order_and_learns(void **state)
{
    (void)state;
    static const char *const models[] = {"letters-bert", "letters-llama"};
    for (int m = 0; m < 2; m++) {
        struct run_spec spec = letters(models[m]);
        spec.epochs = 12;
        struct record *r = run(&spec, STATUS_OK);
        /* 60 rows, 15 held out; 45 / 6 = 8 steps an epoch (the last takes 3), 12 epochs */
        assert_int_equal(r->begin.train_samples, 45);
        assert_int_equal(r->begin.validation_samples, 15);
        assert_int_equal(r->begin.epoch_steps, 8);
        assert_string_equal(r->begin.label_names, "0, 1");
        assert_int_equal(r->begin.total_steps, 96);
        assert_int_equal(r->steps, 96);
        assert_int_equal(r->evaluations, 13);
        assert_int_equal(r->evaluation[0].step, 0);
        assert_int_equal(r->evaluation[12].step, 96);
        assert_int_equal(r->begins, 1);
        assert_int_equal(r->ends, 1);
        assert_int_equal(r->end.reason, END_COMPLETED);
        assert_true(r->evaluation[12].loss < 0.5 * r->evaluation[0].loss);
        assert_true(r->step[95].train_loss < 0.2 * r->step[4].train_loss);
        assert_true(r->step[4].logged && !r->step[5].logged && r->step[95].logged);
        double mean = 0.0;
        for (int s = 0; s < 5; s++)
            mean += (double)r->step[s].loss / 5;
        assert_true(fabs(mean - r->step[4].train_loss) < 1e-12);
        assert_true(r->step[0].learning_rate == 0.01 && r->step[48].learning_rate == 0.005);
        free(r);
    }
}

/* The vocabulary knows the letters a to k. One foreign word is 1 of 17 tokens, and then 1 of 20: a twentieth
 * is passed over. */
static void test_notes_an_unfit_vocabulary(void **state)
{
    (void)state;
    static const struct {
        const char *rows;
        int notes;
    } cases[] = {{"text\tlabel\na b c d e f g h i z\t0\na b c d\t1\nb\t0\nc\t1\n", 1},
                 {"text\tlabel\na b c d e f g h i z\t0\na b c d e f g\t1\nb\t0\nc\t1\n", 0}};
    for (int c = 0; c < 2; c++) {
        struct folder folder;
        struct run_spec spec = letters("letters-bert");
        char path[1024];
        folder_make(&folder);
        folder_print(&folder, "train.tsv", cases[c].rows, path);
        snprintf(spec.train_path, sizeof spec.train_path, "%s", path);
        spec.validation_fraction = 0;
        folder_print(&folder, "dev.tsv", "text\tlabel\nk\t0\n", spec.validation_path);
        spec.epochs = 1;
        struct record *r = run(&spec, STATUS_OK);
        assert_int_equal(r->notes, cases[c].notes);
        if (r->notes > 0) {
            assert_string_equal(r->note.code, "unknown");
            assert_non_null(strstr(r->note.message, "5.9% of the texts' tokens are [UNK]"));
        }
        free(r);
        folder_remove(&folder);
    }
}

static void test_best_evaluation_is_the_result(void **state)
{
    (void)state;
    struct run_spec spec = letters("letters-bert");
    spec.eval_steps = 4;
    struct record *r = run(&spec, STATUS_OK);
    int best = 1; /* step 0 is no result of training */
    for (int e = 1; e < r->evaluations; e++) {
        if (r->evaluation[e].f1 > r->evaluation[best].f1 || isnan(r->evaluation[best].f1)) best = e;
    }
    assert_int_equal(r->evaluations, 13);
    assert_int_equal(r->end.best_step, r->evaluation[best].step);
    assert_true(r->end.f1 == r->evaluation[best].f1 && r->end.loss == r->evaluation[best].loss);
    free(r);
    spec.load_best_model_at_end = false;
    r = run(&spec, STATUS_OK);
    assert_int_equal(r->end.best_step, 48);
    assert_true(r->end.loss == r->evaluation[12].loss);
    free(r);
}

static void test_same_seeds_same_bits_other_seeds_other_bits(void **state)
{
    (void)state;
    struct run_spec spec = letters("letters-bert");
    spec.epochs = 2;
    struct record *first = run(&spec, STATUS_OK);
    struct run_spec same = spec;
    same.threads = 3;
    same.padding = PADDING_MAX;
    struct record *again = run(&same, STATUS_OK);
    assert_string_equal(first->end.digest, again->end.digest);
    free(again);
    same = spec; /* 3 x 2 accumulated are the same 6 samples */
    same.batch_size = 3;
    same.gradient_accumulation_steps = 2;
    again = run(&same, STATUS_OK);
    assert_string_equal(first->end.digest, again->end.digest);
    free(again);
    static const int cuts[] = {1, 4, 6, 100}; /* an epoch's last step has 3 samples */
    for (int c = 0; c < 4; c++) {
        same = spec;
        same.micro_batch = cuts[c];
        same.padding = c % 3;
        same.gradient_checkpointing = c % 2 == 1;
        again = run(&same, STATUS_OK);
        assert_string_equal(first->end.digest, again->end.digest);
        free(again);
    }
    same = spec; /* batches of one, cut again across them */
    same.batch_size = 1;
    same.gradient_accumulation_steps = 6;
    same.micro_batch = 5;
    again = run(&same, STATUS_OK);
    assert_string_equal(first->end.digest, again->end.digest);
    free(again);
    uint32_t *seeds[] = {&spec.seed_init, &spec.seed_order, &spec.seed_dropout, &spec.split_seed};
    for (int s = 0; s < 4; s++) {
        *seeds[s] += 100;
        struct record *other = run(&spec, STATUS_OK);
        assert_string_not_equal(first->end.digest, other->end.digest);
        *seeds[s] -= 100;
        free(other);
    }
    free(first);
}

static void test_early_stopping(void **state)
{
    (void)state;
    struct run_spec spec = letters("letters-bert");
    spec.learning_rate = 0.0 + 1e-12; /* nothing moves beyond rounding: the loss hardly improves */
    spec.lr_scheduler_type = SCHEDULER_CONSTANT;
    spec.early_stopping_patience = 2;
    spec.early_stopping_metric = METRIC_F1;
    struct record *r = run(&spec, STATUS_OK);
    assert_int_equal(r->end.reason, END_EARLY_STOPPED);
    assert_int_equal(r->evaluations, 4); /* step 0, the first (best), two that are no better */
    assert_int_equal(r->end.steps, 24);
    free(r);
}

static void test_divergence_ends_the_run_before_the_update(void **state)
{
    (void)state;
    struct run_spec spec = letters("letters-llama");
    spec.learning_rate = 1e30;
    spec.max_grad_norm = 0;
    spec.lr_scheduler_type = SCHEDULER_CONSTANT;
    struct record *r = run(&spec, STATUS_DIVERGED);
    assert_int_equal(r->end.reason, END_DIVERGED);
    assert_non_null(strstr(r->end.message, "learning_rate"));
    assert_int_equal(r->end.steps, r->steps);
    assert_true(r->steps >= 1 && r->steps < 48);
    free(r);
}

static void test_stop_is_heard(void **state)
{
    (void)state;
    struct run_spec spec = letters("letters-bert");
    volatile sig_atomic_t stop = 0;
    struct record *r = calloc(1, sizeof *r);
    r->stop = &stop;
    r->stop_after_steps = 3;
    struct finetune_sink sink = {.take = keep, .context = r};
    assert_int_equal(finetune_run(&spec, &sink, &stop, NULL), STATUS_INTERRUPTED);
    assert_int_equal(r->steps, 3);
    assert_int_equal(r->end.reason, END_INTERRUPTED);
    free(r);
}

static void test_what_is_wrong_is_said(void **state)
{
    (void)state;
    struct run_spec spec = letters("letters-bert");
    spec.max_length = 17;
    struct record *r = run(&spec, STATUS_BAD_INPUT);
    assert_int_equal(r->end.reason, END_FAILED);
    assert_non_null(strstr(r->end.message, "16 positions"));
    free(r);
    spec = letters("letters-bert");
    snprintf(spec.train_digest, sizeof spec.train_digest, "00112233445566778899aabbccddeeff");
    r = run(&spec, STATUS_BAD_INPUT);
    assert_non_null(strstr(r->end.message, "letters.tsv"));
    free(r);
    spec = letters("letters-bert");
    snprintf(spec.device, sizeof spec.device, "abacus");
    r = run(&spec, STATUS_UNSUPPORTED);
    assert_non_null(strstr(r->end.message, "abacus"));
    free(r);
}

/* One epoch of a model with another config.json, in a folder of its own. */
static struct run_spec letters_with(const char *config, struct folder *folder)
{
    struct text vocabulary = {0};
    char path[1024];
    folder_make(folder);
    assert_int_equal(file_read(FIXTURES "letters-bert/vocab.txt", 1 << 16, &vocabulary, NULL), STATUS_OK);
    folder_print(folder, "vocab.txt", text_string(&vocabulary), path);
    text_free(&vocabulary);
    folder_print(folder, "config.json", config, path);
    struct run_spec spec = letters("");
    snprintf(spec.model_path, sizeof spec.model_path, "%s", folder->path);
    spec.epochs = 1;
    return spec;
}

/* A model of 2^38 numbers is refused before any of it is taken, with what it needs and what there is. */
static void test_what_no_machine_has_is_refused(void **state)
{
    (void)state;
    struct folder folder;
    struct run_spec spec = letters_with(
        "{\"model_type\":\"distilbert\",\"vocab_size\":16777216,\"dim\":16384,\"n_layers\":1,\"n_heads\":4,"
        "\"hidden_dim\":24,\"max_position_embeddings\":16}",
        &folder);
    struct record *r = run(&spec, STATUS_NO_MEMORY);
    assert_int_equal(r->begins + r->steps, 0);
    assert_int_equal(r->end.reason, END_FAILED);
    assert_non_null(strstr(r->end.message, " TiB of memory are needed and "));
    assert_non_null(strstr(r->end.message, ": only a smaller model fits"));
    free(r);
    folder_remove(&folder);
}

/* The longest sequence that a family can take trains; one token more is refused, with the reason. */
static void check_longest(const char *config, int longest, const char *reason, enum status refusal)
{
    struct folder folder;
    struct run_spec spec = letters_with(config, &folder);
    spec.max_length = longest;
    struct record *r = run(&spec, STATUS_OK);
    assert_int_equal(r->end.reason, END_COMPLETED);
    assert_true(r->steps > 0 && isfinite(r->step[r->steps - 1].loss));
    free(r);
    spec.max_length = longest + 1;
    r = run(&spec, refusal);
    assert_non_null(strstr(r->end.message, reason));
    free(r);
    folder_remove(&folder);
}

static void test_longest_sequences_of_families(void **state)
{
    (void)state;
    check_longest("{\"model_type\":\"mistral\",\"vocab_size\":16,\"hidden_size\":16,\"num_hidden_layers\":1,"
                  "\"num_attention_heads\":4,\"num_key_value_heads\":2,\"intermediate_size\":24,"
                  "\"sliding_window\":12}",
                  12, "max_length 13 is more than the sliding_window of 12 in config.json",
                  STATUS_UNSUPPORTED);
    check_longest("{\"model_type\":\"roberta\",\"vocab_size\":16,\"hidden_size\":16,\"num_hidden_layers\":1,"
                  "\"num_attention_heads\":4,\"intermediate_size\":24,\"max_position_embeddings\":16,"
                  "\"pad_token_id\":3,\"type_vocab_size\":1}",
                  12, "max_length 13 is more than the model's 12 positions", STATUS_BAD_INPUT);
    check_longest("{\"model_type\":\"distilbert\",\"vocab_size\":16,\"dim\":16,\"n_layers\":1,\"n_heads\":4,"
                  "\"hidden_dim\":24,\"max_position_embeddings\":12}",
                  12, "max_length 13 is more than the model's 12 positions", STATUS_BAD_INPUT);
}

static void test_plan_trains_nothing(void **state)
{
    (void)state;
    struct run_spec spec = letters("letters-bert");
    struct record *r = calloc(1, sizeof *r);
    struct finetune_sink sink = {.take = keep, .context = r};
    assert_int_equal(finetune_plan(&spec, true, &sink, NULL), STATUS_OK);
    assert_int_equal(r->begins, 1);
    assert_int_equal(r->steps + r->evaluations, 0);
    assert_int_equal(r->ends, 1);
    assert_true(r->begin.step_seconds > 0 && r->begin.evaluation_seconds > 0);
    const int64_t block = r->begin.parameters * (int64_t)sizeof(float), parts = 5 * block;
    assert_true(r->begin.weights_bytes == block && r->begin.gradients_bytes == block &&
                r->begin.moments_bytes == 2 * block && r->begin.best_bytes == block);
    assert_true(r->begin.activations_bytes > 0 && r->begin.batch_bytes > 0);
    /* and a copy of the weights on the host */
    assert_true(r->begin.memory_bytes > parts + block + r->begin.activations_bytes + r->begin.batch_bytes);
    assert_true(r->begin.device_memory_bytes == 0 && r->begin.device_free_bytes == 0); /* of the machine's */
    free(r);
}

/* What is said beforehand is what the process holds when it has trained. */
static void test_memory_is_foreseen(void **state)
{
    (void)state;
    struct run_spec spec = letters("letters-bert");
    struct record *r = calloc(1, sizeof *r);
    struct finetune_sink sink = {.take = keep, .context = r};
    assert_int_equal(finetune_run(&spec, &sink, NULL, NULL), STATUS_OK);
    assert_true((double)r->begin.memory_bytes > 0.9 * (double)r->end.peak_memory_bytes);
    assert_true((double)r->begin.memory_bytes < 1.1 * (double)r->end.peak_memory_bytes);
    const int64_t kept = r->begin.activations_bytes;
    free(r);
    spec.gradient_checkpointing = true;
    r = run(&spec, STATUS_OK);
    assert_true(r->begin.activations_bytes < kept);
    free(r);
}

static void test_no_memory_anywhere(void **state)
{
    (void)state;
    struct run_spec spec = letters("letters-bert");
    spec.epochs = 0.1;
    long alive = memory_blocks_alive();
    enum status status = STATUS_NO_MEMORY;
    int failures = 0;
    for (long n = 1; status != STATUS_OK && n < 5000; n++) {
        struct record *r = calloc(1, sizeof *r);
        struct finetune_sink sink = {.take = keep, .context = r};
        memory_fail_from(n);
        status = finetune_run(&spec, &sink, NULL, NULL);
        memory_fail_from(0);
        free(r);
        if (status != STATUS_OK) assert_int_equal(status, STATUS_NO_MEMORY);
        failures += status != STATUS_OK;
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(status, STATUS_OK);
    assert_true(failures > 30);
}

static void test_a_reader_that_goes_away_ends_the_run(void **state)
{
    (void)state;
    struct run_spec spec = letters("letters-bert");
    struct record *r = calloc(1, sizeof *r);
    r->refuse_after = 5;
    struct finetune_sink sink = {.take = keep, .context = r};
    assert_int_equal(finetune_run(&spec, &sink, NULL, NULL), STATUS_IO);
    assert_int_equal(r->steps, 2);
    free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_says_everything_in_order_and_learns),
        cmocka_unit_test(test_notes_an_unfit_vocabulary),
        cmocka_unit_test(test_best_evaluation_is_the_result),
        cmocka_unit_test(test_same_seeds_same_bits_other_seeds_other_bits),
        cmocka_unit_test(test_early_stopping),
        cmocka_unit_test(test_divergence_ends_the_run_before_the_update),
        cmocka_unit_test(test_stop_is_heard),
        cmocka_unit_test(test_what_is_wrong_is_said),
        cmocka_unit_test(test_what_no_machine_has_is_refused),
        cmocka_unit_test(test_longest_sequences_of_families),
        cmocka_unit_test(test_plan_trains_nothing),
        cmocka_unit_test(test_memory_is_foreseen),
        cmocka_unit_test(test_no_memory_anywhere),
        cmocka_unit_test(test_a_reader_that_goes_away_ends_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
