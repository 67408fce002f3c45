#include "harness/check/export_places.h"

#include "base/file.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What ftbench keeps in a folder of results. SQLite's own files beside the store are part of it. */
static const char *const kept[] = {
    "ftbench.sqlite", "ftbench.sqlite-wal", "ftbench.sqlite-shm", "ftbench.sqlite-journal",
    "ftbench.lock",   "check.json",         "summary.json",       "report.md",
    "runs.csv",       "timings.csv"};

static bool same_node(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* The same name in the same folder: of files of which one at least is not there. */
static bool same_name(const char *one, const char *other)
{
    char folder[FILE_PATH_BYTES];
    struct stat first, second;
    if (strcmp(name_of(one), name_of(other)) != 0) return false;
    file_folder_of(one, folder);
    if (stat(folder, &first) != 0) return false;
    file_folder_of(other, folder);
    return stat(folder, &second) == 0 && same_node(&first, &second);
}

bool export_places_same(const char *one, const char *other)
{
    struct stat first, second;
    if (strcmp(one, other) == 0 || same_name(one, other)) return true;
    return stat(one, &first) == 0 && stat(other, &second) == 0 && same_node(&first, &second);
}

static enum status check_kept(const struct export_place *place, const char *folder, struct error *error)
{
    char path[FILE_PATH_BYTES];
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        TRY(file_join(folder, kept[i], path, sizeof path, error));
        if (export_places_same(place->path, path))
            return error_set(error, STATUS_USAGE,
                             "check: %s: %s is %s, which ftbench keeps for itself; name another file",
                             place->asked, place->path, path);
    }
    return STATUS_OK;
}

/* A history, another baseline: nobody means to lose that. */
static bool is_database(const char *path)
{
    static const char head[] = "SQLite format 3"; /* and its NUL */
    char bytes[sizeof head];
    int descriptor;
    if (file_open(path, &descriptor, NULL) != STATUS_OK) return false;
    const bool read = file_read_exactly(descriptor, bytes, sizeof bytes, path, NULL) == STATUS_OK;
    close(descriptor);
    return read && memcmp(bytes, head, sizeof head) == 0;
}

/* What is written anew takes the place of what was there, so that must be a file; and not the one to which
 * the verdict is printed. */
static enum status check_kind(const struct export_place *place, struct error *error)
{
    struct stat there, output;
    if (stat(place->path, &there) != 0) return STATUS_OK;
    if (S_ISDIR(there.st_mode))
        return error_set(error, STATUS_USAGE, "check: %s: %s is a folder; the name of a file is needed",
                         place->asked, place->path);
    if (!S_ISREG(there.st_mode))
        return error_set(error, STATUS_USAGE,
                         "check: %s: %s is a device or a pipe; the name of a file is needed", place->asked,
                         place->path);
    for (int i = STDOUT_FILENO; i <= STDERR_FILENO; i++) {
        if (fstat(i, &output) == 0 && same_node(&there, &output))
            return error_set(error, STATUS_USAGE,
                             "check: %s: %s is where standard %s goes; name another file", place->asked,
                             place->path, i == STDOUT_FILENO ? "output" : "error");
    }
    return STATUS_OK;
}

static enum status check_place(const struct export_place *place, const char *folder, const char *baseline,
                               struct error *error)
{
    TRY(check_kept(place, folder, error));
    if (baseline != NULL && export_places_same(place->path, baseline))
        return error_set(error, STATUS_USAGE, "check: %s: %s is the baseline; name another file",
                         place->asked, place->path);
    if (is_database(place->path))
        return error_set(error, STATUS_USAGE,
                         "check: %s: %s is a database, whose place nothing takes; name another file",
                         place->asked, place->path);
    return place->appended ? STATUS_OK : check_kind(place, error);
}

enum status export_places_check(const struct export_place *places, size_t count, const char *folder,
                                const char *baseline, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (places[i].path == NULL) continue;
        TRY(check_place(&places[i], folder, baseline, error));
        for (size_t j = 0; j < i; j++) {
            if (places[j].path != NULL && export_places_same(places[i].path, places[j].path))
                return error_set(error, STATUS_USAGE,
                                 "check: %s and %s name the same file, %s; each needs one of its own",
                                 places[j].asked, places[i].asked, places[i].path);
        }
    }
    return STATUS_OK;
}
