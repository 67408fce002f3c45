#include "harness/rivals.h"

#include "base/memory.h"
#include "harness/compare/comparing.h"

#include <string.h>

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

static enum report_claim claim_for_report(enum compare_claim claim)
{
    switch (claim) {
    case COMPARE_CLAIM_OPEN:
        return REPORT_CLAIM_OPEN;
    case COMPARE_CLAIM_A_BETTER:
        return REPORT_CLAIM_BETTER;
    case COMPARE_CLAIM_B_BETTER:
        return REPORT_CLAIM_WORSE;
    case COMPARE_CLAIM_UNKNOWN:
        break;
    }
    return REPORT_CLAIM_NONE;
}

static struct report_encounter encounter_for_report(const struct encounter *encounter)
{
    const struct comparison *comparison = &encounter->comparison;
    const struct difference *difference = compare_shown(comparison);
    const struct compare_claims claims = compare_claims(comparison);
    const struct interval beats = compare_beats(comparison);
    return (struct report_encounter){.setting = encounter->b->number - 1,
                                     .pairs = compare_shows_pairs(comparison) ? difference->n : 0,
                                     .difference = difference->value,
                                     .low = difference->interval.low,
                                     .high = difference->interval.high,
                                     .boot_low = difference->bootstrap.low,
                                     .boot_high = difference->bootstrap.high,
                                     .p = comparison->p,
                                     .adjusted_p = comparison->adjusted_p,
                                     .ranks_p = comparison->ranks.p,
                                     .ranks_smallest = comparison->ranks.smallest_p,
                                     .by_t = claim_for_report(claims.student),
                                     .by_boot = claim_for_report(claims.bootstrap),
                                     .by_ranks = claim_for_report(claims.ranks),
                                     .disagree = compare_disagree(&claims),
                                     .beats = comparison->a_beats_b,
                                     .beats_low = beats.low,
                                     .beats_high = beats.high,
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

static enum run_outcome outcome_of(const struct report_run *run)
{
    if (run->outcome == REPORT_PENDING) return RUN_PENDING;
    return run->outcome == REPORT_DONE ? RUN_DONE : RUN_FAILED;
}

/* In the plan's order; runs of the plan that are not in the report were not needed. */
enum status rivals_contenders(const struct findings *findings, struct seed_book *book,
                              struct contenders *contenders, struct error *error)
{
    const struct report *report = &findings->report;
    const struct plan *plan = &findings->plan;
    struct contender_run *runs = memory_zeroed(plan->run_count, sizeof *runs);
    size_t next = 0;
    if (runs == NULL) return error_no_memory(error, plan->run_count * sizeof *runs);
    for (size_t i = 0; i < plan->run_count; i++) {
        const struct report_run *run = next < report->run_count ? &report->runs[next] : NULL;
        runs[i] = (struct contender_run){.outcome = RUN_PENDING, .not_needed = true, .digest = ""};
        if (run == NULL || strcmp(run->id, plan->runs[i].id) != 0) continue;
        runs[i] =
            (struct contender_run){.outcome = outcome_of(run), .value = run->metric, .digest = run->digest};
        next++;
    }
    enum status status = contenders_make(plan, runs, book, contenders, error);
    memory_free(runs);
    return status;
}

enum status rivals_fill(struct findings *findings, struct error *error)
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
    TRY_TO(done, rivals_contenders(findings, &book, &contenders, error));
    TRY_TO(done, comparing_chosen(&contenders, report->recommended, &question, &comparing, error));
    status = take_comparing(&comparing, findings, error);
done:
    comparing_free(&comparing);
    contenders_free(&contenders);
    seed_book_free(&book);
    return status;
}
