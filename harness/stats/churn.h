/* churn.h - how much of the spread between runs the training made, and how much only the smallness of the
 * validation set.
 *
 * Two equally good runs disagree on some examples; on a small validation set that alone moves the metric. A
 * two-way analysis of variance (runs by examples) of the influence values u_ri (influence.h), u_ri = m +
 * run_r + example_i + rest_ri, N examples, R runs, splits the variance of the metric between runs s^2 =
 * MS_runs / N = training + churn,  churn = MS_rest / N,  training = (MS_runs - MS_rest) / N More examples
 * shrink the churn, not the training effect. The variance between examples, sampling = (MS_examples -
 * MS_rest) / (R N), is the error of measuring on this validation set instead of another one: all runs share
 * it, so it is not in the spread, but it is in any claim about other data. */
#ifndef FTBENCH_HARNESS_STATS_CHURN_H
#define FTBENCH_HARNESS_STATS_CHURN_H

#include "base/status.h"
#include "harness/stats/component.h"
#include "harness/stats/influence.h"

/* The largest share of sigma0 that the SD of the churn may have for a rule on the spread to mean something.
 * At a quarter the churn adds a 1/16 to the variance of a setting at sigma0, 3% to its SD. */
#define CHURN_SHARE 0.25

struct churn_question {
    enum influence_metric metric;
    double confidence; /* of the intervals, in (0, 1) */
    double sigma0;     /* of the calibrated rule (calibrated.h), in the metric's unit; NaN: not asked */
};

struct churn {
    int runs;      /* whose metric is defined; the others are left out */
    int undefined; /* those */
    size_t examples;
    double metric; /* mean over the runs */
    struct component
        between; /* variance of the metric between runs: the square of the SD that verdicts look at */
    struct component training; /* the training's part of it; below 0 when the churn explains it all */
    struct component churn;    /* the validation set's part of it */
    struct component sampling; /* the variance common to all runs */
    double p_training;         /* F test of "no training effect": p of MS_runs / MS_rest */
    double disagreement;    /* d: fraction of the examples on which two runs disagree, mean over all pairs */
    double thumb_sd;        /* churn_thumb(d, N), to compare with churn.sd */
    double examples_needed; /* smallest N at which the churn's SD would be CHURN_SHARE * sigma0, if examples
                               stay as they are: MS_rest / (CHURN_SHARE * sigma0)^2, rounded up; 0 when runs
                               never disagree */
};

/* The rule of thumb for the SD between equally good runs that disagree on a fraction d of N examples: sqrt(d
 * / 2N), exact for accuracy. NaN for no examples. In the metric's unit: 0.0112 for d = 0.05, N = 200. */
double churn_thumb(double disagreement, size_t examples);

/* Split the variance between the runs of `table`. With fewer than two runs of defined metric, or fewer than
 * two examples, components, p_training and examples_needed are NaN; so is what needs them. The F test and the
 * intervals take sums of many bounded values for normal ones: good for N in the hundreds. Needs stats_init.
 */
enum status churn_split(const struct prediction_table *table, const struct churn_question *question,
                        struct churn *churn, struct error *error);

#endif
