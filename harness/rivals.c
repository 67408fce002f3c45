#include "harness/rivals.h"

#include "base/memory.h"
#include "harness/compare/comparing.h"

#include <math.h>

static enum report_comparison comparison_for_report(enum compare_verdict verdict)
{
    switch (verdict) {
    case COMPARE_A_BETTER:
        return REPORT_BETTER;
    case COMPARE_B_BETTER:
        return REPORT_WORSE;
    case COMPARE_INCONCLUSIVE:
    case COMPARE_EQUIVALENT:
        return REPORT_OPEN;
    case COMPARE_UNDEFINED:
        break;
    }
    return REPORT_UNCOMPARED;
}

static struct report_encounter encounter_for_report(const struct encounter *encounter)
{
    const struct comparison *comparison = &encounter->comparison;
    bool paired = comparison->basis == COMPARE_BY_PAIRS;
    const struct difference *difference = paired ? &comparison->paired : &comparison->welch;
    return (struct report_encounter){.setting = encounter->b->number - 1,
                                     .pairs = paired ? difference->n : 0,
                                     .difference = difference->value,
                                     .low = difference->interval.low,
                                     .high = difference->interval.high,
                                     .p = comparison->p,
                                     .adjusted_p = comparison->adjusted_p,
                                     .beats = comparison->a_beats_b,
                                     .verdict = comparison_for_report(comparison->verdict)};
}

static enum status take_comparing(const struct comparing *comparing, struct findings *findings,
                                  struct error *error)
{
    struct report *report = &findings->report;
    const struct selection *selection = &comparing->selection;
    findings->encounters = memory_zeroed(comparing->count, sizeof *findings->encounters);
    if (findings->encounters == NULL)
        return error_no_memory(error, comparing->count * sizeof *findings->encounters);
    for (size_t i = 0; i < comparing->count; i++)
        findings->encounters[i] = encounter_for_report(&comparing->encounters[i]);
    report->encounters = findings->encounters;
    report->encounter_count = comparing->count;
    report->comparisons = comparing->family;
    report->has_luck = selection->settings >= 2 && selection->best >= 0;
    if (report->has_luck)
        report->luck = (struct report_luck){.setting = (size_t)selection->best,
                                            .bias = selection->bias,
                                            .bias_most = selection->bias_most,
                                            .corrected = selection->corrected,
                                            .again = selection->again};
    return STATUS_OK;
}

enum status rivals_fill(struct store *store, struct findings *findings, struct error *error)
{
    enum status status = STATUS_OK;
    const struct report *report = &findings->report;
    struct seed_book book = {0};
    struct contenders contenders = {0};
    struct comparing comparing = {0};
    if (report->setting_count < 2 || report->recommendation == REPORT_NOTHING || report->shared_seeds)
        return STATUS_OK;
    struct compare_question question = compare_question_default(report->seed);
    question.higher_is_better = !report->lower_is_better;
    TRY_TO(done, contenders_read_store(store, &book, &contenders, error));
    TRY_TO(done, comparing_chosen(&contenders, report->recommended, &question, &comparing, error));
    status = take_comparing(&comparing, findings, error);
done:
    comparing_free(&comparing);
    contenders_free(&contenders);
    seed_book_free(&book);
    return status;
}
