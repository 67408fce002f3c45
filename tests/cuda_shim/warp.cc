#include "warp.h"

#include "block.h"

#include <string.h>

namespace
{

bool names(uint32_t mask, unsigned lane)
{
    return (mask >> lane & 1) != 0;
}

bool is_with(const thread &a, const thread &b)
{
    return a.call.mask == b.call.mask && a.call.kind == b.call.kind && a.call.width == b.call.width &&
           a.line == b.line && strcmp(a.file, b.file) == 0;
}

/* Every lane that the leader's mask names is at the leader's call, or has ended or never was. */
bool is_complete(const thread *lanes, unsigned count, unsigned leader)
{
    const thread &first = lanes[leader];
    if (!names(first.call.mask, leader))
        block_fatal(first, "a warp operation whose mask lacks the lane that calls it");
    for (unsigned lane = 0; lane < count; lane++) {
        const thread &other = lanes[lane];
        if (!names(first.call.mask, lane) || other.state == THREAD_ENDED) continue;
        if (other.state != THREAD_AT_WARP) return false;
        if (!is_with(first, other))
            block_fatal(other, "a warp operation that not all lanes of its mask call");
    }
    return true;
}

unsigned source_lane(const warp_call &call, unsigned lane)
{
    int width = call.width, own = static_cast<int>(lane), begin = own / width * width, other = own;
    if (call.kind == SHIM_SHUFFLE) other = begin + (call.argument & (width - 1));
    if (call.kind == SHIM_SHUFFLE_UP) other = own - call.argument < begin ? own : own - call.argument;
    if (call.kind == SHIM_SHUFFLE_DOWN)
        other = own + call.argument >= begin + width ? own : own + call.argument;
    if (call.kind == SHIM_SHUFFLE_XOR)
        other = (own ^ call.argument) >= begin + width ? own : own ^ call.argument;
    return static_cast<unsigned>(other);
}

void complete(thread *lanes, unsigned count, unsigned leader)
{
    const warp_call call = lanes[leader].call;
    uint64_t values[32] = {}, ballot = 0;
    bool present[32] = {};
    for (unsigned lane = 0; lane < count; lane++) {
        present[lane] = names(call.mask, lane) && lanes[lane].state == THREAD_AT_WARP;
        values[lane] = lanes[lane].call.value;
        if (present[lane] && values[lane] != 0) ballot |= 1ull << lane;
    }
    for (unsigned lane = 0; lane < count; lane++) {
        if (!present[lane]) continue;
        thread &thread = lanes[lane];
        if (call.kind == SHIM_BALLOT)
            thread.call.value = ballot;
        else if (call.kind != SHIM_SYNC) {
            unsigned source = source_lane(thread.call, lane);
            if (source >= count || !present[source])
                block_fatal(thread, "a shuffle that reads a lane which is not there");
            thread.call.value = values[source];
        }
        thread.state = THREAD_READY;
    }
}

} // namespace

bool warp_resolve(thread *lanes, unsigned count)
{
    bool any = false;
    for (unsigned lane = 0; lane < count; lane++) {
        if (lanes[lane].state != THREAD_AT_WARP || !is_complete(lanes, count, lane)) continue;
        complete(lanes, count, lane);
        any = true;
    }
    return any;
}
