#include "base/machine.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

double machine_memory_of(const char *meminfo, const char *limit)
{
    static const char name[] = "MemAvailable:";
    unsigned long long kilobytes = 0, most = 0;
    const char *at = strstr(meminfo, name);
    if (at == NULL || sscanf(at + strlen(name), "%llu kB", &kilobytes) != 1) return NAN;
    double available = 1024 * (double)kilobytes;
    if (sscanf(limit, "%llu", &most) == 1) available = fmin(available, (double)most);
    return available;
}

/* The start of a small file of the system, without the heap: how much of it is left must not change what is
 * asked. */
static void read_start(const char *path, char *text, size_t size)
{
    text[0] = '\0';
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    ssize_t got = read(descriptor, text, size - 1);
    text[got > 0 ? got : 0] = '\0';
    close(descriptor);
}

double machine_memory(void)
{
    char meminfo[4096], limit[64];
    /* What cannot be read is not known. */
    read_start("/proc/meminfo", meminfo, sizeof meminfo);
    read_start("/sys/fs/cgroup/memory.max", limit, sizeof limit);
    return machine_memory_of(meminfo, limit);
}
