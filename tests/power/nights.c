#include "nights.h"

#include "base/memory.h"
#include "tests/error_rates/json_file.h"
#include "tests/error_rates/promise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double number(struct json_object *object, const char *name)
{
    struct json_object *value = NULL;
    json_object_object_get_ex(object, name, &value);
    return value == NULL ? NAN : json_object_get_double(value);
}

static const char *word(struct json_object *object, const char *name)
{
    struct json_object *value = NULL;
    json_object_object_get_ex(object, name, &value);
    return value == NULL ? "" : json_object_get_string(value);
}

/* The exact lane has its say in `bits`, which --lenient lets pass or not by the mean. */
static void count_item(struct json_object *item, struct nights *nights)
{
    const char *answer = word(item, "answer");
    if (strcmp(word(item, "subject"), "spread") == 0) nights->spread += strcmp(answer, "regression") == 0;
    if (strcmp(word(item, "subject"), "mean") != 0) return;
    nights->worse += strcmp(answer, "regression") == 0;
    nights->within += strcmp(answer, "passed") == 0;
    nights->undecided += strcmp(answer, "inconclusive") == 0;
}

static enum status add_setting(struct json_object *setting, const char *path, struct nights *nights,
                               struct error *error)
{
    double pairs = strcmp(nights->basis, "pairs") == 0 ? nights->n : 0, sd = number(setting, "sd");
    if (!(fabs(number(setting, "n") - nights->n) < 0.5 && fabs(number(setting, "base_n") - nights->n) < 0.5 &&
          fabs(number(setting, "pairs") - pairs) < 0.5 && sd > 0))
        return error_set(error, STATUS_BAD_INPUT, "%s: not %d runs on either side, by %s", path, nights->n,
                         nights->basis);
    double *differences =
        memory_resize(nights->differences, (size_t)nights->count + 1, sizeof *nights->differences);
    if (differences == NULL) return error_no_memory(error, 0);
    nights->differences = differences;
    differences[nights->count++] = number(setting, "difference");
    nights->squares += (nights->n - 1) * sd * sd;
    return STATUS_OK;
}

static enum status add(struct json_object *root, const char *path, struct nights *nights, struct error *error)
{
    struct json_object *settings = NULL, *items = NULL;
    json_object_object_get_ex(root, "settings", &settings);
    json_object_object_get_ex(root, "items", &items);
    if (!json_object_is_type(items, json_type_array) || !json_object_is_type(settings, json_type_array) ||
        json_object_array_length(settings) != 1)
        return error_set(error, STATUS_BAD_INPUT, "%s: no check of one setting", path);
    TRY(add_setting(json_object_array_get_idx(settings, 0), path, nights, error));
    for (size_t i = 0; i < json_object_array_length(items); i++)
        count_item(json_object_array_get_idx(items, i), nights);
    nights->alarms += fabs(number(root, "exit_code") - 1) < 0.5;
    if (nights->worse + nights->within + nights->undecided == nights->count) return STATUS_OK;
    return error_set(error, STATUS_BAD_INPUT, "%s: nothing is said of the mean", path);
}

enum status nights_add(const char *path, struct nights *nights, struct error *error)
{
    struct json_object *root;
    TRY(json_file_read(path, &root, error));
    enum status status = add(root, path, nights, error);
    json_object_put(root);
    return status;
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

enum status nights_check(const struct nights *nights, struct error *error)
{
    double freedom = (nights->n - 1.0) * nights->count, least, most;
    double squares = nights->squares * 1e4 / (nights->sd * nights->sd);
    qsort(nights->differences, (size_t)nights->count, sizeof *nights->differences, compare);
    for (int i = 1; i < nights->count; i++) {
        if (!(nights->differences[i] > nights->differences[i - 1]))
            return error_set(error, STATUS_BAD_INPUT, "two nights of %d runs have the difference %.17g",
                             nights->n, nights->differences[i]);
    }
    promise_squares(freedom, &least, &most);
    if (squares >= least && squares <= most) return STATUS_OK;
    return error_set(error, STATUS_BAD_INPUT, "%d runs a night: their SD is %.4f points, not %g", nights->n,
                     nights->sd * sqrt(squares / freedom), nights->sd);
}

void nights_free(struct nights *nights)
{
    memory_free(nights->differences);
    *nights = (struct nights){0};
}
