#include "harness/diagnose/advice.h"

#include "base/number.h"
#include "harness/diagnose/remedy.h"
#include "trainer/spec/keys.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The recipe's parameters in its order: tune one, keep it, go on to the next. */
static const char *const parameters[] = {"learning_rate", "batch_size", "epochs"};
enum { PARAMETERS = sizeof parameters / sizeof parameters[0] };

struct list {
    struct advice *advice;
    size_t count;
};

/* What might be advised: up to two values of a key (NaN: none), of which those that make sense are kept. */
struct proposal {
    enum advice_kind kind;
    const char *key;
    double above, below; /* a value must lie strictly between them; 0 for below: no limit */
    double values[2];
    bool anyway; /* worth saying without a value too: it names other remedies */
};

static struct advice *append(struct list *list, enum advice_kind kind)
{
    if (list->count == ADVICE_MOST) return NULL;
    struct advice *advice = &list->advice[list->count++];
    *advice = (struct advice){.kind = kind};
    return advice;
}

static bool has(const struct list *list, enum advice_kind kind)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->advice[i].kind == kind) return true;
    }
    return false;
}

/* The value in the starting setting. */
static double own_value(const struct situation *s, const char *key)
{
    return strcmp(key, "learning_rate") == 0 ? s->learning_rate
           : strcmp(key, "batch_size") == 0  ? s->batch_size
                                             : s->epochs;
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

/* Settings that differ from the starting one in this key alone. */
static bool comparable(const struct situation *s, size_t setting, size_t key)
{
    for (size_t i = 0; i < s->sweep_count; i++) {
        if (i == key) continue;
        const char *a = s->values[setting * s->sweep_count + i];
        const char *b = s->values[s->setting * s->sweep_count + i];
        if (strcmp(a, b) != 0) return false;
    }
    return true;
}

/* The next values below and above the starting one among comparable settings; NaN where there is none. */
static void neighbours(const struct situation *s, size_t key, double *below, double *above)
{
    double own = s->numbers[s->setting * s->sweep_count + key];
    *below = *above = NAN;
    for (size_t i = 0; i < s->setting_count; i++) {
        double value = s->numbers[i * s->sweep_count + key];
        if (!comparable(s, i, key)) continue;
        if (value < own) *below = fmax(*below, value);
        if (value > own) *above = fmin(*above, value);
    }
}

/* Whether the sweep has the value already, all else being as in the starting setting. */
static bool tried(const struct situation *s, const char *key, double value)
{
    size_t index;
    if (!swept(s, key, &index)) return false;
    for (size_t i = 0; i < s->setting_count; i++) {
        double there = s->numbers[i * s->sweep_count + index];
        if (comparable(s, i, index) && fabs(there - value) <= 1e-9 * value) return true;
    }
    return false;
}

/* A value as a person would choose it, within the key's range: two digits, or a whole number where only those
 * are allowed, and of epochs from one on. NaN when the range has no such value. */
static double sensible(const struct key *key, double value)
{
    bool whole = key->type == KEY_INTEGER || (strcmp(key->name, "epochs") == 0 && value >= 1);
    if (isnan(value)) return value;
    if (whole) {
        value = round(value);
    } else {
        char text[NUMBER_TEXT];
        snprintf(text, sizeof text, "%.1e", value);
        if (!number_parse(text, &value)) return NAN;
    }
    if (value >= key->most) return key->most_open ? NAN : key->most;
    if (value <= key->least) return key->least_open ? NAN : key->least;
    return value;
}

/* Append the proposal with the values that make sense and are new; false when nothing is left of it. */
static bool propose(const struct situation *s, const struct proposal *proposal, struct list *list)
{
    const struct key *key = key_find("training", proposal->key);
    char kept[2][NUMBER_TEXT] = {"", ""};
    double last = NAN;
    size_t count = 0;
    if (key == NULL) return false;
    for (int i = 0; i < 2; i++) {
        double value = sensible(key, proposal->values[i]);
        if (!(value > proposal->above) || (proposal->below > 0 && value >= proposal->below)) continue;
        if (value == last || value == own_value(s, key->name) || tried(s, key->name, value)) continue;
        number_shortest(value, kept[count++]);
        last = value;
    }
    if (count == 0 && !proposal->anyway) return false;
    struct advice *advice = append(list, proposal->kind);
    if (advice == NULL) return false;
    advice->key = key->name;
    snprintf(advice->values, sizeof advice->values, "%s%s%s", kept[0], count > 1 ? ", " : "", kept[1]);
    return true;
}

static bool is_finished(const struct situation *s, size_t setting)
{
    return s->finished == NULL || s->finished[setting];
}

/* Whether one of the settings that differ in this key alone has no finished run yet: where the best value is
 * among them is not known then, nor whether it is an edge. */
static bool waits_for(const struct situation *s, size_t key)
{
    for (size_t i = 0; i < s->setting_count; i++) {
        if (comparable(s, i, key) && !is_finished(s, i)) return true;
    }
    return false;
}

static void look_around(const struct situation *s, const char *parameter, size_t key, struct list *list)
{
    double own = s->numbers[s->setting * s->sweep_count + key], below, above;
    if (!(own > 0) || waits_for(s, key)) return;
    neighbours(s, key, &below, &above);
    if (isnan(below) && isnan(above)) return;
    /* The curves have already said in which direction this one should go. */
    for (size_t i = 0; i < list->count; i++) {
        if (list->advice[i].key != NULL && strcmp(list->advice[i].key, parameter) == 0) return;
    }
    struct proposal proposal = {.key = parameter};
    if (isnan(below) || isnan(above)) {
        /* Beyond the edge by the sweep's own factor, once and twice. */
        double factor = own / (isnan(below) ? above : below);
        proposal.kind = ADVICE_EXTEND;
        proposal.above = isnan(below) ? 0 : own;
        proposal.below = isnan(below) ? own : 0;
        proposal.values[0] = own * factor;
        proposal.values[1] = own * factor * factor;
    } else {
        /* Between the value and its neighbours, halfway by factors. */
        proposal.kind = ADVICE_REFINE;
        proposal.above = below;
        proposal.below = above;
        proposal.values[0] = sqrt(own * below);
        proposal.values[1] = sqrt(own * above);
    }
    if (isfinite(proposal.values[0]) && isfinite(proposal.values[1])) propose(s, &proposal, list);
}

/* Recipe: 2e-5 with 1.5e-5 and 3e-5 beside it; batch 2, then 4; 3 epochs, then 5 or 2. Returns whether the
 * key is spoken of. */
static bool sweep_next(const struct situation *s, const char *key, struct list *list)
{
    double own = own_value(s, key);
    struct proposal proposal = {.kind = ADVICE_SWEEP_NEXT, .key = key};
    if (strcmp(key, "learning_rate") == 0) {
        proposal.values[0] = own * 0.75;
        proposal.values[1] = own * 1.5;
    } else if (strcmp(key, "batch_size") == 0) {
        proposal.values[0] = own > 1 ? floor(own / 2) : NAN;
        proposal.values[1] = own * 2;
    } else {
        if (has(list, ADVICE_FEWER_EPOCHS) || has(list, ADVICE_MORE_EPOCHS)) return true;
        proposal.values[0] = own > 1 ? own * 2 / 3 : NAN;
        proposal.values[1] = ceil(own * 5 / 3);
    }
    return propose(s, &proposal, list);
}

/* What most curves of the starting setting show. */
static void mend_curves(const struct situation *s, struct list *list)
{
    struct proposal proposal;
    double rate = s->learning_rate, epochs = s->epochs;
    if (s->curves == 0) return;
    bool stalled = 2 * s->stalled > s->curves, swings = 2 * s->oscillating > s->curves;
    if (2 * s->undetermined > s->curves) {
        append(list, ADVICE_SEE_MORE);
        return;
    }
    bool one_class = 2 * s->one_class > s->curves && !swings;
    bool hardly_begun = s->steps > 0 && s->steps < REMEDY_FEW_STEPS;
    if (one_class && !stalled && !hardly_begun) {
        append(list, ADVICE_ONE_CLASS);
        return;
    }
    if ((stalled || one_class) && hardly_begun)
        proposal = (struct proposal){.kind = ADVICE_TRAIN_LONGER,
                                     .key = "epochs",
                                     .above = epochs,
                                     .values = {ceil(epochs * 2 * REMEDY_FEW_STEPS / (double)s->steps), NAN},
                                     .anyway = true};
    else if (stalled)
        proposal = (struct proposal){.kind = ADVICE_RAISE_RATE,
                                     .key = "learning_rate",
                                     .above = rate,
                                     .values = {rate * 3, rate * 10}};
    else if (swings)
        proposal = (struct proposal){.kind = ADVICE_CALM_DOWN,
                                     .key = "learning_rate",
                                     .below = rate,
                                     .values = {rate / 10, rate / 3},
                                     .anyway = true};
    else if (2 * s->overfit > s->curves)
        proposal = (struct proposal){.kind = ADVICE_FEWER_EPOCHS,
                                     .key = "epochs",
                                     .below = epochs,
                                     .values = {epochs * 2 / 3, NAN},
                                     .anyway = true};
    else if (2 * s->still_improving > s->curves)
        proposal = (struct proposal){.kind = ADVICE_MORE_EPOCHS,
                                     .key = "epochs",
                                     .above = epochs,
                                     .values = {ceil(epochs * 5 / 3), NAN}};
    else
        return;
    propose(s, &proposal, list);
}

/* More runs, or other ones, so that a verdict is worth something. */
static void mend_repeats(const struct situation *s, struct list *list)
{
    bool enough =
        s->repeats >= STABILITY_ENOUGH_RUNS; /* asked for: that they are not there has other reasons */
    if (s->shared) {
        struct advice *advice = append(list, ADVICE_VARY_JOINTLY);
        if (advice != NULL) snprintf(advice->values, sizeof advice->values, "%d", (int)STABILITY_ENOUGH_RUNS);
    } else if (s->twins > 0 && (s->n < 2 || (enough && s->n < STABILITY_ENOUGH_RUNS))) {
        append(list, ADVICE_VARY_SEEDS);
    } else if (s->n < STABILITY_ENOUGH_RUNS && !enough) {
        struct advice *advice = append(list, ADVICE_MORE_REPEATS);
        if (advice != NULL) snprintf(advice->values, sizeof advice->values, "%d", (int)STABILITY_ENOUGH_RUNS);
    }
}

/* Runs that a calibrated verdict lacks, when they are few: no more than there are already, or ten. */
static void decide_by_more(const struct situation *s, struct list *list)
{
    enum { FEW = 10 };
    if (s->further <= 0 || s->further > (s->n > FEW ? s->n : FEW)) return;
    if (has(list, ADVICE_MORE_REPEATS) || has(list, ADVICE_VARY_SEEDS) || s->pending > 0) return;
    struct advice *advice = append(list, ADVICE_DECIDE);
    if (advice != NULL) snprintf(advice->values, sizeof advice->values, "%d", s->repeats + s->further);
}

/* Runs that lie apart: by what they lie apart most. Training otherwise does not make single examples weigh
 * less. */
static void more_validation(const struct situation *s, struct list *list)
{
    struct advice *advice = append(list, ADVICE_MORE_VALIDATION);
    if (advice != NULL && isfinite(s->examples_needed))
        snprintf(advice->values, sizeof advice->values, "%.0f", s->examples_needed);
}

/* Twice the timeout: one that was too short by less than that is the usual case. */
static void more_time(const struct situation *s, struct list *list)
{
    struct advice *advice = append(list, ADVICE_MORE_TIME);
    if (advice == NULL) return;
    advice->key = "timeout";
    if (!(s->timeout > 0)) return;
    char value[NUMBER_TEXT];
    number_shortest(2 * s->timeout, value);
    snprintf(advice->values, sizeof advice->values, "%s", value);
}

size_t advice_give(const struct situation *situation, struct advice advice[ADVICE_MOST])
{
    const struct situation *s = situation;
    struct list list = {.advice = advice};
    if (s->pending > 0) append(&list, ADVICE_FINISH_RUNS);
    if (s->failed > 0) append(&list, ADVICE_LOOK_AT_FAILURES);
    if (s->timed_out > 0) more_time(s, &list);
    if (s->one_label) {
        append(&list, ADVICE_BOTH_CLASSES);
        return list.count;
    }
    if (s->apart && s->churned) more_validation(s, &list);
    mend_curves(s, &list);
    if (s->recommendation->kind == RECOMMEND_NOTHING) return list.count;
    mend_repeats(s, &list);
    decide_by_more(s, &list);
    if (s->apart && !s->churned) append(&list, ADVICE_STEADY);
    bool named = false;
    for (size_t i = 0; i < s->setting_count && !named; i++)
        named = !is_finished(s, i); /* the best value is not found before all have one */
    size_t last = 0, key;
    for (size_t i = 0; i < PARAMETERS; i++) {
        if (!swept(s, parameters[i], &key)) continue;
        look_around(s, parameters[i], key, &list);
        last = i + 1;
    }
    /* The next after the last that was swept; when epochs were, the first that was not. */
    for (size_t i = 0; i < PARAMETERS && !named; i++) {
        const char *next = parameters[(last + i) % PARAMETERS];
        if (!swept(s, next, &key)) named = sweep_next(s, next, &list);
    }
    return list.count;
}
