#include "harness/listing.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <string.h>

void listing_add(struct listing *listing, const char *format, ...)
{
    size_t start = listing->cells.length;
    va_list arguments;
    va_start(arguments, format);
    text_addv(&listing->cells, format, arguments);
    va_end(arguments);
    for (size_t i = start; i < listing->cells.length; i++) {
        if (strchr("\t\r\n", listing->cells.data[i]) != NULL) listing->cells.data[i] = ' ';
    }
    text_add_bytes(&listing->cells, "", 1);
    listing->count++;
}

enum status listing_print(const struct listing *listing, bool aligned, FILE *out, struct error *error)
{
    TRY(text_status(&listing->cells, error));
    size_t widths[LISTING_MOST_COLUMNS] = {0}, columns = (size_t)listing->columns;
    const char *cell = text_string(&listing->cells);
    for (size_t i = 0; i < listing->count; i++, cell += strlen(cell) + 1) {
        size_t width = (size_t)utf8_columns(cell);
        if (width > widths[i % columns]) widths[i % columns] = width;
    }
    cell = text_string(&listing->cells);
    for (size_t i = 0; i < listing->count; i++, cell += strlen(cell) + 1) {
        bool last = i % columns == columns - 1;
        fputs(cell, out);
        if (last)
            fputc('\n', out);
        else if (aligned)
            fprintf(out, "%*s", (int)widths[i % columns] - utf8_columns(cell) + 2, "");
        else
            fputc('\t', out);
    }
    return STATUS_OK;
}

void listing_free(struct listing *listing)
{
    text_free(&listing->cells);
    listing->count = 0;
}
