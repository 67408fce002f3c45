/* figure_axis.h - what an axis of a figure spans, and where its tics stand. gnuplot would choose tics by
 * itself, but labels of one axis then have 1, 2 or 3 decimals, and those of a narrow panel run into each
 * other. */
#ifndef FTBENCH_REPORTS_FIGURE_AXIS_H
#define FTBENCH_REPORTS_FIGURE_AXIS_H

#include "base/text.h"

struct figure_range {
    double low, high; /* NaN: of nothing */
};

#define FIGURE_RANGE_EMPTY ((struct figure_range){(double)NAN, (double)NAN})

/* Take a number in; what is not finite is left out. */
void figure_range_take(struct figure_range *range, double value);

/* The range with `part` of itself more at both ends, and at least `least`; [0, 1] of nothing. */
struct figure_range figure_range_widened(struct figure_range range, double part, double least);

/* Range, tics and labels of the linear axis 'x' or 'y': at most `most` tics, at multiples of 1, 2 or 5 times
 * a power of ten, all with the same number of decimals. `low` is below `high`. Returns the characters of the
 * longest label. */
int figure_axis(struct text *script, char axis, struct figure_range range, int most);

#endif
