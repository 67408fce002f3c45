#include "queue.h"

#include "allocation.h"
#include "failures.h"
#include "fatal.h"
#include "shim.h"

#include <chrono>
#include <set>
#include <stdlib.h>
#include <vector>

struct CUstream_st {
    unsigned flags;
};

struct CUevent_st {
    bool recorded;
    std::chrono::steady_clock::time_point time;
};

namespace
{

const size_t longest = 1024; /* a launch waits when so much is queued, about as on a device */

struct piece {
    std::function<void()> work;
    cudaError_t late;
};
std::vector<piece> &pieces = *new std::vector<piece>;
std::set<cudaStream_t> &streams = *new std::set<cudaStream_t>;
std::set<cudaEvent_t> &events = *new std::set<cudaEvent_t>;

/* What was not given back, at the end of the program. */
void tell_leaks()
{
    if (allocation_count() + streams.size() + events.size() == 0) return;
    fatal("at the end %zu blocks of memory, %zu streams and %zu events were not given back",
          allocation_count(), streams.size(), events.size());
}

const int watching = atexit(tell_leaks);

cudaError_t synchronize()
{
    cudaError_t error = failures_begin(CALL_SYNCHRONIZE, nullptr);
    queue_run();
    return failures_note(error != cudaSuccess ? error : failures_state());
}

} // namespace

void queue_add(std::function<void()> work, cudaError_t late)
{
    if (pieces.size() >= longest) queue_run();
    pieces.push_back({std::move(work), late});
}

void queue_run()
{
    static_cast<void>(watching);
    if (pieces.empty()) return;
    std::vector<piece> now;
    now.swap(pieces);
    allocation_open();
    for (piece &piece : now) {
        if (piece.late != cudaSuccess) failures_stay(piece.late);
        if (failures_state() == cudaSuccess) piece.work();
    }
    allocation_close();
}

bool queue_is_empty()
{
    return pieces.empty();
}

bool queue_knows(cudaStream_t stream)
{
    return stream == nullptr || streams.count(stream) != 0;
}

void shim_enqueue(void *stream, void (*work)(void *argument), void *argument)
{
    if (!queue_knows(static_cast<cudaStream_t>(stream))) fatal("work of a library for a stream that is none");
    queue_add([work, argument] { work(argument); }, cudaSuccess);
}

cudaError_t cudaDeviceSynchronize(void)
{
    return synchronize();
}

cudaError_t cudaStreamCreate(cudaStream_t *stream)
{
    return cudaStreamCreateWithFlags(stream, cudaStreamDefault);
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags)
{
    cudaError_t error = failures_begin(CALL_STREAM, nullptr);
    if (error != cudaSuccess) return failures_note(error);
    *stream = new CUstream_st{flags};
    streams.insert(*stream);
    return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream)
{
    if (streams.count(stream) == 0) return failures_note(cudaErrorInvalidResourceHandle);
    queue_run();
    streams.erase(stream);
    delete stream;
    return failures_note(failures_state());
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream)
{
    return queue_knows(stream) ? synchronize() : failures_note(cudaErrorInvalidResourceHandle);
}

cudaError_t cudaStreamQuery(cudaStream_t stream)
{
    if (!queue_knows(stream)) return failures_note(cudaErrorInvalidResourceHandle);
    if (failures_state() != cudaSuccess) return failures_note(failures_state());
    return queue_is_empty() ? cudaSuccess : cudaErrorNotReady;
}

cudaError_t cudaEventCreate(cudaEvent_t *event)
{
    return cudaEventCreateWithFlags(event, 0);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned)
{
    cudaError_t error = failures_begin(CALL_STREAM, nullptr);
    if (error != cudaSuccess) return failures_note(error);
    *event = new CUevent_st{};
    events.insert(*event);
    return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event)
{
    if (events.count(event) == 0) return failures_note(cudaErrorInvalidResourceHandle);
    queue_run();
    events.erase(event);
    delete event;
    return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream)
{
    if (events.count(event) == 0 || !queue_knows(stream))
        return failures_note(cudaErrorInvalidResourceHandle);
    queue_add([event] { *event = {true, std::chrono::steady_clock::now()}; }, cudaSuccess);
    return failures_note(failures_state());
}

cudaError_t cudaEventSynchronize(cudaEvent_t event)
{
    return events.count(event) != 0 ? synchronize() : failures_note(cudaErrorInvalidResourceHandle);
}

cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t from, cudaEvent_t to)
{
    if (events.count(from) == 0 || events.count(to) == 0)
        return failures_note(cudaErrorInvalidResourceHandle);
    if (!from->recorded || !to->recorded) return cudaErrorNotReady;
    *milliseconds = std::chrono::duration<float, std::milli>(to->time - from->time).count();
    return cudaSuccess;
}
