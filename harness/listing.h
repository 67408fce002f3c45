/* listing.h - rows of cells for people or for programs: aligned columns on a terminal, tabs otherwise. */
#ifndef FTBENCH_HARNESS_LISTING_H
#define FTBENCH_HARNESS_LISTING_H

#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>

enum { LISTING_MOST_COLUMNS = 16 };

/* Cells one after the other, each ended by a NUL; a row is `columns` of them. */
struct listing {
    int columns;
    struct text cells;
    size_t count; /* cells */
};

/* Add the next cell. Tabs and newlines in it become blanks. */
void listing_add(struct listing *listing, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Print all rows: `aligned`, in columns two blanks apart (the last column is not filled up); else
 * with tabs. */
enum status listing_print(const struct listing *listing, bool aligned, FILE *out, struct error *error);
void listing_free(struct listing *listing);

#endif
