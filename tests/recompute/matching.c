#include "matching.h"

#include "expected.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compared;

static void match(struct json_object *expected, struct json_object *found, const char *path);

static bool close_to(double expected, double found)
{
    return fabs(expected - found) <= 1e-9 * fabs(expected) + 1e-13;
}

static bool is_number(struct json_object *value)
{
    return json_object_is_type(value, json_type_double) || json_object_is_type(value, json_type_int);
}

static bool is_band(struct json_object *expected, struct json_object *found)
{
    return json_object_is_type(expected, json_type_array) && (is_number(found) || found == NULL);
}

/* "2e-5" and "2e-05" are the same; words are compared as words. */
static bool same_text(const char *a, const char *b)
{
    char *end_a, *end_b;
    double left = strtod(a, &end_a), right = strtod(b, &end_b);
    if (*a != '\0' && *b != '\0' && *end_a == '\0' && *end_b == '\0') return left == right;
    return strcmp(a, b) == 0;
}

static void match_objects(struct json_object *expected, struct json_object *found, const char *path)
{
    char below[512];
    json_object_object_foreach(found, name, value)
    {
        snprintf(below, sizeof below, "%s.%s", path, name);
        struct json_object *own = NULL;
        if (strcmp(below, "summary.recommendation.advice") == 0) continue; /* expected_check_advice */
        if (!json_object_object_get_ex(expected, name, &own)) fail("%s is recomputed by nothing", below);
        if (is_band(own, value)) {
            double low = json_object_get_double(json_object_array_get_idx(own, 0));
            double high = json_object_get_double(json_object_array_get_idx(own, 1));
            double seen = value == NULL ? (double)NAN : json_object_get_double(value);
            if (!(seen >= low - 1e-12 && seen <= high + 1e-12))
                fail("%s is %.17g, but draws of our own say %.9g .. %.9g", below, seen, low, high);
            json_object_object_add(expected, name, json_object_new_double(seen));
            compared++;
        } else {
            match(own, value, below);
        }
    }
    json_object_object_foreach(expected, other, unused)
    {
        (void)unused;
        if (!json_object_object_get_ex(found, other, NULL)) fail("%s has no member %s", path, other);
    }
}

static void match(struct json_object *expected, struct json_object *found, const char *path)
{
    char below[512];
    if (expected == NULL || found == NULL) {
        if (expected != found)
            fail("%s is %s, recomputed %s", path, json_object_to_json_string(found),
                 json_object_to_json_string(expected));
    } else if (is_number(found) && is_number(expected)) {
        double own = json_object_get_double(expected), value = json_object_get_double(found);
        if (!close_to(own, value)) fail("%s is %.17g, recomputed %.17g", path, value, own);
        compared++;
    } else if (json_object_get_type(expected) != json_object_get_type(found)) {
        fail("%s is %s, recomputed %s", path, json_object_to_json_string(found),
             json_object_to_json_string(expected));
    } else if (json_object_is_type(found, json_type_object)) {
        match_objects(expected, found, path);
    } else if (json_object_is_type(found, json_type_array)) {
        if (json_object_array_length(expected) != json_object_array_length(found))
            fail("%s has another length", path);
        for (size_t i = 0; i < json_object_array_length(found); i++) {
            snprintf(below, sizeof below, "%s[%zu]", path, i);
            match(json_object_array_get_idx(expected, i), json_object_array_get_idx(found, i), below);
        }
    } else if (!same_text(json_object_get_string(expected), json_object_get_string(found))) {
        fail("%s is \"%s\", recomputed \"%s\"", path, json_object_get_string(found),
             json_object_get_string(expected));
    }
}

int match_summary(struct json_object *expected, struct json_object *found)
{
    compared = 0;
    match(expected, found, "summary");
    return compared;
}

/* The next field of a line; quoted ones without their quotes. */
static char *field(char **rest)
{
    char *start = *rest, *to = start, *from = start;
    bool quoted = *from == '"';
    from += quoted;
    for (; *from != '\0' && *from != '\n' && (quoted || *from != ','); from++) {
        if (*from == '"' && from[1] == '"')
            from++;
        else if (*from == '"') {
            from++;
            break;
        }
        *to++ = *from;
    }
    *rest = from + (*from == ',');
    *to = '\0';
    return start;
}

static const char *member_of(const char *column)
{
    return strcmp(column, "run_id") == 0 ? "id" : column;
}

int match_runs_csv(struct json_object *expected, const char *path)
{
    char header[4096], line[4096], where[TEXT * 2];
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(header, sizeof header, file) == NULL) fail("%s cannot be read", path);
    int run = 0, fields = 0;
    for (; fgets(line, sizeof line, file) != NULL; run++) {
        char names[4096], *columns = strcpy(names, header), *rest = line;
        while (*columns != '\0' && *columns != '\n') {
            const char *column = field(&columns), *value = field(&rest);
            snprintf(where, sizeof where, "runs[%d].%s", run, member_of(column));
            struct json_object *own = find(expected, where);
            for (size_t i = 0; own == NULL && i < json_object_array_length(find(expected, "settings")); i++) {
                struct json_object *setting = json_object_array_get_idx(find(expected, "settings"), i);
                char label[TEXT];
                snprintf(label, sizeof label, "runs[%d].setting", run);
                if (strcmp(json_object_get_string(find(setting, "label")),
                           json_object_get_string(find(expected, label))) != 0)
                    continue;
                snprintf(label, sizeof label, "values.%s", column);
                own = find(setting, label);
            }
            if (own == NULL) fail("%s, line %d: %s is recomputed by nothing", path, run + 2, column);
            bool right = is_number(own) ? close_to(json_object_get_double(own), strtod(value, NULL))
                                        : same_text(json_object_get_string(own), value);
            if (!right)
                fail("%s, line %d: %s is %s, recomputed %s", path, run + 2, column, value,
                     json_object_get_string(own));
            fields++;
        }
    }
    fclose(file);
    if (run != (int)json_object_array_length(find(expected, "runs"))) fail("%s has %d runs", path, run);
    return fields;
}
