/* cpu_ops.c - the CPU's table for one instruction set. */
#include "kernels/cpu/cpu_ops.h"

#include "kernels/cpu/cpu_memory.h"
#include "kernels/cpu/families.h"

const struct ops CPU_FN(cpu_ops) = {
    .name = "cpu",
    .isa = CPU_ISA_NAME,
    .overrides = "",
    .usable = CPU_FN(isa_usable),
    .open = threads_open,
    .close = threads_close,
    .describe = cpu_describe,
    .memory = cpu_memory,
    .allocate = cpu_allocate,
    .release = cpu_release,
    .upload = cpu_upload,
    .download = cpu_download,
    .copy = cpu_copy,
    .zero = cpu_zero,
    .synchronize = cpu_synchronize,
    FT_FAMILY_TABLE,
};
