/* metric_layout.h - where everything stands in the picture of the metric, along its x axis. Positions are
 * computed here and named by hand-made tics, so that a logarithmic, a linear and a named axis are one case.
 */
#ifndef FTBENCH_REPORTS_METRIC_LAYOUT_H
#define FTBENCH_REPORTS_METRIC_LAYOUT_H

#include "base/status.h"
#include "reports/report.h"

struct metric_layout {
    const struct report *report;
    size_t key;   /* index of the swept key; SIZE_MAX: none */
    bool numeric; /* every value is a number */
    bool logarithmic;
    size_t *series;    /* (setting_count) first setting with the same values of the other keys; SIZE_MAX: not
                          shown */
    double *positions; /* (setting_count) on the x axis */
    double low, high;  /* of the positions */
    double span;       /* from low to high; 1 when there is but one position */
    double pitch;      /* from series to series that stand at one position */
    double step;       /* from dot to dot of a setting */
    size_t series_count;
    size_t *levels; /* (setting_count) lines of what is missing below a setting's, which it would cover */
};

/* The settings over the swept key of index `key` (SIZE_MAX: nothing is swept). */
enum status metric_layout_make(const struct report *report, size_t key, struct metric_layout *layout,
                               struct error *error);
void metric_layout_free(struct metric_layout *layout);

/* The width of the picture in pixels, and about how many of them a distance on the axis is. */
int metric_layout_width(const struct metric_layout *layout);
double metric_layout_pixels(const struct metric_layout *layout, double distance);

/* Room at both sides for the dots of the outermost positions; a single one stands in the middle. */
double metric_layout_margin(const struct metric_layout *layout);

/* Where a setting stands: at its position, beside other series there. */
double metric_layout_place(const struct metric_layout *layout, size_t setting);

/* Where a run's dot stands: a little beside its setting, by its rank among the setting's runs, as equal runs
 * would cover each other. */
double metric_layout_dot(const struct metric_layout *layout, size_t run);

/* How many dots the setting with the most of them has; 1 at least. */
size_t metric_layout_most_dots(const struct report *report);

/* Whether two settings have the same value of the key, and so the same position. */
bool metric_layout_same_value(const struct metric_layout *layout, size_t a, size_t b);

#endif
