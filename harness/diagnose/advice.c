#include "harness/diagnose/advice.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The recipe's parameters in its order: tune one, keep it, go on to the next. */
static const struct parameter {
    const char *key;
    bool whole;  /* takes whole numbers only */
    double most; /* nobody goes beyond */
} parameters[] = {{"learning_rate", false, 1}, {"batch_size", true, 65536}, {"epochs", true, 10000}};
enum { PARAMETERS = sizeof parameters / sizeof parameters[0] };

struct list {
    struct advice *advice;
    size_t count;
};

/* Append advice with up to two values (NaN: left out), rounded to two digits, or to whole numbers. */
static void add(struct list *list, enum advice_kind kind, const char *key, bool whole, double first,
                double second)
{
    if (list->count == ADVICE_MOST) return;
    struct advice *advice = &list->advice[list->count++];
    *advice = (struct advice){.kind = kind, .key = key};
    const double values[] = {first, second};
    char kept[2][24] = {"", ""};
    size_t count = 0;
    for (int i = 0; i < 2; i++) {
        if (isnan(values[i])) continue;
        if (whole)
            snprintf(kept[count], sizeof kept[count], "%.0f", values[i]);
        else
            snprintf(kept[count], sizeof kept[count], "%.2g", values[i]);
        if (count == 0 || strcmp(kept[0], kept[1]) != 0) count++;
    }
    snprintf(advice->values, sizeof advice->values, "%s%s%s", count > 0 ? kept[0] : "", count > 1 ? ", " : "",
             count > 1 ? kept[1] : "");
}

static bool has(const struct list *list, enum advice_kind kind)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->advice[i].kind == kind) return true;
    }
    return false;
}

/* Settings that differ from the recommended one in this key alone. */
static bool comparable(const struct situation *s, size_t setting, size_t key)
{
    for (size_t i = 0; i < s->sweep_count; i++) {
        if (i == key) continue;
        const char *a = s->values[setting * s->sweep_count + i];
        const char *b = s->values[s->recommendation->best * s->sweep_count + i];
        if (strcmp(a, b) != 0) return false;
    }
    return true;
}

/* The next values below and above the recommended one among comparable settings; NaN where there is none. */
static void neighbours(const struct situation *s, size_t key, double *below, double *above)
{
    double own = s->numbers[s->recommendation->best * s->sweep_count + key];
    *below = *above = NAN;
    for (size_t i = 0; i < s->setting_count; i++) {
        double value = s->numbers[i * s->sweep_count + key];
        if (!comparable(s, i, key)) continue;
        if (value < own) *below = fmax(*below, value);
        if (value > own) *above = fmin(*above, value);
    }
}

/* Beyond the edge by the sweep's own factor, once and twice. */
static void extend(const struct parameter *parameter, double own, double inner, struct list *list)
{
    double factor = own / inner;
    double once = own * factor, twice = once * factor;
    if (once > parameter->most) return;
    if (twice > parameter->most) twice = NAN;
    if (parameter->whole) {
        once = fmax(1, round(once));
        twice = fmax(1, round(twice));
        if (once == own) return; /* 1 is the end */
        if (twice == once) twice = NAN;
    }
    add(list, ADVICE_EXTEND, parameter->key, parameter->whole, once, twice);
}

/* Between the value and its neighbours, halfway by factors. */
static void refine(const struct parameter *parameter, double own, double below, double above,
                   struct list *list)
{
    double lower = sqrt(own * below), upper = sqrt(own * above);
    if (parameter->whole) {
        lower = round(lower);
        upper = round(upper);
        if (lower <= below || lower >= own) lower = NAN;
        if (upper >= above || upper <= own) upper = NAN;
        if (isnan(lower) && isnan(upper)) return;
    }
    add(list, ADVICE_REFINE, parameter->key, parameter->whole, lower, upper);
}

static void look_around(const struct situation *s, const struct parameter *parameter, size_t key,
                        struct list *list)
{
    double own = s->numbers[s->recommendation->best * s->sweep_count + key], below, above;
    if (!(own > 0)) return;
    neighbours(s, key, &below, &above);
    if (isnan(below) && isnan(above)) return;
    /* The curves have already said in which direction this one should go. */
    for (size_t i = 0; i < list->count; i++) {
        if (list->advice[i].key != NULL && strcmp(list->advice[i].key, parameter->key) == 0) return;
    }
    if (isnan(below) || isnan(above)) {
        double inner = isnan(below) ? above : below;
        if (inner > 0) extend(parameter, own, inner, list);
    } else if (below > 0) {
        refine(parameter, own, below, above, list);
    }
}

static bool swept(const struct situation *s, const char *key, size_t *index)
{
    for (size_t i = 0; i < s->sweep_count; i++) {
        if (strcmp(s->sweeps[i], key) != 0) continue;
        *index = i;
        return true;
    }
    return false;
}

/* Recipe: 2e-5 with 1.5e-5 and 3e-5 beside it; batch 2, then 4; 3 epochs, then 5 or 2. */
static void sweep_next(const struct situation *s, const char *key, struct list *list)
{
    if (strcmp(key, "learning_rate") == 0)
        add(list, ADVICE_SWEEP_NEXT, key, false, s->learning_rate * 0.75, s->learning_rate * 1.5);
    else if (strcmp(key, "batch_size") == 0)
        add(list, ADVICE_SWEEP_NEXT, key, true, s->batch_size > 1 ? s->batch_size / 2 : NAN,
            s->batch_size * 2);
    else if (!has(list, ADVICE_FEWER_EPOCHS) && !has(list, ADVICE_MORE_EPOCHS))
        add(list, ADVICE_SWEEP_NEXT, key, true, s->epochs > 1 ? round(s->epochs * 2 / 3) : NAN,
            ceil(s->epochs * 5 / 3));
}

/* What most curves of the recommended setting show. */
static void mend_curves(const struct situation *s, struct list *list)
{
    if (s->curves == 0) return;
    if (2 * s->stalled > s->curves)
        add(list, ADVICE_RAISE_RATE, "learning_rate", false, s->learning_rate * 3, s->learning_rate * 10);
    else if (2 * s->oscillating > s->curves)
        add(list, ADVICE_CALM_DOWN, "learning_rate", false, s->learning_rate / 10, s->learning_rate / 3);
    else if (2 * s->overfit > s->curves)
        add(list, ADVICE_FEWER_EPOCHS, "epochs", true, NAN, fmax(1, round(s->epochs * 2 / 3)));
    else if (2 * s->still_improving > s->curves)
        add(list, ADVICE_MORE_EPOCHS, "epochs", true, NAN, ceil(s->epochs * 5 / 3));
}

size_t advice_give(const struct situation *situation, struct advice advice[ADVICE_MOST])
{
    const struct situation *s = situation;
    struct list list = {.advice = advice};
    bool some = s->recommendation->kind != RECOMMEND_NOTHING;
    if (s->pending > 0) add(&list, ADVICE_FINISH_RUNS, NULL, false, NAN, NAN);
    if (s->failed > 0) add(&list, ADVICE_LOOK_AT_FAILURES, NULL, false, NAN, NAN);
    mend_curves(s, &list);
    if (!some) return list.count;
    if (s->twins > 0 && s->n < 2)
        add(&list, ADVICE_VARY_SEEDS, NULL, false, NAN, NAN);
    else if (s->n < STABILITY_ENOUGH_RUNS)
        add(&list, ADVICE_MORE_REPEATS, NULL, true, STABILITY_ENOUGH_RUNS, NAN);
    if (s->apart) add(&list, ADVICE_STEADY, NULL, false, NAN, NAN);
    bool named = false;
    size_t last = 0, key;
    for (size_t i = 0; i < PARAMETERS; i++) {
        if (!swept(s, parameters[i].key, &key)) continue;
        look_around(s, &parameters[i], key, &list);
        last = i + 1;
    }
    /* The next after the last that was swept; when epochs were, the first that was not. */
    for (size_t i = 0; i < PARAMETERS && !named; i++) {
        const char *next = parameters[(last + i) % PARAMETERS].key;
        if (swept(s, next, &key)) continue;
        sweep_next(s, next, &list);
        named = true;
    }
    return list.count;
}
