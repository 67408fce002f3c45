#include "harness/stats/constant.h"

#include "base/memory.h"

#include <math.h>

/* The influence values of answering `class` always; `answers` has room for the examples. */
static enum status answer_always(const struct prediction_table *examples, int class,
                                 enum influence_metric metric, int32_t *answers, double *influence,
                                 double *value, struct error *error)
{
    struct prediction_table table = *examples;
    for (size_t i = 0; i < table.examples; i++)
        answers[i] = class;
    table.predictions = answers;
    table.runs = 1;
    return influence_of_run(&table, 0, metric, influence, value, error);
}

enum status constant_best(const int32_t *labels, size_t examples, int classes, enum influence_metric metric,
                          struct constant *best, struct error *error)
{
    const struct prediction_table table = {.labels = labels, .examples = examples, .classes = classes};
    enum status status = STATUS_OK;
    int32_t *answers = memory_zeroed(examples, sizeof *answers);
    double *influence = memory_zeroed(examples, sizeof *influence);
    *best = (struct constant){.value = NAN};
    if (answers == NULL || influence == NULL) status = error_no_memory(error, examples * sizeof *influence);
    for (int class = 0; class < classes && status == STATUS_OK; class ++) {
        double value;
        status = answer_always(&table, class, metric, answers, influence, &value, error);
        if (status == STATUS_OK && (value > best->value || (isnan(best->value) && !isnan(value))))
            *best = (struct constant){value, class};
    }
    memory_free(answers);
    memory_free(influence);
    return status;
}

/* mean(d) > 1.96 sd(d) / sqrt(n), d = a - b. */
static bool is_above(const double *a, const double *b, size_t n)
{
    double mean = 0, squares = 0;
    if (n < 2) return false;
    for (size_t i = 0; i < n; i++)
        mean += (a[i] - b[i]) / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (a[i] - b[i] - mean) * (a[i] - b[i] - mean);
    return mean > 1.96 * sqrt(squares / (double)(n - 1) / (double)n);
}

enum status constant_beaten(const struct prediction_table *table, int run, const struct constant *best,
                            enum influence_metric metric, bool *beaten, struct error *error)
{
    enum status status;
    size_t n = table->examples;
    double value, constant, *own = memory_zeroed(2 * n, sizeof *own);
    int32_t *answers = memory_zeroed(n, sizeof *answers);
    *beaten = false;
    if (own == NULL || answers == NULL) {
        status = error_no_memory(error, 2 * n * sizeof *own);
        goto done;
    }
    TRY_TO(done, influence_of_run(table, run, metric, own, &value, error));
    TRY_TO(done, answer_always(table, best->class, metric, answers, own + n, &constant, error));
    *beaten = !isnan(value) && !isnan(constant) && is_above(own, own + n, n);
done:
    memory_free(own);
    memory_free(answers);
    return status;
}
