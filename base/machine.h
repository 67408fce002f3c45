/* machine.h - what this machine has for the runs, as Linux tells it. */
#ifndef FTBENCH_BASE_MACHINE_H
#define FTBENCH_BASE_MACHINE_H

/* Bytes that can be had without swapping: MemAvailable of the text of /proc/meminfo (proc(5)), but no more
 * than `limit` says, the text of the control group's memory.max ("max": no limit). NaN when `meminfo` does
 * not say it; a limit that cannot be read is none. */
double machine_memory_of(const char *meminfo, const char *limit);

/* The same of this machine, now. */
double machine_memory(void);

#endif
