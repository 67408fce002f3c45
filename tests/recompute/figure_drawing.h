/* figure_drawing.h - a picture held to the script that it was made from: every point of every curve, dot and
 * bar where the axes say, and every number at an axis where it belongs, to some hundredths of a pixel. */
#ifndef FTBENCH_TESTS_RECOMPUTE_FIGURE_DRAWING_H
#define FTBENCH_TESTS_RECOMPUTE_FIGURE_DRAWING_H

#include "figure_picture.h"
#include "figure_script.h"

struct held { /* the numbers of the file that were held to something: where they begin */
    size_t *at;
    int count;
};

void figure_drawing_match(const struct script *script, const char *path, struct held *held);

#endif
