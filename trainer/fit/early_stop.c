#include "trainer/fit/early_stop.h"

#include <math.h>

double early_stop_value(int metric, const struct observed_evaluation *evaluation)
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
    return (double)NAN;
}

bool early_stop_improved(struct early_stop *watch, const struct observed_evaluation *evaluation)
{
    double value = early_stop_value(watch->metric, evaluation);
    bool smaller_is_better = watch->metric == METRIC_EVAL_LOSS;
    bool better =
        !isnan(value) && (!watch->seen || (smaller_is_better ? value < watch->best : value > watch->best));
    if (better) {
        watch->seen = true;
        watch->best = value;
        watch->worse = 0;
    } else {
        watch->worse++;
    }
    return better;
}

bool early_stop_due(const struct early_stop *watch)
{
    return watch->patience > 0 && watch->worse >= watch->patience;
}
