#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* printf and strtod write and want the point of the running program's locale, which a library may have set.
 */
static char locale_point(void)
{
    const struct lconv *conventions = localeconv();
    return conventions->decimal_point[0] == '\0' ? '.' : conventions->decimal_point[0];
}

static void replace(char *text, char from, char to)
{
    char *found = from == to ? NULL : strchr(text, from);
    if (found != NULL) *found = to;
}

/* printf writes an exponent with its sign and two digits at least: 2e-05, 1e+22; people write 2e-5, 1e22. */
static void shorten_exponent(char *text)
{
    char *to = strchr(text, 'e');
    if (to == NULL) return;
    const char *from = ++to;
    if (*from == '-') to++;
    from++;
    while (*from == '0')
        from++;
    memmove(to, from, strlen(from) + 1);
}

static bool not_finite(double value, char text[NUMBER_TEXT])
{
    if (isfinite(value)) return false;
    const char *word = isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    snprintf(text, NUMBER_TEXT, "%s", word);
    return true;
}

void number_shortest(double value, char text[NUMBER_TEXT])
{
    if (not_finite(value, text)) return;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, NUMBER_TEXT, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break;
    }
    replace(text, locale_point(), '.');
    shorten_exponent(text);
}

void number_shortest_float(float value, char text[NUMBER_TEXT])
{
    if (not_finite((double)value, text)) return;
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, NUMBER_TEXT, "%.*g", digits, (double)value);
        if ((float)strtod(text, NULL) == value) break;
    }
    replace(text, locale_point(), '.');
    shorten_exponent(text);
}

static const char *skip_digits(const char *c)
{
    while (isdigit((unsigned char)*c))
        c++;
    return c;
}

/* Checks the form; tells whether a digit other than 0 stands before the exponent. */
static bool well_formed(const char *text, bool *not_zero)
{
    const char *c = text;
    if (*c == '+' || *c == '-') c++;
    const char *start = c;
    c = skip_digits(c);
    long digits = c - start;
    if (*c == '.') {
        const char *fraction = c + 1;
        c = skip_digits(fraction);
        digits += c - fraction;
    }
    if (digits == 0) return false;
    *not_zero = strspn(start, "0.") < (size_t)(c - start);
    if (*c == 'e' || *c == 'E') {
        c++;
        if (*c == '+' || *c == '-') c++;
        const char *exponent = c;
        c = skip_digits(c);
        if (c == exponent) return false;
    }
    return *c == '\0';
}

bool number_parse(const char *text, double *value)
{
    char copy[512];
    bool not_zero = false;
    size_t length = strlen(text);
    if (length >= sizeof copy || !well_formed(text, &not_zero)) return false;
    memcpy(copy, text, length + 1);
    replace(copy, '.', locale_point());
    double read = strtod(copy, NULL);
    if (!isfinite(read) || (read == 0 && not_zero)) return false;
    *value = read;
    return true;
}

bool number_parse_integer(const char *text, int64_t *value)
{
    const char *digits = *text == '+' || *text == '-' ? text + 1 : text;
    const char *end = skip_digits(digits);
    if (end == digits || *end != '\0') return false;
    errno = 0;
    long long read = strtoll(text, NULL, 10);
    if (errno == ERANGE) return false;
    *value = read;
    return true;
}
