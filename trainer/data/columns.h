/* columns.h - which columns of a grid are the text, the second text and the label, and whether line 1 is a
 * header.
 *
 * A column is asked for by its name in the header, or by its number ("1" is the first) where there is no
 * header. With header = auto the first row is a header when it has one of the names asked for. Without a
 * header, a file of exactly two columns needs no numbers: the column with fewer distinct values is the label.
 * What cannot be told apart is refused, so that a header never becomes a sample. Where labels are not read, a
 * file of one column needs no name either. */
#ifndef FTBENCH_TRAINER_DATA_COLUMNS_H
#define FTBENCH_TRAINER_DATA_COLUMNS_H

#include "base/status.h"
#include "trainer/data/grid.h"

#include <stdbool.h>

struct columns_asked {
    const char *text, *pair, *label; /* "": "text", none, "label" */
    int header;                      /* enum header_mode */
    bool unlabelled;                 /* labels are not read, and need not be there */
};

struct columns {
    int text, pair, label; /* 0 first; pair is -1 when there is none, label when labels are not read */
    bool header;           /* the first row is no sample */
};

/* The name of a column after its default. */
const char *columns_text_name(const struct columns_asked *asked);
const char *columns_label_name(const struct columns_asked *asked);

/* `grid` has at least one row; `path` is named in errors. */
enum status columns_resolve(const struct grid *grid, const char *path, const struct columns_asked *asked,
                            struct columns *columns, struct error *error);

#endif
