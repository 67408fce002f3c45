/* figure_picture.h - an SVG file as gnuplot writes it, read: lines, dots and words in their order, in pixels.
 */
#ifndef FTBENCH_TESTS_RECOMPUTE_FIGURE_PICTURE_H
#define FTBENCH_TESTS_RECOMPUTE_FIGURE_PICTURE_H

#include "observations.h"

#include <stddef.h>

struct spot {
    double x, y;
    size_t x_at, y_at; /* where these numbers begin in the file */
};

enum mark_kind { MARK_LINE, MARK_DOT, MARK_WORDS };

struct mark {
    enum mark_kind kind;
    int plot; /* what of the script's plot commands it belongs to, 1 first; 0: to axes, titles, frames */
    unsigned colour;
    struct spot *spots; /* of a line all its corners; else one */
    int spot_count;
    char text[256]; /* of words, without blanks around */
    size_t text_at;
};

struct picture {
    char *file;
    struct mark *marks;
    int mark_count, plots;
    char version[TEXT]; /* of gnuplot: "5.4 patchlevel 4" */
};

void picture_read(const char *path, struct picture *picture);

/* All of a file's text; fails where it cannot be read. */
char *read_whole(const char *path);

#endif
