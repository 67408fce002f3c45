#include "harness/check/check.h"

#include "base/memory.h"
#include "harness/check/baseline.h"
#include "harness/check/exact_lane.h"
#include "harness/check/machine.h"
#include "harness/check/recorded_keys.h"
#include "harness/check/requirement.h"
#include "harness/check/statistical_lane.h"
#include "harness/check/time_lane.h"
#include "harness/cli.h"
#include "harness/collect.h"
#include "harness/stats/stats.h"

#include <math.h>
#include <string.h>

enum { MOST_FACTS = PLACES + 1 };

struct check {
    const struct check_request *request;
    struct store *store, *base_store;
    struct store_origin origin;
    struct findings now, base;
    struct check_terms terms; /* with a margin in any case */
    struct contest contest;
    struct check_fact facts[MOST_FACTS];
    struct check_report report;
};

struct check_terms check_terms_default(void)
{
    return (struct check_terms){
        .alpha = 0.05, .margin = NAN, .spread_margin = 2, .time_margin = 1.1, .max_spread = NAN};
}

int check_exit_code(enum check_answer answer)
{
    switch (answer) {
    case CHECK_NO_BASELINE:
        return CLI_NO_BASELINE;
    case CHECK_REGRESSION:
        return CLI_GATE_FAILED;
    case CHECK_RUNS_FAILED:
        return CLI_RUNS_FAILED;
    case CHECK_INCONCLUSIVE:
        return CLI_INCONCLUSIVE;
    case CHECK_PASSED:
    case CHECK_ANSWERS:
        break;
    }
    return CLI_DONE;
}

static enum status read_baseline(struct check *check, struct error *error)
{
    const struct check_request *request = check->request;
    TRY(baseline_open(request->baselines, request->baseline, &check->base_store, &check->origin, error));
    TRY(collect_findings(check->base_store, &check->base, error));
    check->contest.base.findings = &check->base;
    check->contest.base.store = check->base_store;
    return STATUS_OK;
}

/* A margin that was not given is a point, or for a loss, which has no points, as much as it usually moves by
 * that. */
static double own_margin(const struct report *report)
{
    return report->in_points ? 1 : 0.05;
}

static enum status go_through(struct check *check, struct error *error)
{
    struct contest *contest = &check->contest;
    if (contest->base.findings != NULL) {
        recorded_keys_check(contest);
        TRY(machine_check(contest, error));
        TRY(exact_lane_check(contest, error));
        TRY(statistical_lane_check(contest, error));
        TRY(time_lane_check(contest, error));
    }
    TRY(requirements_check(contest, error));
    exact_lane_excuse(contest);
    return contest_status(contest, error);
}

static const char *fact_of(const struct report *report, const char *name)
{
    for (size_t i = 0; i < report->environment_count; i++) {
        if (strcmp(report->environment[i].name, name) == 0) return report->environment[i].value;
    }
    return "";
}

/* What is known of either side, by the names of the side that has more. */
static void fill_facts(struct check *check)
{
    const struct report *now = &check->now.report, *base = &check->base.report;
    const struct report *named = now->environment_count >= base->environment_count ? now : base;
    size_t count = 0;
    if (check->origin.saved[0] != '\0')
        check->facts[count++] = (struct check_fact){"saved", check->origin.saved, ""};
    for (size_t i = 0; i < named->environment_count && count < MOST_FACTS; i++) {
        const char *name = named->environment[i].name;
        check->facts[count++] = (struct check_fact){name, fact_of(base, name), fact_of(now, name)};
    }
    check->report.facts = check->facts;
    check->report.fact_count = count;
}

static void fill_report(struct check *check)
{
    struct contest *contest = &check->contest;
    const struct check_terms *terms = contest->terms;
    const struct report *now = &check->now.report;
    for (size_t i = 0; i < contest->setting_count; i++) {
        struct check_setting *setting = &contest->settings[i];
        setting->answer = setting->has_baseline ? contest_answer(contest, (int)i) : CHECK_NO_BASELINE;
    }
    enum check_answer answer = contest_answer(contest, CHECK_WHOLE);
    check->report = (struct check_report){.experiment = now->name,
                                          .folder = check->request->folder,
                                          .baseline = check->request->baseline,
                                          .metric = now->metric,
                                          .has_baseline = contest->base.findings != NULL,
                                          .lower_is_better = now->lower_is_better,
                                          .in_points = now->in_points,
                                          .lenient = terms->lenient,
                                          .alpha = terms->alpha,
                                          .margin = terms->margin / (now->in_points ? 100 : 1),
                                          .spread_margin = terms->spread_margin,
                                          .time_margin = terms->time_margin,
                                          .answer = answer,
                                          .exit_code = check_exit_code(answer),
                                          .settings = contest->settings,
                                          .setting_count = contest->setting_count,
                                          .items = contest->items,
                                          .item_count = contest->item_count,
                                          .times = contest->times};
    fill_facts(check);
}

static enum status make(struct check *check, struct error *error)
{
    struct check_terms *terms = &check->terms;
    struct error problem = {0};
    TRY(store_open(check->request->folder, STORE_READ, &check->store, error));
    TRY(collect_findings(check->store, &check->now, error));
    if (isnan(terms->margin)) terms->margin = own_margin(&check->now.report);
    check->contest =
        (struct contest){.terms = terms, .base.name = "baseline", .now = {"now", check->store, &check->now}};
    enum status status = read_baseline(check, &problem);
    if (status == STATUS_NO_MEMORY || status == STATUS_USAGE)
        return error_set(error, status, "%s", problem.text);
    TRY(contest_match(&check->contest, error));
    if (status != STATUS_OK)
        contest_add(&check->contest,
                    (struct check_item){
                        .subject = CHECK_OF_BASELINE, .setting = CHECK_WHOLE, .answer = CHECK_NO_BASELINE},
                    "%s", problem.text);
    return go_through(check, error);
}

enum status check_make(const struct check_request *request, struct check **check, struct error *error)
{
    *check = NULL;
    stats_init();
    struct check *made = memory_zeroed(1, sizeof *made);
    if (made == NULL) return error_no_memory(error, sizeof *made);
    made->request = request;
    made->terms = request->terms;
    enum status status = make(made, error);
    if (status == STATUS_OK) fill_report(made);
    if (status == STATUS_OK)
        *check = made;
    else
        check_free(made);
    return status;
}

void check_free(struct check *check)
{
    if (check == NULL) return;
    contest_free(&check->contest);
    findings_free(&check->now);
    findings_free(&check->base);
    store_close(check->store);
    store_close(check->base_store);
    memory_free(check);
}

const struct check_report *check_reported(const struct check *check)
{
    return &check->report;
}

const struct report *check_experiment(const struct check *check)
{
    return &check->now.report;
}
