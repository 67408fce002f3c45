/* export_places.h - where what a check leaves may be written: nowhere that something else is kept. */
#ifndef FTBENCH_HARNESS_CHECK_EXPORT_PLACES_H
#define FTBENCH_HARNESS_CHECK_EXPORT_PLACES_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/* One file that is to be written. */
struct export_place {
    const char *asked; /* by which option or variable, for the text */
    const char *path;  /* NULL: not asked for */
    bool appended;     /* so it may be a device or a pipe */
};

/* STATUS_USAGE, and which of the places it is, when one is no place of its own (exporting.h). */
enum status export_places_check(const struct export_place *places, size_t count, const char *folder,
                                const char *baseline, struct error *error);

/* Whether both paths lead to one file, be it there yet or not. */
bool export_places_same(const char *one, const char *other);

#endif
