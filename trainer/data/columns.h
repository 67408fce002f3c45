/* columns.h - which columns of a grid are the text, the second text and the label, and whether line 1 is a
 * header.
 *
 * A column is asked for by its name in the header, or by its number ("1" is the first) where there is no
 * header. With header = auto the first row is a header when it has one of the names asked for. Without a
 * header, a file of exactly two columns needs no numbers: the column with fewer distinct values is the label.
 * What cannot be told apart is refused, so that a header never becomes a sample: a lonely label, or a text
 * that is a word columns are usually called by. Where labels are not read, a file of one column needs no name
 * either. */
#ifndef FTBENCH_TRAINER_DATA_COLUMNS_H
#define FTBENCH_TRAINER_DATA_COLUMNS_H

#include "base/status.h"
#include "trainer/data/grid.h"

#include <stdbool.h>

struct columns_asked {
    const char *text, *pair, *label; /* "": "text", none, "label" */
    int header;                      /* enum header_mode */
    bool unlabelled;                 /* labels are not read, and need not be there */
    int spoken;                      /* for errors: some of enum columns_spoken; 0: keys of an ini */
};

/* How the names were asked for. */
enum columns_spoken {
    COLUMNS_BY_OPTIONS = 1, /* on a command line: errors name its options, not the keys */
    COLUMNS_TEXT_SAVED = 2, /* this name was not given: a saved model says that it was trained with it */
    COLUMNS_PAIR_SAVED = 4,
    COLUMNS_LABEL_SAVED = 8,
};

/* What an error says behind a name that is not there: "text_column", or "--text-column", with a word about
 * the saved model if it has the name. */
enum columns_role { COLUMNS_TEXT, COLUMNS_PAIR, COLUMNS_LABEL };
const char *columns_said(const struct columns_asked *asked, enum columns_role role);

struct columns {
    int text, pair, label; /* 0 first; pair is -1 when there is none, label when labels are not read */
    bool header;           /* the first row is no sample */
};

/* The name of a column after its default. */
const char *columns_text_name(const struct columns_asked *asked);
const char *columns_label_name(const struct columns_asked *asked);

/* Whether the first row is taken for a header. `grid` has at least one row. */
bool columns_has_header(const struct grid *grid, const struct columns_asked *asked);

/* `grid` has at least one row; `path` is named in errors. */
enum status columns_resolve(const struct grid *grid, const char *path, const struct columns_asked *asked,
                            struct columns *columns, struct error *error);

#endif
