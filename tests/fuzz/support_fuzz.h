/* support_fuzz.h - what fuzz targets share: files in a folder of their own, inputs of several parts, checks.
 *
 * A target is one function, LLVMFuzzerTestOneInput, which libFuzzer calls with made-up inputs and replay.c
 * with those of files. It must end normally whatever the bytes are; fuzz_check says what must hold besides.
 */
#ifndef FTBENCH_TESTS_FUZZ_SUPPORT_FUZZ_H
#define FTBENCH_TESTS_FUZZ_SUPPORT_FUZZ_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The name and the type are libFuzzer's. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A folder made for this process, in TMPDIR, else in memory, and removed when it ends normally. */
const char *fuzz_folder(void);

/* FOLDER/NAME, in static storage: valid until the next call. */
const char *fuzz_path(const char *name);

/* Write a file of the folder, and remove one. */
void fuzz_put(const char *name, const void *bytes, size_t length);
void fuzz_drop(const char *name);

/* A copy with a NUL behind it and nothing more, so that reading on is seen. Freed with free. */
char *fuzz_string(const void *bytes, size_t length);

/* An input that stands for several files: its parts, divided by lines "%%"; the last takes what is left,
 * whatever it holds. Those that are not there are empty. */
struct fuzz_part {
    const char *bytes;
    size_t length;
};
enum { FUZZ_PARTS = 8 };
struct fuzz_parts {
    struct fuzz_part part[FUZZ_PARTS];
};
void fuzz_divide(const uint8_t *data, size_t size, int count, struct fuzz_parts *parts);

/* fuzz_put, or fuzz_drop for an empty part. */
void fuzz_put_part(const char *name, struct fuzz_part part);

/* End the process with a line that says what did not hold. */
#define fuzz_check(condition) fuzz_check_that((condition), #condition, __FILE__, __LINE__)
void fuzz_check_that(bool holds, const char *condition, const char *file, int line);

/* A failure has a text of one line, valid UTF-8 without control characters, and none of the statuses that an
 * input alone cannot cause (no memory, internal). */
void fuzz_check_failure(enum status status, const struct error *error);

/* To be called at the beginning and at the end of an input: what it took from base/memory.h was given back.
 */
void fuzz_begin(void);
void fuzz_end(void);

#endif
