/* support_oracle.h - every tensor operation as plain loops in the documented rounding order: one scalar
 * operation after another, no blocking, no vectors, no threads. What the tables of the program must equal bit
 * by bit. */
#ifndef FTBENCH_TESTS_KERNELS_SUPPORT_ORACLE_H
#define FTBENCH_TESTS_KERNELS_SUPPORT_ORACLE_H

#include "kernels/ops.h"

/* Takes any device (NULL). Only the tensor operations are there. */
extern const struct ops oracle_ops;

#endif
