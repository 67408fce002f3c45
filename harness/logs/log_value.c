#include "harness/logs/log_value.h"

#include "base/number.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *word;
    enum log_value kind;
    double value;
} words[] = {
    {"nan", LOG_NUMBER, NAN}, {"inf", LOG_NUMBER, INFINITY}, {"infinity", LOG_NUMBER, INFINITY},
    {"", LOG_MISSING, 0},     {"no log", LOG_MISSING, 0},    {"none", LOG_MISSING, 0},
    {"null", LOG_MISSING, 0}, {"na", LOG_MISSING, 0},        {"n/a", LOG_MISSING, 0},
    {"-", LOG_MISSING, 0},
};

enum log_value log_value_parse(const char *text, double *value)
{
    static const char blanks[] = " \t\r\n";
    char word[64];
    text += strspn(text, blanks);
    size_t length = strlen(text);
    while (length > 0 && strchr(blanks, text[length - 1]) != NULL)
        length--;
    if (length >= sizeof word) return LOG_WRONG;
    memcpy(word, text, length);
    word[length] = '\0';
    if (number_parse(word, value)) return LOG_NUMBER;
    double sign = word[0] == '-' ? -1 : 1;
    const char *unsigned_word = length > 1 && (word[0] == '-' || word[0] == '+') ? word + 1 : word;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        bool is_number = words[i].kind == LOG_NUMBER;
        if (strcasecmp(is_number ? unsigned_word : word, words[i].word) != 0) continue;
        if (is_number) *value = sign * words[i].value;
        return words[i].kind;
    }
    return LOG_WRONG;
}
