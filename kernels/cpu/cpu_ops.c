/* cpu_ops.c - the CPU's table for one instruction set. */
#include "kernels/cpu/cpu_ops.h"

#include "kernels/cpu/cpu_memory.h"
#include "kernels/cpu/families.h"
#include "kernels/cpu/threads.h"

#include <math.h>
#include <stdio.h>

/* One device: the CPU, if it has the instructions. */
static void inspect(int index, struct device_facts *facts)
{
    *facts = (struct device_facts){.devices = 1, .memory = NAN, .free_memory = NAN};
    if (index == 0 && CPU_FN(isa_usable)()) return;
    facts->state = DEVICE_ABSENT;
    snprintf(facts->reason, sizeof facts->reason,
             index == 0 ? "this CPU has no " CPU_ISA_NAME : "the CPU is one device");
}

const struct ops CPU_FN(cpu_ops) = {
    .name = "cpu",
    .isa = CPU_ISA_NAME,
    .overrides = "",
    .usable = CPU_FN(isa_usable),
    .inspect = inspect,
    .open = threads_open,
    .close = threads_close,
    .describe = cpu_describe,
    .memory = cpu_memory,
    .processor_seconds = threads_seconds,
    .allocate = cpu_allocate,
    .release = cpu_release,
    .upload = cpu_upload,
    .download = cpu_download,
    .copy = cpu_copy,
    .zero = cpu_zero,
    .synchronize = cpu_synchronize,
    FT_FAMILY_TABLE,
};
