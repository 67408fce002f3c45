#include "harness/check/baseline.h"

#include "base/file.h"
#include "base/memory.h"
#include "harness/sequence.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char ending[] = ".sqlite";

enum { LONGEST_NAME = 64 };

static bool ends_as_file(const char *name)
{
    const size_t length = strlen(name), tail = sizeof ending - 1;
    return length >= tail && strcmp(name + length - tail, ending) == 0;
}

static bool is_path(const char *name)
{
    return strchr(name, '/') != NULL || ends_as_file(name);
}

static bool is_name(const char *name)
{
    static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t length = strlen(name);
    if (length == 0 || length > LONGEST_NAME || strchr(first, name[0]) == NULL) return false;
    for (size_t i = 1; i < length; i++) {
        if (strchr(first, name[i]) == NULL && strchr("._-", name[i]) == NULL) return false;
    }
    return true;
}

const char *baseline_folder(const char *asked)
{
    const char *environment = getenv("FTBENCH_BASELINES");
    if (asked != NULL) return asked;
    return environment != NULL && environment[0] != '\0' ? environment : "baselines";
}

/* "a/b" -> "a/b.sqlite", "b/" -> "b.sqlite", and where there is no name, one. */
static void suggest_path(const char *name, char path[SPEC_PATH_BYTES])
{
    size_t length = strlen(name);
    while (length > 0 && name[length - 1] == '/')
        length--;
    size_t start = length;
    while (start > 0 && name[start - 1] != '/')
        start--;
    const bool named = length > start && name[start] != '.';
    snprintf(path, SPEC_PATH_BYTES, "%.*s%s", (int)(named ? length : start), name, named ? "" : "NAME");
    if (!ends_as_file(path)) strcat(path, ending);
}

/* A path ends as the files of all baselines do, so that what is saved is found again by its name, and what is
 * no baseline is not replaced by one. */
static enum status take_path(const char *name, char path[SPEC_PATH_BYTES], struct error *error)
{
    const char *slash = strrchr(name, '/'), *file = slash == NULL ? name : slash + 1;
    char suggestion[SPEC_PATH_BYTES];
    if (strlen(name) >= SPEC_PATH_BYTES - sizeof "NAME.sqlite")
        return error_set(error, STATUS_USAGE, "the path of the baseline is too long");
    snprintf(path, SPEC_PATH_BYTES, "%s", name);
    if (ends_as_file(file) && strcmp(file, ending) != 0) return STATUS_OK;
    suggest_path(name, suggestion);
    return error_set(
        error, STATUS_USAGE,
        "'%s' is no baseline: a name has no '/', and the path of a file ends with %s, such as %s", name,
        ending, suggestion);
}

enum status baseline_path(const char *folder, const char *name, char path[SPEC_PATH_BYTES],
                          struct error *error)
{
    char file[LONGEST_NAME + sizeof ending];
    if (is_path(name)) return take_path(name, path, error);
    if (!is_name(name))
        return error_set(
            error, STATUS_USAGE,
            "'%s' is no name of a baseline: 1 to %d letters, digits, '.', '_' and '-', a letter or "
            "digit first; or the path of a file that ends with .sqlite",
            name, LONGEST_NAME);
    snprintf(file, sizeof file, "%s%s", name, ending);
    return file_join(folder, file, path, SPEC_PATH_BYTES, error);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names one after the other, as the folder had them, in order. */
static enum status sort_names(const struct text *found, size_t count, struct text *names, struct error *error)
{
    const char **sorted = memory_zeroed(count, sizeof *sorted);
    if (sorted == NULL) return error_no_memory(error, count * sizeof *sorted);
    const char *name = text_string(found);
    for (size_t i = 0; i < count; i++, name += strlen(name) + 1)
        sorted[i] = name;
    qsort(sorted, count, sizeof *sorted, compare_names);
    for (size_t i = 0; i < count; i++)
        text_add_bytes(names, sorted[i], strlen(sorted[i]) + 1);
    memory_free(sorted);
    return text_status(names, error);
}

enum status baseline_names(const char *folder, struct text *names, size_t *count, struct error *error)
{
    struct text found = {0};
    *count = 0;
    DIR *open = opendir(folder);
    if (open == NULL && errno == ENOENT) return STATUS_OK;
    if (open == NULL) return error_set(error, STATUS_IO, "%s: cannot be opened: %s", folder, strerror(errno));
    for (const struct dirent *entry = readdir(open); entry != NULL; entry = readdir(open)) {
        if (!ends_as_file(entry->d_name)) continue;
        size_t length = strlen(entry->d_name) - (sizeof ending - 1);
        if (length == 0) continue;
        text_add_bytes(&found, entry->d_name, length);
        text_add_bytes(&found, "", 1);
        (*count)++;
    }
    closedir(open);
    enum status status = text_status(&found, error);
    if (status == STATUS_OK) status = sort_names(&found, *count, names, error);
    text_free(&found);
    return status;
}

static enum status refuse_missing(const char *folder, const char *name, const char *path, struct error *error)
{
    struct text names = {0}, list = {0};
    size_t count = 0;
    if (is_path(name))
        return error_set(error, STATUS_BAD_INPUT,
                         "no baseline %s: there is no such file; make it with ftbench baseline save %s DIR",
                         path, path);
    enum status status = baseline_names(folder, &names, &count, error);
    const char *there = text_string(&names);
    for (size_t i = 0; i < count; i++, there += strlen(there) + 1)
        text_addf(&list, "%s%s", i == 0 ? "" : ", ", there);
    if (status == STATUS_OK) status = text_status(&list, error);
    if (status == STATUS_OK && count == 0)
        status =
            error_set(error, STATUS_BAD_INPUT,
                      "no baseline '%s': the folder %s has none; make one with ftbench baseline save %s DIR",
                      name, folder, name);
    else if (status == STATUS_OK)
        status = error_set(
            error, STATUS_BAD_INPUT,
            "no baseline '%s': the folder %s has %s; make a new one with ftbench baseline save %s DIR", name,
            folder, text_string(&list), name);
    text_free(&names);
    text_free(&list);
    return status;
}

enum status baseline_find(const char *folder, const char *name, char path[SPEC_PATH_BYTES],
                          struct error *error)
{
    TRY(baseline_path(folder, name, path, error));
    if (file_is_broken_link(path))
        return error_set(error, STATUS_BAD_INPUT,
                         "no baseline '%s': %s is a link that leads to no file; remove it or mend where it "
                         "leads",
                         name, path);
    if (!file_exists(path)) return refuse_missing(folder, name, path, error);
    if (!file_is_directory(path)) return STATUS_OK;
    return error_set(error, STATUS_BAD_INPUT, "%s: is a folder; a baseline is a file", path);
}

enum status baseline_open(const char *folder, const char *name, struct store **store,
                          struct store_origin *origin, struct error *error)
{
    char path[SPEC_PATH_BYTES];
    *store = NULL;
    TRY(baseline_find(folder, name, path, error));
    TRY(store_open_file(path, store, error));
    enum status status = store_load_origin(*store, origin, error);
    if (status == STATUS_OK) return STATUS_OK;
    store_close(*store);
    *store = NULL;
    return status;
}

static void say_time(char text[sizeof((struct store_origin *)NULL)->saved])
{
    struct tm parts = {0};
    const time_t now = time(NULL);
    gmtime_r(&now, &parts);
    strftime(text, sizeof((struct store_origin *)NULL)->saved, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

#define TAKE(field) snprintf(origin->field, sizeof origin->field, "%s", begin->field)

static void take_begin(const struct observed_begin *begin, struct store_origin *origin)
{
    if (origin->program[0] != '\0') return;
    TAKE(program);
    TAKE(commit);
    TAKE(backend);
    TAKE(isa);
    TAKE(cpu);
    TAKE(host);
    TAKE(compiler);
    TAKE(flags);
}

#undef TAKE

static enum status count_runs(struct store *store, const struct plan *plan, struct store_origin *origin,
                              int *pending, struct error *error)
{
    struct sequence *sequence = NULL;
    struct run_record record = {0};
    enum status status;
    TRY(sequence_read(plan, store, &sequence, error));
    *pending = 0;
    for (size_t i = 0; i < plan->run_count; i++) {
        bool not_needed = false;
        TRY_TO(done, store_load_run(store, plan->runs[i].id, &record, error));
        TRY_TO(done, sequence_run_not_needed(sequence, i, &not_needed, error));
        origin->done += record.outcome == RUN_DONE;
        *pending += record.outcome == RUN_PENDING && !not_needed;
        origin->failed += record.outcome != RUN_DONE && record.outcome != RUN_PENDING;
        if (record.has_begin) take_begin(&record.begin, origin);
        run_record_free(&record);
    }
    status = plan_numeric_version(plan, &origin->numeric_version, error);
done:
    run_record_free(&record);
    sequence_free(sequence);
    return status;
}

static enum status describe(struct store *store, const char *results, struct store_origin *origin,
                            struct error *error)
{
    struct plan plan = {0};
    int pending = 0;
    *origin = (struct store_origin){.writer = "ftbench " FTBENCH_VERSION};
    snprintf(origin->folder, sizeof origin->folder, "%s", results);
    say_time(origin->saved);
    TRY(store_load_plan(store, &plan, error));
    origin->settings = (int)plan.setting_count;
    enum status status = count_runs(store, &plan, origin, &pending, error);
    if (status == STATUS_OK && pending > 0)
        status =
            error_set(error, STATUS_USAGE,
                      "%s is not finished: %d of its %zu runs are not there yet; ftbench run goes on with "
                      "them, and then it can be a baseline",
                      results, pending, plan.run_count);
    if (status == STATUS_OK && origin->done == 0)
        status = error_set(error, STATUS_USAGE, "%s has no finished run, so it can be no baseline", results);
    plan_free(&plan);
    return status;
}

/* The path of a name that is not taken yet. */
static enum status find_free(const char *folder, const char *name, char path[SPEC_PATH_BYTES],
                             struct error *error)
{
    TRY(baseline_path(folder, name, path, error));
    if (!file_exists(path)) return STATUS_OK;
    if (file_is_directory(path))
        return error_set(error, STATUS_USAGE,
                         "%s: is a folder, and a baseline is a file; save it by another name", path);
    return error_set(
        error, STATUS_USAGE,
        "%s: there is a baseline of this name; ftbench baseline update puts another in its place", path);
}

enum status baseline_save(const char *folder, const char *name, const char *results, bool replace,
                          struct store_origin *origin, struct error *error)
{
    char path[SPEC_PATH_BYTES];
    struct store *store = NULL;
    TRY(replace ? baseline_find(folder, name, path, error) : find_free(folder, name, path, error));
    TRY(store_open(results, STORE_READ, &store, error));
    enum status status = describe(store, results, origin, error);
    if (status == STATUS_OK) status = file_make_folder_of(path, error);
    if (status == STATUS_OK) status = store_copy(store, path, origin, error);
    store_close(store);
    return status;
}
