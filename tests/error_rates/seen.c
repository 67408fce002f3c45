#include "seen.h"

#include "base/memory.h"
#include "json_file.h"

#include <stdlib.h>
#include <string.h>

static struct json_object *member(struct json_object *object, const char *name)
{
    struct json_object *value = NULL;
    json_object_object_get_ex(object, name, &value);
    return value;
}

static int whole(struct json_object *object, const char *name)
{
    struct json_object *value = member(object, name);
    return json_object_is_type(value, json_type_int) ? json_object_get_int(value) : -1;
}

static enum status read_word(struct json_object *object, const char *name, const char *path, int *word,
                             struct error *error)
{
    static const char *const words[WORDS] = {"stable", "unstable", "undetermined"};
    struct json_object *value = member(object, name);
    const char *text = value == NULL ? "nothing" : json_object_get_string(value);
    for (*word = 0; *word < WORDS; ++*word) {
        if (strcmp(text, words[*word]) == 0) return STATUS_OK;
    }
    return error_set(error, STATUS_BAD_INPUT, "%s: %s is \"%s\", no verdict", path, name, text);
}

static enum status count_words(struct json_object *setting, const char *path, struct seen *seen,
                               struct error *error)
{
    struct json_object *calibrated = member(setting, "calibrated");
    int word;
    if (seen->least < seen->most) {
        TRY(read_word(calibrated, "verdict", path, &word, error));
        seen->count[RULE_SEQUENTIAL][word]++;
        return STATUS_OK;
    }
    TRY(read_word(calibrated, "verdict", path, &word, error));
    seen->count[RULE_SD][word]++;
    TRY(read_word(calibrated, "by_range", path, &word, error));
    seen->count[RULE_SPREAD][word]++;
    TRY(read_word(setting, "verdict", path, &word, error));
    seen->count[RULE_RECIPE][word]++;
    return STATUS_OK;
}

/* Every run finished, and those that are missing are the ones that the sequential test spared. */
static enum status add_setting(struct json_object *setting, const char *path, struct seen *seen,
                               struct error *error)
{
    int n = whole(setting, "n"), saved = whole(member(setting, "calibrated"), "saved");
    bool numbers = json_object_is_type(member(setting, "mean"), json_type_double) &&
                   json_object_is_type(member(setting, "variance"), json_type_double);
    if (!numbers || n < seen->least || n + saved != seen->most || whole(setting, "failed") != 0)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: setting %d has %d runs and %d saved, not %d to %d that all finished", path,
                         seen->experiments + 1, n, saved, seen->least, seen->most);
    double *means = memory_resize(seen->means, (size_t)seen->experiments + 1, sizeof *means);
    if (means == NULL) return error_no_memory(error, 0);
    seen->means = means;
    means[seen->experiments++] = json_object_get_double(member(setting, "mean"));
    seen->runs += n;
    seen->runs_squares += (double)n * n;
    seen->squares += (n - 1) * json_object_get_double(member(setting, "variance"));
    return count_words(setting, path, seen, error);
}

static enum status add_settings(struct json_object *root, const char *path, struct seen *seen,
                                struct error *error)
{
    struct json_object *settings = member(root, "settings");
    if (!json_object_is_type(settings, json_type_array) || json_object_array_length(settings) == 0)
        return error_set(error, STATUS_BAD_INPUT, "%s: no summary of an experiment", path);
    for (size_t i = 0; i < json_object_array_length(settings); i++)
        TRY(add_setting(json_object_array_get_idx(settings, i), path, seen, error));
    return STATUS_OK;
}

enum status seen_add(const char *path, struct seen *seen, struct error *error)
{
    struct json_object *root;
    TRY(json_file_read(path, &root, error));
    enum status status = add_settings(root, path, seen, error);
    json_object_put(root);
    return status;
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

enum status seen_check_independent(struct seen *seen, struct error *error)
{
    qsort(seen->means, (size_t)seen->experiments, sizeof *seen->means, compare);
    for (int i = 1; i < seen->experiments; i++) {
        if (!(seen->means[i] > seen->means[i - 1]))
            return error_set(error, STATUS_BAD_INPUT, "two experiments of %d..%d runs have the mean %.17g",
                             seen->least, seen->most, seen->means[i]);
    }
    return STATUS_OK;
}

void seen_free(struct seen *seen)
{
    memory_free(seen->means);
    *seen = (struct seen){0};
}
