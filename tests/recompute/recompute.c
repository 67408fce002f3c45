/* recompute - every number of a report from its store, by a program that shares no code with what wrote it.
 *
 *   recompute [--mutants N] STORE FOLDER
 *
 * STORE is an experiment's ftbench.sqlite; FOLDER has its report.md, runs.csv, summary.json and figures.
 * docs/examples.md says which number is matched how. The first number that does not follow is named, with
 * exit code 1. With --mutants every N-th number of the files is changed in a copy, one at a time, and
 * each copy must be refused. */
#include "answers.h"
#include "expected.h"
#include "figures.h"
#include "matching.h"
#include "mutants.h"
#include "prose.h"
#include "tables.h"

#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_summary(struct expected *expected, const char *path)
{
    struct json_object *summary = json_object_from_file(path), *advice;
    if (summary == NULL) fail("%s: %s", path, json_util_get_last_err());
    int numbers = match_summary(expected->tree, summary);
    expected_check_advice(expected, summary);
    advice = find(summary, "recommendation.advice");
    json_object_object_add(find(expected->tree, "recommendation"), "advice", json_object_get(advice));
    printf("%s: %d numbers of summary.json, ", expected->all->name, numbers);
}

static void check_runs(struct expected *expected, const char *path)
{
    printf("%d fields of runs.csv, ", match_runs_csv(expected->tree, path));
}

static void check_report(struct expected *expected, const char *path)
{
    struct prose_counts counts = prose_match(expected, path);
    printf(
        "%d numbers of report.md (%d in tables, %d in sentences, %d of definitions) follow from the store\n",
        counts.tables + counts.sentences + counts.constants, counts.tables, counts.sentences,
        counts.constants);
}

int main(int count, char **arguments)
{
    static const char *const names[] = {"summary.json", "runs.csv", "report.md"};
    void (*const checks[])(struct expected *, const char *) = {check_summary, check_runs, check_report};
    struct observations all;
    struct expected expected;
    char path[4096];
    int every = count == 5 && strcmp(arguments[1], "--mutants") == 0 ? atoi(arguments[2]) : 0, mutants = 0;
    if (count != 3 && every < 1) fail("usage: recompute [--mutants N] STORE FOLDER");
    gsl_set_error_handler_off();
    observations_read(arguments[count - 2], &all);
    answers_recompute(&all);
    expected_build(&all, &expected);
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", arguments[count - 1], names[i]);
        if (i == 2) derived_put(&expected);
        if (every > 0) mutants += mutants_refused(checks[i], &expected, path, every, places_of_text);
        checks[i](&expected, path);
    }
    const struct figure_counts figures = figures_match(&expected, arguments[count - 1], every);
    printf("%d figures: %d numbers of their scripts follow from the store, and %d of their pictures from the "
           "scripts\n",
           figures.figures, figures.data, figures.drawn);
    mutants += figures.mutants;
    if (every > 0)
        printf("%d numbers were changed in copies, one at a time: every copy was refused\n", mutants);
    return 0;
}
