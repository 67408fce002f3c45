#include "harness/logs/log_points.h"

#include "base/memory.h"

#include <stdlib.h>

const struct log_metric log_metrics[LOG_METRICS] = {
    {"F1", {"eval_f1", "val_f1", "validation_f1", "valid_f1", "dev_f1", "f1"}},
    {"macro F1",
     {"eval_f1_macro", "eval_macro_f1", "val_f1_macro", "val_macro_f1", "validation_macro_f1", "f1_macro",
      "macro_f1"}},
    {"accuracy",
     {"eval_accuracy", "eval_acc", "val_accuracy", "val_acc", "validation_accuracy", "valid_accuracy",
      "dev_accuracy", "accuracy"}},
};

enum status log_points_add(struct log_points *points, size_t entry, double step, double loss,
                           struct error *error)
{
    if (points->count == points->capacity) {
        size_t capacity = points->capacity == 0 ? 64 : 2 * points->capacity;
        struct log_point *grown = memory_resize(points->points, capacity, sizeof *grown);
        if (grown == NULL) return error_no_memory(error, capacity * sizeof *grown);
        points->points = grown;
        points->capacity = capacity;
    }
    points->points[points->count] = (struct log_point){{step, loss}, entry, false};
    points->count++;
    return STATUS_OK;
}

void log_points_shift(struct log_points *points, double steps)
{
    for (size_t i = 0; i < points->count; i++)
        points->points[i].point.step += steps;
}

static int by_step(const void *left, const void *right)
{
    const struct log_point *a = left, *b = right;
    if (a->point.step != b->point.step) return a->point.step < b->point.step ? -1 : 1;
    return a->entry < b->entry ? -1 : a->entry > b->entry;
}

void log_points_sort(struct log_points *points)
{
    if (points->count > 0) qsort(points->points, points->count, sizeof *points->points, by_step);
}

enum status log_points_settle(struct log_points *points, struct curve_point **curve, size_t *count,
                              struct error *error)
{
    struct curve_point *settled = memory_zeroed(points->count + 1, sizeof *settled);
    if (settled == NULL) return error_no_memory(error, (points->count + 1) * sizeof *settled);
    log_points_sort(points);
    *count = 0;
    for (size_t i = 0; i < points->count; i++) {
        const struct curve_point *point = &points->points[i].point;
        if (*count > 0 && settled[*count - 1].step == point->step) --*count;
        settled[(*count)++] = *point;
    }
    *curve = settled;
    return STATUS_OK;
}

void log_losses_free(struct log_losses *losses)
{
    memory_free(losses->train.points);
    memory_free(losses->evaluation.points);
    memory_free(losses->gradient.points);
    for (int i = 0; i < LOG_METRICS; i++)
        memory_free(losses->metrics[i].points);
    *losses = (struct log_losses){0};
}
