#include "harness/stats/influence.h"

#include <math.h>

static const int32_t *predictions_of(const struct prediction_table *table, int run)
{
    return table->predictions + (size_t)run * table->examples;
}

static enum status check(const struct prediction_table *table, int run, struct error *error)
{
    if (table->classes < 2 || run < 0 || run >= table->runs)
        return error_set(error, STATUS_INTERNAL, "influence: run %d of %d, %d classes", run, table->runs,
                         table->classes);
    const int32_t *predicted = predictions_of(table, run);
    for (size_t i = 0; i < table->examples; i++) {
        if (table->labels[i] >= 0 && table->labels[i] < table->classes && predicted[i] >= 0 &&
            predicted[i] < table->classes)
            continue;
        return error_set(error, STATUS_BAD_INPUT,
                         "run %d, example %zu: label %d, prediction %d; both must be in 0..%d", run, i,
                         (int)table->labels[i], (int)predicted[i], table->classes - 1);
    }
    return STATUS_OK;
}

/* 2 tp_i, and 2 tp_i + fp_i + fn_i: whether the label is the class, plus whether the prediction is. */
static int twice_hit(int32_t label, int32_t predicted, int class)
{
    return label == class && predicted == class ? 2 : 0;
}

static int weight(int32_t label, int32_t predicted, int class)
{
    return (label == class) + (predicted == class);
}

/* Adds share * u_i of one class to influence and returns share * F; NaN, and nothing added, for a class that
 * neither occurs nor is predicted. */
static double add_class(const struct prediction_table *table, const int32_t *predicted, int class,
                        double share, double *influence)
{
    double hits = 0, weights = 0;
    for (size_t i = 0; i < table->examples; i++) {
        hits += twice_hit(table->labels[i], predicted[i], class);
        weights += weight(table->labels[i], predicted[i], class);
    }
    if (weights == 0) return NAN;
    double f1 = hits / weights, mean = weights / (double)table->examples;
    for (size_t i = 0; i < table->examples; i++) {
        double own = twice_hit(table->labels[i], predicted[i], class) -
                     f1 * weight(table->labels[i], predicted[i], class);
        influence[i] += share * (f1 + own / mean);
    }
    return share * f1;
}

static double accuracy(const struct prediction_table *table, const int32_t *predicted, double *influence)
{
    double hits = 0;
    for (size_t i = 0; i < table->examples; i++) {
        influence[i] = table->labels[i] == predicted[i];
        hits += influence[i];
    }
    return hits / (double)table->examples;
}

static double macro(const struct prediction_table *table, const int32_t *predicted, double *influence)
{
    double sum = 0;
    for (int class = 0; class < table->classes; class ++) {
        double part = add_class(table, predicted, class, 1.0 / table->classes, influence);
        sum += isnan(part) ? 0 : part;
    }
    return sum;
}

enum status influence_of_run(const struct prediction_table *table, int run, enum influence_metric metric,
                             double *influence, double *value, struct error *error)
{
    *value = NAN;
    TRY(check(table, run, error));
    if (table->examples == 0) return STATUS_OK;
    const int32_t *predicted = predictions_of(table, run);
    for (size_t i = 0; i < table->examples; i++)
        influence[i] = 0;
    if (metric == INFLUENCE_ACCURACY)
        *value = accuracy(table, predicted, influence);
    else if (metric == INFLUENCE_F1 && table->classes == 2)
        *value = add_class(table, predicted, 1, 1, influence);
    else
        *value = macro(table, predicted, influence);
    if (isnan(*value)) {
        for (size_t i = 0; i < table->examples; i++)
            influence[i] = NAN;
    }
    return STATUS_OK;
}
