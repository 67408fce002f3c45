#include "trainer/fit/metrics.h"

#include "base/memory.h"

#include <math.h>

struct counts {
    long tp, fp, fn;
};

static double ratio(long part, long whole)
{
    return whole > 0 ? (double)part / (double)whole : (double)NAN;
}

static double precision_of(const struct counts *c)
{
    return ratio(c->tp, c->tp + c->fp);
}
static double recall_of(const struct counts *c)
{
    return ratio(c->tp, c->tp + c->fn);
}
static double f1_of(const struct counts *c)
{
    return ratio(2 * c->tp, 2 * c->tp + c->fp + c->fn);
}

/* The mean over the classes that are met among labels or predictions, an undefined value counted as 0. */
static double macro(const struct counts *counts, int classes, double (*of)(const struct counts *))
{
    double sum = 0.0;
    int met = 0;
    for (int c = 0; c < classes; c++) {
        if (counts[c].tp + counts[c].fp + counts[c].fn == 0) continue;
        double value = of(&counts[c]);
        sum += isnan(value) ? 0.0 : value;
        met++;
    }
    return met > 0 ? sum / met : (double)NAN;
}

enum status metrics_compute(const int32_t *labels, const int32_t *predictions, int count, int classes,
                            struct metrics *metrics, struct error *error)
{
    struct counts *counts = memory_zeroed((size_t)classes, sizeof *counts);
    if (counts == NULL) return error_no_memory(error, (unsigned long long)classes * sizeof *counts);
    long right = 0;
    for (int i = 0; i < count; i++) {
        if (labels[i] == predictions[i]) {
            right++;
            counts[labels[i]].tp++;
        } else {
            counts[predictions[i]].fp++;
            counts[labels[i]].fn++;
        }
    }
    metrics->accuracy = ratio(right, count);
    metrics->f1_macro = macro(counts, classes, f1_of);
    if (classes == 2) {
        metrics->precision = precision_of(&counts[1]);
        metrics->recall = recall_of(&counts[1]);
        metrics->f1 = f1_of(&counts[1]);
    } else {
        metrics->precision = macro(counts, classes, precision_of);
        metrics->recall = macro(counts, classes, recall_of);
        metrics->f1 = metrics->f1_macro;
    }
    memory_free(counts);
    return STATUS_OK;
}
