/* observed_metric.c - the metric that a run is judged by, out of the numbers that an observation says. */
#include "trainer/spec/observation.h"

#include <math.h>

double observed_end_metric(const struct observed_end *end, int metric)
{
    switch ((enum metric)metric) {
    case METRIC_F1:
        return end->f1;
    case METRIC_F1_MACRO:
        return end->f1_macro;
    case METRIC_ACCURACY:
        return end->accuracy;
    case METRIC_EVAL_LOSS:
        return end->loss;
    }
    return NAN;
}

double observed_evaluation_metric(const struct observed_evaluation *evaluation, int metric)
{
    switch ((enum metric)metric) {
    case METRIC_F1:
        return evaluation->f1;
    case METRIC_F1_MACRO:
        return evaluation->f1_macro;
    case METRIC_ACCURACY:
        return evaluation->accuracy;
    case METRIC_EVAL_LOSS:
        return evaluation->loss;
    }
    return NAN;
}
