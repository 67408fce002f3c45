/* survey.h - one elementary function over all of its inputs, or a fixed sample of them: the largest error,
 * where it is attained, and the digest of all outputs in the order of the inputs.
 *
 * Inputs are numbered. Those of a binary32 function are the 2^32 bit patterns in ascending order, or each
 * 4093rd of them. Those of a binary64 function are Philox draws: any bit pattern, and values from the ranges
 * where the function does something (around whole multiples of pi / 2 for sin and cos); 2^26 of them, or the
 * first 2^18.
 *
 * The digest is the chain (base/digest.h) of the digests of 65536 outputs each, in order, from an all-zero
 * link; it does not depend on the number of threads. */
#ifndef FTBENCH_TESTS_EXHAUSTIVE_SURVEY_H
#define FTBENCH_TESTS_EXHAUSTIVE_SURVEY_H

#include "base/digest.h"
#include "base/status.h"
#include "elementary_loops.h"

#include <stdbool.h>

/* Floats first, then doubles: a function is named by one number. */
enum { SURVEY_FUNCTIONS = FLOAT_FUNCTIONS + DOUBLE_FUNCTIONS };

struct survey {
    double error; /* ulp; truth.h */
    double at;    /* the first input that attains it */
    struct digest digest;
};

const char *survey_name(int function); /* "exp" ... "bf16", "exp64" ... "cos64" */
bool survey_finds(const char *name, int *function);

/* `threads` >= 1. STATUS_NO_MEMORY, or STATUS_IO when the system refuses a thread. */
enum status survey_run(const struct elementary_loops *loops, int function, bool all, int threads,
                       struct survey *survey, struct error *error);

#endif
