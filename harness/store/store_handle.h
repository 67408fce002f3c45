/* store_handle.h - what an open store is, for the files of this room only. */
#ifndef FTBENCH_HARNESS_STORE_STORE_HANDLE_H
#define FTBENCH_HARNESS_STORE_STORE_HANDLE_H

#include "harness/store/database.h"
#include "harness/store/store.h"

struct store {
    struct database database;
    char folder[SPEC_PATH_BYTES];
    bool writable; /* opened with STORE_WRITE */
    bool copy;     /* a file that was copied from a folder, opened by its path; `folder` is that path */
    bool created;  /* the database was empty and became a store */
    int lock;      /* descriptor whose flock keeps other writers out; -1 for a reader */
};

#endif
