/* copy.cc - copies and fills. What touches memory of the host that is not pinned is done before the call
 * returns, as CUDA does it; all else waits in the queue. */
#include "allocation.h"
#include "failures.h"
#include "queue.h"

#include <string.h>

namespace
{

bool is_of_device(place where)
{
    return where == PLACE_DEVICE || where == PLACE_MANAGED;
}

bool is_of_host(place where)
{
    return where != PLACE_DEVICE;
}

bool is_pageable(place where)
{
    return where == PLACE_HOST || where == PLACE_CLOSED;
}

bool fits(place from, place to, cudaMemcpyKind kind)
{
    switch (kind) {
    case cudaMemcpyHostToHost:
        return is_of_host(from) && is_of_host(to);
    case cudaMemcpyHostToDevice:
        return is_of_host(from) && is_of_device(to);
    case cudaMemcpyDeviceToHost:
        return is_of_device(from) && is_of_host(to);
    case cudaMemcpyDeviceToDevice:
        return is_of_device(from) && is_of_device(to);
    case cudaMemcpyDefault:
        return true;
    }
    return false;
}

cudaError_t copy(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind, bool wait)
{
    bool from_whole, to_whole;
    cudaError_t late, error = failures_begin(CALL_COPY, &late);
    if (error != cudaSuccess) return error;
    if (bytes == 0) return cudaSuccess;
    place from_place = allocation_place(from, bytes, &from_whole),
          to_place = allocation_place(to, bytes, &to_whole);
    if (!from_whole || !to_whole || !fits(from_place, to_place, kind)) return cudaErrorInvalidValue;
    queue_add([to, from, bytes] { allocation_copy(to, from, bytes); }, late);
    if (wait || is_pageable(from_place) || is_pageable(to_place)) {
        queue_run();
        return wait ? failures_state() : cudaSuccess;
    }
    return cudaSuccess;
}

cudaError_t fill(void *block, int value, size_t bytes)
{
    bool whole;
    cudaError_t late, error = failures_begin(CALL_SET, &late);
    if (error != cudaSuccess) return error;
    if (bytes == 0) return cudaSuccess;
    if (!is_of_device(allocation_place(block, bytes, &whole)) || !whole) return cudaErrorInvalidValue;
    queue_add([block, value, bytes] { memset(block, value, bytes); }, late);
    return cudaSuccess;
}

cudaError_t in_stream(cudaStream_t stream, cudaError_t error)
{
    return failures_note(queue_knows(stream) ? error : cudaErrorInvalidResourceHandle);
}

} // namespace

cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind)
{
    return failures_note(copy(to, from, bytes, kind, true));
}

cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind,
                            cudaStream_t stream)
{
    return in_stream(stream, copy(to, from, bytes, kind, false));
}

cudaError_t cudaMemset(void *block, int value, size_t bytes)
{
    return failures_note(fill(block, value, bytes));
}

cudaError_t cudaMemsetAsync(void *block, int value, size_t bytes, cudaStream_t stream)
{
    return in_stream(stream, fill(block, value, bytes));
}
