#include "harness/machine.h"

#include "base/file.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

double machine_memory(void)
{
    enum { LIMIT = 1 << 20 };
    struct text meminfo = {0}, limit = {0};
    /* What cannot be read is not known. */
    (void)file_read("/proc/meminfo", LIMIT, &meminfo, NULL);
    (void)file_read("/sys/fs/cgroup/memory.max", LIMIT, &limit, NULL);
    double available = machine_memory_of(text_string(&meminfo), text_string(&limit));
    text_free(&meminfo);
    text_free(&limit);
    return available;
}
