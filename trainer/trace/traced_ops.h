/* traced_ops.h - the table of operations that passes calls on and tells the trace what they wrote. The device
 * it is given is the trace. */
#ifndef FTBENCH_TRAINER_TRACE_TRACED_OPS_H
#define FTBENCH_TRAINER_TRACE_TRACED_OPS_H

#include "kernels/ops.h"

/* The table for a backend: its name and instruction set, our functions. */
struct ops traced_ops_for(const struct ops *real);

#endif
