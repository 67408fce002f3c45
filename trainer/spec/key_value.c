/* key_value.c - the values of keys as text: what is allowed, reading one, writing one (keys.h). */
#include "base/number.h"
#include "trainer/spec/keys.h"

#include <ctype.h>
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void add(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void add(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    if (used < size) vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

static void add_words(char *text, size_t size, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++)
        add(text, size, "%s%s", i == 0 ? "" : ", ", words[i]);
}

static void add_range(char *text, size_t size, const struct key *key)
{
    char number[NUMBER_TEXT];
    bool from = key->least > -DBL_MAX, to = key->most < DBL_MAX;
    if (from) {
        number_shortest(key->least, number);
        add(text, size, " %s %s", key->least_open ? ">" : ">=", number);
    }
    if (to) {
        /* Whole limits are below 2^53, and read more easily without an exponent. */
        if (key->most == floor(key->most))
            snprintf(number, sizeof number, "%.0f", key->most);
        else
            number_shortest(key->most, number);
        add(text, size, "%s %s %s", from ? " and" : "", key->most_open ? "<" : "<=", number);
    }
    if (key->word != NULL) add(text, size, ", or %s", key->word);
}

void key_expects(const struct key *key, char *text, size_t size)
{
    if (size == 0) return;
    text[0] = '\0';
    if (key->choices != NULL && key->type != KEY_FLAGS) {
        add(text, size, "%s", key->choices[1] == NULL ? "" : "one of ");
        add_words(text, size, key->choices);
        return;
    }
    switch (key->type) {
    case KEY_INTEGER:
    case KEY_SEED:
        add(text, size, "a whole number");
        add_range(text, size, key);
        return;
    case KEY_SPAN:
        add(text, size, "a whole number");
        add_range(text, size, key);
        add(text, size, ", or a span as 3..10");
        return;
    case KEY_NUMBER:
        add(text, size, "a number");
        add_range(text, size, key);
        return;
    case KEY_SOURCE:
        add(text, size, "a fraction");
        add_range(text, size, key);
        add(text, size, ", or the path of a file");
        return;
    case KEY_YES_NO:
        add(text, size, "yes or no");
        return;
    case KEY_FLAGS:
        add(text, size, "a list of ");
        add_words(text, size, key->choices);
        add(text, size, ", or none");
        return;
    case KEY_CHOICE:
        return;
    case KEY_NAME:
        add(text, size, "a name of at most %d bytes", SPEC_NAME_BYTES - 1);
        return;
    case KEY_PATH:
        add(text, size, "a path of at most %d bytes", SPEC_PATH_BYTES - 1);
        return;
    case KEY_DIGEST:
        add(text, size, "%d hexadecimal digits in lower case", DIGEST_TEXT - 1);
        return;
    }
}

/* "'cosin' is not one of linear, cosine, constant; did you mean cosine?" */
static enum status refuse(const struct key *key, const char *value, struct error *error)
{
    char expects[256];
    key_expects(key, expects, sizeof expects);
    if (value[0] == '\0') return error_set(error, STATUS_USAGE, "is empty; write %s", expects);
    const char *nearest = NULL;
    int best = 3;
    for (size_t i = 0; key->choices != NULL && key->choices[i] != NULL; i++) {
        int distance = word_distance(value, key->choices[i], 2);
        if (distance >= best || (size_t)distance >= strlen(key->choices[i])) continue;
        best = distance;
        nearest = key->choices[i];
    }
    /* A list where one value belongs is the usual way to ask for a sweep. */
    bool list = strchr(value, ',') != NULL && (key->use & KEY_SWEEPABLE) != 0;
    if (nearest == NULL)
        return error_set(error, STATUS_USAGE, "'%.200s' is not %s%s", value, expects,
                         list ? "; several values to try belong under [sweep]" : "");
    return error_set(error, STATUS_USAGE, "'%.200s' is not %s; did you mean %s?", value, expects, nearest);
}

static bool in_range(const struct key *key, double value)
{
    if (key->least_open ? value <= key->least : value < key->least) return false;
    return key->most_open ? value < key->most : value <= key->most;
}

/* A word with a final 'N' is matched by the same with a whole number in its place: cuda:N by cuda:1. */
static bool word_matches(const char *word, const char *value)
{
    if (strcmp(word, value) == 0) return word[strlen(word) - 1] != 'N';
    size_t stem = strlen(word) - 1;
    if (word[stem] != 'N' || strncmp(word, value, stem) != 0) return false;
    const char *digits = value + stem;
    size_t count = strspn(digits, "0123456789");
    return count > 0 && count <= 3 && digits[count] == '\0';
}

static int word_index(const char *const *words, const char *value)
{
    for (int i = 0; words != NULL && words[i] != NULL; i++) {
        if (word_matches(words[i], value)) return i;
    }
    return -1;
}

static enum status set_number(const struct key *key, void *field, const char *value, struct error *error)
{
    double number = 0;
    if (key->word != NULL && strcmp(value, key->word) == 0)
        number = key->word_value;
    else if (!number_parse(value, &number) || !in_range(key, number))
        return refuse(key, value, error);
    /* -0 would be another text, so another run id, for the same run. */
    if (number == 0) number = 0;
    *(double *)field = number;
    return STATUS_OK;
}

static enum status set_whole(const struct key *key, void *field, const char *value, struct error *error)
{
    int64_t number = 0;
    if (key->word != NULL && strcmp(value, key->word) == 0)
        number = (int64_t)key->word_value;
    else if (!number_parse_integer(value, &number) || !in_range(key, (double)number))
        return refuse(key, value, error);
    if (key->type == KEY_SEED)
        *(uint32_t *)field = (uint32_t)number;
    else
        *(int *)field = (int)number;
    return STATUS_OK;
}

static enum status set_span(const struct key *key, struct key_span *field, const char *value,
                            struct error *error)
{
    char first[NUMBER_TEXT] = "";
    int64_t least = 0, most = 0;
    const char *dots = strstr(value, ".."), *last = dots == NULL ? value : dots + 2;
    size_t length = dots == NULL ? strlen(value) : (size_t)(dots - value);
    if (length >= sizeof first) return refuse(key, value, error);
    memcpy(first, value, length);
    if (!number_parse_integer(first, &least) || !number_parse_integer(last, &most) ||
        !in_range(key, (double)least) || !in_range(key, (double)most))
        return refuse(key, value, error);
    if (least > most)
        return error_set(error, STATUS_USAGE, "'%s' begins above its end; write %" PRId64 "..%" PRId64, value,
                         most, least);
    *field = (struct key_span){(int)least, (int)most};
    return STATUS_OK;
}

static enum status set_text(const struct key *key, char *field, size_t size, const char *value,
                            struct error *error)
{
    bool may_be_empty = key->fallback != NULL && key->fallback[0] == '\0';
    if (strlen(value) >= size || (value[0] == '\0' && !may_be_empty)) return refuse(key, value, error);
    memcpy(field, value, strlen(value) + 1);
    return STATUS_OK;
}

static enum status set_yes_no(const struct key *key, bool *field, const char *value, struct error *error)
{
    static const char *const yes[] = {"yes", "true", "1", NULL};
    static const char *const no[] = {"no", "false", "0", NULL};
    if (word_index(yes, value) >= 0)
        *field = true;
    else if (word_index(no, value) >= 0)
        *field = false;
    else
        return refuse(key, value, error);
    return STATUS_OK;
}

static enum status set_flags(const struct key *key, unsigned *field, const char *value, struct error *error)
{
    char copy[256];
    if (value[0] == '\0' || strlen(value) >= sizeof copy) return refuse(key, value, error);
    memcpy(copy, value, strlen(value) + 1);
    unsigned flags = 0;
    bool none = false;
    int words = 0;
    char *rest = NULL;
    for (char *word = strtok_r(copy, ", \t\n", &rest); word != NULL; word = strtok_r(NULL, ", \t\n", &rest)) {
        words++;
        if (strcmp(word, "none") == 0) {
            none = true;
            continue;
        }
        int index = word_index(key->choices, word);
        if (index < 0) return refuse(key, word, error);
        if (flags & 1u << index) return error_set(error, STATUS_USAGE, "'%s' stands twice in the list", word);
        flags |= 1u << index;
    }
    if (words == 0 || (none && words > 1)) return refuse(key, value, error);
    *field = flags;
    return STATUS_OK;
}

static enum status set_digest(const struct key *key, char *field, const char *value, struct error *error)
{
    size_t length = strlen(value);
    if (length != 0 && (length != DIGEST_TEXT - 1 || strspn(value, "0123456789abcdef") != length))
        return refuse(key, value, error);
    memcpy(field, value, length + 1);
    return STATUS_OK;
}

/* A file whose name is a number is written with a folder: ./0.2 */
static enum status set_source(const struct key *key, struct run_spec *spec, const char *value,
                              struct error *error)
{
    double fraction = 0;
    if (number_parse(value, &fraction)) {
        if (!in_range(key, fraction)) return refuse(key, value, error);
        spec->validation_fraction = fraction;
        spec->validation_path[0] = '\0';
        return STATUS_OK;
    }
    size_t digits = strspn(value, "0123456789.");
    if (digits > 0 && value[digits] == '%' && value[digits + 1] == '\0')
        return error_set(error, STATUS_USAGE, "'%.200s' is neither a fraction nor a file; write 20%% as 0.2",
                         value);
    TRY(set_text(key, spec->validation_path, SPEC_PATH_BYTES, value, error));
    spec->validation_fraction = 0;
    return STATUS_OK;
}

enum status key_set_in(const struct key *key, void *record, const char *value, struct error *error)
{
    void *field = (char *)record + key->offset;
    switch (key->type) {
    case KEY_INTEGER:
    case KEY_SEED:
        return set_whole(key, field, value, error);
    case KEY_SPAN:
        return set_span(key, field, value, error);
    case KEY_NUMBER:
        return set_number(key, field, value, error);
    case KEY_YES_NO:
        return set_yes_no(key, field, value, error);
    case KEY_CHOICE: {
        int index = word_index(key->choices, value);
        if (index < 0) return refuse(key, value, error);
        *(int *)field = index;
        return STATUS_OK;
    }
    case KEY_FLAGS:
        return set_flags(key, field, value, error);
    case KEY_NAME:
        if (key->choices != NULL && word_index(key->choices, value) < 0) return refuse(key, value, error);
        return set_text(key, field, SPEC_NAME_BYTES, value, error);
    case KEY_PATH:
        return set_text(key, field, SPEC_PATH_BYTES, value, error);
    case KEY_SOURCE:
        return set_source(key, record, value, error);
    case KEY_DIGEST:
        return set_digest(key, field, value, error);
    }
    return error_set(error, STATUS_INTERNAL, "the key %s has no type", key->name);
}

enum status key_set(const struct key *key, struct run_spec *spec, const char *value, struct error *error)
{
    return key_set_in(key, spec, value, error);
}

static void get_number(const struct key *key, double value, char *text, size_t size)
{
    char number[NUMBER_TEXT];
    number_shortest(value, number);
    bool word = key->word != NULL && (value == key->word_value || !in_range(key, value));
    snprintf(text, size, "%s", word ? key->word : number);
}

void key_get(const struct key *key, const struct run_spec *spec, char *text, size_t size)
{
    const void *field = (const char *)spec + key->offset;
    switch (key->type) {
    case KEY_INTEGER:
        get_number(key, *(const int *)field, text, size);
        return;
    case KEY_SEED:
        get_number(key, *(const uint32_t *)field, text, size);
        return;
    case KEY_SPAN: {
        const struct key_span *span = field;
        snprintf(text, size, "%d", span->least);
        if (span->most > span->least) add(text, size, "..%d", span->most);
        return;
    }
    case KEY_NUMBER:
        get_number(key, *(const double *)field, text, size);
        return;
    case KEY_YES_NO:
        snprintf(text, size, "%s", *(const bool *)field ? "yes" : "no");
        return;
    case KEY_CHOICE:
        snprintf(text, size, "%s", key->choices[*(const int *)field]);
        return;
    case KEY_FLAGS: {
        unsigned flags = *(const unsigned *)field;
        snprintf(text, size, "%s", flags == 0 ? "none" : "");
        for (size_t i = 0; key->choices[i] != NULL; i++) {
            if (flags & 1u << i) add(text, size, "%s%s", text[0] == '\0' ? "" : ", ", key->choices[i]);
        }
        return;
    }
    case KEY_NAME:
    case KEY_PATH:
    case KEY_DIGEST:
        snprintf(text, size, "%s", (const char *)field);
        return;
    case KEY_SOURCE:
        if (spec->validation_path[0] == '\0')
            get_number(key, spec->validation_fraction, text, size);
        else
            snprintf(text, size, "%s", spec->validation_path);
        return;
    }
}
