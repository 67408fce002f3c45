#include "harness/program.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char trainer_name[] = "ftbench-trainer";

static bool is_program(const char *path)
{
    return !file_is_directory(path) && access(path, X_OK) == 0;
}

static bool find_in_path(const char *name, char path[SPEC_PATH_BYTES])
{
    const char *folders = getenv("PATH");
    for (const char *folder = folders; folder != NULL && *folder != '\0';) {
        size_t length = strcspn(folder, ":");
        int needed = snprintf(path, SPEC_PATH_BYTES, "%.*s/%s", (int)length, folder, name);
        if (length > 0 && needed < SPEC_PATH_BYTES && is_program(path)) return true;
        folder += length;
        if (*folder == ':') folder++;
    }
    return false;
}

static bool find_beside(char path[SPEC_PATH_BYTES])
{
    char self[SPEC_PATH_BYTES];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0) return false;
    self[length] = '\0';
    char *slash = strrchr(self, '/');
    if (slash == NULL) return false;
    *slash = '\0';
    return file_join(self, trainer_name, path, SPEC_PATH_BYTES, NULL) == STATUS_OK && is_program(path);
}

static enum status take_named(const char *name, const char *where, char path[SPEC_PATH_BYTES],
                              struct error *error)
{
    if (strchr(name, '/') == NULL) {
        if (find_in_path(name, path)) return STATUS_OK;
        return error_set(error, STATUS_USAGE, "%s: there is no program '%s' in PATH", where, name);
    }
    if (!is_program(name))
        return error_set(error, STATUS_USAGE, "%s: %s %s", where, name,
                         file_exists(name) ? "is not a program that may be run" : "does not exist");
    return file_join("", name, path, SPEC_PATH_BYTES, error);
}

enum status program_find_trainer(const char *configured, char path[SPEC_PATH_BYTES], struct error *error)
{
    const char *environment = getenv("FTBENCH_TRAINER");
    if (configured[0] != '\0') return take_named(configured, "[run] trainer", path, error);
    if (environment != NULL && environment[0] != '\0')
        return take_named(environment, "FTBENCH_TRAINER", path, error);
    if (find_beside(path) || find_in_path(trainer_name, path)) return STATUS_OK;
    return error_set(error, STATUS_USAGE,
                     "%s is neither beside ftbench nor in PATH; name it by [run] trainer or FTBENCH_TRAINER",
                     trainer_name);
}
