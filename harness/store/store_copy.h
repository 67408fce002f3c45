/* store_copy.h - a store as one file to keep, such as a baseline: all that the folder's store holds, and
 * where it came from, under a seal. It is opened with store_open_file and read like any store; nobody writes
 * to it again.
 */
#ifndef FTBENCH_HARNESS_STORE_STORE_COPY_H
#define FTBENCH_HARNESS_STORE_STORE_COPY_H

#include "base/digest.h"
#include "harness/store/store.h"

/* What a copy says of itself. Texts of the trainer are those of its first run that says them; "" is not
 * known. */
struct store_origin {
    char folder[SPEC_PATH_BYTES]; /* the results that were copied, as they were named */
    char saved[24];               /* when, in UTC: "2026-01-31T12:00:00Z" */
    char writer[64];              /* "ftbench 0.1.0" */
    char program[64], commit[64], backend[32], isa[16], cpu[128], host[64], compiler[128], flags[256];
    int numeric_version;    /* of the runs; 0: an older one than that of `writer` */
    int settings;           /* of the plan */
    int done, failed;       /* runs */
    char seal[DIGEST_TEXT]; /* digest of all that the copy holds (seal.h), when it is read; "" for one that an
                               ftbench saved which put none on */
};

/* Copy the open store, as one moment has it, to the file `path`: to a temporary name beside it, synced,
 * renamed, so that the old file is there or the new one. Replaces a file of that name. */
enum status store_copy(struct store *store, const char *path, const struct store_origin *origin,
                       struct error *error);

/* What the copy says of itself; STATUS_BAD_INPUT for a store that is no copy. */
enum status store_load_origin(struct store *store, struct store_origin *origin, struct error *error);

#endif
