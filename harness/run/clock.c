#include "harness/run/clock.h"

#include <time.h>

double clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1 + (double)now.tv_nsec * 1e-9;
}

int clock_milliseconds(double seconds)
{
    enum { MOST = 3600 * 1000 }; /* then the caller looks again */
    if (seconds <= 0) return 0;
    return seconds * 1000 >= MOST ? MOST : (int)(seconds * 1000) + 1;
}
