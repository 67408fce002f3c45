/* families.h - the CPU's functions of `struct ops`. */
#ifndef FTBENCH_KERNELS_CPU_FAMILIES_H
#define FTBENCH_KERNELS_CPU_FAMILIES_H

#include "kernels/cpu/isa.h"
#include "kernels/cpu/threads.h"
#include "kernels/ops.h"

#define FT_FAMILY(name) CPU_FN(name)
#include "kernels/family_list.h"

#endif
