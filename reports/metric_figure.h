/* metric_figure.h - the picture of the metric: every run over one swept parameter, as a gnuplot script. */
#ifndef FTBENCH_REPORTS_METRIC_FIGURE_H
#define FTBENCH_REPORTS_METRIC_FIGURE_H

#include "base/status.h"
#include "base/text.h"
#include "reports/report.h"
#include "reports/words.h"

/* The metric over the swept key of index `key` (SIZE_MAX: nothing is swept). Failed allocations show in
 * `script`, or as a status. */
enum status metric_figure_script(const struct report *report, const struct words *words, size_t key,
                                 struct text *script, struct error *error);

#endif
