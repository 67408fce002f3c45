/* lies.h - lines of the synthetic trainer that have the right form and cannot be true. */
#ifndef FTBENCH_TESTS_SYNTHETIC_LIES_H
#define FTBENCH_TESTS_SYNTHETIC_LIES_H

#include "trainer/spec/observation.h"

#include <stdbool.h>

enum lie {
    LIE_NONE,
    LIE_METRICS,  /* the end has F1 7.5 and accuracy -3 */
    LIE_BETTER,   /* the end's F1 is the next number above that of the evaluation */
    LIE_LOSS,     /* the end has its loss without a best step */
    LIE_INFINITE, /* F1 is Infinity, in evaluations and in the end */
    LIE_NEGATIVE, /* a loss below 0 in evaluations and in the end */
    LIE_NOTHING,  /* completed, with no step and no evaluation */
    LIE_SHORT,    /* completed, after half of the steps */
    LIE_EARLY,    /* stopped early, after all steps */
    LIE_UNSEEN,   /* completed, without an evaluation of the last step */
    LIE_FEWER,    /* the end says 3 steps, whatever they were */
    LIE_JUMP,     /* after step 2 comes step 500000 */
    LIE_BEYOND,   /* one step more than there are */
    LIE_AHEAD,    /* an evaluation of the step that comes next */
    LIE_CLASS,    /* a prediction of class 9 */
    LIE_ROWS,     /* one prediction for all rows */
    LIE_LABELS,   /* one label for all rows */
    LIE_LABEL,    /* a label of class 9 */
    LIES
};

/* The lie of this name ("metrics", "better", ...). */
bool lie_find(const char *name, enum lie *lie);

/* Change a line that is true. */
void lie_about_begin(enum lie lie, struct observed_begin *begin);
void lie_about_step(enum lie lie, struct observed_step *step);
void lie_about_evaluation(enum lie lie, struct observed_evaluation *evaluation);
void lie_about_end(enum lie lie, struct observed_end *end);

/* The last step that the liar takes, and whether it evaluates after `step`. */
long lie_last_step(enum lie lie, long total_steps);
bool lie_evaluates(enum lie lie, long step, long total_steps);

#endif
