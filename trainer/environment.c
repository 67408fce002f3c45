#include "trainer/environment.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static void read_cpu_name(char *name, size_t size)
{
    snprintf(name, size, "unknown");
    FILE *file = fopen("/proc/cpuinfo", "r");
    if (file == NULL) return;
    char line[512];
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "model name", 10) != 0) continue;
        char *value = strchr(line, ':');
        if (value == NULL) continue;
        value += strspn(value, ": \t");
        value[strcspn(value, "\n")] = '\0';
        snprintf(name, size, "%s", value);
        break;
    }
    fclose(file);
}

void environment_describe(struct observed_begin *begin)
{
    snprintf(begin->program, sizeof begin->program, "ftbench-trainer %s", FTBENCH_VERSION);
#if defined(__clang__)
    snprintf(begin->compiler, sizeof begin->compiler, "clang %s", __clang_version__);
#else
    snprintf(begin->compiler, sizeof begin->compiler, "gcc %s", __VERSION__);
#endif
    snprintf(begin->flags, sizeof begin->flags, "%s", FTBENCH_FLAGS);
    snprintf(begin->commit, sizeof begin->commit, "%s", FTBENCH_COMMIT);
    read_cpu_name(begin->cpu, sizeof begin->cpu);
    if (gethostname(begin->host, sizeof begin->host - 1) != 0) begin->host[0] = '\0';
    begin->host[sizeof begin->host - 1] = '\0';
}

double environment_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int64_t environment_memory(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r"); /* proc(5): size and resident, in pages */
    if (file == NULL) return 0;
    if (fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
    fclose(file);
    return (int64_t)pages * (int64_t)sysconf(_SC_PAGESIZE);
}

int64_t environment_peak_memory(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
    return (int64_t)usage.ru_maxrss * 1024;
}
