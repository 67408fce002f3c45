#include "harness/inquiry.h"

#include "base/memory.h"
#include "base/number.h"
#include "harness/plan/design.h"
#include "trainer/spec/keys.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *inquiry_metric_name(int metric)
{
    return metric_words[metric];
}

/* The last part of a path: reports name things, not places, so that they are the same wherever an experiment
 * lies. */
static void last_part(const char *path, char name[SPEC_NAME_BYTES])
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    size_t length = end - start;
    if (length >= SPEC_NAME_BYTES) length = SPEC_NAME_BYTES - 1;
    memcpy(name, path + start, length);
    name[length] = '\0';
}

/* The keys of [training] that have one value in all runs. */
static enum status fill_fixed(struct findings *findings, struct error *error)
{
    const struct experiment *experiment = &findings->plan.experiment;
    findings->fixed = memory_zeroed(run_key_count, sizeof *findings->fixed);
    findings->fixed_texts = memory_zeroed(run_key_count, sizeof *findings->fixed_texts);
    if (findings->fixed == NULL || findings->fixed_texts == NULL)
        return error_no_memory(error, run_key_count * sizeof *findings->fixed_texts);
    size_t count = 0;
    for (size_t i = 0; i < run_key_count; i++) {
        const struct key *key = &run_keys[i];
        if (strcmp(key->section, "training") != 0 || experiment_sweeps(experiment, key->name)) continue;
        key_get(key, &experiment->base, findings->fixed_texts[count], sizeof findings->fixed_texts[count]);
        findings->fixed[count] = (struct report_fact){key->name, findings->fixed_texts[count]};
        count++;
    }
    findings->report.fixed = findings->fixed;
    findings->report.fixed_count = count;
    return STATUS_OK;
}

/* What was said of the data's columns; what is as by default says nothing. */
static void fill_columns(struct findings *findings)
{
    static const char *const names[COLUMN_KEYS] = {"text_column", "text_pair_column", "label_column",
                                                   "header"};
    size_t count = 0;
    for (int i = 0; i < COLUMN_KEYS; i++) {
        const struct key *key = key_find("data", names[i]);
        if (key == NULL) continue;
        char *text = findings->column_texts[count];
        key_get(key, &findings->plan.experiment.base, text, SPEC_NAME_BYTES);
        if (strcmp(text, key->fallback) == 0) continue;
        findings->columns[count++] = (struct report_fact){key->name, text};
    }
    findings->report.columns = findings->columns;
    findings->report.column_count = count;
}

/* The swept keys and each setting's values of them, as text and as numbers. */
static enum status fill_sweeps(struct findings *findings, struct error *error)
{
    const struct plan *plan = &findings->plan;
    size_t sweeps = (size_t)plan->experiment.sweeps, cells = sweeps * plan->setting_count;
    findings->sweeps = memory_zeroed(sweeps, sizeof *findings->sweeps);
    findings->value_texts = memory_zeroed(cells, sizeof *findings->value_texts);
    findings->values = memory_zeroed(cells, sizeof *findings->values);
    findings->numbers = memory_zeroed(cells, sizeof *findings->numbers);
    if (findings->sweeps == NULL || findings->value_texts == NULL || findings->values == NULL ||
        findings->numbers == NULL)
        return error_no_memory(error, cells * sizeof *findings->value_texts);
    for (size_t i = 0; i < sweeps; i++) {
        const struct key *key = key_find("training", plan->experiment.swept[i]);
        if (key == NULL)
            return error_set(error, STATUS_BAD_INPUT,
                             "the stored experiment sweeps %s, which is no key of [training]",
                             plan->experiment.swept[i]);
        findings->sweeps[i] = key->name;
        for (size_t setting = 0; setting < plan->setting_count; setting++) {
            size_t cell = setting * sweeps + i;
            char *text = findings->value_texts[cell];
            key_get(key, &plan->settings[setting].spec, text, SPEC_NAME_BYTES);
            findings->values[cell] = text;
            if (!number_parse(text, &findings->numbers[cell])) findings->numbers[cell] = NAN;
        }
    }
    findings->report.sweeps = findings->sweeps;
    findings->report.sweep_count = sweeps;
    return STATUS_OK;
}

enum status inquiry_fill(struct findings *findings, struct error *error)
{
    const struct experiment *experiment = &findings->plan.experiment;
    const struct run_spec *base = &experiment->base;
    struct report *report = &findings->report;
    bool is_loss = experiment->metric == METRIC_EVAL_LOSS;
    last_part(base->model_path, findings->model);
    last_part(base->train_path, findings->train);
    last_part(base->validation_path, findings->validation);
    *report = (struct report){.name = experiment->name,
                              .metric = inquiry_metric_name(experiment->metric),
                              .lower_is_better = is_loss,
                              .in_points = !is_loss,
                              .repeats = experiment->repeats,
                              .least_repeats = experiment_is_sequential(experiment) ? experiment->span.least
                                                                                    : experiment->repeats,
                              .design = design_name(experiment->design),
                              .levels = experiment->design == DESIGN_JOINT ? 0 : experiment->levels,
                              .seed = experiment->seed,
                              .vary_init = (experiment->vary & VARY_INIT) != 0,
                              .vary_order = (experiment->vary & VARY_ORDER) != 0,
                              .vary_dropout = (experiment->vary & VARY_DROPOUT) != 0,
                              .max_spread = experiment->max_spread / 100,
                              .model = findings->model,
                              .model_digest = base->model_digest,
                              .init = base->init == INIT_RANDOM ? "random" : "pretrained",
                              .train = findings->train,
                              .train_digest = base->train_digest,
                              .validation = findings->validation,
                              .validation_digest = base->validation_digest,
                              .validation_fraction = base->validation_fraction,
                              .split_seed = base->split_seed,
                              .max_length = base->max_length,
                              .label_names = findings->label_names,
                              .train_samples = -1,
                              .validation_samples = -1,
                              .one_at_a_time = experiment->mode == SWEEP_ONE_AT_A_TIME};
    fill_columns(findings);
    TRY(fill_fixed(findings, error));
    return fill_sweeps(findings, error);
}

enum influence_metric inquiry_influence(int metric)
{
    if (metric == METRIC_ACCURACY) return INFLUENCE_ACCURACY;
    return metric == METRIC_F1_MACRO ? INFLUENCE_F1_MACRO : INFLUENCE_F1;
}
