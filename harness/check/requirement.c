#include "harness/check/requirement.h"

#include "base/number.h"
#include "harness/judgement.h"
#include "harness/stats/stability.h"
#include "trainer/spec/keys.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const sign_words[] = {[REQUIREMENT_LEAST] = ">=",
                                         [REQUIREMENT_ABOVE] = ">",
                                         [REQUIREMENT_MOST] = "<=",
                                         [REQUIREMENT_BELOW] = "<"};

static const char blanks[] = " \t";

/* Copy without blanks at the ends; false when it does not fit. */
static bool copy_trimmed(const char *start, size_t length, char *out, size_t size)
{
    while (length > 0 && strchr(blanks, *start) != NULL) {
        start++;
        length--;
    }
    while (length > 0 && strchr(blanks, start[length - 1]) != NULL)
        length--;
    if (length >= size) return false;
    memcpy(out, start, length);
    out[length] = '\0';
    return true;
}

static bool find_subject(const char *name, int *subject)
{
    if (strcmp(name, "loss") == 0) name = "eval_loss";
    *subject = strcmp(name, "spread") == 0   ? REQUIREMENT_SPREAD
               : strcmp(name, "failed") == 0 ? REQUIREMENT_FAILED
                                             : -1;
    for (int i = 0; metric_words[i] != NULL && *subject < 0; i++) {
        if (strcmp(metric_words[i], name) == 0) *subject = i;
    }
    return *subject >= 0;
}

static enum status refuse(const char *text, struct error *error)
{
    return error_set(
        error, STATUS_USAGE,
        "check: --require: '%.200s' is not such as 'f1>=0.85' or 'SETTING: f1>=0.85': one of f1, f1_macro, "
        "accuracy, eval_loss, spread (points), failed; >=, >, <= or <; a number",
        text);
}

static bool is_fraction(int subject)
{
    return subject == METRIC_F1 || subject == METRIC_F1_MACRO || subject == METRIC_ACCURACY;
}

static enum status refuse_fraction(const char *text, const char *name, const struct requirement *requirement,
                                   struct error *error)
{
    const double value = requirement->value;
    char meant[32] = "";
    if (value > 1 && value <= 100) snprintf(meant, sizeof meant, "; %.6g is meant?", value / 100);
    return error_set(error, STATUS_USAGE, "check: --require: '%.200s': %s is a fraction from 0 to 1%s", text,
                     name, meant);
}

/* A limit outside of what its subject can be was not meant: percent for a fraction, say. */
static enum status check_range(const char *text, const char *name, const struct requirement *requirement,
                               struct error *error)
{
    const double value = requirement->value;
    const bool below_all = value < 0 || (value <= 0 && requirement->sign == REQUIREMENT_BELOW);
    const bool above_all = value > 1 || (value >= 1 && requirement->sign == REQUIREMENT_ABOVE);
    if (is_fraction(requirement->subject) && (below_all || above_all))
        return refuse_fraction(text, name, requirement, error);
    if (requirement->subject == REQUIREMENT_SPREAD && below_all)
        return error_set(
            error, STATUS_USAGE,
            "check: --require: '%.200s': a spread is 0 or more, in points or, of a loss, in its unit", text);
    if (requirement->subject == REQUIREMENT_FAILED && (below_all || value > floor(value)))
        return error_set(error, STATUS_USAGE,
                         "check: --require: '%.200s': failed is a number of runs: 0, 1, 2...", text);
    return STATUS_OK;
}

enum status requirement_parse(const char *text, struct requirement *requirement, struct error *error)
{
    char name[32], number[NUMBER_TEXT];
    *requirement = (struct requirement){0};
    const char *colon = strrchr(text, ':'), *rest = colon == NULL ? text : colon + 1;
    if (colon != NULL &&
        (!copy_trimmed(text, (size_t)(colon - text), requirement->setting, sizeof requirement->setting) ||
         requirement->setting[0] == '\0'))
        return refuse(text, error);
    size_t length = strcspn(rest, "<>");
    if (rest[length] == '\0' || !copy_trimmed(rest, length, name, sizeof name) ||
        !find_subject(name, &requirement->subject))
        return refuse(text, error);
    bool equal = rest[length + 1] == '=';
    requirement->sign = rest[length] == '>' ? (equal ? REQUIREMENT_LEAST : REQUIREMENT_ABOVE)
                                            : (equal ? REQUIREMENT_MOST : REQUIREMENT_BELOW);
    rest += length + 1 + (equal ? 1 : 0);
    if (!copy_trimmed(rest, strlen(rest), number, sizeof number) ||
        !number_parse(number, &requirement->value))
        return refuse(text, error);
    snprintf(requirement->words, sizeof requirement->words, "%s %s %s", name, sign_words[requirement->sign],
             number);
    return check_range(text, name, requirement, error);
}

bool requirement_met(const struct requirement *requirement, double value)
{
    switch (requirement->sign) {
    case REQUIREMENT_LEAST:
        return value >= requirement->value - STABILITY_SLACK;
    case REQUIREMENT_ABOVE:
        return value > requirement->value + STABILITY_SLACK;
    case REQUIREMENT_MOST:
        return value <= requirement->value + STABILITY_SLACK;
    case REQUIREMENT_BELOW:
        break;
    }
    return value < requirement->value - STABILITY_SLACK;
}

static double metric_of(const struct report_run *run, int metric)
{
    switch (metric) {
    case METRIC_F1:
        return run->f1;
    case METRIC_F1_MACRO:
        return run->f1_macro;
    case METRIC_ACCURACY:
        return run->accuracy;
    default:
        return run->loss;
    }
}

/* The mean of the runs that the setting's statistics rest on; NaN without one. */
static double mean_of(const struct report *report, size_t setting, int metric)
{
    double sum = 0;
    int n = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        double value = metric_of(&report->runs[i], metric);
        if (report->runs[i].setting != setting || !judgement_counts_run(report, i) || !isfinite(value))
            continue;
        sum += value;
        n++;
    }
    return n == 0 ? (double)NAN : sum / n;
}

/* Runs that lie no way apart, because there are not two of them: as in the reports' verdict (stability.h)
 * more runs could tell, and a limit that nobody could look at is not kept, with --lenient neither. */
static void tell_no_spread(struct contest *contest, const struct requirement *requirement, size_t index)
{
    const int n = contest->settings[index].n;
    contest_add(
        contest,
        (struct check_item){.subject = CHECK_OF_LIMIT, .setting = (int)index, .answer = CHECK_INCONCLUSIVE},
        "%s is required, it is undefined: %d run%s no spread, two of different seeds have",
        requirement->words, n, n == 1 ? " has" : "s have");
}

static void check_one(struct contest *contest, const struct requirement *requirement, size_t index)
{
    const struct report *report = &contest->now.findings->report;
    const struct check_setting *setting = &contest->settings[index];
    char is[NUMBER_TEXT + 8] = "undefined";
    double value;
    if (requirement->subject == REQUIREMENT_SPREAD && setting->n < 2) {
        tell_no_spread(contest, requirement, index);
        return;
    }
    if (requirement->subject == REQUIREMENT_SPREAD)
        value = setting->spread * (report->in_points ? 100 : 1);
    else if (requirement->subject == REQUIREMENT_FAILED)
        value = setting->failed;
    else
        value = mean_of(report, index, requirement->subject);
    bool met = requirement_met(requirement, value);
    if (!isnan(value)) snprintf(is, sizeof is, "%.6g", value);
    contest_add(contest,
                (struct check_item){.subject = CHECK_OF_LIMIT,
                                    .setting = (int)index,
                                    .answer = met ? CHECK_PASSED : CHECK_REGRESSION},
                "%s is required, it is %s", requirement->words, is);
}

static enum status check_requirement(struct contest *contest, const struct requirement *requirement,
                                     struct error *error)
{
    const struct plan *plan = contest_plan(&contest->now);
    size_t index = 0;
    if (requirement->setting[0] == '\0') {
        for (size_t i = 0; i < contest->setting_count; i++)
            check_one(contest, requirement, i);
        return STATUS_OK;
    }
    enum plan_match match = plan_find_setting(plan, requirement->setting, &index);
    if (match == PLAN_ONE_MATCH) {
        check_one(contest, requirement, index);
        return STATUS_OK;
    }
    struct text list = {0};
    plan_list_settings(plan, &list);
    enum status status = text_status(&list, error);
    if (status == STATUS_OK)
        status = error_set(
            error, STATUS_USAGE, "check: --require: '%s' is %s; the settings are %s", requirement->setting,
            match == PLAN_NO_MATCH ? "no setting" : "the start of more than one setting", text_string(&list));
    text_free(&list);
    return status;
}

enum status requirements_check(struct contest *contest, struct error *error)
{
    const struct check_terms *terms = contest->terms;
    struct requirement requirement;
    for (size_t i = 0; i < terms->requirement_count; i++) {
        TRY(requirement_parse(terms->requirements[i], &requirement, error));
        TRY(check_requirement(contest, &requirement, error));
    }
    if (isnan(terms->max_spread)) return STATUS_OK;
    requirement = (struct requirement){
        .subject = REQUIREMENT_SPREAD, .sign = REQUIREMENT_MOST, .value = terms->max_spread};
    snprintf(requirement.words, sizeof requirement.words, "a spread <= %.6g", terms->max_spread);
    return check_requirement(contest, &requirement, error);
}
