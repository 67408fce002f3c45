/* cpu_ops.h - the CPU's tables; those of instruction sets that the compiler's target lacks are not in the
 * build. */
#ifndef FTBENCH_KERNELS_CPU_OPS_H
#define FTBENCH_KERNELS_CPU_OPS_H

#include "kernels/ops.h"

extern const struct ops cpu_ops_portable;
extern const struct ops cpu_ops_avx2;
extern const struct ops cpu_ops_avx512;

#endif
