#include "base/status.h"

#include "base/bytes.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

const char *status_name(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return "ok";
    case STATUS_NO_MEMORY:
        return "out of memory";
    case STATUS_USAGE:
        return "usage";
    case STATUS_BAD_INPUT:
        return "bad input";
    case STATUS_IO:
        return "input/output";
    case STATUS_UNSUPPORTED:
        return "unsupported";
    case STATUS_DIVERGED:
        return "diverged";
    case STATUS_INTERRUPTED:
        return "interrupted";
    case STATUS_BUSY:
        return "busy";
    case STATUS_INTERNAL:
        return "internal error";
    }
    return "unknown status";
}

/* Bytes of the character at `c`; 0 when it is malformed or a control character (C0, DEL, C1). */
static size_t printable(const char *c)
{
    uint32_t point;
    size_t bytes = utf8_decode(c, strnlen(c, 4), &point);
    if (bytes == 0) return 0;
    return point < 0x20 || (point >= 0x7f && point < 0xa0) ? 0 : bytes;
}

/* The start of a character that the end of a full text has cut in two is no part of it. */
static void drop_cut_character(char *text, size_t length)
{
    size_t at = length;
    while (at > 0 && length - at < 3 && ((unsigned char)text[at - 1] & 0xc0) == 0x80)
        at--;
    if (at > 0 && (unsigned char)text[at - 1] >= 0xc0 && printable(text + at - 1) == 0) text[at - 1] = '\0';
}

enum status error_set(struct error *error, enum status status, const char *format, ...)
{
    if (error == NULL) return status;
    error->status = status;
    va_list arguments;
    va_start(arguments, format);
    int needed = vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    if (needed >= (int)sizeof error->text) drop_cut_character(error->text, sizeof error->text - 1);
    for (char *c = error->text; *c != '\0';) {
        size_t length = printable(c);
        if (length == 0) *c = '?';
        c += length == 0 ? 1 : length;
    }
    return status;
}

enum status error_no_memory(struct error *error, unsigned long long bytes)
{
    char amount[BYTES_TEXT];
    if (bytes == 0) return error_set(error, STATUS_NO_MEMORY, "out of memory");
    bytes_text((double)bytes, amount, sizeof amount);
    return error_set(error, STATUS_NO_MEMORY, "out of memory: %s were asked for", amount);
}
