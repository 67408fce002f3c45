#include "harness/logs/log_resume.h"

#include "base/memory.h"

#include <math.h>
#include <stdbool.h>

/* Note for each entry that goes back in `points` the step that it goes back to, unless steps are only out of
 * order. */
static void note_returns(struct log_points *points, double *returns)
{
    bool again = false;
    size_t falls = 0;
    double furthest = -INFINITY, before = -INFINITY;
    for (size_t i = 0; i < points->count; i++) {
        struct log_point *point = &points->points[i];
        point->back = point->point.step < furthest;
        furthest = fmax(furthest, point->point.step);
        falls += point->point.step < before;
        before = point->point.step;
    }
    log_points_sort(points);
    for (size_t i = 1; i < points->count && !again && 2 * falls < points->count; i++)
        again = points->points[i].back && points->points[i - 1].point.step == points->points[i].point.step;
    for (size_t i = 0; i < points->count && again; i++) {
        const struct log_point *point = &points->points[i];
        if (point->back) returns[point->entry] = fmin(returns[point->entry], point->point.step);
    }
}

/* Keep what no later entry went back behind. */
static void keep(struct log_points *points, const double *returns)
{
    size_t kept = 0;
    for (size_t i = 0; i < points->count; i++) {
        const struct log_point point = points->points[i];
        if (!(point.point.step > returns[point.entry + 1])) points->points[kept++] = point;
    }
    points->count = kept;
}

enum status log_resume_settle(struct log_losses *losses, struct error *error)
{
    size_t count = losses->entries + 2; /* entries count from 1; one behind the last has none after it */
    double *returns = memory_zeroed(count, sizeof *returns);
    if (returns == NULL) return error_no_memory(error, count * sizeof *returns);
    for (size_t i = 0; i < count; i++)
        returns[i] = INFINITY;
    note_returns(&losses->train, returns);
    note_returns(&losses->evaluation, returns);
    for (size_t i = count - 1; i > 0; i--)
        returns[i - 1] = fmin(returns[i - 1], returns[i]);
    keep(&losses->train, returns);
    keep(&losses->evaluation, returns);
    keep(&losses->gradient, returns);
    for (int i = 0; i < LOG_METRICS; i++)
        keep(&losses->metrics[i], returns);
    memory_free(returns);
    return STATUS_OK;
}
