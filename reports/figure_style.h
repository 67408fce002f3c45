/* figure_style.h - what the figures have in common: size, font, axes, colours. Colours are those of Okabe and
 * Ito, which colour-blind readers tell apart. */
#ifndef FTBENCH_REPORTS_FIGURE_STYLE_H
#define FTBENCH_REPORTS_FIGURE_STYLE_H

#include "base/text.h"

#define FIGURE_BLUE "#0072B2"
#define FIGURE_PALE_BLUE                                                                                     \
    "#600072B2" /* lines that lie on each other; the first two digits say how much shines through */
#define FIGURE_VERMILLION "#D55E00"
#define FIGURE_GREY "#666666"

/* What every script begins with; the size in pixels. */
void figure_style_begin(struct text *script, int width, int height);

#endif
