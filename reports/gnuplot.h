/* gnuplot.h - gnuplot as a child process: a script file in, an SVG picture out. Sole place that starts it.
 *
 * The script sets no output and holds its data, so that anyone can run it again by hand: gnuplot FILE >
 * PICTURE. The same script gives the same picture: no time stamp, no personal settings (-d), locale C. */
#ifndef FTBENCH_REPORTS_GNUPLOT_H
#define FTBENCH_REPORTS_GNUPLOT_H

#include "base/status.h"
#include "base/text.h"

/* Run gnuplot on `script`, a file; append what it draws to `picture`. STATUS_UNSUPPORTED when there is no
 * gnuplot, when it refuses the script, draws nothing, or takes longer than a minute: then the text is one
 * short line for the report. */
enum status gnuplot_render(const char *script, struct text *picture, struct error *error);

/* Append text from outside as a gnuplot string, quotes included. */
void gnuplot_string(struct text *script, const char *value);

/* Append a number for a data block; what is not finite becomes NaN, which gnuplot leaves out. */
void gnuplot_number(struct text *script, double value);

#endif
