#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

bool file_is_broken_link(const char *path)
{
    struct stat info;
    return stat(path, &info) != 0 && lstat(path, &info) == 0;
}

/* O_NONBLOCK: a pipe that nobody writes to would otherwise hold us in open. */
enum status file_open(const char *path, int *descriptor, struct error *error)
{
    struct stat info;
    *descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*descriptor < 0)
        return error_set(error, STATUS_IO, "%s: cannot be opened: %s", path, strerror(errno));
    enum status status = STATUS_OK;
    if (fstat(*descriptor, &info) != 0)
        status = error_set(error, STATUS_IO, "%s: cannot be looked at: %s", path, strerror(errno));
    else if (S_ISDIR(info.st_mode))
        status = error_set(error, STATUS_IO, "%s: is a folder, a file is needed", path);
    else if (!S_ISREG(info.st_mode))
        status = error_set(error, STATUS_IO, "%s: is a %s, a regular file is needed", path,
                           S_ISFIFO(info.st_mode) ? "pipe" : "device");
    if (status == STATUS_OK) return STATUS_OK;
    close(*descriptor);
    *descriptor = -1;
    return status;
}

enum status file_read_some(int descriptor, void *bytes, size_t size, size_t *got, const char *path,
                           struct error *error)
{
    ssize_t count;
    do {
        count = read(descriptor, bytes, size);
    } while (count < 0 && errno == EINTR);
    *got = count < 0 ? 0 : (size_t)count;
    return count < 0 ? error_set(error, STATUS_IO, "%s: cannot be read: %s", path, strerror(errno))
                     : STATUS_OK;
}

enum status file_read_from(int descriptor, const char *path, size_t limit, struct text *content,
                           struct error *error)
{
    char chunk[65536];
    size_t total = 0, got;
    do {
        TRY(file_read_some(descriptor, chunk, sizeof chunk, &got, path, error));
        total += got;
        if (limit != 0 && total > limit)
            return error_set(error, STATUS_BAD_INPUT, "%s: larger than the limit of %zu bytes", path, limit);
        text_add_bytes(content, chunk, got);
    } while (got > 0);
    return text_status(content, error);
}

enum status file_read(const char *path, size_t limit, struct text *content, struct error *error)
{
    int descriptor;
    TRY(file_open(path, &descriptor, error));
    enum status status = file_read_from(descriptor, path, limit, content, error);
    close(descriptor);
    return status;
}

void file_folder_of(const char *path, char folder[FILE_PATH_BYTES])
{
    snprintf(folder, FILE_PATH_BYTES, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        snprintf(folder, FILE_PATH_BYTES, ".");
    else if (slash == folder)
        folder[1] = '\0';
    else
        *slash = '\0';
}

/* A rename is durable only when the folder that holds the name is synced too. */
static void sync_folder_of(const char *path)
{
    char folder[FILE_PATH_BYTES];
    file_folder_of(path, folder);
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    fsync(descriptor);
    close(descriptor);
}

enum status file_publish(const char *temporary, const char *path, struct error *error)
{
    int descriptor = open(temporary, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return error_set(error, STATUS_IO, "%s: cannot be opened: %s", temporary, strerror(errno));
    enum status status = STATUS_OK;
    if (fsync(descriptor) != 0)
        status = error_set(error, STATUS_IO, "%s: cannot be synced: %s", temporary, strerror(errno));
    close(descriptor);
    if (status == STATUS_OK && rename(temporary, path) != 0)
        status = error_set(error, STATUS_IO, "%s: cannot be replaced: %s", path, strerror(errno));
    if (status == STATUS_OK) sync_folder_of(path);
    return status;
}

enum status file_stream_open(const char *path, struct file_stream *stream, struct error *error)
{
    stream->open = false;
    int needed = snprintf(stream->temporary, sizeof stream->temporary, "%s.tmp-%ld", path, (long)getpid());
    if (needed < 0 || (size_t)needed >= sizeof stream->temporary)
        return error_set(error, STATUS_BAD_INPUT, "%s: the path is too long", path);
    snprintf(stream->path, sizeof stream->path, "%s", path);
    stream->descriptor = open(stream->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (stream->descriptor < 0)
        return error_set(error, STATUS_IO, "%s: cannot be created: %s", stream->path, strerror(errno));
    stream->open = true;
    return STATUS_OK;
}

enum status file_stream_add(struct file_stream *stream, const void *bytes, size_t length, struct error *error)
{
    const char *next = bytes;
    while (length > 0) {
        ssize_t wrote = write(stream->descriptor, next, length);
        if (wrote < 0) {
            if (errno == EINTR) continue;
            return error_set(error, STATUS_IO, "%s: cannot be written: %s", stream->path, strerror(errno));
        }
        next += wrote;
        length -= (size_t)wrote;
    }
    return STATUS_OK;
}

enum status file_stream_commit(struct file_stream *stream, struct error *error)
{
    enum status status = STATUS_OK;
    if (fsync(stream->descriptor) != 0)
        status = error_set(error, STATUS_IO, "%s: cannot be synced: %s", stream->path, strerror(errno));
    if (close(stream->descriptor) != 0 && status == STATUS_OK)
        status = error_set(error, STATUS_IO, "%s: cannot be closed: %s", stream->path, strerror(errno));
    stream->open = false;
    if (status == STATUS_OK && rename(stream->temporary, stream->path) != 0)
        status = error_set(error, STATUS_IO, "%s: cannot be replaced: %s", stream->path, strerror(errno));
    if (status != STATUS_OK) {
        unlink(stream->temporary);
        return status;
    }
    sync_folder_of(stream->path);
    return STATUS_OK;
}

void file_stream_discard(struct file_stream *stream)
{
    if (!stream->open) return;
    close(stream->descriptor);
    unlink(stream->temporary);
    stream->open = false;
}

enum status file_write(const char *path, const void *bytes, size_t length, struct error *error)
{
    struct file_stream stream;
    TRY(file_stream_open(path, &stream, error));
    enum status status = file_stream_add(&stream, bytes, length, error);
    if (status == STATUS_OK) status = file_stream_commit(&stream, error);
    file_stream_discard(&stream);
    return status;
}

enum status file_write_text(const char *folder, const char *name, const struct text *text,
                            struct error *error)
{
    char path[FILE_PATH_BYTES];
    TRY(text_status(text, error));
    TRY(file_join(folder, name, path, sizeof path, error));
    return file_write(path, text_string(text), text->length, error);
}

enum status file_read_exactly(int descriptor, void *bytes, size_t length, const char *path,
                              struct error *error)
{
    char *next = bytes;
    while (length > 0) {
        size_t got;
        TRY(file_read_some(descriptor, next, length, &got, path, error));
        if (got == 0) return error_set(error, STATUS_BAD_INPUT, "%s: ends too early", path);
        next += got;
        length -= got;
    }
    return STATUS_OK;
}

enum status file_make_directories(const char *path, struct error *error)
{
    char partial[FILE_PATH_BYTES];
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

enum status file_make_folder_of(const char *path, struct error *error)
{
    char folder[FILE_PATH_BYTES];
    int needed = snprintf(folder, sizeof folder, "%s", path);
    if (needed < 0 || (size_t)needed >= sizeof folder)
        return error_set(error, STATUS_BAD_INPUT, "%s: the path is too long", path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL || slash == folder) return STATUS_OK;
    *slash = '\0';
    return file_make_directories(folder, error);
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
