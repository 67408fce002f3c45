#include "tests/fuzz/support_fuzz.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char cut[] = "\n%%\n";
enum { CUT_BYTES = sizeof cut - 1, FILES_MOST = 32, NAME_BYTES = 64 };

static char folder[PATH_MAX / 2];
static char files[FILES_MOST][NAME_BYTES]; /* that were put, to be removed at the end */
static int file_count;
static long blocks_before;

void fuzz_check_that(bool holds, const char *condition, const char *file, int line)
{
    if (holds) return;
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

static void remove_folder(void)
{
    for (int i = 0; i < file_count; i++)
        unlink(fuzz_path(files[i]));
    rmdir(folder);
}

const char *fuzz_folder(void)
{
    if (folder[0] != '\0') return folder;
    const char *base = getenv("TMPDIR");
    struct stat info;
    if (base == NULL || base[0] == '\0') base = stat("/dev/shm", &info) == 0 ? "/dev/shm" : P_tmpdir;
    snprintf(folder, sizeof folder, "%s/ftbench-fuzz-XXXXXX", base);
    fuzz_check(mkdtemp(folder) != NULL);
    atexit(remove_folder);
    return folder;
}

const char *fuzz_path(const char *name)
{
    static char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    return path;
}

static void remember(const char *name)
{
    for (int i = 0; i < file_count; i++) {
        if (strcmp(files[i], name) == 0) return;
    }
    fuzz_check(file_count < FILES_MOST);
    snprintf(files[file_count++], NAME_BYTES, "%s", name);
}

void fuzz_put(const char *name, const void *bytes, size_t length)
{
    remember(name);
    int descriptor = open(fuzz_path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    fuzz_check(descriptor >= 0);
    fuzz_check(write(descriptor, bytes, length) == (ssize_t)length);
    close(descriptor);
}

void fuzz_drop(const char *name)
{
    unlink(fuzz_path(name));
}

void fuzz_put_part(const char *name, struct fuzz_part part)
{
    if (part.length > 0)
        fuzz_put(name, part.bytes, part.length);
    else
        fuzz_drop(name);
}

char *fuzz_string(const void *bytes, size_t length)
{
    char *string = malloc(length + 1);
    fuzz_check(string != NULL);
    if (length > 0) memcpy(string, bytes, length);
    string[length] = '\0';
    return string;
}

void fuzz_divide(const uint8_t *data, size_t size, int count, struct fuzz_parts *parts)
{
    const char *at = size == 0 ? "" : (const char *)data, *end = at + size;
    *parts = (struct fuzz_parts){0};
    for (int i = 0; i < count; i++) {
        const char *stop = i == count - 1 ? NULL : memmem(at, (size_t)(end - at), cut, CUT_BYTES);
        parts->part[i] = (struct fuzz_part){at, (size_t)((stop == NULL ? end : stop) - at)};
        at = stop == NULL ? end : stop + CUT_BYTES;
    }
}

void fuzz_check_failure(enum status status, const struct error *error)
{
    if (status == STATUS_OK) return;
    fuzz_check(status != STATUS_NO_MEMORY && status != STATUS_INTERNAL);
    fuzz_check(error->status == status);
    const char *text = error->text;
    size_t length = strlen(text);
    fuzz_check(length > 0);
    for (size_t at = 0; at < length;) {
        uint32_t point = 0;
        size_t used = utf8_decode(text + at, length - at, &point);
        fuzz_check(used > 0);
        fuzz_check(point >= 0x20 && (point < 0x7F || point > 0x9F));
        at += used;
    }
}

void fuzz_begin(void)
{
    blocks_before = memory_blocks_alive();
}

void fuzz_end(void)
{
    fuzz_check(memory_blocks_alive() == blocks_before);
}
