/* grid.h - the cells of a file of rows, before anyone asks what the columns mean.
 *
 * Rows may have different numbers of cells here; table.h decides which are bad. Blank lines are no rows. */
#ifndef FTBENCH_TRAINER_DATA_GRID_H
#define FTBENCH_TRAINER_DATA_GRID_H

#include "base/status.h"
#include "base/text.h"
#include "trainer/data/bad_rows.h"

#include <stdbool.h>
#include <stddef.h>

enum { GRID_LINE_BYTES = 1 << 20 }; /* a longer line (of a CSV file: row) is bad */

struct grid_cell {
    size_t begin, length; /* bytes of grid.bytes */
};

struct grid_row {
    size_t first; /* cell */
    int count;    /* cells */
    int line;     /* where the row begins, 1 first */
};

struct grid {
    struct text bytes;       /* owned */
    struct grid_cell *cells; /* owned, (cell_count) */
    struct grid_row *rows;   /* owned, (count) */
    size_t cell_count, cell_capacity;
    int count, capacity;
};

/* Add a cell to the row that is being built, and end that row. */
enum status grid_add_cell(struct grid *grid, size_t begin, size_t length, struct error *error);
enum status grid_end_row(struct grid *grid, int line, struct error *error);
void grid_free(struct grid *grid);

/* Tab-separated, without quoting (as GLUE's files are): a tab or a line feed never belongs to a cell. The
 * grid takes `content` over. */
enum status grid_read_tsv(struct text *content, struct grid *grid, struct bad_rows *bad, struct error *error);

/* Comma-separated as RFC 4180 has it: quoted cells may hold commas, line feeds and doubled quotes. Reading
 * stops at the first wrong quote, which is noted as a bad row. */
enum status grid_read_csv(const struct text *content, struct grid *grid, struct bad_rows *bad,
                          struct error *error);

/* One JSON object a line. The members named by `members` become the cells, in that order: texts must be
 * strings, a label, the last member, may be a string, a whole number or a truth value. Bad lines are noted
 * and give no row. */
struct grid_members {
    const char *const *names; /* (count) */
    const char *const *said;  /* (count): what is said behind a name that is missing (columns_said) */
    int count;
    bool labelled; /* the last is a label; else it is a text too */
};
enum status grid_read_jsonl(const struct text *content, const struct grid_members *members, struct grid *grid,
                            struct bad_rows *bad, struct error *error);

#endif
