#include "base/bytes.h"

#include <math.h>
#include <stdio.h>

void bytes_text(double bytes, char *text, size_t size)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    enum { UNITS = sizeof units / sizeof units[0] };
    if (isnan(bytes) || bytes < 0) {
        snprintf(text, size, "an unknown amount");
    } else if (bytes < 1024) {
        snprintf(text, size, "%.0f bytes", bytes);
    } else {
        double amount = bytes / 1024;
        int unit = 0;
        while (amount >= 1023.95 && unit + 1 < UNITS) { /* what would be printed as 1024.0 */
            amount /= 1024;
            unit++;
        }
        snprintf(text, size, "%.1f %s", amount, units[unit]);
    }
}
