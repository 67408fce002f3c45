#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

bool file_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

bool file_is_directory(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

enum status file_read(const char *path, size_t limit, struct text *content, struct error *error)
{
    if (file_is_directory(path))
        return error_set(error, STATUS_IO, "%s: is a folder, a file is needed", path);
    FILE *file = fopen(path, "rb");
    if (file == NULL) return error_set(error, STATUS_IO, "%s: cannot be opened: %s", path, strerror(errno));
    char chunk[65536];
    size_t total = 0;
    enum status status = STATUS_OK;
    for (;;) {
        size_t got = fread(chunk, 1, sizeof chunk, file);
        total += got;
        if (limit != 0 && total > limit) {
            status =
                error_set(error, STATUS_BAD_INPUT, "%s: larger than the limit of %zu bytes", path, limit);
            break;
        }
        text_add_bytes(content, chunk, got);
        if (got < sizeof chunk) {
            if (ferror(file))
                status = error_set(error, STATUS_IO, "%s: cannot be read: %s", path, strerror(errno));
            break;
        }
    }
    fclose(file);
    if (status == STATUS_OK) status = text_status(content, error);
    return status;
}

static enum status write_all(int descriptor, const char *bytes, size_t length, const char *path,
                             struct error *error)
{
    while (length > 0) {
        ssize_t wrote = write(descriptor, bytes, length);
        if (wrote < 0) {
            if (errno == EINTR) continue;
            return error_set(error, STATUS_IO, "%s: cannot be written: %s", path, strerror(errno));
        }
        bytes += wrote;
        length -= (size_t)wrote;
    }
    return STATUS_OK;
}

/* A rename is durable only when the folder that holds the name is synced too. */
static void sync_folder_of(const char *path)
{
    char folder[PATH_BYTES];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        snprintf(folder, sizeof folder, ".");
    else if (slash == folder)
        folder[1] = '\0';
    else
        *slash = '\0';
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    fsync(descriptor);
    close(descriptor);
}

enum status file_write(const char *path, const void *bytes, size_t length, struct error *error)
{
    char temporary[PATH_BYTES];
    int needed = snprintf(temporary, sizeof temporary, "%s.tmp-%ld", path, (long)getpid());
    if (needed < 0 || (size_t)needed >= sizeof temporary)
        return error_set(error, STATUS_BAD_INPUT, "%s: the path is too long", path);
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return error_set(error, STATUS_IO, "%s: cannot be created: %s", temporary, strerror(errno));
    enum status status = write_all(descriptor, bytes, length, temporary, error);
    if (status == STATUS_OK && fsync(descriptor) != 0)
        status = error_set(error, STATUS_IO, "%s: cannot be synced: %s", temporary, strerror(errno));
    if (close(descriptor) != 0 && status == STATUS_OK)
        status = error_set(error, STATUS_IO, "%s: cannot be closed: %s", temporary, strerror(errno));
    if (status == STATUS_OK && rename(temporary, path) != 0)
        status = error_set(error, STATUS_IO, "%s: cannot be replaced: %s", path, strerror(errno));
    if (status != STATUS_OK) {
        unlink(temporary);
        return status;
    }
    sync_folder_of(path);
    return STATUS_OK;
}

enum status file_make_directories(const char *path, struct error *error)
{
    char partial[PATH_BYTES];
    if (strlen(path) >= sizeof partial)
        return error_set(error, STATUS_BAD_INPUT, "%s: the path is too long", path);
    snprintf(partial, sizeof partial, "%s", path);
    for (char *c = partial + 1;; c++) {
        if (*c != '/' && *c != '\0') continue;
        char held = *c;
        *c = '\0';
        if (mkdir(partial, 0777) != 0 && errno != EEXIST)
            return error_set(error, STATUS_IO, "%s: cannot be made: %s", partial, strerror(errno));
        if (held == '\0') break;
        *c = held;
    }
    if (!file_is_directory(path)) return error_set(error, STATUS_IO, "%s: is not a folder", path);
    return STATUS_OK;
}

enum status file_join(const char *folder, const char *name, char *path, size_t size, struct error *error)
{
    int needed;
    if (name[0] == '/' || folder[0] == '\0')
        needed = snprintf(path, size, "%s", name);
    else
        needed = snprintf(path, size, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
    if (needed < 0 || (size_t)needed >= size)
        return error_set(error, STATUS_BAD_INPUT, "%s: the path is too long", name);
    return STATUS_OK;
}
