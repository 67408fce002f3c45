#include "harness/check/exact_lane.h"

#include "harness/check/machine.h"
#include "harness/check/recorded_keys.h"
#include "harness/verify/chain.h"

#include <stdio.h>
#include <string.h>

/* What was found of one setting. */
struct parting {
    int missing;  /* runs of the baseline that are not there ... */
    int pending;  /* ... of them planned */
    int shared;   /* runs of both sides, compared or not */
    int versions; /* of them those with another numeric version */
    int different;
    size_t run;         /* the first that differs, of the report's runs ... */
    struct chain chain; /* ... and where */
    char first_missing[128];
};

static enum check_weight unless_lenient(const struct contest *contest)
{
    return contest->terms->lenient ? CHECK_WARNS : CHECK_COUNTS;
}

/* A difference is the earlier the fewer steps came before it; the ends alone (step -1) come last. */
static bool is_earlier(const struct chain *a, const struct chain *b)
{
    if (a->step < 0 || b->step < 0) return a->step >= 0;
    return a->step < b->step;
}

static enum status compare_runs(const struct contest *contest, size_t base_run, size_t now_run,
                                struct check_setting *setting, struct parting *parting, struct error *error)
{
    const struct report_run *before = &contest->base.findings->report.runs[base_run];
    const struct report_run *after = &contest->now.findings->report.runs[now_run];
    struct run_record left = {0}, right = {0};
    struct chain chain;
    enum status status;
    parting->shared++;
    /* Equal keys and seeds, and yet another id: the rest of the id is the numeric version. */
    if (strcmp(before->id, after->id) != 0) {
        parting->versions++;
        return STATUS_OK;
    }
    TRY_TO(done, store_load_run(contest->base.store, before->id, &left, error));
    TRY_TO(done, store_load_run(contest->now.store, after->id, &right, error));
    const struct chain_pair pair = {.left = &left,
                                    .right = &right,
                                    .left_name = contest->base.name,
                                    .right_name = contest->now.name,
                                    .steps = CHAIN_ALL};
    chain_compare(&pair, &chain);
    /* A run that crashed has no bits from there on: that is told as its failure. */
    if (chain.stopped && right.outcome != RUN_DONE) goto done;
    setting->compared++;
    if (chain.equal) {
        setting->equal++;
    } else if (parting->different++ == 0 || is_earlier(&chain, &parting->chain)) {
        parting->run = now_run;
        parting->chain = chain;
    }
done:
    run_record_free(&left);
    run_record_free(&right);
    return status;
}

/* Whether the plan has a run with these seeds that was not needed: what a span of repeats spares is not
 * missing. */
static bool is_spared(const struct contest *contest, const struct report_run *run, size_t setting)
{
    const struct plan *plan = contest_plan(&contest->now);
    const struct report *report = &contest->now.findings->report;
    for (size_t i = 0; i < plan->run_count; i++) {
        const struct plan_run *planned = &plan->runs[i];
        if ((size_t)planned->setting != setting || planned->seed_init != run->seed_init ||
            planned->seed_order != run->seed_order || planned->seed_dropout != run->seed_dropout)
            continue;
        for (size_t j = 0; j < report->run_count; j++) {
            if (strcmp(report->runs[j].id, planned->id) == 0) return false;
        }
        return true;
    }
    return false;
}

static void note_missing(const struct report_run *run, bool pending, struct parting *parting)
{
    parting->pending += pending;
    if (parting->missing++ > 0) return;
    snprintf(parting->first_missing, sizeof parting->first_missing, "repeat %d of the baseline (%s)%s",
             run->repeat + 1, run->id,
             pending ? ", which is planned but not there yet: ftbench run goes on" : "");
}

static enum status compare_setting(const struct contest *contest, size_t index, struct check_setting *setting,
                                   struct parting *parting, struct error *error)
{
    const struct report *base = &contest->base.findings->report, *now = &contest->now.findings->report;
    bool same_keys = recorded_keys_same(contest, index);
    for (size_t i = 0; i < base->run_count; i++) {
        const struct report_run *run = &base->runs[i];
        size_t found;
        if ((int)run->setting != contest->partner[index] || run->outcome == REPORT_PENDING) continue;
        if (!contest_find_run(&contest->base, i, &contest->now, (int)index, &found)) {
            if (!is_spared(contest, run, index)) note_missing(run, false, parting);
        } else if (now->runs[found].outcome == REPORT_PENDING) {
            note_missing(run, true, parting);
        } else if (same_keys) {
            TRY(compare_runs(contest, i, found, setting, parting, error));
        } else {
            parting->shared++;
        }
    }
    return STATUS_OK;
}

/* Without a record of the tensors, how to get one. */
static const char *how_to_go_on(const struct chain *chain)
{
    return !chain->tensor_lacking ? ""
                                  : "; which tensor is recorded with [run] record_tensors = "
                                    "yes on both sides; ftbench verify says whether "
                                    "these bits come again";
}

static void tell_difference(struct contest *contest, int index, const struct parting *parting)
{
    const struct report_run *run = &contest->now.findings->report.runs[parting->run];
    const struct chain *chain = &parting->chain;
    char others[64] = "", place[64];
    if (parting->different > 1)
        snprintf(others, sizeof others, " (the earliest of %d runs that differ)", parting->different);
    if (chain->step >= 0)
        snprintf(place, sizeof place, "step %ld", chain->step);
    else
        snprintf(place, sizeof place, "the end");
    contest_add(contest,
                (struct check_item){.subject = CHECK_OF_BITS, .setting = index, .answer = CHECK_REGRESSION},
                "repeat %d (%s) differs at %s: %s%s%s", run->repeat + 1, run->id, place, chain->what, others,
                how_to_go_on(chain));
}

/* A setting of which nothing is there has shown nothing, whatever is let pass besides. */
static void tell_nothing_there(struct contest *contest, size_t index)
{
    contest_add(contest,
                (struct check_item){.subject = CHECK_OF_BASELINE,
                                    .setting = (int)index,
                                    .answer = CHECK_NO_BASELINE,
                                    .weight = CHECK_COUNTS},
                "not one of its runs is there yet: ftbench run goes on");
}

static void tell(struct contest *contest, size_t index, const struct parting *parting)
{
    const struct check_setting *setting = &contest->settings[index];
    struct check_item item = {.subject = CHECK_OF_BASELINE,
                              .setting = (int)index,
                              .answer = CHECK_NO_BASELINE,
                              .weight = unless_lenient(contest)};
    bool strict = !machine_decides(contest, index);
    if (setting->runs == 0) {
        tell_nothing_there(contest, index);
        return;
    }
    if (parting->shared == 0 && parting->missing > 0 && parting->pending == 0) {
        if (!strict) item.weight = CHECK_TELLS;
        contest_add(
            contest, item,
            "its runs have other seeds than the baseline's: no bits can be compared, means can (--lenient)");
        return;
    }
    if (parting->missing > 0)
        contest_add(contest, item, "%d run%s of the baseline %s missing, first %s", parting->missing,
                    parting->missing == 1 ? "" : "s", parting->missing == 1 ? "is" : "are",
                    parting->first_missing);
    if (!strict) return;
    if (parting->versions > 0)
        contest_add(contest, item,
                    "%d of its runs are of another numeric version than the baseline's: their bits say "
                    "nothing of each "
                    "other; update the baseline",
                    parting->versions);
    if (parting->different > 0) tell_difference(contest, (int)index, parting);
    if (setting->equal > 0 && setting->equal == setting->compared)
        contest_add(contest,
                    (struct check_item){.subject = CHECK_OF_BITS,
                                        .setting = (int)index,
                                        .answer = CHECK_PASSED,
                                        .weight = CHECK_COUNTS},
                    "%d run%s with the baseline's bits, step by step", setting->equal,
                    setting->equal == 1 ? "" : "s");
}

enum status exact_lane_check(struct contest *contest, struct error *error)
{
    for (size_t i = 0; i < contest->setting_count; i++) {
        struct parting parting = {0};
        if (contest->partner[i] == CONTEST_NONE) continue;
        TRY(compare_setting(contest, i, &contest->settings[i], &parting, error));
        tell(contest, i, &parting);
    }
    return STATUS_OK;
}

bool exact_lane_same(const struct check_setting *setting)
{
    return setting->compared > 0 && setting->equal == setting->compared &&
           setting->compared == setting->runs && setting->compared == setting->base_runs;
}

bool exact_lane_repeated(const struct check_setting *setting)
{
    return setting->compared > 0 && setting->equal == setting->compared &&
           (setting->compared == setting->runs || setting->compared == setting->base_runs);
}

/* The worst answer of the setting's other items, and what is said of its mean: CHECK_ANSWERS when nothing is.
 */
static void other_answers(const struct contest *contest, int setting, enum check_answer *worst,
                          enum check_answer *mean)
{
    *worst = CHECK_PASSED;
    *mean = CHECK_ANSWERS;
    for (size_t i = 0; i < contest->item_count; i++) {
        const struct check_item *item = &contest->items[i];
        if (item->setting != setting || item->subject == CHECK_OF_BITS) continue;
        if (item->weight == CHECK_COUNTS && item->answer < *worst) *worst = item->answer;
        if (item->subject == CHECK_OF_MEAN) *mean = item->answer;
    }
}

void exact_lane_excuse(struct contest *contest)
{
    for (size_t i = 0; i < contest->item_count && contest->terms->lenient; i++) {
        struct check_item *item = &contest->items[i];
        enum check_answer worst, mean;
        if (item->subject != CHECK_OF_BITS || item->answer != CHECK_REGRESSION) continue;
        other_answers(contest, item->setting, &worst, &mean);
        if (worst == CHECK_PASSED && mean == CHECK_PASSED)
            item->weight = CHECK_WARNS;
        else if (mean == CHECK_INCONCLUSIVE)
            item->answer = CHECK_INCONCLUSIVE;
    }
}
