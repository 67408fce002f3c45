#include "answers.h"

#include <math.h>
#include <string.h>

struct table {
    double count[2][2]; /* [label][prediction] */
};

static struct table tabulate(const uint8_t *labels, const uint8_t *predictions, int examples)
{
    struct table table = {{{0}}};
    for (int i = 0; i < examples; i++) {
        if (labels[i] > 1 || predictions[i] > 1) fail("a label or an answer is of neither class");
        table.count[labels[i]][predictions[i]]++;
    }
    return table;
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : (double)NAN;
}

static double f1_of(const struct table *table, int class)
{
    double hit = table->count[class][class], missed = table->count[class][1 - class],
           wrong = table->count[1 - class][class];
    return ratio(2 * hit, 2 * hit + missed + wrong);
}

static void recompute(const struct run *run, int examples, struct evaluation *evaluation)
{
    const struct table table = tabulate(run->labels, evaluation->predictions, examples);
    double loss = 0, *value = evaluation->value;
    for (int i = 0; i < examples; i++)
        loss += (double)evaluation->losses[i] / examples;
    value[LOSS] = loss;
    value[ACCURACY] = (table.count[0][0] + table.count[1][1]) / examples;
    value[PRECISION] = ratio(table.count[1][1], table.count[1][1] + table.count[0][1]);
    value[RECALL] = ratio(table.count[1][1], table.count[1][1] + table.count[1][0]);
    value[F1] = f1_of(&table, 1);
    value[F1_MACRO] = (f1_of(&table, 0) + f1_of(&table, 1)) / 2;
    for (int i = 0; i < METRICS; i++) {
        double most =
            i == LOSS ? 1e-6 * fabs(value[i]) : 1e-12; /* a mean of binary32 may be rounded to one */
        bool both_undefined = isnan(value[i]) && isnan(evaluation->claimed[i]);
        if (!both_undefined && !(fabs(value[i] - evaluation->claimed[i]) <= most))
            fail("run %s, step %ld: number %d of the evaluation is %.17g in the store, %.17g by its answers",
                 run->id, evaluation->step, i, evaluation->claimed[i], value[i]);
    }
    value[LOSS] = evaluation->claimed[LOSS];
}

/* The first of the highest F1 after training began, or the last evaluation where the best is not kept. */
static int best_of(const struct run *run, const struct setting *setting)
{
    int best = -1;
    if (strcmp(run->outcome, "done") != 0) return -1;
    if (!setting_number(setting, "training.load_best_model_at_end")) return run->evaluation_count - 1;
    if (strcmp(setting_text(setting, "training.metric_for_best_model"), "f1") != 0)
        fail("only F1 is known here as metric_for_best_model");
    for (int i = 0; i < run->evaluation_count; i++) {
        const struct evaluation *evaluation = &run->evaluations[i];
        if (evaluation->step > 0 && (best < 0 || evaluation->value[F1] > run->evaluations[best].value[F1]))
            best = i;
    }
    return best;
}

void answers_recompute(struct observations *all)
{
    for (int i = 0; i < all->run_count; i++) {
        struct run *run = &all->runs[i];
        if (run->evaluation_count > 0 && run->classes != 2)
            fail("run %s has %d classes, not 2", run->id, run->classes);
        for (int j = 0; j < run->evaluation_count; j++)
            recompute(run, all->examples, &run->evaluations[j]);
        run->best = best_of(run, &all->settings[run->setting]);
        if (run->best >= 0 && run->evaluations[run->best].step != run->best_claimed)
            fail("run %s: its best step is %ld in the store, %ld by its evaluations", run->id,
                 run->best_claimed, run->evaluations[run->best].step);
    }
}

void answers_influence(const uint8_t *labels, const uint8_t *predictions, int examples, double *influence)
{
    double hits = 0, weights = 0;
    for (int i = 0; i < examples; i++) {
        hits += 2 * (labels[i] & predictions[i]);
        weights += labels[i] + predictions[i];
    }
    double f1 = hits / weights, mean = weights / examples;
    for (int i = 0; i < examples; i++)
        influence[i] = f1 + (2 * (labels[i] & predictions[i]) - f1 * (labels[i] + predictions[i])) / mean;
}

double answers_constant_f1(const uint8_t *labels, int examples)
{
    double positive = 0;
    for (int i = 0; i < examples; i++)
        positive += labels[i];
    return 2 * positive / (positive + examples);
}
