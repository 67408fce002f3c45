/* figures.h - the report's pictures: figures/NAME.svg, each beside the gnuplot script (with its data) that it
 * was made from. */
#ifndef FTBENCH_REPORTS_FIGURES_H
#define FTBENCH_REPORTS_FIGURES_H

#include "base/status.h"
#include "reports/figure_draw.h"
#include "reports/report.h"
#include "reports/words.h"

enum figure_kind {
    FIGURE_METRIC, /* the metric of every run over one swept parameter */
    FIGURE_LOSS    /* train and validation loss of every run, a panel a setting */
};

struct figure {
    enum figure_kind kind;
    const char *key; /* the swept parameter of a metric figure; NULL: nothing is swept */
    char file[160];  /* "figures/metric-learning_rate.svg", relative to the report */
};

struct figures {
    struct figure *list; /* (count), owned; in the order in which they are shown */
    size_t count;
    char failure[FIGURES_FAILURE_BYTES]; /* why there are none, one line; "" when all went well */
};

/* Draw all figures into `folder`/figures. When gnuplot is missing or fails that is written to
 * figures->failure and is no error: a report without pictures is still one. */
enum status figures_write(const struct report *report, const struct words *words, const char *folder,
                          struct figures *figures, struct error *error);
void figures_free(struct figures *figures);

#endif
