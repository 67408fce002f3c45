/* shared.h - the shared memory of the running block. Arrays come from shim_shared, when a thread first comes
 * to their declaration. */
#ifndef FTBENCH_SHIM_SHARED_H
#define FTBENCH_SHIM_SHARED_H

#include <stddef.h>

/* A block begins, with so much dynamic shared memory. */
void shared_begin(size_t dynamic_bytes);

/* It ends; the program, if something was written beside an array. `kernel` is for the message. */
void shared_end(const char *kernel);

#endif
