#include "tests/synthetic/lies.h"

#include <math.h>
#include <string.h>

static const char *const names[LIES] = {"none",    "metrics", "better", "loss",   "infinite", "negative",
                                        "nothing", "short",   "early",  "unseen", "fewer",    "jump",
                                        "beyond",  "ahead",   "class",  "rows",   "labels",   "label"};

bool lie_find(const char *name, enum lie *lie)
{
    for (int i = 0; i < LIES; i++) {
        if (strcmp(names[i], name) != 0) continue;
        *lie = (enum lie)i;
        return true;
    }
    return false;
}

void lie_about_begin(enum lie lie, struct observed_begin *begin)
{
    if (lie == LIE_LABELS) begin->labelled = 1;
    if (lie == LIE_LABEL) begin->validation_labels[begin->labelled - 1] = 9;
}

void lie_about_step(enum lie lie, struct observed_step *step)
{
    if (lie == LIE_JUMP && step->step == 3) step->step = 500000;
}

void lie_about_evaluation(enum lie lie, struct observed_evaluation *evaluation)
{
    if (lie == LIE_INFINITE) evaluation->f1 = (double)INFINITY;
    if (lie == LIE_NEGATIVE) evaluation->loss = -0.25;
    if (lie == LIE_AHEAD) evaluation->step++;
    if (lie == LIE_CLASS) evaluation->predictions[evaluation->count - 1] = 9;
    if (lie == LIE_ROWS) evaluation->count = 1;
}

void lie_about_end(enum lie lie, struct observed_end *end)
{
    if (lie == LIE_METRICS) {
        end->f1 = 7.5;
        end->accuracy = -3;
    }
    if (lie == LIE_BETTER) end->f1 = nextafter(end->f1, 1);
    if (lie == LIE_LOSS) end->best_step = -1;
    if (lie == LIE_EARLY) end->reason = END_EARLY_STOPPED;
    if (lie == LIE_FEWER) end->steps = 3;
}

long lie_last_step(enum lie lie, long total_steps)
{
    return lie == LIE_NOTHING  ? 0
           : lie == LIE_SHORT  ? total_steps / 2
           : lie == LIE_BEYOND ? total_steps + 1
                               : total_steps;
}

bool lie_evaluates(enum lie lie, long step, long total_steps)
{
    return lie != LIE_NOTHING && !(lie == LIE_UNSEEN && step == total_steps);
}
