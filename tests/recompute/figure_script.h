/* figure_script.h - a gnuplot script of a report, read: the numbers of its data blocks, and what of them is
 * drawn where. Scripts have little of gnuplot's language in them; what is not known here fails. */
#ifndef FTBENCH_TESTS_RECOMPUTE_FIGURE_SCRIPT_H
#define FTBENCH_TESTS_RECOMPUTE_FIGURE_SCRIPT_H

#include "observations.h"

enum { BLOCK_COLUMNS = 4, PANEL_DRAWN = 256, PANEL_TICS = 64 };

struct block { /* $NAME << EOD ... EOD */
    char name[32];
    char (*cell)[BLOCK_COLUMNS][32]; /* (rows) as they are written; "" where a row has fewer columns */
    int columns, rows, line;         /* the last: number of the first row's line in the file */
};

enum drawn_as {
    AS_LINE,        /* through columns 1 and 2 */
    AS_LINE_POINTS, /* and a dot at each */
    AS_POINTS,
    AS_BARS,  /* at column 1, from column 3 to column 4 */
    AS_DASHES /* at column 2, `half` to the left and to the right of column 1 */
};

struct drawn {
    const struct block *block;
    enum drawn_as as;
    bool sorted; /* by column 1 */
    double half;
    unsigned colour; /* rrggbb */
    char title[TEXT];
};

struct tic {
    char name[TEXT];
    double at;
};

struct panel {
    double x_low, x_high, y_low, y_high;
    bool logarithmic; /* the y axis */
    char title[256], x_label[TEXT], y_label[TEXT];
    struct tic tics[PANEL_TICS]; /* of the x axis, where they have names */
    int tic_count;
    struct drawn drawn[PANEL_DRAWN];
    int drawn_count;
};

struct script {
    char name[4096]; /* of the file */
    struct block *blocks;
    int block_count;
    struct panel *panels;
    int panel_count;
    struct { /* the legend that a script makes by itself: arrow and label of the same number */
        unsigned colour;
        char text[TEXT];
    } legend[4];
};

void script_read(const char *path, struct script *script);

/* NULL if there is none. */
const struct block *script_block(const struct script *script, const char *name);
double block_number(const struct block *block, int row, int column);

#endif
