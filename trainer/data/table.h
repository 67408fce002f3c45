/* table.h - texts and labels as rows of a file: TSV, CSV or JSONL, by the file's extension.
 *
 * Every row of a table is good: it has a text, a label unless labels are not read, and a second text when one
 * was asked for, none of them empty. A file in which more than a tenth of the rows are not valid UTF-8 is
 * refused, and so is a TSV file in which everything but numbers is in quotes, which a TSV has not, or a JSON
 * array. A UTF-8 byte order mark is skipped, lines may end with CR LF, blank lines are no rows. */
#ifndef FTBENCH_TRAINER_DATA_TABLE_H
#define FTBENCH_TRAINER_DATA_TABLE_H

#include "base/status.h"
#include "trainer/data/columns.h"
#include "trainer/data/grid.h"

#include <stddef.h>
#include <stdint.h>

struct table_row {
    const char *text, *pair, *label; /* not NUL-terminated; pair is NULL when none was asked for, label when
                                        labels are not read */
    size_t text_length, pair_length, label_length; /* bytes; spaces around a label are not part of it */
    int line;                                      /* where the row begins, 1 first */
};

struct table {
    struct table_row *rows; /* owned, (count), in the file's order */
    int count;
    int quoted,
        quoted_line;  /* of a TSV: rows with a text that begins and ends with a quote, the first's line */
    struct grid grid; /* owned: what the rows point into */
};

/* Some rows of a table, in the file's order. */
struct table_part {
    const struct table *table;
    const int32_t *rows; /* (count) */
    int count;
};

/* Bad rows (a wrong number of columns, an empty text or label, a NUL byte, invalid JSON, a missing or
 * ill-typed member, a line above 1 MiB) are all counted and the first few named in the one error. A file may
 * have 1 GiB. */
enum status table_read(const char *path, const struct columns_asked *asked, struct table *table,
                       struct error *error);
/* The same of standard input, which is read as TSV. */
enum status table_read_input(const struct columns_asked *asked, struct table *table, struct error *error);
void table_free(struct table *table);

#endif
