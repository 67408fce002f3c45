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

static bool same_float(struct chain *chain, const char *name, float left, float right)
{
    char a[CHAIN_VALUE_BYTES], b[CHAIN_VALUE_BYTES];
    if (chain_word(left) == chain_word(right)) return true;
    chain_value(chain_word(left), false, a);
    chain_value(chain_word(right), false, b);
    snprintf(chain->what, sizeof chain->what, "%s: %s and %s", name, a, b);
    return false;
}

static bool same_step(struct chain *chain, const struct observed_step *left,
                      const struct observed_step *right)
{
    chain->step = left->step;
    if (left->step != right->step) {
        snprintf(chain->what, sizeof chain->what, "step %ld beside step %ld", left->step, right->step);
        return false;
    }
    if (!same_float(chain, "the loss", left->loss, right->loss)) return false;
    if (!same_float(chain, "the gradient norm", left->grad_norm, right->grad_norm)) return false;
    if (strcmp(left->digest, right->digest) == 0) return true;
    snprintf(chain->what, sizeof chain->what, "the chain of digests");
    return false;
}

static bool same_evaluation(struct chain *chain, const struct observed_evaluation *left,
                            const struct observed_evaluation *right)
{
    chain->step = left->step < right->step ? left->step : right->step;
    if (left->step != right->step || left->count != right->count) {
        snprintf(chain->what, sizeof chain->what,
                 "an evaluation of %d samples after step %ld beside one of %d after %ld", left->count,
                 left->step, right->count, right->step);
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
        if (!same_float(chain, name, left->losses[i], right->losses[i])) return false;
    }
    bool predictions = left->predictions != NULL && right->predictions != NULL;
    for (int i = 0; i < left->count && predictions; i++) {
        if (left->predictions[i] == right->predictions[i]) continue;
        snprintf(chain->what, sizeof chain->what, "the evaluation's prediction of sample %d: %d and %d", i,
                 (int)left->predictions[i], (int)right->predictions[i]);
        return false;
    }
    return true;
}

/* Where one record goes on and the other has stopped; `what` says why it did, if it did. */
static void stopped(struct chain *chain, const struct run_record *left, const struct run_record *right,
                    bool left_is)
{
    const struct run_record *shorter = left_is ? left : right;
    const char *why = shorter->reason;
    if (shorter->has_end && shorter->end.message[0] != '\0') why = shorter->end.message;
    snprintf(chain->what, sizeof chain->what, "the %s run stops before%s%.180s", left_is ? "first" : "second",
             why[0] == '\0' ? "" : ": ", why);
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
static bool evaluations_until(struct chain *chain, const struct run_record *left,
                              const struct run_record *right, long most, long before)
{
    size_t a = count_evaluations(left, most), b = count_evaluations(right, most);
    for (;;) {
        size_t i = chain->evaluations;
        bool in_left = i < a && (before < 0 || left->evaluations[i].step < before);
        bool in_right = i < b && (before < 0 || right->evaluations[i].step < before);
        if (!in_left && !in_right) return true;
        if (in_left != in_right) {
            chain->step = in_left ? left->evaluations[i].step : right->evaluations[i].step;
            stopped(chain, left, right, in_right);
            return false;
        }
        if (!same_evaluation(chain, &left->evaluations[i], &right->evaluations[i])) return false;
        chain->evaluations++;
    }
}

static bool same_end(struct chain *chain, const struct run_record *left, const struct run_record *right)
{
    chain->step = -1;
    if (left->has_end && right->has_end && strcmp(left->end.digest, right->end.digest) == 0 &&
        left->end.reason == right->end.reason && left->end.best_step == right->end.best_step)
        return true;
    if (left->has_end && right->has_end)
        snprintf(chain->what, sizeof chain->what, "the digest of the whole run, or its best step");
    else
        stopped(chain, left, right, !left->has_end);
    return false;
}

void chain_compare(const struct run_record *left, const struct run_record *right, long steps,
                   struct chain *chain)
{
    *chain = (struct chain){.step = -1};
    size_t a = count_steps(left, steps), b = count_steps(right, steps);
    for (;;) {
        size_t i = chain->steps;
        long next = i < a ? left->steps[i].step : i < b ? right->steps[i].step : -1;
        if (!evaluations_until(chain, left, right, steps, next)) return;
        if (i >= a && i >= b) break;
        if (i >= a || i >= b) {
            chain->step = next;
            stopped(chain, left, right, i >= a);
            return;
        }
        if (!same_step(chain, &left->steps[i], &right->steps[i])) return;
        chain->steps++;
    }
    chain->equal = steps != CHAIN_ALL || same_end(chain, left, right);
}
