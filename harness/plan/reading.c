#include "harness/plan/reading.h"

#include <stdarg.h>
#include <string.h>

const struct ini_entry *reading_find(const struct reading *reading, const char *section, const char *key)
{
    return ini_file_find(&reading->ini, section, key);
}

struct place reading_place(const struct reading *reading, const char *section, const char *key)
{
    const struct ini_entry *entry = reading_find(reading, section, key);
    return entry == NULL ? (struct place){0} : entry->place;
}

const char *reading_habit(const struct ini_entry *entry)
{
    const char *value = entry == NULL ? "" : text_string(&entry->value);
    const size_t length = strlen(value);
    if (strstr(value, " #") != NULL) return "; a comment behind a value begins with ' ;', not with #";
    if (length > 1 && (value[0] == '"' || value[0] == '\'') && value[length - 1] == value[0])
        return "; values are written without quotes";
    return "";
}

void reading_note(struct reading *reading, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_addv(&reading->config->notes, format, arguments);
    va_end(arguments);
    text_add(&reading->config->notes, "\n");
}
