#include "trainer/fit/metrics.h"

#include "base/memory.h"

#include <math.h>

static double ratio(long part, long whole)
{
    return whole > 0 ? (double)part / (double)whole : (double)NAN;
}

void metrics_by_class(const int32_t *labels, const int32_t *predictions, int count, int classes,
                      struct class_metrics *each)
{
    for (int c = 0; c < classes; c++)
        each[c] = (struct class_metrics){.rows = 0};
    for (int i = 0; i < count; i++) {
        each[labels[i]].rows++;
        each[predictions[i]].predicted++;
        each[labels[i]].right += labels[i] == predictions[i] ? 1 : 0;
    }
    for (int c = 0; c < classes; c++) {
        each[c].precision = ratio(each[c].right, each[c].predicted);
        each[c].recall = ratio(each[c].right, each[c].rows);
        each[c].f1 = ratio(2 * each[c].right, each[c].rows + each[c].predicted); /* 2 tp + fp + fn */
    }
}

/* Sums for the means over the classes that are met among labels or predictions, an undefined value counted as
 * 0. */
static void add_defined(double value, double *sum)
{
    *sum += isnan(value) ? 0.0 : value;
}

enum status metrics_compute(const int32_t *labels, const int32_t *predictions, int count, int classes,
                            struct metrics *metrics, struct error *error)
{
    struct class_metrics *each = memory_zeroed((size_t)classes, sizeof *each);
    if (each == NULL) return error_no_memory(error, (unsigned long long)classes * sizeof *each);
    metrics_by_class(labels, predictions, count, classes, each);
    double precision = 0.0, recall = 0.0, f1 = 0.0;
    long right = 0;
    int met = 0;
    for (int c = 0; c < classes; c++) {
        right += each[c].right;
        if (each[c].rows + each[c].predicted == 0) continue;
        met++;
        add_defined(each[c].precision, &precision);
        add_defined(each[c].recall, &recall);
        add_defined(each[c].f1, &f1);
    }
    metrics->accuracy = ratio(right, count);
    metrics->f1_macro = met > 0 ? f1 / met : (double)NAN;
    metrics->precision = classes == 2 ? each[1].precision : met > 0 ? precision / met : (double)NAN;
    metrics->recall = classes == 2 ? each[1].recall : met > 0 ? recall / met : (double)NAN;
    metrics->f1 = classes == 2 ? each[1].f1 : metrics->f1_macro;
    memory_free(each);
    return STATUS_OK;
}
