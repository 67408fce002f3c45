/* figure_draw.h - from a gnuplot script to the picture beside it. */
#ifndef FTBENCH_REPORTS_FIGURE_DRAW_H
#define FTBENCH_REPORTS_FIGURE_DRAW_H

#include "base/status.h"
#include "base/text.h"

enum { FIGURES_FAILURE_BYTES = 512 };

/* Write `script` and the picture that it draws as FOLDER/FILE; FILE ends with ".svg", the script's with
 * ".gnuplot". A gnuplot that is missing or fails is no error: then `failure` has one line, and there is no
 * picture; else it is left alone. */
enum status figure_draw(const struct text *script, const char *folder, const char *file,
                        char failure[FIGURES_FAILURE_BYTES], struct error *error);

#endif
