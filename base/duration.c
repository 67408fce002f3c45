#include "base/duration.h"

#include <math.h>
#include <stdio.h>

void duration_text(double seconds, char *text, size_t size)
{
    long whole = seconds > 0 && seconds < 1e9 ? lround(seconds) : 0;
    if (seconds > 0 && seconds < 0.095)
        snprintf(text, size, "%.2f s", seconds);
    else if (seconds >= 0 && seconds < 9.95)
        snprintf(text, size, "%.1f s", seconds);
    else if (whole < 60)
        snprintf(text, size, "%ld s", whole);
    else if (whole < 3600)
        snprintf(text, size, "%ld min %02ld s", whole / 60, whole % 60);
    else
        snprintf(text, size, "%ld h %02ld min", whole / 3600, whole / 60 % 60);
}
