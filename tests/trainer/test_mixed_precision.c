/* Whole runs in fp16 and bf16: steps that overflow are left out and nothing else is, a run that is stopped
 * after any step goes on with the same bits, and runs that cannot be saved end as diverged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/trainer/support_folder.h"
#include "trainer/finetune.h"
#include "trainer/spec/keys.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FIXTURES FTBENCH_SOURCE_DIR "/tests/fixtures/"

enum { MOST_STEPS = 128 };

struct told {
    long count;
    struct observed_step steps[MOST_STEPS];
    struct observed_evaluation
        evaluations[MOST_STEPS]; /* by step, without arrays; step 0 where there is none */
    struct observed_end end;
    volatile sig_atomic_t stop;
    long stop_after; /* 0: not at all */
};

static enum status listen(void *context, const struct observation *observation, struct error *error)
{
    struct told *told = context;
    (void)error;
    if (observation->kind == OBSERVATION_STEP) {
        assert_in_range(observation->as.step.step, 1, MOST_STEPS - 1);
        told->count = observation->as.step.step;
        told->steps[told->count] = observation->as.step;
        if (told->count == told->stop_after) told->stop = 1;
    } else if (observation->kind == OBSERVATION_EVALUATION) {
        told->evaluations[observation->as.evaluation.step] = observation->as.evaluation;
    } else if (observation->kind == OBSERVATION_END) {
        told->end = observation->as.end;
    }
    return STATUS_OK;
}

static void run(const struct run_spec *spec, long stop_after, enum status expected, struct told *told)
{
    struct finetune_sink sink = {.take = listen, .context = told};
    struct error error = {0};
    memset(told, 0, sizeof *told);
    told->stop_after = stop_after;
    enum status status = finetune_run(spec, &sink, &told->stop, &error);
    if (status != expected) fail_msg("status %s: %s", status_name(status), error.text);
}

/* A decoder that learns a sample or two at a time, so surely that some gradients times 65536 / 2 are no
 * binary16. An evaluation after each step, so that weights are seen. */
static struct run_spec spec_of(int precision)
{
    struct run_spec spec;
    run_spec_defaults(&spec);
    snprintf(spec.model_path, sizeof spec.model_path, FIXTURES "letters-llama");
    snprintf(spec.train_path, sizeof spec.train_path, FIXTURES "letters.tsv");
    spec.init = INIT_RANDOM;
    spec.validation_fraction = 0.25;
    spec.max_length = 16;
    spec.learning_rate = 0.1;
    spec.batch_size = 2;
    spec.epochs = 2;
    spec.eval_steps = 1;
    spec.logging_steps = 1;
    spec.dropout = 0;
    spec.seed_init = 1;
    spec.seed_order = 2;
    spec.precision = precision;
    return spec;
}

static void test_skipped_steps_change_nothing(void **state)
{
    (void)state;
    static struct told told;
    struct run_spec spec = spec_of(PRECISION_FP16);
    double scale = 65536.0;
    long skipped = 0;
    run(&spec, 0, STATUS_OK, &told);
    for (long i = 1; i <= told.count; i++) {
        const struct observed_step *step = &told.steps[i];
        assert_true(step->loss_scale == scale);
        assert_true(step->skipped == !isfinite(step->grad_norm));
        /* linear from the peak to 0, held up by each step that was left out */
        double rate = spec.learning_rate * (double)(told.count - (i - 1 - skipped)) / (double)told.count;
        assert_true(fabs(step->learning_rate - rate) < 1e-12);
        bool same = i > 1 && strcmp(told.evaluations[i].digest, told.evaluations[i - 1].digest) == 0;
        if (i > 1) assert_int_equal(same, step->skipped); /* weights and moments */
        if (!step->skipped) continue;
        scale /= 2;
        skipped++;
    }
    print_message("%ld of %ld steps skipped\n", skipped, told.count);
    assert_in_range(skipped, 1, told.count / 2);
    assert_int_equal(told.end.skipped_steps, skipped);
}

static void test_other_precisions_skip_nothing(void **state)
{
    (void)state;
    static struct told told[3];
    for (int precision = PRECISION_FP32; precision <= PRECISION_BF16; precision++) {
        struct run_spec spec = spec_of(precision);
        run(&spec, 0, STATUS_OK, &told[precision]);
        if (precision == PRECISION_FP16) continue;
        assert_int_equal(told[precision].end.skipped_steps, 0);
        assert_true(told[precision].steps[1].loss_scale == 1.0);
    }
    /* each rounds otherwise, the coarser one more */
    double fp16 =
        fabs((double)told[PRECISION_FP16].steps[1].loss - (double)told[PRECISION_FP32].steps[1].loss);
    double bf16 =
        fabs((double)told[PRECISION_BF16].steps[1].loss - (double)told[PRECISION_FP32].steps[1].loss);
    assert_true(fp16 > 0 && bf16 > fp16 && bf16 < 0.01);
}

static void test_goes_on_from_any_step(void **state)
{
    (void)state;
    static struct told whole, part;
    struct folder folder;
    struct run_spec spec = spec_of(PRECISION_FP16);
    folder_make(&folder);
    run(&spec, 0, STATUS_OK, &whole);
    snprintf(spec.checkpoint, sizeof spec.checkpoint, "%.500s/run.ckpt", folder.path);
    for (long stop = 1; stop < whole.count; stop += 3) {
        run(&spec, stop, STATUS_INTERRUPTED, &part);
        run(&spec, 0, STATUS_OK, &part);
        remove(spec.checkpoint);
        assert_int_equal(part.count, whole.count);
        assert_int_equal(part.end.skipped_steps, whole.end.skipped_steps);
        assert_string_equal(part.end.digest, whole.end.digest);
        for (long i = 1; i <= whole.count; i++) {
            assert_true(part.steps[i].loss_scale == whole.steps[i].loss_scale);
            assert_string_equal(part.steps[i].digest, whole.steps[i].digest);
        }
    }
    folder_remove(&folder);
}

/* Weights beyond binary16 make every loss a NaN, whatever the scale is. */
static void test_ends_when_the_model_overflows(void **state)
{
    (void)state;
    static struct told told;
    struct run_spec spec = spec_of(PRECISION_FP16);
    spec.learning_rate = 1.0;
    spec.lr_scheduler_type = SCHEDULER_CONSTANT;
    spec.max_grad_norm = 0;
    spec.epochs = 4;
    spec.adam_beta1 = 0;
    spec.weight_decay = 0;
    run(&spec, 0, STATUS_DIVERGED, &told);
    print_message("%s\n", told.end.message);
    assert_int_equal(told.end.reason, END_DIVERGED);
    assert_non_null(strstr(told.end.message, "fp16"));
    assert_true(told.end.skipped_steps >= 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_skipped_steps_change_nothing),
        cmocka_unit_test(test_other_precisions_skip_nothing),
        cmocka_unit_test(test_goes_on_from_any_step),
        cmocka_unit_test(test_ends_when_the_model_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
