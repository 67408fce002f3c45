/* Going on from checkpoints: a run that is stopped after any step and goes on in a fresh run says the same
 * bits as one that was never stopped; what is of another run is refused; a full disk does not end a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/trainer/support_checkpoint.h"
#include "tests/trainer/support_folder.h"
#include "trainer/finetune.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define FIXTURES FTBENCH_SOURCE_DIR "/tests/fixtures/"

/* What a run said: every line but begin as text, times set to 0. */
struct record {
    struct text lines;
    struct observed_begin begin;
    struct observed_end end;
    int begins, ends, checkpoint_notes;
    volatile sig_atomic_t stop;
    long stop_after; /* steps; -1: not at all */
};

static enum status keep(void *context, const struct observation *observation, struct error *error)
{
    struct record *record = context;
    struct observation said = *observation;
    if (said.kind == OBSERVATION_BEGIN) {
        record->begin = said.as.begin;
        record->begins++;
        return STATUS_OK;
    }
    if (said.kind == OBSERVATION_END) {
        record->end = said.as.end;
        record->ends++;
        said.as.end.seconds = said.as.end.train_seconds = said.as.end.evaluation_seconds = 0;
        said.as.end.step_seconds = said.as.end.step_processor_seconds = 0;
        said.as.end.calibration_seconds = said.as.end.calibration_processor_seconds = 0;
        said.as.end.peak_memory_bytes = 0;
    }
    if (said.kind == OBSERVATION_NOTE && strcmp(said.as.note.code, "checkpoint") == 0)
        record->checkpoint_notes++;
    if (said.kind == OBSERVATION_STEP && said.as.step.step == record->stop_after) record->stop = 1;
    return observation_write(&said, &record->lines, error);
}

static void record_clear(struct record *record)
{
    text_free(&record->lines);
    *record = (struct record){.stop_after = -1};
}

static enum status run(const struct run_spec *spec, long stop_after, struct record *record,
                       struct error *error)
{
    record_clear(record);
    record->stop_after = stop_after;
    record->stop = stop_after == 0;
    struct finetune_sink sink = {.take = keep, .context = record};
    return finetune_run(spec, &sink, &record->stop, error);
}

static void expect(const struct run_spec *spec, long stop_after, enum status expected, struct record *record)
{
    struct error error = {0};
    enum status status = run(spec, stop_after, record, &error);
    if (status != expected) fail_msg("status %s: %s", status_name(status), error.text);
}

struct fixture {
    struct folder folder;
    struct run_spec spec; /* 5 steps an epoch, 12 in all */
    struct record whole, part;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    memset(&fixture, 0, sizeof fixture);
    folder_make(&fixture.folder);
    struct run_spec *spec = &fixture.spec;
    run_spec_defaults(spec);
    snprintf(spec->model_path, sizeof spec->model_path, FIXTURES "letters-bert");
    snprintf(spec->train_path, sizeof spec->train_path, FIXTURES "letters.tsv");
    snprintf(spec->checkpoint, sizeof spec->checkpoint, "%.500s/run.ckpt", fixture.folder.path);
    spec->init = INIT_RANDOM;
    spec->validation_fraction = 0.25;
    spec->split_seed = 1;
    spec->max_length = 16;
    spec->learning_rate = 0.01;
    spec->batch_size = 10; /* 45 rows: 5 steps an epoch, the last of 5 rows */
    spec->epochs = 2.3;
    spec->dropout = 0.1;
    spec->logging_steps = 5;
    spec->warmup_ratio = 0.2;
    spec->weight_decay = 0.01;
    spec->seed_init = 1;
    spec->seed_order = 2;
    spec->seed_dropout = 3;
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    record_clear(&fixture->whole);
    record_clear(&fixture->part);
    folder_remove(&fixture->folder);
    return 0;
}

static void assert_same(const struct record *whole, const struct record *part)
{
    assert_int_equal(part->begins, 1);
    assert_int_equal(part->ends, 1);
    assert_int_equal(whole->begin.total_steps, part->begin.total_steps);
    assert_string_equal(whole->begin.run_id, part->begin.run_id);
    assert_string_equal(text_string(&whole->lines), text_string(&part->lines));
}

static void run_whole(struct fixture *fixture)
{
    struct run_spec undisturbed = fixture->spec;
    undisturbed.checkpoint[0] = '\0';
    expect(&undisturbed, -1, STATUS_OK, &fixture->whole);
    assert_int_equal(fixture->whole.begin.resumed_step, 0);
}

/* Stop after k steps, go on in a fresh run; for every k that the run gets to. */
static void stop_everywhere(struct fixture *fixture)
{
    run_whole(fixture);
    long steps = fixture->whole.end.steps;
    assert_true(steps >= 3);
    for (long k = 0; k < steps; k++) {
        expect(&fixture->spec, k, STATUS_INTERRUPTED, &fixture->part);
        assert_int_equal(fixture->part.end.reason, END_INTERRUPTED);
        assert_int_equal(fixture->part.end.steps, k);
        double seconds = fixture->part.end.train_seconds;
        expect(&fixture->spec, -1, STATUS_OK, &fixture->part);
        assert_int_equal(fixture->part.begin.resumed_step, k);
        assert_true(fixture->part.end.train_seconds > seconds);
        assert_true(fixture->part.end.seconds >= fixture->part.end.train_seconds);
        assert_same(&fixture->whole, &fixture->part);
        assert_int_equal(unlink(fixture->spec.checkpoint), 0);
    }
}

static void test_any_step_of_both_families(void **state)
{
    struct fixture *fixture = *state;
    stop_everywhere(fixture);
    assert_int_equal(fixture->whole.end.steps, 12);
    snprintf(fixture->spec.model_path, sizeof fixture->spec.model_path, FIXTURES "letters-llama");
    stop_everywhere(fixture);
    assert_int_equal(fixture->whole.end.steps, 12);
}

static void test_with_accumulation_and_evaluations_across_epochs(void **state)
{
    struct fixture *fixture = *state;
    fixture->spec.batch_size = 4;
    fixture->spec.gradient_accumulation_steps = 3; /* 4 steps an epoch */
    fixture->spec.eval_steps = 3;
    fixture->spec.logging_steps = 7;
    fixture->spec.epochs = 2.6;
    fixture->spec.load_best_model_at_end = false;
    stop_everywhere(fixture);
    assert_int_equal(fixture->whole.end.steps, 11);
    snprintf(fixture->spec.model_path, sizeof fixture->spec.model_path, FIXTURES "letters-llama");
    fixture->spec.load_best_model_at_end = true;
    stop_everywhere(fixture);
}

/* The best evaluation lies before the checkpoint, and the run ends by patience, which began before it too. */
static void test_with_early_stopping(void **state)
{
    struct fixture *fixture = *state;
    fixture->spec.learning_rate = 0.02;
    fixture->spec.epochs = 8;
    fixture->spec.eval_steps = 2;
    fixture->spec.early_stopping_patience = 3;
    fixture->spec.early_stopping_metric = METRIC_F1;
    fixture->spec.metric_for_best_model = METRIC_EVAL_LOSS;
    stop_everywhere(fixture);
    assert_int_equal(fixture->whole.end.reason, END_EARLY_STOPPED);
    assert_true(fixture->whole.end.best_step < fixture->whole.end.steps);
}

static void test_chains_of_parts(void **state)
{
    struct fixture *fixture = *state;
    run_whole(fixture);
    for (long k = 1; k < fixture->whole.end.steps; k++) {
        expect(&fixture->spec, k, STATUS_INTERRUPTED, &fixture->part);
        assert_int_equal(fixture->part.begin.resumed_step, k - 1);
    }
    expect(&fixture->spec, -1, STATUS_OK, &fixture->part);
    assert_int_equal(fixture->part.begin.resumed_step, fixture->whole.end.steps - 1);
    assert_same(&fixture->whole, &fixture->part);
}

/* Stopped at once again: nothing is lost and nothing written twice. */
static void test_stopped_before_anything(void **state)
{
    struct fixture *fixture = *state;
    run_whole(fixture);
    expect(&fixture->spec, 4, STATUS_INTERRUPTED, &fixture->part);
    for (int i = 0; i < 3; i++) {
        expect(&fixture->spec, 0, STATUS_INTERRUPTED, &fixture->part);
        assert_int_equal(fixture->part.begin.resumed_step, 4);
        assert_int_equal(fixture->part.end.steps, 4);
    }
    expect(&fixture->spec, -1, STATUS_OK, &fixture->part);
    assert_same(&fixture->whole, &fixture->part);
}

static void test_goes_on_in_another_way_of_computing(void **state)
{
    struct fixture *fixture = *state;
    run_whole(fixture);
    expect(&fixture->spec, 7, STATUS_INTERRUPTED, &fixture->part);
    fixture->spec.threads = 3;
    fixture->spec.padding = PADDING_MAX;
    fixture->spec.micro_batch = 3;
    fixture->spec.gradient_checkpointing = true;
    snprintf(fixture->spec.isa, sizeof fixture->spec.isa, "portable");
    expect(&fixture->spec, -1, STATUS_OK, &fixture->part);
    assert_string_equal(fixture->part.begin.isa, "portable");
    assert_same(&fixture->whole, &fixture->part);
}

/* Written every 5 steps and not told to stop: the file is of the last multiple of 5 before the end. */
static void test_by_steps_and_by_time(void **state)
{
    struct fixture *fixture = *state;
    run_whole(fixture);
    fixture->spec.checkpoint_steps = 5;
    fixture->spec.checkpoint_seconds = 0;
    expect(&fixture->spec, -1, STATUS_OK, &fixture->part);
    assert_same(&fixture->whole, &fixture->part);
    expect(&fixture->spec, -1, STATUS_OK, &fixture->part);
    assert_int_equal(fixture->part.begin.resumed_step, 10);
    assert_same(&fixture->whole, &fixture->part);
    assert_int_equal(unlink(fixture->spec.checkpoint), 0);
    fixture->spec.checkpoint_steps = 0;
    expect(&fixture->spec, -1, STATUS_OK, &fixture->part);
    assert_false(file_exists(fixture->spec.checkpoint)); /* neither by steps nor by time */
    fixture->spec.checkpoint_seconds = 1e-9;
    expect(&fixture->spec, -1, STATUS_OK, &fixture->part);
    assert_true(file_exists(fixture->spec.checkpoint));
    assert_same(&fixture->whole, &fixture->part);
}

/* A run that finds a file it may not go on from: nothing but an end, which names the file and what to do. */
static void assert_refused(struct fixture *fixture, const char *word)
{
    expect(&fixture->spec, -1, STATUS_BAD_INPUT, &fixture->part);
    const struct record *part = &fixture->part;
    assert_int_equal(part->begins, 0);
    assert_int_equal(part->ends, 1);
    assert_int_equal(part->end.reason, END_REFUSED);
    assert_int_equal(part->end.steps, 0);
    assert_int_equal(part->end.best_step, -1);
    assert_non_null(strstr(part->end.message, fixture->spec.checkpoint));
    assert_non_null(strstr(part->end.message, "delete it to start the run over"));
    if (strstr(part->end.message, word) == NULL) fail_msg("no \"%s\" in: %s", word, part->end.message);
}

static void test_refuses_what_is_of_another(void **state)
{
    struct fixture *fixture = *state;
    expect(&fixture->spec, 6, STATUS_INTERRUPTED, &fixture->part);
    struct run_spec spec = fixture->spec;
    fixture->spec.seed_order++;
    assert_refused(fixture, "is of run ");
    fixture->spec = spec;

    /* The same settings, other data: one row more. */
    struct text content = {0}, kept = {0};
    checkpoint_bytes(fixture->spec.train_path, &content);
    text_add(&content, "a b c\t1\n");
    snprintf(fixture->spec.train_path, sizeof fixture->spec.train_path, "%s/other.tsv", fixture->folder.path);
    checkpoint_put(fixture->spec.train_path, content.data, content.length);
    assert_refused(fixture, "the training data has changed");
    fixture->spec = spec;

    snprintf(fixture->spec.model_path, sizeof fixture->spec.model_path, FIXTURES "letters-llama");
    assert_refused(fixture, "the model has changed");
    fixture->spec = spec;

    /* Another format version, another numeric version, something else altogether: with a digest that is
     * right. */
    checkpoint_bytes(fixture->spec.checkpoint, &kept);
    static const struct {
        size_t byte;
        int flip;
        const char *word;
    } cases[] = {{8, 1, "format version 3"},
                 {12, FTBENCH_NUMERIC_VERSION, "numeric version 0"},
                 {0, 1, "no checkpoint of ftbench"}};
    for (size_t i = 0; i < 3; i++) {
        kept.data[cases[i].byte] ^= (char)cases[i].flip;
        checkpoint_forge(fixture->spec.checkpoint, &kept);
        assert_refused(fixture, cases[i].word);
        kept.data[cases[i].byte] ^= (char)cases[i].flip;
    }
    /* The file was only read: with its own bytes the run goes on. */
    checkpoint_put(fixture->spec.checkpoint, kept.data, kept.length);
    expect(&fixture->spec, -1, STATUS_OK, &fixture->part);
    assert_int_equal(fixture->part.begin.resumed_step, 6);
    text_free(&content);
    text_free(&kept);
}

static void test_refuses_what_is_no_file(void **state)
{
    struct fixture *fixture = *state;
    snprintf(fixture->spec.checkpoint, sizeof fixture->spec.checkpoint, "%s", fixture->folder.path);
    assert_refused(fixture, "no checkpoint");
}

/* A disk that is full, here a limit on the size of files: the run goes on and says so once, the file that was
 * there is left, the temporary one is not. */
static void test_a_full_disk_does_not_end_the_run(void **state)
{
    struct fixture *fixture = *state;
    struct rlimit before, limit;
    run_whole(fixture);
    fixture->spec.checkpoint_steps = 2;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = (struct rlimit){.rlim_cur = 5000, .rlim_max = before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    enum status status = run(&fixture->spec, -1, &fixture->part, NULL);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(fixture->part.checkpoint_notes, 1);
    assert_string_equal(fixture->part.end.digest, fixture->whole.end.digest);
    assert_int_equal(folder_count(&fixture->folder), 0);
}

static void test_no_memory_anywhere(void **state)
{
    struct fixture *fixture = *state;
    fixture->spec.epochs = 0.4; /* 2 steps */
    run_whole(fixture);
    long alive = memory_blocks_alive();
    for (int resumed = 0; resumed < 2; resumed++) {
        enum status status = STATUS_NO_MEMORY;
        for (long n = 1; status != STATUS_OK && n < 5000; n++) {
            struct record part = {0};
            unlink(fixture->spec.checkpoint);
            if (resumed) expect(&fixture->spec, 1, STATUS_INTERRUPTED, &part);
            fixture->spec.checkpoint_steps = 1;
            record_clear(&part);
            alive = memory_blocks_alive();
            struct finetune_sink sink = {.take = keep, .context = &part};
            memory_fail_from(n);
            status = finetune_run(&fixture->spec, &sink, NULL, NULL);
            memory_fail_from(0);
            if (status == STATUS_OK)
                assert_string_equal(part.end.digest, fixture->whole.end.digest);
            else
                assert_int_equal(status, STATUS_NO_MEMORY);
            text_free(&part.lines);
            fixture->spec.checkpoint_steps = 0;
            assert_int_equal(memory_blocks_alive(), alive);
        }
        assert_int_equal(status, STATUS_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_any_step_of_both_families, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_with_accumulation_and_evaluations_across_epochs, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_with_early_stopping, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_chains_of_parts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stopped_before_anything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_goes_on_in_another_way_of_computing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_by_steps_and_by_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refuses_what_is_of_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refuses_what_is_no_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_full_disk_does_not_end_the_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory_anywhere, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
