/* figure_data.h - what gnuplot is given, held to the store: every number of its data, the places of the x
 * axis, ranges that hold all that is drawn, and which colour is called what. */
#ifndef FTBENCH_TESTS_RECOMPUTE_FIGURE_DATA_H
#define FTBENCH_TESTS_RECOMPUTE_FIGURE_DATA_H

#include "expected.h"
#include "figure_script.h"

/* Train and validation losses of every run, a panel a setting. */
void figure_data_losses(const struct expected *expected, const struct script *script);

/* The metric of every run over a swept key; NULL: nothing is swept. */
void figure_data_metric(const struct expected *expected, const char *key, const struct script *script);

#endif
