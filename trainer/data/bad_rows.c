#include "trainer/data/bad_rows.h"

enum { NAMED_ROWS = 5 };

void bad_rows_add(struct bad_rows *bad, int line, const char *format, ...)
{
    bad->count++;
    if (bad->count > NAMED_ROWS) return;
    text_addf(&bad->named, "%sline %d: ", bad->count == 1 ? "" : "; ", line);
    va_list arguments;
    va_start(arguments, format);
    text_addv(&bad->named, format, arguments);
    va_end(arguments);
}

enum status bad_rows_report(const struct bad_rows *bad, const char *path, struct error *error)
{
    if (bad->count == 0) return STATUS_OK;
    TRY(text_status(&bad->named, error));
    return error_set(error, STATUS_BAD_INPUT, "%s: %d bad row%s: %s%s", path, bad->count,
                     bad->count == 1 ? "" : "s", text_string(&bad->named),
                     bad->count > NAMED_ROWS ? "; ..." : "");
}

void bad_rows_free(struct bad_rows *bad)
{
    text_free(&bad->named);
    *bad = (struct bad_rows){0};
}
