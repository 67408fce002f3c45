/* thread.h - a thread of the running block, and what it waits for. */
#ifndef FTBENCH_SHIM_THREAD_H
#define FTBENCH_SHIM_THREAD_H

#include "shim/threads.h"

struct fiber;

enum thread_state { THREAD_READY, THREAD_AT_BARRIER, THREAD_AT_WARP, THREAD_ENDED };

struct warp_call {
    shim_warp_kind kind;
    uint32_t mask;
    uint64_t value; /* the lane's; then its result */
    int argument, width;
};

struct thread {
    struct fiber *fiber; /* NULL before it runs and after it ended */
    uint3 index;
    thread_state state;
    const char *file; /* where it waits */
    int line;
    struct warp_call call;
};

#endif
