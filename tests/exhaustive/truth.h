/* truth.h - what the elementary functions should give, and the unit in which a difference is measured.
 *
 * Rounding to a half format is exact: any difference counts. For the other functions of binary32 the
 * reference is the C library's binary64 function, or a formula of a few of them: off by 2^-44 of the value at
 * most (gelu beyond -10, where the argument's rounding is squared in an exponent; 2^-50 elsewhere), which is
 * 2^-20 ulp of binary32. Only where gelu' and silu' pass through zero their formulas cancel; there the unit
 * is the ulp of 1/8, about as large as the function is nearby. For binary64 the reference is the C library's
 * long double function (64 or 113 bits of significand), off by 2^-10 ulp of binary64 at most. */
#ifndef FTBENCH_TESTS_EXHAUSTIVE_TRUTH_H
#define FTBENCH_TESTS_EXHAUSTIVE_TRUTH_H

#include "elementary_loops.h"

#include <stdbool.h>

/* How far `got` is from the true value, in ulp of the correctly rounded result. 0 where both are the same
 * infinity or both NaN (NaN is true wherever the function is not defined), infinity where one is and the
 * other is not. */
double truth_float_error(enum float_function function, float x, float got);
double truth_double_error(enum double_function function, double x, double got);

bool truth_measures_doubles(void);

#endif
