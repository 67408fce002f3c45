/* loss_figure.h - the picture of the losses: train and validation loss of every run, a panel a setting, as a
 * gnuplot script. */
#ifndef FTBENCH_REPORTS_LOSS_FIGURE_H
#define FTBENCH_REPORTS_LOSS_FIGURE_H

#include "base/text.h"
#include "reports/report.h"
#include "reports/words.h"

/* The most panels of one figure; more settings give further figures. */
enum { LOSS_FIGURE_PANELS = 12 };

/* The panels of settings first .. first + count - 1. Failed allocations show in `script`. */
void loss_figure_script(const struct report *report, const struct words *words, size_t first, size_t count,
                        struct text *script);

#endif
