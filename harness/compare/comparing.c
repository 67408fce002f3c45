#include "harness/compare/comparing.h"

#include "base/memory.h"
#include "harness/stats/stability.h"

#include <math.h>
#include <string.h>

static enum status start(enum comparing_kind kind, size_t most, struct comparing *comparing,
                         struct error *error)
{
    *comparing = (struct comparing){.kind = kind};
    comparing->encounters = memory_zeroed(most, sizeof *comparing->encounters);
    if (comparing->encounters == NULL) return error_no_memory(error, most * sizeof *comparing->encounters);
    return STATUS_OK;
}

void comparing_free(struct comparing *comparing)
{
    memory_free(comparing->encounters);
    *comparing = (struct comparing){0};
}

/* Equal digests say that two runs had the same bits in every step, which no statistics can add to. */
static bool is_identical(const struct contender *a, const struct contender *b)
{
    if (a->side.count == 0 || a->side.count != b->side.count) return false;
    for (size_t i = 0; i < a->side.count; i++) {
        size_t j = 0;
        while (j < b->side.count && b->side.seeds[j] != a->side.seeds[i])
            j++;
        if (j == b->side.count || a->digests[i][0] == '\0' || strcmp(a->digests[i], b->digests[j]) != 0)
            return false;
    }
    return true;
}

static enum status meet(const struct contender *a, const struct contender *b,
                        const struct compare_question *question, struct comparing *comparing,
                        struct error *error)
{
    struct encounter *encounter = &comparing->encounters[comparing->count];
    *encounter = (struct encounter){.a = a, .b = b, .identical = is_identical(a, b)};
    struct compare_question asked = *question;
    asked.tests = &comparing->tests;
    TRY(compare_settings(&a->side, &b->side, &asked, &encounter->comparison, error));
    comparing->count++;
    return STATUS_OK;
}

/* Correct for `family` comparisons, or, when that is less, for those that have a p. */
static enum status adjust(size_t family, struct comparing *comparing, struct error *error)
{
    struct comparison *comparisons = memory_zeroed(comparing->count, sizeof *comparisons);
    size_t known = 0;
    if (comparisons == NULL) return error_no_memory(error, comparing->count * sizeof *comparisons);
    for (size_t i = 0; i < comparing->count; i++) {
        comparisons[i] = comparing->encounters[i].comparison;
        known += isnan(comparisons[i].p) ? 0 : 1;
    }
    comparing->family = family > known ? family : known;
    enum status status = compare_adjust_among(comparisons, comparing->count, comparing->family, error);
    for (size_t i = 0; status == STATUS_OK && i < comparing->count; i++)
        comparing->encounters[i].comparison = comparisons[i];
    memory_free(comparisons);
    return status;
}

static enum status select_best(const struct contenders *contenders, const struct compare_question *question,
                               struct comparing *comparing, struct error *error)
{
    const struct selection_question selecting = {.higher_is_better = question->higher_is_better,
                                                 .resamples = question->resamples,
                                                 .seed = question->seed};
    struct bootstrap_sample *samples = memory_zeroed(contenders->count, sizeof *samples);
    if (samples == NULL) return error_no_memory(error, contenders->count * sizeof *samples);
    for (size_t i = 0; i < contenders->count; i++)
        samples[i] =
            (struct bootstrap_sample){contenders->items[i].side.values, contenders->items[i].side.count};
    enum status status = selection_bias(samples, contenders->count, &selecting, &comparing->selection, error);
    memory_free(samples);
    comparing->has_selection = true;
    return status;
}

static size_t finished_runs(const struct contender *contender)
{
    size_t count = 0;
    for (size_t i = 0; i < contender->side.count; i++)
        count += isfinite(contender->side.values[i]) ? 1 : 0;
    return count;
}

/* Pairs of settings that both have enough runs for a p. */
static size_t pairs_with_p(const struct contenders *contenders)
{
    size_t enough = 0;
    for (size_t i = 0; i < contenders->count; i++)
        enough += finished_runs(&contenders->items[i]) >= STABILITY_ENOUGH_RUNS ? 1 : 0;
    return enough < 2 ? 0 : enough * (enough - 1) / 2;
}

static enum status meet_each(const struct contenders *contenders, const struct compare_question *question,
                             struct comparing *comparing, struct error *error)
{
    TRY(select_best(contenders, question, comparing, error));
    for (size_t i = 0; i < contenders->count; i++) {
        for (size_t j = i + 1; j < contenders->count; j++)
            TRY(meet(&contenders->items[i], &contenders->items[j], question, comparing, error));
    }
    return adjust(0, comparing, error);
}

/* Correct as meet_each does, so that both say the same of a pair: by the p of every pair, of which those
 * without `chosen` are not kept. */
static enum status adjust_by_all(const struct contenders *contenders, size_t chosen,
                                 const struct compare_question *question, struct comparing *comparing,
                                 struct error *error)
{
    size_t kept = comparing->count;
    for (size_t i = 0; i < contenders->count; i++) {
        for (size_t j = i + 1; j < contenders->count; j++) {
            if (i != chosen && j != chosen)
                TRY(meet(&contenders->items[i], &contenders->items[j], question, comparing, error));
        }
    }
    enum status status = adjust(0, comparing, error);
    comparing->count = kept;
    return status;
}

/* `chosen` with each other; the one with the best mean when it is `contenders->count`. */
static enum status meet_one(const struct contenders *contenders, size_t chosen,
                            const struct compare_question *question, struct comparing *comparing,
                            struct error *error)
{
    TRY(select_best(contenders, question, comparing, error));
    if (chosen == contenders->count)
        chosen = comparing->selection.best < 0 ? 0 : (size_t)comparing->selection.best;
    for (size_t i = 0; i < contenders->count; i++) {
        if (i != chosen)
            TRY(meet(&contenders->items[chosen], &contenders->items[i], question, comparing, error));
    }
    if (contenders->count > COMPARING_EACH_MOST) return adjust(pairs_with_p(contenders), comparing, error);
    return adjust_by_all(contenders, chosen, question, comparing, error);
}

static enum status check_several(const struct contenders *contenders, struct error *error)
{
    if (contenders->count >= 2) return STATUS_OK;
    return error_set(error, STATUS_USAGE,
                     "compare: %s has a single setting, and nothing to compare it with; another folder "
                     "of results can be given beside it",
                     contenders->folder);
}

/* Encounters that there can be: all pairs, or, of many settings, those with one of them. */
static size_t most_pairs(const struct contenders *contenders)
{
    size_t count = contenders->count;
    return count > COMPARING_EACH_MOST ? count - 1 : count * (count - 1) / 2;
}

enum status comparing_chosen(const struct contenders *contenders, size_t chosen,
                             const struct compare_question *question, struct comparing *comparing,
                             struct error *error)
{
    TRY(check_several(contenders, error));
    TRY(start(COMPARING_WITH_BEST, most_pairs(contenders), comparing, error));
    enum status status = meet_one(contenders, chosen, question, comparing, error);
    if (status != STATUS_OK) comparing_free(comparing);
    return status;
}

enum status comparing_all(const struct contenders *contenders, const struct compare_question *question,
                          struct comparing *comparing, struct error *error)
{
    size_t count = contenders->count;
    if (count > COMPARING_EACH_MOST) return comparing_chosen(contenders, count, question, comparing, error);
    TRY(check_several(contenders, error));
    TRY(start(COMPARING_EACH, most_pairs(contenders), comparing, error));
    enum status status = meet_each(contenders, question, comparing, error);
    if (status != STATUS_OK) comparing_free(comparing);
    return status;
}

enum status comparing_two(const struct contenders *contenders, const size_t pair[2],
                          const struct compare_question *question, struct comparing *comparing,
                          struct error *error)
{
    enum status status;
    if (pair[0] == pair[1])
        return error_set(error, STATUS_USAGE, "compare: both settings are '%s'",
                         contenders->items[pair[0]].label);
    TRY(start(COMPARING_TWO, 1, comparing, error));
    TRY_TO(done, meet(&contenders->items[pair[0]], &contenders->items[pair[1]], question, comparing, error));
    status = adjust(0, comparing, error);
done:
    if (status != STATUS_OK) comparing_free(comparing);
    return status;
}

static enum status meet_alike(const struct contenders *a, const struct contenders *b,
                              const struct compare_question *question, struct comparing *comparing,
                              struct error *error)
{
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count; j++) {
            if (strcmp(a->items[i].label, b->items[j].label) == 0)
                TRY(meet(&a->items[i], &b->items[j], question, comparing, error));
        }
    }
    if (comparing->count == 0)
        return error_set(error, STATUS_USAGE, "compare: no setting of %s, such as '%s', is in %s", a->folder,
                         a->items[0].label, b->folder);
    return adjust(0, comparing, error);
}

enum status comparing_folders(const struct contenders *a, const struct contenders *b,
                              const struct compare_question *question, struct comparing *comparing,
                              struct error *error)
{
    TRY(contenders_check_alike(a, b, error));
    TRY(start(COMPARING_FOLDERS, a->count, comparing, error)); /* labels are distinct within a plan */
    enum status status = meet_alike(a, b, question, comparing, error);
    if (status != STATUS_OK) comparing_free(comparing);
    return status;
}

bool comparing_is_inconclusive(const struct comparing *comparing)
{
    for (size_t i = 0; i < comparing->count; i++) {
        const struct encounter *encounter = &comparing->encounters[i];
        enum compare_verdict verdict = encounter->comparison.verdict;
        if (encounter->identical || (verdict != COMPARE_INCONCLUSIVE && verdict != COMPARE_UNDEFINED))
            return false;
    }
    return true;
}
