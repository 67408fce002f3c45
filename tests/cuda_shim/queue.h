/* queue.h - work that was given to the device and is not done yet: one queue for all streams, in order. */
#ifndef FTBENCH_SHIM_QUEUE_H
#define FTBENCH_SHIM_QUEUE_H

#include "shim/api.h"

#include <functional>

/* Add a piece of work. `late`: what the device shall fail with when it comes to it; cudaSuccess: nothing.
 * After a failure nothing is done any more. */
void queue_add(std::function<void()> work, cudaError_t late);

/* Do all that waits. */
void queue_run();

bool queue_is_empty();

/* Is it a stream that was created and is there still? NULL is one. */
bool queue_knows(cudaStream_t stream);

#endif
