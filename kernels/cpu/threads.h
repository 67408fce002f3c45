/* threads.h - the CPU's `struct device`: a pool of threads and the memory each of them works in.
 *
 * The thread that calls an op is worker 0; `threads - 1` more are kept. Work is a range of whole numbers cut
 * into pieces, which whoever is free takes next: who takes what never changes a bit, because every output
 * element depends on its inputs only. A thread that the system has put aside is not waited for unless it
 * holds a piece, so a busy neighbour costs little. One caller at a time.
 *
 * Every thread computes in the contract's floating-point state (fp_environment.h). The pool's own threads set
 * it when they start. The caller's is set by open, whatever it was, and given back by close: not set and
 * reset around each op, so that the scalars which the caller computes between ops are the contract's too.
 * Hence the thread that opened a device uses and closes it, and of several devices the last opened is closed
 * first. */
#ifndef FTBENCH_KERNELS_CPU_THREADS_H
#define FTBENCH_KERNELS_CPU_THREADS_H

#include "base/status.h"
#include "kernels/ops.h"

/* Floats in the buffers of a workspace; every instruction set's tiles fit (asserted in packing.h). */
#define WORKSPACE_PANEL (384 * 32)
#define WORKSPACE_BLOCK (256 * 512)
#define WORKSPACE_ROUNDED (384 * 504)

/* What one thread works in. Buffers start on a cache line and keep nothing between pieces. */
struct workspace {
    enum operands operands; /* the device's */
    float *panel;           /* (WORKSPACE_PANEL) a packed panel of a product's second operand */
    float *block;           /* (WORKSPACE_BLOCK) for the caller of a product */
    float *rounded;         /* (WORKSPACE_ROUNDED) rounded first operand; NULL with operands in binary32 */
};

/* Does pieces [begin, end) of a job. */
typedef void pool_piece(const void *job, int begin, int end, const struct workspace *workspace);

enum status threads_open(const struct device_options *options, struct device **device, struct error *error);
void threads_close(struct device *device);

int threads_count(const struct device *device); /* >= 1, the caller included */

/* ops.processor_seconds: what the threads' clocks say, less the looks at the gate by which they wait for each
 * other, each counted as long as one takes that is timed at open. */
double threads_seconds(struct device *device);

/* Do [0, count) in pieces of about `grain` (>= 1); returns when all is done. */
void threads_run(struct device *device, int count, int grain, pool_piece *piece, const void *job);

#endif
