/* elementary_loops.h - the elementary functions as loops over arrays, compiled once for each instruction set
 * with the flags that the kernels have (kernels/cpu/isa.h), so that vector code is what is measured. */
#ifndef FTBENCH_TESTS_EXHAUSTIVE_ELEMENTARY_LOOPS_H
#define FTBENCH_TESTS_EXHAUSTIVE_ELEMENTARY_LOOPS_H

#include <stddef.h>

/* The functions of kernels/common/elementary.h, and the roundings of half.h. */
enum float_function {
    FLOAT_EXP,
    FLOAT_LOG,
    FLOAT_TANH,
    FLOAT_ERF,
    FLOAT_GELU,
    FLOAT_GELU_GRAD,
    FLOAT_SIGMOID,
    FLOAT_SILU,
    FLOAT_SILU_GRAD,
    FLOAT_RSQRT,
    FLOAT_FP16,
    FLOAT_BF16,
    FLOAT_FUNCTIONS
};

/* The functions of kernels/common/elementary64.h. */
enum double_function { DOUBLE_EXP, DOUBLE_LOG, DOUBLE_SIN, DOUBLE_COS, DOUBLE_FUNCTIONS };

struct elementary_loops {
    const char *isa;
    void (*floats[FLOAT_FUNCTIONS])(size_t count, const float *x, float *y);
    void (*doubles[DOUBLE_FUNCTIONS])(size_t count, const double *x, double *y);
};

extern const struct elementary_loops elementary_loops_portable;
extern const struct elementary_loops elementary_loops_avx2, elementary_loops_avx512; /* x86-64 only */

#endif
