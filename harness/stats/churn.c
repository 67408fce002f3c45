#include "harness/stats/churn.h"

#include "base/memory.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Sums of squares of the two-way layout, and what they need. */
struct layout {
    const struct prediction_table *table;
    enum influence_metric metric;
    double *influence;     /* [examples], of one run */
    double *example_means; /* [examples], over the runs of defined metric */
    int runs;
    double mean;
    double of_runs, of_examples, of_rest; /* mean squares */
};

double churn_thumb(double disagreement, size_t examples)
{
    return examples == 0 ? (double)NAN : sqrt(disagreement / (2 * (double)examples));
}

/* Of the R^2 ordered pairs of runs, count^2 agree on an example for each class that `count` runs chose. */
static enum status disagreement(const struct prediction_table *table, double *fraction, struct error *error)
{
    *fraction = NAN;
    if (table->runs < 2 || table->examples == 0) return STATUS_OK;
    int *counts = memory_zeroed((size_t)table->classes, sizeof *counts);
    if (counts == NULL) return error_no_memory(error, (size_t)table->classes * sizeof *counts);
    double pairs = (double)table->runs * (table->runs - 1), sum = 0;
    for (size_t i = 0; i < table->examples; i++) {
        double agreeing = 0;
        for (int class = 0; class < table->classes; class ++)
            counts[class] = 0;
        for (int run = 0; run < table->runs; run++) {
            /* the k-th run to choose a class adds 2k - 1 to the class's square */
            int seen = counts[table->predictions[(size_t)run * table->examples + i]]++;
            agreeing += 2 * seen + 1;
        }
        sum += ((double)table->runs * table->runs - agreeing) / pairs;
    }
    memory_free(counts);
    *fraction = sum / (double)table->examples;
    return STATUS_OK;
}

/* Means of the examples and of everything, over the runs of defined metric. */
static enum status first_pass(struct layout *layout, struct error *error)
{
    size_t examples = layout->table->examples;
    for (int run = 0; run < layout->table->runs; run++) {
        double value;
        TRY(influence_of_run(layout->table, run, layout->metric, layout->influence, &value, error));
        if (isnan(value)) continue;
        layout->runs++;
        layout->mean += value;
        for (size_t i = 0; i < examples; i++)
            layout->example_means[i] += layout->influence[i];
    }
    layout->mean = layout->runs > 0 ? layout->mean / layout->runs : (double)NAN;
    for (size_t i = 0; i < examples; i++)
        layout->example_means[i] /= layout->runs;
    return STATUS_OK;
}

/* Mean squares about those means. */
static enum status second_pass(struct layout *layout, struct error *error)
{
    size_t examples = layout->table->examples;
    double runs = 0, rest = 0, between_examples = 0;
    for (int run = 0; run < layout->table->runs; run++) {
        double value;
        TRY(influence_of_run(layout->table, run, layout->metric, layout->influence, &value, error));
        if (isnan(value)) continue;
        runs += (value - layout->mean) * (value - layout->mean);
        for (size_t i = 0; i < examples; i++) {
            double own = layout->influence[i] - value - layout->example_means[i] + layout->mean;
            rest += own * own;
        }
    }
    for (size_t i = 0; i < examples; i++) {
        double own = layout->example_means[i] - layout->mean;
        between_examples += own * own;
    }
    double n = (double)examples;
    layout->of_runs = n * runs / (layout->runs - 1);
    layout->of_examples = layout->runs * between_examples / (n - 1);
    layout->of_rest = rest / ((layout->runs - 1) * (n - 1));
    return STATUS_OK;
}

static enum status fill(const struct layout *layout, const struct churn_question *question,
                        struct churn *churn, struct error *error)
{
    double n = (double)layout->table->examples, r = layout->runs;
    double df = r - 1, df_rest = (r - 1) * (n - 1);
    const struct mean_square between = {layout->of_runs, df, 1 / n}, rest = {layout->of_rest, df_rest, 1 / n};
    const struct mean_square training[] = {between, {layout->of_rest, df_rest, -1 / n}};
    const struct mean_square sampling[] = {{layout->of_examples, n - 1, 1 / (r * n)},
                                           {layout->of_rest, df_rest, -1 / (r * n)}};
    TRY(component_estimate(&between, 1, question->confidence, &churn->between, error));
    TRY(component_estimate(&rest, 1, question->confidence, &churn->churn, error));
    TRY(component_estimate(training, 2, question->confidence, &churn->training, error));
    TRY(component_estimate(sampling, 2, question->confidence, &churn->sampling, error));
    if (layout->of_rest > 0)
        churn->p_training = gsl_cdf_fdist_Q(layout->of_runs / layout->of_rest, df, df_rest);
    double allowed = CHURN_SHARE * question->sigma0;
    if (layout->of_rest == 0)
        churn->examples_needed = 0;
    else if (allowed > 0)
        churn->examples_needed = ceil(layout->of_rest / (allowed * allowed));
    return STATUS_OK;
}

enum status churn_split(const struct prediction_table *table, const struct churn_question *question,
                        struct churn *churn, struct error *error)
{
    *churn = (struct churn){.examples = table->examples,
                            .metric = NAN,
                            .between = component_undefined(),
                            .training = component_undefined(),
                            .churn = component_undefined(),
                            .sampling = component_undefined(),
                            .p_training = NAN,
                            .disagreement = NAN,
                            .examples_needed = NAN};
    struct layout layout = {.table = table, .metric = question->metric};
    layout.influence = memory_zeroed(table->examples, sizeof *layout.influence);
    layout.example_means = memory_zeroed(table->examples, sizeof *layout.example_means);
    enum status status;
    if (layout.influence == NULL || layout.example_means == NULL) {
        status = error_no_memory(error, table->examples * sizeof *layout.influence);
        goto done;
    }
    TRY_TO(done, first_pass(&layout, error)); /* checks every prediction */
    churn->runs = layout.runs;
    churn->undefined = table->runs - layout.runs;
    churn->metric = layout.mean;
    TRY_TO(done, disagreement(table, &churn->disagreement, error));
    churn->thumb_sd = churn_thumb(churn->disagreement, table->examples);
    if (layout.runs < 2 || table->examples < 2) goto done;
    TRY_TO(done, second_pass(&layout, error));
    TRY_TO(done, fill(&layout, question, churn, error));
done:
    memory_free(layout.influence);
    memory_free(layout.example_means);
    return status;
}
