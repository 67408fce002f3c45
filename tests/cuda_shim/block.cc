#include "block.h"

#include "fatal.h"
#include "fiber.h"
#include "options.h"
#include "sanitizer.h"
#include "shared.h"
#include "warp.h"

#include <algorithm>
#include <deque>
#include <stdio.h>
#include <string.h>
#include <vector>

const uint3 *shim_thread_index;
struct shim_block_place shim_block;

namespace
{

const unsigned lanes_of_warp = 32;

const char *kernel;
const std::function<void()> *kernel_body;
std::vector<thread> &threads = *new std::vector<thread>; /* these live until the very end */
std::deque<fiber *> &idle = *new std::deque<fiber *>;
thread *self; /* the one that runs */
uint32_t draws;

/* For sanitizer.h: a barrier and each warp order what a block's threads do; blocks in a row have tags of
 * their own, because nothing orders those. */
const unsigned tags_of_block = 33;
char tags[tags_of_block * 256], begin_tag, end_tag;
char *block_tags = tags;

const char *state_name(thread_state state)
{
    switch (state) {
    case THREAD_READY:
        return "runs";
    case THREAD_AT_BARRIER:
        return "waits at the barrier of";
    case THREAD_AT_WARP:
        return "waits in the warp operation of";
    case THREAD_ENDED:
        return "has ended";
    }
    return "";
}

void thread_body()
{
    order_acquire(&begin_tag);
    (*kernel_body)();
    self->state = THREAD_ENDED;
    order_release(&end_tag);
}

/* How many fibers rest after each use: the thread sanitizer takes a fiber for one thread, whose doings are in
 * order, so blocks that follow one another need others. */
size_t idle_kept()
{
#ifdef SHIM_TSAN
    return threads.size();
#else
    return 0;
#endif
}

void thread_go_on(thread &thread)
{
    if (thread.fiber == nullptr) {
        while (idle.size() <= idle_kept())
            idle.push_back(fiber_create());
        bool any = idle_kept() == 0; /* then the last, whose stack is in the cache */
        thread.fiber = any ? idle.back() : idle.front();
        if (any)
            idle.pop_back();
        else
            idle.pop_front();
        fiber_start(thread.fiber, thread_body);
    }
    self = &thread;
    shim_thread_index = &thread.index;
    fiber_run(thread.fiber);
    self = nullptr;
    if (thread.state == THREAD_ENDED) {
        idle.push_back(thread.fiber);
        thread.fiber = nullptr;
    }
}

void wait_as(thread_state state, const char *file, int line)
{
    self->state = state;
    self->file = file;
    self->line = line;
    fiber_yield();
}

/* 0 .. count - 1 in this launch's order. */
void order_fill(unsigned *order, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        order[i] = options_now().order == ORDER_REVERSE ? count - 1 - i : i;
    if (options_now().order != ORDER_SEEDED) return;
    for (unsigned i = count; i > 1; i--)
        std::swap(order[i - 1], order[block_draw(i)]);
}

/* Let a warp run as far as it comes; true: it did something. */
bool warp_go_on(unsigned warp)
{
    thread *lanes = &threads[static_cast<size_t>(warp) * lanes_of_warp];
    unsigned count = std::min(lanes_of_warp, static_cast<unsigned>(threads.size()) - warp * lanes_of_warp);
    unsigned order[lanes_of_warp];
    bool any = false, more = true;
    while (more) {
        order_fill(order, count);
        more = false;
        for (unsigned i = 0; i < count; i++) {
            if (lanes[order[i]].state != THREAD_READY) continue;
            thread_go_on(lanes[order[i]]);
            more = true;
        }
        more = warp_resolve(lanes, count) || more;
        any = any || more;
        if (options_now().order == ORDER_SEEDED && block_draw(4) == 0) break;
    }
    return any;
}

/* All wait at one barrier: they go on. Nothing can go on and some have not ended: what is wrong. */
void barrier_open()
{
    const thread *first = nullptr, *ended = nullptr;
    for (const thread &thread : threads) {
        if (thread.state == THREAD_AT_WARP)
            block_fatal(thread, "a warp operation or a barrier that not all of its threads reach");
        if (thread.state == THREAD_ENDED)
            ended = &thread;
        else if (first == nullptr)
            first = &thread;
        else if (thread.line != first->line || strcmp(thread.file, first->file) != 0)
            block_fatal(thread, "a barrier that not all threads of the block reach");
    }
    if (ended != nullptr) block_fatal(*first, "a barrier after a thread of the block has ended");
    for (thread &thread : threads)
        thread.state = THREAD_READY;
}

bool all_ended()
{
    for (const thread &thread : threads) {
        if (thread.state != THREAD_ENDED) return false;
    }
    return true;
}

} // namespace

uint32_t block_draw(uint32_t limit)
{
    draws = draws * 1664525u + 1013904223u; /* Numerical Recipes' generator; its upper bits are good enough */
    return static_cast<uint32_t>((static_cast<uint64_t>(draws >> 8) * limit) >> 24);
}

void block_prepare(const char *name, dim3 size, dim3 grid, const std::function<void()> *body, uint32_t seed)
{
    kernel = name;
    kernel_body = body;
    shim_block = {{0, 0, 0}, size, grid};
    threads.resize(static_cast<size_t>(size.x) * size.y * size.z);
    draws = seed;
    order_release(&begin_tag);
}

void block_run(uint3 index, size_t dynamic_bytes)
{
    const dim3 size = shim_block.size;
    unsigned count = static_cast<unsigned>(threads.size());
    std::vector<unsigned> order((count + lanes_of_warp - 1) / lanes_of_warp);
    shim_block.index = index;
    block_tags = block_tags + 2 * tags_of_block > tags + sizeof tags ? tags : block_tags + tags_of_block;
    shared_begin(dynamic_bytes);
    for (unsigned i = 0; i < count; i++) {
        threads[i] = {};
        threads[i].index = {i % size.x, i / size.x % size.y, i / (size.x * size.y)};
    }
    while (!all_ended()) {
        bool any = false;
        order_fill(order.data(), static_cast<unsigned>(order.size()));
        for (unsigned warp : order)
            any = warp_go_on(warp) || any;
        if (!any && !all_ended()) barrier_open();
    }
    shared_end(kernel);
}

void block_finish()
{
    order_acquire(&end_tag);
}

void block_fatal(const thread &thread, const char *what)
{
    std::string text;
    for (size_t i = 0, told = 0; i < threads.size() && told < 6; i++) {
        const struct thread &other = threads[i];
        if (i > 0 && other.state == threads[i - 1].state && other.line == threads[i - 1].line) continue;
        char line[512];
        snprintf(line, sizeof line, "\n  from thread (%u, %u, %u) on: %s", other.index.x, other.index.y,
                 other.index.z, state_name(other.state));
        text += line;
        if (other.state == THREAD_AT_BARRIER || other.state == THREAD_AT_WARP) {
            snprintf(line, sizeof line, " %s:%d", other.file, other.line);
            text += line;
        }
        told++;
    }
    const uint3 block = shim_block.index, index = thread.index;
    fatal("kernel %s, block (%u, %u, %u), thread (%u, %u, %u), %s:%d: %s%s", kernel, block.x, block.y,
          block.z, index.x, index.y, index.z, thread.file != nullptr ? thread.file : "?", thread.line, what,
          text.c_str());
}

const char *block_place()
{
    static char text[256];
    if (self == nullptr) return "";
    const uint3 block = shim_block.index, index = self->index;
    snprintf(text, sizeof text, "kernel %s, block (%u, %u, %u), thread (%u, %u, %u)", kernel, block.x,
             block.y, block.z, index.x, index.y, index.z);
    return text;
}

void shim_barrier(const char *file, int line)
{
    order_release(block_tags);
    wait_as(THREAD_AT_BARRIER, file, line);
    order_acquire(block_tags);
}

uint64_t shim_warp(enum shim_warp_kind kind, uint32_t mask, uint64_t value, int argument, int width,
                   const char *file, int line)
{
    void *tag = block_tags + 1 + (self - threads.data()) / lanes_of_warp;
    thread *caller = self;
    caller->call = {kind, mask, value, argument, width};
    order_release(tag);
    wait_as(THREAD_AT_WARP, file, line);
    order_acquire(tag);
    return caller->call.value;
}
