/* figures.h - the figures of a report held to the store: the numbers that gnuplot was given, and the picture
 * that it made of them. */
#ifndef FTBENCH_TESTS_RECOMPUTE_FIGURES_H
#define FTBENCH_TESTS_RECOMPUTE_FIGURES_H

#include "expected.h"

struct figure_counts {
    int figures, data, drawn, mutants; /* figures; numbers of scripts; points, dots and labels of pictures */
};

/* Every figure of FOLDER/figures: there are those that the experiment has and that report.md shows, and no
 * others; each by script and picture. With `every` above 0 every so-manieth number is changed in copies,
 * which must be refused. */
struct figure_counts figures_match(struct expected *expected, const char *folder, int every);

#endif
