/* baseline.h - a finished experiment that later ones are held to: a copy of its store
 * (harness/store/store_copy.h) under a name, as FOLDER/NAME.sqlite.
 *
 * The folder is the one that was asked for, else FTBENCH_BASELINES, else "baselines" where ftbench was
 * started. A NAME with a '/' in it, or that ends with ".sqlite", is the path of a file instead, and must end
 * with ".sqlite". */
#ifndef FTBENCH_HARNESS_CHECK_BASELINE_H
#define FTBENCH_HARNESS_CHECK_BASELINE_H

#include "base/status.h"
#include "base/text.h"
#include "harness/plan/plan.h"
#include "harness/store/store.h"
#include "harness/store/store_copy.h"

#include <stdbool.h>
#include <stddef.h>

/* The folder of baselines; `asked`: by an option, or NULL. Not owned. */
const char *baseline_folder(const char *asked);

/* The path of a name's file. STATUS_USAGE for a name that is none: 1 to 64 letters, digits, '.', '_', '-',
 * the first of them a letter or a digit; and for a path that does not end with ".sqlite". */
enum status baseline_path(const char *folder, const char *name, char path[SPEC_PATH_BYTES],
                          struct error *error);

/* The same of a baseline that must be there. One that is not, and a folder of that name, is STATUS_BAD_INPUT:
 * the text says which there are, and how one is made. */
enum status baseline_find(const char *folder, const char *name, char path[SPEC_PATH_BYTES],
                          struct error *error);

/* Open a baseline for reading, with what it says of itself. STATUS_BAD_INPUT as from baseline_find, and for
 * what is no baseline. */
enum status baseline_open(const char *folder, const char *name, struct store **store,
                          struct store_origin *origin, struct error *error);

/* Keep the results of folder `results`. STATUS_USAGE when runs that are needed are not there yet, when none
 * is done, or when the name is taken; with `replace` it must be (baseline_find). `origin`: what the copy says
 * of itself. */
enum status baseline_save(const char *folder, const char *name, const char *results, bool replace,
                          struct store_origin *origin, struct error *error);

/* The names in a folder, in the order of the alphabet, each ended by a NUL in `names`; a folder that is not
 * there has none. */
enum status baseline_names(const char *folder, struct text *names, size_t *count, struct error *error);

#endif
