/* tables.h - the tables of report.md, cell by cell. */
#ifndef FTBENCH_TESTS_RECOMPUTE_TABLES_H
#define FTBENCH_TESTS_RECOMPUTE_TABLES_H

#include "prose.h"

enum { COLUMNS = 16 };

struct table {
    char column[COLUMNS][TEXT];
    int columns; /* 0: the line before was of no table */
};

/* Marks the numbers of a line of a table that are as recomputed, and returns how many; fails at one that is
 * not. The line's subject stays in place->own, so that sentences in a cell can speak of it. */
int table_cover(struct table *table, const char *line, int number, struct place *place, bool *covered);

/* Numbers that sentences need and summary.json has not: "D" of the tree, and a few of each run. */
void derived_put(struct expected *expected);

#endif
