#include "harness/plan/sweep.h"

#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char separators[] = ", \t\r\n";

/* Checks value `position` (1 first) of the list and adds its canonical text. */
static enum status add_value(struct sweep_axis *axis, const char *word, struct error *error)
{
    int position = axis->count + 1;
    struct run_spec scratch = {0};
    struct error problem = {0};
    char canonical[SPEC_PATH_BYTES];
    if (key_set(axis->key, &scratch, word, &problem) != STATUS_OK)
        return error_set(error, STATUS_USAGE, "value %d: %s", position, problem.text);
    key_get(axis->key, &scratch, canonical, sizeof canonical);
    for (int i = 0; i < axis->count; i++) {
        if (strcmp(axis->values[i].canonical, canonical) == 0)
            return error_set(error, STATUS_USAGE,
                             "value %d: '%.100s' is the same as value %d; each must be another", position,
                             word, i + 1);
    }
    struct sweep_value *values = memory_resize(axis->values, (size_t)position, sizeof values[0]);
    if (values == NULL) return error_no_memory(error, (size_t)position * sizeof values[0]);
    axis->values = values;
    struct sweep_value *value = &values[axis->count++];
    snprintf(value->canonical, SWEEP_VALUE_BYTES, "%.*s", SWEEP_VALUE_BYTES - 1, canonical);
    snprintf(value->written, SWEEP_VALUE_BYTES, "%s",
             strlen(word) < SWEEP_VALUE_BYTES ? word : value->canonical);
    return STATUS_OK;
}

enum status sweep_axis_read(const struct key *key, const char *list, struct sweep_axis *axis,
                            struct error *error)
{
    *axis = (struct sweep_axis){.key = key};
    enum status status = STATUS_OK;
    char *copy = memory_copy_string(list), *rest = NULL;
    if (copy == NULL) return error_no_memory(error, strlen(list) + 1);
    for (char *word = strtok_r(copy, separators, &rest); word != NULL;
         word = strtok_r(NULL, separators, &rest))
        TRY_TO(done, add_value(axis, word, error));
    if (axis->count == 0) status = error_set(error, STATUS_USAGE, "lists no value");
done:
    memory_free(copy);
    if (status != STATUS_OK) sweep_axis_free(axis);
    return status;
}

void sweep_axis_free(struct sweep_axis *axis)
{
    memory_free(axis->values);
    *axis = (struct sweep_axis){0};
}

static int index_in(const struct sweep_axis *axis, const struct run_spec *spec)
{
    char value[SPEC_PATH_BYTES];
    key_get(axis->key, spec, value, sizeof value);
    for (int i = 0; i < axis->count; i++) {
        if (strcmp(axis->values[i].canonical, value) == 0) return i;
    }
    return -1;
}

double sweep_count(const struct experiment *experiment, const struct sweep_axis *axes)
{
    double count = 1;
    for (int i = 0; i < experiment->sweeps; i++) {
        if (experiment->mode == SWEEP_GRID)
            count *= axes[i].count;
        else
            count += axes[i].count - (index_in(&axes[i], &experiment->base) >= 0 ? 1 : 0);
    }
    return count;
}

static double number_of(const struct key *key, const struct run_spec *spec)
{
    const void *field = (const char *)spec + key->offset;
    double value = (double)NAN;
    if (key->type == KEY_NUMBER) value = *(const double *)field;
    if (key->type == KEY_INTEGER) value = *(const int *)field;
    /* A word in a number's place is no point on an axis. */
    return key->word != NULL && value == key->word_value ? (double)NAN : value;
}

/* Adds "key=value", the value as the list has it if it does; false when it does not fit. */
static bool add_label(char *label, const struct sweep_axis *axis, const struct run_spec *spec)
{
    char value[SPEC_PATH_BYTES];
    size_t used = strlen(label);
    int index = index_in(axis, spec);
    key_get(axis->key, spec, value, sizeof value);
    bool first = used == 0 || label[used - 1] == '(';
    int needed = snprintf(label + used, PLAN_LABEL_BYTES - used, "%s%s=%s", first ? "" : ", ",
                          axis->key->name, index < 0 ? value : axis->values[index].written);
    return needed >= 0 && (size_t)needed < PLAN_LABEL_BYTES - used;
}

static enum status label_too_long(struct error *error)
{
    return error_set(error, STATUS_USAGE,
                     "[sweep]: the names of the settings are longer than %d bytes; sweep fewer keys at once",
                     PLAN_LABEL_BYTES - 1);
}

/* Sets the key to the axis' value, which was allowed when the list was read. */
static enum status apply(const struct sweep_axis *axis, int value, struct run_spec *spec, struct error *error)
{
    return key_set(axis->key, spec, axis->values[value].canonical, error);
}

static enum status expand_grid(const struct experiment *experiment, const struct sweep_axis *axes,
                               struct plan_setting *settings, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        struct plan_setting *setting = &settings[i];
        *setting = (struct plan_setting){.spec = experiment->base};
        size_t rest = i;
        for (int axis = experiment->sweeps - 1; axis >= 0; axis--) {
            size_t length = (size_t)axes[axis].count;
            TRY(apply(&axes[axis], (int)(rest % length), &setting->spec, error));
            rest /= length;
        }
        for (int axis = 0; axis < experiment->sweeps; axis++) {
            if (!add_label(setting->label, &axes[axis], &setting->spec)) return label_too_long(error);
        }
        setting->value = number_of(axes[0].key, &setting->spec);
    }
    return STATUS_OK;
}

static enum status expand_one_at_a_time(const struct experiment *experiment, const struct sweep_axis *axes,
                                        struct plan_setting *settings, struct error *error)
{
    struct plan_setting *base = &settings[0];
    *base = (struct plan_setting){.varied = -1, .value = (double)NAN, .spec = experiment->base};
    snprintf(base->label, sizeof base->label, "base (");
    for (int axis = 0; axis < experiment->sweeps; axis++) {
        if (!add_label(base->label, &axes[axis], &base->spec)) return label_too_long(error);
    }
    size_t used = strlen(base->label);
    if (used + 2 > sizeof base->label) return label_too_long(error);
    memcpy(base->label + used, ")", 2);
    struct plan_setting *next = settings + 1;
    for (int axis = 0; axis < experiment->sweeps; axis++) {
        int own = index_in(&axes[axis], &experiment->base);
        for (int value = 0; value < axes[axis].count; value++) {
            if (value == own) continue;
            *next = (struct plan_setting){.varied = axis, .spec = experiment->base};
            TRY(apply(&axes[axis], value, &next->spec, error));
            if (!add_label(next->label, &axes[axis], &next->spec)) return label_too_long(error);
            next->value = number_of(axes[axis].key, &next->spec);
            next++;
        }
    }
    return STATUS_OK;
}

enum status sweep_expand(const struct experiment *experiment, const struct sweep_axis *axes,
                         struct plan_setting **settings, size_t *count, struct error *error)
{
    *settings = NULL;
    *count = 0;
    double asked = sweep_count(experiment, axes);
    if (asked > SWEEP_MOST_SETTINGS)
        return error_set(error, STATUS_USAGE, "[sweep]: %.0f settings are more than %d; shorten the lists",
                         asked, SWEEP_MOST_SETTINGS);
    size_t expected = (size_t)asked;
    struct plan_setting *all = memory_zeroed(expected, sizeof all[0]);
    if (all == NULL) return error_no_memory(error, expected * sizeof all[0]);
    enum status status = STATUS_OK;
    if (experiment->sweeps == 0) {
        all[0] = (struct plan_setting){
            .label = "base", .varied = -1, .value = (double)NAN, .spec = experiment->base};
    } else if (experiment->mode == SWEEP_GRID) {
        status = expand_grid(experiment, axes, all, expected, error);
    } else {
        status = expand_one_at_a_time(experiment, axes, all, error);
    }
    if (status != STATUS_OK) {
        memory_free(all);
        return status;
    }
    *settings = all;
    *count = expected;
    return STATUS_OK;
}
