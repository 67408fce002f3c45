#include "trainer/fit/early_stop.h"

#include <math.h>

bool early_stop_improved(struct early_stop *watch, const struct observed_evaluation *evaluation)
{
    double value = observed_evaluation_metric(evaluation, watch->metric);
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
