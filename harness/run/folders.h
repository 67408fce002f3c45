/* folders.h - the folders in which a run's files lie, and text without them: what a trainer says names files,
 * and where these lie on one machine must not be in results that are compared with those of another. */
#ifndef FTBENCH_HARNESS_RUN_FOLDERS_H
#define FTBENCH_HARNESS_RUN_FOLDERS_H

#include "trainer/spec/run_spec.h"

#include <stddef.h>

enum { FOLDERS_MOST = 8 };

struct folders {
    size_t count;
    char prefix[FOLDERS_MOST][SPEC_PATH_BYTES]; /* each with its final slash */
};

/* Add the folder in which the file or folder `path` lies. None is added for a name without a folder, for the
 * root, and beyond FOLDERS_MOST. */
void folders_add(struct folders *folders, const char *path);

/* Add the folder in which this program works: relative paths start there. */
void folders_add_current(struct folders *folders);

/* Copy text without the folders: "cannot open /home/a/data/x.tsv" becomes "cannot open x.tsv". What does not
 * fit is cut. */
void folders_strip(const struct folders *folders, const char *text, char *out, size_t size);

#endif
