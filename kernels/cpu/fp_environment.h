/* fp_environment.h - the floating-point state of a thread, and the one that the arithmetic contract needs:
 * rounding to nearest even, subnormals kept as inputs and as results (neither FTZ nor DAZ), no exception
 * traps, and on x86 the x87 unit at 64 bits of significand (long double is not cut short).
 *
 * The state belongs to a thread; a new thread starts with that of its creator. So a device sets the
 * contract's state in the thread that opens it and gives back the former one at close, and each thread of its
 * pool sets its own (threads.h). */
#ifndef FTBENCH_KERNELS_CPU_FP_ENVIRONMENT_H
#define FTBENCH_KERNELS_CPU_FP_ENVIRONMENT_H

#include "base/status.h"

#include <stdint.h>

/* What a thread had before. On x86-64 MXCSR and the x87 control word, on AArch64 FPCR, elsewhere C's rounding
 * direction. */
struct fp_environment {
    uint64_t control;
    uint16_t x87;
};

/* The calling thread's state, whatever it is. */
void fp_environment_read(struct fp_environment *now);

/* Save the calling thread's state and set the contract's. Exception flags that are up stay up. */
void fp_environment_enter(struct fp_environment *saved);

/* Give the calling thread back what enter saved, its exception flags included: what was raised in between is
 * forgotten, so that a trap which the saved state allows does not fire late. */
void fp_environment_leave(const struct fp_environment *saved);

/* STATUS_UNSUPPORTED unless the calling thread computes as the contract says, found out by computing: the
 * last word on a machine where enter cannot set everything. */
enum status fp_environment_check(struct error *error);

#endif
