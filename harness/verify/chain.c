#include "harness/verify/chain.h"

#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

uint32_t chain_word(float value)
{
    uint32_t word;
    if (isnan(value)) return 0x7fc00000u;
    if (value == 0.0f) return 0;
    memcpy(&word, &value, sizeof word);
    return word;
}

void chain_value(uint32_t word, bool integer, char text[CHAIN_VALUE_BYTES])
{
    char number[NUMBER_TEXT];
    float value;
    memcpy(&value, &word, sizeof value);
    if (integer)
        snprintf(number, sizeof number, "%ld", (long)(int32_t)word);
    else
        number_shortest_float(value, number);
    snprintf(text, CHAIN_VALUE_BYTES, "%s (%08x)", number, (unsigned)word);
}

/* The two sides and what is found of them. */
struct compared {
    const struct chain_pair *pair;
    struct chain *chain;
};

static bool same_float(const struct compared *compared, const char *name, float left, float right)
{
    char a[CHAIN_VALUE_BYTES], b[CHAIN_VALUE_BYTES];
    const struct chain_pair *pair = compared->pair;
    if (chain_word(left) == chain_word(right)) return true;
    chain_value(chain_word(left), false, a);
    chain_value(chain_word(right), false, b);
    snprintf(compared->chain->what, sizeof compared->chain->what, "%s: %s %s, %s %s", name, pair->left_name,
             a, pair->right_name, b);
    return false;
}

/* The name of tensor `index`; by its number where the run does not say it. */
static void name_tensor(const struct run_record *record, int index, char name[128])
{
    const char *at = record->begin.tensors;
    for (int i = 0; i < index && at != NULL; i++) {
        at = strchr(at, '\n');
        if (at != NULL) at++;
    }
    if (at == NULL)
        snprintf(name, 128, "tensor %d", index);
    else
        snprintf(name, 128, "%.*s", (int)strcspn(at, "\n"), at);
}

/* Where the two steps say each tensor's gradient: the first that differs, in the order of the layout, behind
 * what is said of the step already. */
static void add_tensor(const struct compared *compared, const struct observed_step *left,
                       const struct observed_step *right)
{
    struct chain *chain = compared->chain;
    const size_t used = strlen(chain->what);
    char *more = chain->what + used;
    const size_t room = sizeof chain->what - used;
    int different = 0, first = 0;
    chain->tensor_lacking =
        left->sums == NULL || right->sums == NULL || left->tensor_count != right->tensor_count;
    if (chain->tensor_lacking) return;
    for (int i = 0; i < left->tensor_count; i++) {
        if (chain_word(left->sums[i]) == chain_word(right->sums[i])) continue;
        if (different++ == 0) first = i;
    }
    if (different == 0) {
        snprintf(more, room, "; no tensor's gradient differs");
        return;
    }
    char name[128], a[CHAIN_VALUE_BYTES], b[CHAIN_VALUE_BYTES];
    name_tensor(compared->pair->left, first, name);
    chain_value(chain_word(left->sums[first]), false, a);
    chain_value(chain_word(right->sums[first]), false, b);
    snprintf(more, room, "; first tensor %s, its squared gradient: %s %s, %s %s (%d of %d differ)", name,
             compared->pair->left_name, a, compared->pair->right_name, b, different, left->tensor_count);
}

static bool same_step_alone(const struct compared *compared, const struct observed_step *left,
                            const struct observed_step *right)
{
    struct chain *chain = compared->chain;
    chain->step = left->step < right->step ? left->step : right->step;
    if (left->step != right->step) {
        snprintf(chain->what, sizeof chain->what, "%s has step %ld, %s step %ld", compared->pair->left_name,
                 left->step, compared->pair->right_name, right->step);
        return false;
    }
    if (!same_float(compared, "the loss", left->loss, right->loss)) return false;
    if (!same_float(compared, "the gradient norm", left->grad_norm, right->grad_norm)) return false;
    if (strcmp(left->digest, right->digest) == 0) return true;
    snprintf(chain->what, sizeof chain->what, "the chain of digests");
    return false;
}

/* A metric of both sides. */
struct metric_pair {
    const char *name;
    double left, right;
};

/* Of whole records `left` and `right` that have the six. */
#define METRIC_PAIRS(left, right)                                                                            \
    {                                                                                                        \
        {"loss", (left)->loss, (right)->loss}, {"accuracy", (left)->accuracy, (right)->accuracy},            \
            {"precision", (left)->precision, (right)->precision},                                            \
            {"recall", (left)->recall, (right)->recall}, {"f1", (left)->f1, (right)->f1},                    \
            {"f1_macro", (left)->f1_macro, (right)->f1_macro},                                               \
    }
enum { METRIC_PAIR_COUNT = 6 };

/* `whose`: "the evaluation's", for sentences. */
static bool same_metrics(const struct compared *compared, const char *whose,
                         const struct metric_pair metrics[METRIC_PAIR_COUNT])
{
    for (size_t i = 0; i < METRIC_PAIR_COUNT; i++) {
        char a[NUMBER_TEXT], b[NUMBER_TEXT];
        number_shortest(metrics[i].left, a);
        number_shortest(metrics[i].right, b);
        if (strcmp(a, b) == 0) continue;
        snprintf(compared->chain->what, sizeof compared->chain->what, "%s %s: %s %s, %s %s", whose,
                 metrics[i].name, compared->pair->left_name, a, compared->pair->right_name, b);
        return false;
    }
    return true;
}

static bool same_step(const struct compared *compared, const struct observed_step *left,
                      const struct observed_step *right)
{
    if (same_step_alone(compared, left, right)) return true;
    if (left->step == right->step) add_tensor(compared, left, right);
    return false;
}

static bool same_evaluation(const struct compared *compared, const struct observed_evaluation *left,
                            const struct observed_evaluation *right)
{
    struct chain *chain = compared->chain;
    const struct chain_pair *pair = compared->pair;
    chain->step = left->step < right->step ? left->step : right->step;
    if (left->step != right->step || left->count != right->count) {
        snprintf(chain->what, sizeof chain->what,
                 "%s evaluates %d samples after step %ld, %s %d after step %ld", pair->left_name, left->count,
                 left->step, pair->right_name, right->count, right->step);
        return false;
    }
    if (strcmp(left->digest, right->digest) != 0) {
        snprintf(chain->what, sizeof chain->what, "the evaluation's digest of weights and moments");
        return false;
    }
    bool losses = left->losses != NULL && right->losses != NULL;
    for (int i = 0; i < left->count && losses; i++) {
        char name[64];
        snprintf(name, sizeof name, "the evaluation's loss of sample %d", i);
        if (!same_float(compared, name, left->losses[i], right->losses[i])) return false;
    }
    bool predictions = left->predictions != NULL && right->predictions != NULL;
    for (int i = 0; i < left->count && predictions; i++) {
        if (left->predictions[i] == right->predictions[i]) continue;
        snprintf(chain->what, sizeof chain->what, "the evaluation's prediction of sample %d: %s %d, %s %d", i,
                 pair->left_name, (int)left->predictions[i], pair->right_name, (int)right->predictions[i]);
        return false;
    }
    /* What is made of losses and predictions: it differs alone when a metric is computed in another way. */
    const struct metric_pair metrics[] = METRIC_PAIRS(left, right);
    return same_metrics(compared, "the evaluation's", metrics);
}

/* One record goes on where the other has stopped; what is known of why is said. */
static void stopped(const struct compared *compared, long step, bool left_is)
{
    const struct chain_pair *pair = compared->pair;
    const struct run_record *shorter = left_is ? pair->left : pair->right;
    struct chain *chain = compared->chain;
    const char *why = shorter->reason;
    if (shorter->has_end && shorter->end.message[0] != '\0') why = shorter->end.message;
    chain->step = step;
    chain->stopped = true;
    snprintf(chain->what, sizeof chain->what, "%s stops before%s%.200s",
             left_is ? pair->left_name : pair->right_name, why[0] == '\0' ? "" : ": ", why);
}

static size_t count_steps(const struct run_record *record, long most)
{
    size_t count = record->step_count;
    while (most != CHAIN_ALL && count > 0 && record->steps[count - 1].step > most)
        count--;
    return count;
}

static size_t count_evaluations(const struct run_record *record, long most)
{
    size_t count = record->evaluation_count;
    while (most != CHAIN_ALL && count > 0 && record->evaluations[count - 1].step > most)
        count--;
    return count;
}

/* The evaluations that come before step `before` (-1: all that are left). */
static bool evaluations_until(const struct compared *compared, long before)
{
    const struct run_record *left = compared->pair->left, *right = compared->pair->right;
    struct chain *chain = compared->chain;
    size_t a = count_evaluations(left, compared->pair->steps),
           b = count_evaluations(right, compared->pair->steps);
    for (;;) {
        size_t i = chain->evaluations;
        bool in_left = i < a && (before < 0 || left->evaluations[i].step < before);
        bool in_right = i < b && (before < 0 || right->evaluations[i].step < before);
        if (!in_left && !in_right) return true;
        if (in_left != in_right) {
            stopped(compared, in_left ? left->evaluations[i].step : right->evaluations[i].step, in_right);
            return false;
        }
        if (!same_evaluation(compared, &left->evaluations[i], &right->evaluations[i])) return false;
        chain->evaluations++;
    }
}

static bool same_end(const struct compared *compared)
{
    const struct run_record *left = compared->pair->left, *right = compared->pair->right;
    struct chain *chain = compared->chain;
    chain->step = -1;
    if (!left->has_end || !right->has_end) {
        stopped(compared, -1, !left->has_end);
        return false;
    }
    if (strcmp(left->end.digest, right->end.digest) != 0 || left->end.reason != right->end.reason ||
        left->end.best_step != right->end.best_step) {
        snprintf(chain->what, sizeof chain->what, "the digest of the whole run, or its best step");
        return false;
    }
    /* The chain of digests does not hold them, and means, limits and reports are made of them. */
    const struct metric_pair metrics[] = METRIC_PAIRS(&left->end, &right->end);
    return same_metrics(compared, "the run's", metrics);
}

void chain_compare(const struct chain_pair *pair, struct chain *chain)
{
    const struct compared compared = {.pair = pair, .chain = chain};
    *chain = (struct chain){.step = -1};
    size_t a = count_steps(pair->left, pair->steps), b = count_steps(pair->right, pair->steps);
    for (;;) {
        size_t i = chain->steps;
        long next = i < a ? pair->left->steps[i].step : i < b ? pair->right->steps[i].step : -1;
        if (!evaluations_until(&compared, next)) return;
        if (i >= a && i >= b) break;
        if (i >= a || i >= b) {
            stopped(&compared, next, i >= a);
            return;
        }
        if (!same_step(&compared, &pair->left->steps[i], &pair->right->steps[i])) return;
        chain->steps++;
    }
    chain->equal = pair->steps != CHAIN_ALL || same_end(&compared);
}
