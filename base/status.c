#include "base/status.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

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

enum status error_set(struct error *error, enum status status, const char *format, ...)
{
    if (error == NULL) return status;
    error->status = status;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    for (char *c = error->text; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) *c = '?';
    }
    return status;
}

enum status error_no_memory(struct error *error, unsigned long long bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes == 0) return error_set(error, STATUS_NO_MEMORY, "out of memory");
    if (bytes < 1024)
        return error_set(error, STATUS_NO_MEMORY, "out of memory: %llu bytes were asked for", bytes);
    double amount = (double)bytes / 1024;
    size_t unit = 0;
    while (amount >= 1023.95) { /* what would be printed as 1024.0 */
        amount /= 1024;
        unit++;
    }
    return error_set(error, STATUS_NO_MEMORY, "out of memory: %.1f %s were asked for", amount, units[unit]);
}
