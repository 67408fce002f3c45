#include "harness/run/checkpoints.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ENDING ".ckpt"

/* Of files that were being written when their writer was killed (base/file.h). */
#define TEMPORARY ENDING ".tmp-"

static void clear(const char *folder)
{
    DIR *listing = opendir(folder);
    if (listing == NULL) return;
    for (const struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        char path[SPEC_PATH_BYTES];
        if (strstr(entry->d_name, TEMPORARY) == NULL) continue;
        if (file_join(folder, entry->d_name, path, sizeof path, NULL) == STATUS_OK) unlink(path);
    }
    closedir(listing);
}

enum status checkpoints_open(const char *folder, struct error *error)
{
    TRY(file_make_directories(folder, error));
    clear(folder);
    return STATUS_OK;
}

void checkpoints_close(const char *folder)
{
    clear(folder);
    rmdir(folder); /* refuses one that holds something */
}

enum status checkpoints_path(const char *folder, const char *run_id, char path[SPEC_PATH_BYTES],
                             struct error *error)
{
    char name[RUN_ID_BYTES + sizeof ENDING];
    snprintf(name, sizeof name, "%s" ENDING, run_id);
    return file_join(folder, name, path, SPEC_PATH_BYTES, error);
}

static bool is_planned(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->run_count; i++) {
        const char *id = plan->runs[i].id;
        if (strncmp(name, id, strlen(id)) == 0 && strcmp(name + strlen(id), ENDING) == 0) return true;
    }
    return false;
}

long checkpoints_strangers(const char *folder, const struct plan *plan, char stranger[RUN_ID_BYTES])
{
    long count = 0;
    DIR *listing = opendir(folder);
    if (listing == NULL) return 0;
    for (const struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        size_t length = strlen(entry->d_name), ending = strlen(ENDING);
        if (length != RUN_ID_BYTES - 1 + ending || strcmp(entry->d_name + length - ending, ENDING) != 0 ||
            is_planned(plan, entry->d_name))
            continue;
        if (count++ == 0) snprintf(stranger, RUN_ID_BYTES, "%.*s", RUN_ID_BYTES - 1, entry->d_name);
    }
    closedir(listing);
    return count;
}

void checkpoints_forget(const char *folder, const char *run_id)
{
    char path[SPEC_PATH_BYTES];
    if (checkpoints_path(folder, run_id, path, NULL) == STATUS_OK) unlink(path);
}

enum status checkpoints_set_aside(const char *path, struct error *error)
{
    char aside[SPEC_PATH_BYTES + sizeof ".refused"];
    snprintf(aside, sizeof aside, "%s.refused", path);
    if (rename(path, aside) == 0) return STATUS_OK;
    return error_set(error, STATUS_IO, "%s: cannot be renamed to %s: %s", path, aside, strerror(errno));
}
