#include "harness/plan/plan.h"

#include "base/memory.h"
#include "base/number.h"
#include "harness/plan/config.h"
#include "harness/plan/seeds.h"
#include "trainer/spec/content.h"

#include <stdlib.h>
#include <string.h>

static int by_id(const void *left, const void *right)
{
    const struct plan_run *const *a = left, *const *b = right;
    return strcmp((*a)->id, (*b)->id);
}

/* Two runs of one id would be trained once and counted twice. */
static enum status check_distinct(const struct plan *plan, struct error *error)
{
    enum status status = STATUS_OK;
    const struct plan_run **sorted = memory_zeroed(plan->run_count, sizeof(const struct plan_run *));
    if (sorted == NULL) return error_no_memory(error, plan->run_count * sizeof(const struct plan_run *));
    for (size_t i = 0; i < plan->run_count; i++)
        sorted[i] = &plan->runs[i];
    qsort(sorted, plan->run_count, sizeof sorted[0], by_id);
    for (size_t i = 1; i < plan->run_count && status == STATUS_OK; i++) {
        const struct plan_run *a = sorted[i - 1], *b = sorted[i];
        if (strcmp(a->id, b->id) != 0) continue;
        status = error_set(error, STATUS_USAGE,
                           "'%s' repeat %d and '%s' repeat %d are the same run (%s); each must differ in a "
                           "setting or a seed",
                           plan->settings[a->setting].label, a->repeat + 1, plan->settings[b->setting].label,
                           b->repeat + 1, a->id);
    }
    memory_free(sorted);
    return status;
}

bool experiment_sweeps(const struct experiment *experiment, const char *key)
{
    for (int i = 0; i < experiment->sweeps; i++) {
        if (strcmp(experiment->swept[i], key) == 0) return true;
    }
    return false;
}

bool experiment_is_sequential(const struct experiment *experiment)
{
    return experiment->design == DESIGN_JOINT && experiment->span.least < experiment->span.most;
}

static enum status fill_runs(struct plan *plan, struct error *error)
{
    int repeats = plan->experiment.repeats;
    for (size_t i = 0; i < plan->run_count; i++) {
        struct plan_run *run = &plan->runs[i];
        struct run_spec spec;
        run->setting = (int)(i / (size_t)repeats);
        run->repeat = (int)(i % (size_t)repeats);
        seeds_of_repeat(&plan->experiment, run->repeat, run);
        plan_run_spec(plan, i, &spec);
        TRY(run_spec_id(&spec, run->id, error));
    }
    return STATUS_OK;
}

enum status plan_build(const struct config *config, struct plan *plan, struct error *error)
{
    *plan = (struct plan){.experiment = config->experiment};
    enum status status;
    /* Paths cannot be swept, so what they name is read once for all settings. */
    TRY_TO(failed, content_fill(&plan->experiment.base, error));
    TRY_TO(failed,
           sweep_expand(&plan->experiment, config->axes, &plan->settings, &plan->setting_count, error));
    plan->run_count = plan->setting_count * (size_t)plan->experiment.repeats;
    plan->runs = memory_zeroed(plan->run_count, sizeof plan->runs[0]);
    if (plan->runs == NULL) {
        status = error_no_memory(error, plan->run_count * sizeof plan->runs[0]);
        goto failed;
    }
    TRY_TO(failed, fill_runs(plan, error));
    TRY_TO(failed, check_distinct(plan, error));
    return STATUS_OK;
failed:
    plan_free(plan);
    return status;
}

void plan_run_spec(const struct plan *plan, size_t run, struct run_spec *spec)
{
    const struct plan_run *planned = &plan->runs[run];
    *spec = plan->settings[planned->setting].spec;
    spec->seed_init = planned->seed_init;
    spec->seed_order = planned->seed_order;
    spec->seed_dropout = planned->seed_dropout;
    spec->replica = plan->experiment.vary == 0 ? (uint32_t)planned->repeat : 0;
}

enum status plan_numeric_version(const struct plan *plan, int *version, struct error *error)
{
    struct run_spec spec;
    char id[RUN_ID_BYTES];
    *version = 0;
    if (plan->run_count == 0) return STATUS_OK;
    plan_run_spec(plan, 0, &spec);
    TRY(run_spec_id(&spec, id, error));
    if (strcmp(id, plan->runs[0].id) == 0) *version = FTBENCH_NUMERIC_VERSION;
    return STATUS_OK;
}

enum plan_match plan_find_setting(const struct plan *plan, const char *word, size_t *index)
{
    size_t exact = 0, starts = 0, equal = 0, started = 0;
    int64_t number;
    for (size_t i = 0; i < plan->setting_count; i++) {
        const char *label = plan->settings[i].label;
        if (strcmp(label, word) == 0) {
            exact++;
            equal = i;
        }
        if (strncmp(label, word, strlen(word)) == 0) {
            starts++;
            started = i;
        }
    }
    if (exact == 1) {
        *index = equal;
        return PLAN_ONE_MATCH;
    }
    if (starts == 1 && word[0] != '\0') {
        *index = started;
        return PLAN_ONE_MATCH;
    }
    if (number_parse_integer(word, &number) && number >= 1 && (uint64_t)number <= plan->setting_count) {
        *index = (size_t)number - 1;
        return PLAN_ONE_MATCH;
    }
    return starts == 0 ? PLAN_NO_MATCH : PLAN_MANY_MATCHES;
}

void plan_list_settings(const struct plan *plan, struct text *list)
{
    for (size_t i = 0; i < plan->setting_count; i++)
        text_addf(list, "%s%zu %s", i == 0 ? "" : "; ", i + 1, plan->settings[i].label);
}

void plan_free(struct plan *plan)
{
    memory_free(plan->settings);
    memory_free(plan->runs);
    *plan = (struct plan){0};
}
