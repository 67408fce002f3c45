/* failures.h - the error state of the runtime, and the failures that a test asked for.
 *
 * As on a device: an error of a call is its result and cudaGetLastError's; an error of a kernel is the result
 * of the next synchronize and of every call after it. */
#ifndef FTBENCH_SHIM_FAILURES_H
#define FTBENCH_SHIM_FAILURES_H

#include "shim/api.h"

enum call {
    CALL_MALLOC,
    CALL_MALLOC_HOST,
    CALL_STREAM,
    CALL_COPY,
    CALL_SET,
    CALL_LAUNCH,
    CALL_SYNCHRONIZE,
    CALL_DEVICE,
    CALL_CODE,
    CALLS
};

/* What is to fail: the value of shim_set("FAIL"). */
void failures_plan(const char *plan);

/* A call begins: what it has to return at once, or cudaSuccess. `late` (may be NULL) gets an error that the
 * device is to have when it comes to this piece of work; without `late` such an error is returned at once. */
cudaError_t failures_begin(enum call call, cudaError_t *late);

/* The error that stays, or that of the driver (there is none, it is too old), or cudaSuccess. */
cudaError_t failures_state();

/* The device failed: from now on every call returns it. */
void failures_stay(cudaError_t error);

/* Remember a result for cudaGetLastError, and return it. */
cudaError_t failures_note(cudaError_t error);

#endif
