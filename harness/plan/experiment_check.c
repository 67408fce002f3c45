#include "harness/plan/experiment_check.h"

#include "harness/plan/design.h"
#include "harness/plan/sweep.h"

#include <stdio.h>
#include <string.h>

enum { MOST_RUNS = 100000, MOST_REPEATS = 10000, LEAST_OF_SPAN = 3, LEVELS_THAT_DECIDE = 3 };

/* The name becomes a folder's. */
static void check_name(struct reading *reading, const char *path)
{
    struct experiment *experiment = &reading->config->experiment;
    char *name = experiment->name;
    if (name[0] == '\0') {
        const char *slash = strrchr(path, '/');
        snprintf(name, SPEC_NAME_BYTES, "%.*s", SPEC_NAME_BYTES - 1, slash == NULL ? path : slash + 1);
        char *dot = strrchr(name, '.');
        if (dot != NULL && dot != name) *dot = '\0';
    }
    if (strchr(name, '/') != NULL || name[0] == '.')
        problems_add(
            &reading->problems, reading_place(reading, "experiment", "name"),
            "[experiment] name: '%s' cannot be the name of a folder; leave out / and a dot at the start",
            name);
}

/* A span is for the sequential test, which looks at the spread of runs of different seeds. */
static void check_span(struct reading *reading)
{
    const struct experiment *experiment = &reading->config->experiment;
    struct place place = reading_place(reading, "experiment", "repeats");
    if (!experiment_is_sequential(experiment)) return;
    if (experiment->span.least < LEAST_OF_SPAN)
        problems_add(
            &reading->problems, place,
            "[experiment] repeats: %d..%d begins below %d, where nothing is known of a spread; write %d..%d",
            experiment->span.least, experiment->span.most, LEAST_OF_SPAN, LEAST_OF_SPAN,
            experiment->span.most < LEAST_OF_SPAN ? LEAST_OF_SPAN : experiment->span.most);
    if (experiment->vary == 0)
        problems_add(
            &reading->problems, place,
            "[experiment] repeats: a span is for repeats of different seeds, and vary = none has none; "
            "write one number, or vary = init, order, dropout");
}

/* The number of repeats follows from a design. */
static void check_design(struct reading *reading)
{
    struct experiment *experiment = &reading->config->experiment;
    const char *name = design_name(experiment->design);
    int streams = design_streams(experiment->vary);
    struct place place = reading_place(reading, "experiment", "design");
    if (experiment->design == DESIGN_JOINT) return;
    if (reading_find(reading, "experiment", "repeats") != NULL)
        problems_add(&reading->problems, reading_place(reading, "experiment", "repeats"),
                     "[experiment] repeats: follows from design = %s; leave it out, and choose levels", name);
    if (streams == 0)
        problems_add(&reading->problems, place,
                     "[experiment] design: %s has nothing to vary; write vary = init, order, dropout", name);
    else if (experiment->design == DESIGN_CROSSED && streams < 2)
        problems_add(&reading->problems, place,
                     "[experiment] design: crossed needs two or three sources in vary; write one_at_a_time");
    else if (experiment->design == DESIGN_LATIN && streams != DESIGN_STREAMS)
        problems_add(
            &reading->problems, place,
            "[experiment] design: latin needs all three sources; write vary = init, order, dropout, or "
            "design = crossed");
}

static void check_size(struct reading *reading)
{
    struct experiment *experiment = &reading->config->experiment;
    bool joint = experiment->design == DESIGN_JOINT;
    double repeats = design_size(experiment), runs = sweep_count(experiment, reading->config->axes) * repeats;
    if (!joint && repeats > MOST_REPEATS)
        problems_add(
            &reading->problems, reading_place(reading, "experiment", "levels"),
            "[experiment] levels: design = %s with %d levels is %.0f runs of each setting, more than %d; "
            "take fewer levels",
            design_name(experiment->design), experiment->levels, repeats, MOST_REPEATS);
    else if (runs > MOST_RUNS)
        problems_add(&reading->problems, reading_place(reading, "experiment", joint ? "repeats" : "levels"),
                     "[experiment] %s: %.0f runs in all are more than %d; shorten the lists of [sweep] or %s",
                     joint ? "repeats" : "levels", runs, MOST_RUNS,
                     joint ? "repeat less" : "take fewer levels");
    else
        experiment->repeats = (int)repeats;
}

void experiment_check(struct reading *reading, const char *path)
{
    check_name(reading, path);
    check_span(reading);
    check_design(reading);
    check_size(reading);
}

void experiment_notes(struct reading *reading)
{
    const struct experiment *experiment = &reading->config->experiment;
    if (experiment->design == DESIGN_JOINT && experiment->repeats == 1)
        reading_note(reading, "repeats = 1: one run of a setting shows nothing of its spread; 3 or more do");
    if (experiment->design == DESIGN_JOINT && reading_find(reading, "experiment", "levels") != NULL)
        reading_note(reading, "[experiment] levels is not used: design is joint");
    if (experiment->design != DESIGN_JOINT && experiment->levels < LEVELS_THAT_DECIDE)
        reading_note(
            reading,
            "levels = %d: so few seeds of a source decide nothing about it; 3 can, 5 or more should be taken",
            experiment->levels);
    for (int i = 0; i < experiment->sweeps && experiment->mode == SWEEP_GRID; i++) {
        if (reading_find(reading, "training", experiment->swept[i]) != NULL)
            reading_note(reading, "[training] %s is not used: [sweep] lists the values of %s",
                         experiment->swept[i], experiment->swept[i]);
    }
    if (reading_find(reading, "training", "early_stopping_metric") != NULL &&
        experiment->base.early_stopping_patience == 0 &&
        !experiment_sweeps(experiment, "early_stopping_patience"))
        reading_note(reading, "[training] early_stopping_metric is not used: early_stopping_patience is 0");
    if (reading_find(reading, "sweep", "mode") != NULL && experiment->sweeps == 0)
        reading_note(reading, "[sweep] mode is not used: no key is swept");
}
