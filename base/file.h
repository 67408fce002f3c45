/* file.h - whole files: read at once, written so that a crash leaves the old file or the new one, never a
 * half. */
#ifndef FTBENCH_BASE_FILE_H
#define FTBENCH_BASE_FILE_H

#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Open a file for reading; the caller closes the descriptor. Refused with STATUS_IO, and never waited for:
 * what is no regular file (a folder, a device, a pipe), because it may have no end, and what cannot be
 * opened. */
enum status file_open(const char *path, int *descriptor, struct error *error);

/* Read what is there, at most `size` bytes; *got is 0 at the file's end. `path` is for the text. */
enum status file_read_some(int descriptor, void *bytes, size_t size, size_t *got, const char *path,
                           struct error *error);

/* Append the content of the file at `path` to `content` (which the caller frees). Refuses what file_open
 * refuses, and a file larger than `limit` bytes (0: no limit). */
enum status file_read(const char *path, size_t limit, struct text *content, struct error *error);

/* The same of what is left to read of an open file, which may be a pipe; `path` is for the text. */
enum status file_read_from(int descriptor, const char *path, size_t limit, struct text *content,
                           struct error *error);

/* Put the finished file `temporary`, which lies in the same folder, in the place of `path`: synced, renamed,
 * the folder synced. It is left where it is on failure. */
enum status file_publish(const char *temporary, const char *path, struct error *error);

/* Write `length` bytes to `path`: to a temporary name beside it, synced, renamed over it, folder synced. */
enum status file_write(const char *path, const void *bytes, size_t length, struct error *error);

/* The same of a text, as FOLDER/NAME; one that found no memory is refused. */
enum status file_write_text(const char *folder, const char *name, const struct text *text,
                            struct error *error);

/* The same piece by piece, for what is too large to hold: open, add..., and commit or discard. Until the
 * commit `path` is as it was. A stream of zeros, and one that was committed or discarded, may be discarded.
 */
enum { FILE_PATH_BYTES = 4096 };
struct file_stream {
    bool open;
    int descriptor;
    char path[FILE_PATH_BYTES], temporary[FILE_PATH_BYTES]; /* PATH.tmp-PID */
};
enum status file_stream_open(const char *path, struct file_stream *stream, struct error *error);
enum status file_stream_add(struct file_stream *stream, const void *bytes, size_t length,
                            struct error *error);
/* Sync, rename, sync the folder. On failure the temporary file is removed, and the stream is closed. */
enum status file_stream_commit(struct file_stream *stream, struct error *error);
void file_stream_discard(struct file_stream *stream);

/* Read exactly `length` bytes from an open file. `path` is for the text. STATUS_BAD_INPUT at the file's end.
 */
enum status file_read_exactly(int descriptor, void *bytes, size_t length, const char *path,
                              struct error *error);

bool file_exists(const char *path); /* anything of that name */
bool file_is_directory(const char *path);
bool file_is_broken_link(const char *path); /* a symbolic link to nothing */

/* Make a folder and those above it (mode 0777 less the umask); one that exists is fine. */
enum status file_make_directories(const char *path, struct error *error);
/* The same of the folder in which the file `path` is to be. */
enum status file_make_folder_of(const char *path, struct error *error);

/* The folder in which the file `path` lies, by its text alone: "a/b" -> "a", "/b" -> "/", "b" -> ".". */
void file_folder_of(const char *path, char folder[FILE_PATH_BYTES]);

/* folder + "/" + name into `path` of `size` bytes; an absolute `name` is taken as it is. STATUS_BAD_INPUT
 * when it does not fit. */
enum status file_join(const char *folder, const char *name, char *path, size_t size, struct error *error);

#endif
