#include "prose.h"

#include "phrases.h"
#include "tables.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 1 << 16 };

int number_length(const char *text, char before)
{
    int length = 0;
    if (!isdigit((unsigned char)text[0]) && !(text[0] == '-' && isdigit((unsigned char)text[1]))) return 0;
    if (isalnum((unsigned char)before) || before == '_' || (before == '.' && text[0] != '-')) return 0;
    length = text[0] == '-';
    while (isdigit((unsigned char)text[length]))
        length++;
    if (text[length] == '.' && isdigit((unsigned char)text[length + 1])) {
        for (length++; isdigit((unsigned char)text[length]);)
            length++;
    }
    if (text[length] == 'e' && (text[length + 1] == '-' || isdigit((unsigned char)text[length + 1]))) {
        for (length += 2; isdigit((unsigned char)text[length]);)
            length++;
    }
    return length;
}

bool is_printed(const char *digits, int length, char sign, double value)
{
    char text[64];
    snprintf(text, sizeof text, "%.*s", length, digits);
    const char *point = strchr(text, '.'), *exponent = strchr(text, 'e');
    double printed = strtod(text, NULL);
    int decimals = point == NULL ? 0 : (int)((exponent == NULL ? text + length : exponent) - point) - 1;
    if (exponent != NULL) decimals -= atoi(exponent + 1);
    /* "<1%", "<0.001", ">99%" are all that is printed so */
    if (sign == '<') return value < printed && (printed == 1 || printed == 0.001);
    if (sign == '>') return value > printed && printed == 99;
    return fabs(printed - value) <= 0.5 * pow(10, -decimals) * (1 + 1e-7) + 1e-12;
}

static struct json_object *setting_of(const struct place *place, const char *label)
{
    struct json_object *settings = find(place->tree, "settings");
    for (size_t i = 0; label != NULL && i < json_object_array_length(settings); i++) {
        struct json_object *setting = json_object_array_get_idx(settings, i);
        if (strcmp(json_object_get_string(find(setting, "label")), label) == 0) return setting;
    }
    return NULL;
}

static struct json_object *run_of(const struct place *place, const char *id, size_t length)
{
    struct json_object *runs = find(place->tree, "runs");
    for (size_t i = 0; i < json_object_array_length(runs); i++) {
        struct json_object *run = json_object_array_get_idx(runs, i);
        const char *own = json_object_get_string(find(run, "id"));
        if (strlen(own) == length && strncmp(own, id, length) == 0) return run;
    }
    return NULL;
}

static const char *text_at(struct json_object *tree, const char *path)
{
    struct json_object *value = find(tree, path);
    return value == NULL ? NULL : json_object_get_string(value);
}

static bool is_label(const char *path)
{
    const char *last = strstr(path, "label");
    return last != NULL && last[5] == '\0';
}

/* The name that "R.label" and the like stand for; NULL where there is none. */
static const char *name_of(const struct place *place, const char *path)
{
    return path[0] == 'R'   ? text_at(place->tree, "recommendation.setting")
           : path[0] == 'U' ? text_at(place->tree, "recommendation.runner_up")
           : path[0] == 'V' ? text_at(place->tree, "recommendation.rival")
           : path[0] == 'B' ? text_at(place->tree, "comparison.best.setting")
                            : text_at(place->tree, path);
}

double place_number(const struct place *place, const char *path)
{
    char plain[256];
    const char *scale = strstr(path, "*100");
    struct json_object *from = place->tree;
    snprintf(plain, sizeof plain, "%.*s", scale == NULL ? (int)strlen(path) : (int)(scale - path), path);
    const char *rest = plain;
    if (plain[1] == '.' && plain[0] != 'D') {
        const char *label = plain[0] == 'R'   ? text_at(place->tree, "recommendation.setting")
                            : plain[0] == 'U' ? text_at(place->tree, "recommendation.runner_up")
                            : plain[0] == 'V' ? text_at(place->tree, "recommendation.rival")
                            : plain[0] == 'L' ? place->label
                                              : text_at(place->tree, "settings[0].label");
        from = setting_of(place, label);
        rest += 2;
    } else if (strncmp(plain, "own.", 4) == 0 || strncmp(plain, "run.", 4) == 0) {
        from = place->own;
        rest += 4;
    }
    return (scale == NULL ? 1 : 100) * (from == NULL ? (double)NAN : find_number(from, rest));
}

/* Length of `text` that the phrase matches; 0 when it does not. `wrong` says the first number that differs.
 */
static size_t match_phrase(const char *phrase, const char *start, char before, struct place *place,
                           bool *covered, char *wrong)
{
    const char *text = start;
    bool marks[512] = {false};
    while (*phrase != '\0') {
        if (*phrase != '{') {
            if (*phrase != *text) return 0;
            if (text - start < 512) marks[text - start] = true;
            phrase++;
            text++;
            continue;
        }
        char path[128];
        size_t length = strcspn(phrase, "}");
        snprintf(path, sizeof path, "%.*s", (int)length - 1, phrase + 1);
        phrase += length + 1;
        if (strcmp(path, "of run") == 0) {
            if (*text != '`') return 0;
            length = strcspn(text + 1, "`") + 2;
            place->own = run_of(place, text + 1, length - 2);
            if (place->own == NULL) return 0;
        } else if (strcmp(path, "label") != 0 && is_label(path)) {
            const char *name = name_of(place, path);
            length = *text == '`' ? strcspn(text + 1, "`") + 2 : 0;
            if (length == 0 || name == NULL) return 0;
            if (strlen(name) != length - 2 || strncmp(name, text + 1, length - 2) != 0) {
                snprintf(wrong, 256, "%.*s, recomputed %s", (int)length, text, name);
                return 0;
            }
        } else if (strcmp(path, "label") == 0) {
            if (*text != '`') return 0;
            length = strcspn(text + 1, "`") + 2;
            char label[256];
            snprintf(label, sizeof label, "%.*s", (int)length - 2, text + 1);
            if (setting_of(place, label) == NULL) return 0;
            snprintf(place->label, sizeof place->label, "%s", label);
        } else {
            char sign = '=';
            if (*text == '<' || *text == '>') sign = *text++;
            length = (size_t)number_length(text, text == start ? before : text[-1]);
            if (length == 0) return 0;
            double value = place_number(place, path);
            if (!is_printed(text, (int)length, sign, value)) {
                if (text - start > 8)
                    snprintf(wrong, 256, "%.*s, recomputed %.9g (%s)", (int)length, text, value, path);
                return 0;
            }
        }
        for (size_t i = 0; i < length && text - start + (long)i < 512; i++)
            marks[text - start + (long)i] = true;
        text += length;
    }
    memcpy(covered, marks, (size_t)(text - start) * sizeof *marks);
    return (size_t)(text - start);
}

static void cover_phrases(const char *line, struct place *place, bool *covered, char *wrong, int *constants)
{
    for (int i = 0; i < phrase_count; i++) {
        for (const char *at = line; *at != '\0'; at++) {
            bool marks[512] = {false};
            size_t length = match_phrase(phrases[i].text, at, at == line ? ' ' : at[-1], place, marks, wrong);
            for (size_t j = 0; j < length; j++) {
                bool begins = number_length(at + j, at + j == line ? ' ' : at[(long)j - 1]) > 0;
                if (begins && marks[j] && !covered[at - line + (long)j] &&
                    strchr(phrases[i].text, '{') == NULL)
                    ++*constants;
                covered[at - line + (long)j] |= marks[j];
            }
        }
    }
}

/* The n-th of the swept keys' different values, key by key, in the plan's order; NaN beyond them. */
static double swept_value(struct json_object *tree, int n)
{
    struct json_object *settings = find(tree, "settings"), *swept = find(tree, "experiment.swept");
    for (size_t key = 0; key < json_object_array_length(swept); key++) {
        for (size_t i = 0; i < json_object_array_length(settings); i++) {
            char path[TEXT];
            bool seen = false;
            snprintf(path, sizeof path, "values.%s",
                     json_object_get_string(json_object_array_get_idx(swept, key)));
            double value = find_number(json_object_array_get_idx(settings, i), path);
            for (size_t j = 0; j < i && !seen; j++)
                seen = find_number(json_object_array_get_idx(settings, j), path) == value;
            if (!seen && n-- == 0) return value;
        }
    }
    return NAN;
}

/* Values that a line lists are the plan's: swept ones, fixed ones, those of an advice. */
static void cover_listed(const char *line, const struct place *place, bool *covered)
{
    struct json_object *advice = find(place->tree, "recommendation.advice");
    bool is_advice = isdigit((unsigned char)line[0]) && strncmp(line + 1, ". **", 4) == 0;
    bool is_swept = strncmp(line, "- **Swept**", 11) == 0, is_fixed = strncmp(line, "- **Fixed**", 11) == 0;
    int listed = 0;
    for (int at = 0; line[at] != '\0'; at++) {
        int length = number_length(line + at, at == 0 ? ' ' : line[at - 1]);
        bool known = is_advice && at == 0 &&
                     line[0] - '1' < (int)json_object_array_length(advice); /* its place in the list */
        double value = length > 0 ? strtod(line + at, NULL) : NAN;
        if (length == 0) continue;
        if (is_advice && at > 0) {
            const char *values =
                text_at(json_object_array_get_idx(advice, (size_t)(line[0] - '1')), "values");
            for (char *end; values != NULL && *values != '\0'; values = end + strspn(end, ", ")) {
                known |= strtod(values, &end) == value;
                if (end == values) break;
            }
        }
        if (is_swept) known = value == swept_value(place->tree, listed++);
        if (is_fixed) {
            json_object_object_foreach(find(place->tree, "experiment.fixed"), key, own)
            {
                size_t size = strlen(key);
                bool named = at > (int)size + 1 && strncmp(line + at - size - 1, key, size) == 0 &&
                             line[at - 1] == ' ';
                known = known || (named && strtod(json_object_get_string(own), NULL) == value);
            }
        }
        for (int i = 0; i < length && known; i++)
            covered[at + i] = true;
        at += length - 1;
    }
}

/* Every number of a line must be covered. */
static int check_line(const char *line, int number, struct place *place, bool *covered,
                      struct prose_counts *counts)
{
    char wrong[256] = "";
    int constants = 0, count = 0;
    cover_phrases(line, place, covered, wrong, &constants);
    cover_listed(line, place, covered);
    for (int at = 0; line[at] != '\0'; at++) {
        int length = number_length(line + at, at == 0 ? ' ' : line[at - 1]);
        if (length == 0) continue;
        int from = at > 40 ? at - 40 : 0;
        if (!covered[at])
            fail("report.md, line %d: %.*s follows from nothing: ...%.*s...%s%s", number, length, line + at,
                 at - from + length + 20, line + from, wrong[0] != '\0' ? "; a sentence there says " : "",
                 wrong);
        count++;
        at += length - 1;
    }
    counts->constants += constants;
    return count - constants;
}

struct prose_counts prose_match(struct expected *expected, const char *path)
{
    static char line[LINE];
    static bool covered[LINE];
    struct prose_counts counts = {0};
    struct place place = {.tree = expected->tree};
    struct table table = {0};
    bool environment = false;
    FILE *file = fopen(path, "r");
    if (file == NULL) fail("%s cannot be read", path);
    for (int number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        memset(covered, 0, sizeof covered);
        if (strncmp(line, "## ", 3) == 0) environment = strcmp(line, "## Environment\n") == 0;
        if (environment) continue;
        place.own = NULL;
        place.label[0] = '\0';
        int cells = table_cover(&table, line, number, &place, covered);
        counts.tables += cells;
        counts.sentences += check_line(line, number, &place, covered, &counts) - cells;
    }
    fclose(file);
    return counts;
}
