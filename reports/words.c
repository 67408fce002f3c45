#include "reports/words.h"

#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The longest row of backticks in a text: a code span needs a longer one around it. */
static size_t longest_ticks(const char *value)
{
    size_t longest = 0, row = 0;
    for (const char *c = value; *c != '\0'; c++) {
        row = *c == '`' ? row + 1 : 0;
        if (row > longest) longest = row;
    }
    return longest;
}

void words_code(struct text *out, const char *value)
{
    size_t ticks = longest_ticks(value) + 1;
    if (value[0] == '\0') {
        text_add(out, "-");
        return;
    }
    for (size_t i = 0; i < ticks; i++)
        text_add(out, "`");
    if (ticks > 1) text_add(out, " ");
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '|') text_add(out, "\\");
        text_add_bytes(out, (unsigned char)*c < 0x20 ? " " : c, 1);
    }
    if (ticks > 1) text_add(out, " ");
    for (size_t i = 0; i < ticks; i++)
        text_add(out, "`");
}

void words_plain(struct text *out, const char *value)
{
    for (const char *c = value; *c != '\0'; c++) {
        if (strchr("\\`*_[]<>#|~&$", *c) != NULL) text_add(out, "\\");
        text_add_bytes(out, (unsigned char)*c < 0x20 ? " " : c, 1);
    }
}

void words_short(struct text *out, const char *value)
{
    double number, same = NAN;
    char exact[NUMBER_TEXT] = "", brief[NUMBER_TEXT];
    if (!number_parse(value, &number) || !(number > 0 && number < 0.01)) {
        text_add(out, value);
        return;
    }
    for (int digits = 0; digits < 17 && same != number; digits++) {
        snprintf(exact, sizeof exact, "%.*e", digits, number);
        number_parse(exact, &same);
    }
    /* printf writes two digits of exponent at least: 3e-04 */
    size_t mantissa = strcspn(exact, "e");
    snprintf(brief, sizeof brief, "%.*se%d", (int)mantissa, exact,
             (int)strtol(exact + mantissa + 1, NULL, 10));
    text_add(out, strlen(brief) < strlen(value) ? brief : value);
}

void words_value(struct text *out, double value)
{
    if (isnan(value))
        text_add(out, "-");
    else
        text_addf(out, "%.4f", value);
}

void words_spread(struct text *out, const struct report *report, double value)
{
    if (isnan(value) || !report->in_points)
        words_value(out, value);
    else
        text_addf(out, "%.2f", 100 * value);
}

void words_percent(struct text *out, double probability)
{
    if (isnan(probability))
        text_add(out, "-");
    else if (probability < 0.01)
        text_add(out, "<1%");
    else if (probability > 0.99)
        text_add(out, ">99%");
    else
        text_addf(out, "%.0f%%", 100 * probability);
}
