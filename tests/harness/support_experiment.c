#include "tests/harness/support_experiment.h"

#include "base/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void fill_base(struct run_spec *spec, double epochs)
{
    run_spec_defaults(spec);
    snprintf(spec->model_path, sizeof spec->model_path, "models/tiny");
    snprintf(spec->train_path, sizeof spec->train_path, "data/\xe5\xbd\xb1\xe8\xaf\x84.tsv");
    spec->validation_fraction = 0.2;
    spec->batch_size = 16;
    spec->gradient_accumulation_steps = 1;
    spec->epochs = epochs;
    spec->eval_steps = 0;
}

void experiment_plan(const double *rates, int rate_count, int repeats, double epochs, struct plan *plan)
{
    *plan = (struct plan){0};
    struct experiment *experiment = &plan->experiment;
    snprintf(experiment->name, sizeof experiment->name, "learning rates");
    experiment->repeats = repeats;
    experiment->span = (struct key_span){repeats, repeats};
    experiment->levels = 7;
    experiment->seed = 4294967295u;
    experiment->vary = VARY_INIT | VARY_DROPOUT;
    experiment->metric = METRIC_F1;
    experiment->max_spread = 2.1;
    experiment->alpha = 0.05;
    experiment->sigma0 = 1.25;
    experiment->jobs = 2;
    experiment->timeout = 0.1;
    snprintf(experiment->output, sizeof experiment->output, "results/lr");
    snprintf(experiment->trainer, sizeof experiment->trainer, "%s", EXPERIMENT_TRAINER);
    experiment->mode = SWEEP_ONE_AT_A_TIME;
    experiment->sweeps = 1;
    snprintf(experiment->swept[0], sizeof experiment->swept[0], "learning_rate");
    fill_base(&experiment->base, epochs);
    plan->setting_count = (size_t)rate_count;
    plan->run_count = (size_t)(rate_count * repeats);
    plan->settings = memory_zeroed(plan->setting_count, sizeof *plan->settings);
    plan->runs = memory_zeroed(plan->run_count, sizeof *plan->runs);
    assert_non_null(plan->settings);
    assert_non_null(plan->runs);
    for (size_t i = 0; i < plan->run_count; i++) {
        struct plan_setting *setting = &plan->settings[i / (size_t)repeats];
        struct plan_run *run = &plan->runs[i];
        struct run_spec spec;
        run->setting = (int)(i / (size_t)repeats);
        run->repeat = (int)(i % (size_t)repeats);
        run->seed_init = 100 * (uint32_t)run->repeat + 1;
        run->seed_order = run->seed_init + 1;
        run->seed_dropout = run->seed_init + 2;
        setting->spec = experiment->base;
        setting->spec.learning_rate = setting->value = rates[run->setting];
        setting->varied = run->setting - 1;
        snprintf(setting->label, sizeof setting->label, "learning_rate=%g", rates[run->setting]);
        plan_run_spec(plan, i, &spec);
        assert_int_equal(run_spec_id(&spec, run->id, NULL), STATUS_OK);
    }
}

static void assert_specs_equal(const struct run_spec *left, const struct run_spec *right)
{
    struct text a = {0}, b = {0};
    assert_int_equal(run_spec_to_json(left, &a, NULL), STATUS_OK);
    assert_int_equal(run_spec_to_json(right, &b, NULL), STATUS_OK);
    assert_string_equal(text_string(&a), text_string(&b));
    text_free(&a);
    text_free(&b);
}

/* Bits, but any NaN for any NaN. */
static void assert_numbers_equal(double left, double right)
{
    if (isnan(left) && isnan(right)) return;
    assert_memory_equal(&left, &right, sizeof left);
}

void experiment_assert_plans_equal(const struct plan *left, const struct plan *right)
{
    const struct experiment *a = &left->experiment, *b = &right->experiment;
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->repeats, b->repeats);
    assert_int_equal(a->span.least, b->span.least);
    assert_int_equal(a->span.most, b->span.most);
    assert_int_equal(a->design, b->design);
    assert_int_equal(a->levels, b->levels);
    assert_int_equal(a->seed, b->seed);
    assert_int_equal(a->vary, b->vary);
    assert_int_equal(a->metric, b->metric);
    assert_numbers_equal(a->max_spread, b->max_spread);
    assert_numbers_equal(a->alpha, b->alpha);
    assert_numbers_equal(a->sigma0, b->sigma0);
    assert_int_equal(a->jobs, b->jobs);
    assert_numbers_equal(a->timeout, b->timeout);
    assert_string_equal(a->output, b->output);
    assert_string_equal(a->trainer, b->trainer);
    assert_int_equal(a->mode, b->mode);
    assert_int_equal(a->sweeps, b->sweeps);
    for (int i = 0; i < a->sweeps; i++)
        assert_string_equal(a->swept[i], b->swept[i]);
    assert_specs_equal(&a->base, &b->base);
    assert_int_equal(left->setting_count, right->setting_count);
    for (size_t i = 0; i < left->setting_count; i++) {
        assert_string_equal(left->settings[i].label, right->settings[i].label);
        assert_numbers_equal(left->settings[i].value, right->settings[i].value);
        assert_int_equal(left->settings[i].varied, right->settings[i].varied);
        assert_specs_equal(&left->settings[i].spec, &right->settings[i].spec);
    }
    assert_int_equal(left->run_count, right->run_count);
    for (size_t i = 0; i < left->run_count; i++) {
        assert_string_equal(left->runs[i].id, right->runs[i].id);
        assert_int_equal(left->runs[i].setting, right->runs[i].setting);
        assert_int_equal(left->runs[i].repeat, right->runs[i].repeat);
        assert_int_equal(left->runs[i].seed_init, right->runs[i].seed_init);
        assert_int_equal(left->runs[i].seed_order, right->runs[i].seed_order);
        assert_int_equal(left->runs[i].seed_dropout, right->runs[i].seed_dropout);
    }
}

/* An observation's line holds every field of it without loss. */
static void assert_observations_equal(const struct observation *left, const struct observation *right)
{
    struct text a = {0}, b = {0};
    assert_int_equal(observation_write(left, &a, NULL), STATUS_OK);
    assert_int_equal(observation_write(right, &b, NULL), STATUS_OK);
    assert_string_equal(text_string(&a), text_string(&b));
    text_free(&a);
    text_free(&b);
}

void experiment_assert_records_equal(const struct run_record *left, const struct run_record *right)
{
    assert_string_equal(left->id, right->id);
    assert_int_equal(left->setting, right->setting);
    assert_int_equal(left->repeat, right->repeat);
    assert_int_equal(left->seed_init, right->seed_init);
    assert_int_equal(left->seed_order, right->seed_order);
    assert_int_equal(left->seed_dropout, right->seed_dropout);
    assert_string_equal(run_outcome_name(left->outcome), run_outcome_name(right->outcome));
    assert_string_equal(left->reason, right->reason);
    assert_string_equal(left->detail, right->detail);
    assert_int_equal(left->has_begin, right->has_begin);
    assert_int_equal(left->has_end, right->has_end);
    struct observation a = {.kind = OBSERVATION_BEGIN}, b = a;
    a.as.begin = left->begin;
    b.as.begin = right->begin;
    assert_observations_equal(&a, &b);
    a = b = (struct observation){.kind = OBSERVATION_END};
    a.as.end = left->end;
    b.as.end = right->end;
    assert_observations_equal(&a, &b);
    assert_int_equal(left->step_count, right->step_count);
    a = b = (struct observation){.kind = OBSERVATION_STEP};
    for (size_t i = 0; i < left->step_count; i++) {
        a.as.step = left->steps[i];
        b.as.step = right->steps[i];
        assert_observations_equal(&a, &b);
    }
    assert_int_equal(left->evaluation_count, right->evaluation_count);
    a = b = (struct observation){.kind = OBSERVATION_EVALUATION};
    for (size_t i = 0; i < left->evaluation_count; i++) {
        a.as.evaluation = left->evaluations[i];
        b.as.evaluation = right->evaluations[i];
        assert_observations_equal(&a, &b);
    }
    assert_int_equal(left->note_count, right->note_count);
    for (size_t i = 0; i < left->note_count; i++) {
        assert_string_equal(left->notes[i].code, right->notes[i].code);
        assert_string_equal(left->notes[i].message, right->notes[i].message);
    }
}
