#include "fiber.h"

#include "fatal.h"
#include "sanitizer.h"

#include <stdlib.h>
#include <sys/mman.h>

#if !defined(__x86_64__) && !defined(SHIM_UCONTEXT)
#define SHIM_UCONTEXT
#endif
#ifdef SHIM_UCONTEXT
#include <ucontext.h>
#endif

namespace
{

#if defined(SHIM_ASAN) || defined(SHIM_TSAN)
const size_t stack_bytes = 256 * 1024; /* frames are larger */
#else
const size_t stack_bytes = 64 * 1024;
#endif
const size_t guard_bytes = 4096;

} // namespace

struct fiber {
    char *stack; /* stack_bytes */
    void (*body)();
#ifdef SHIM_UCONTEXT
    ucontext_t context;
#else
    void *top; /* of its stack while it does not run: the saved registers */
#endif
#ifdef SHIM_ASAN
    void *fake; /* the sanitizer's other stack */
#endif
#ifdef SHIM_TSAN
    void *thread;
#endif
};

namespace
{

fiber *running;
fiber host; /* what fiber_run returns to; of a fiber's members only those that a switch needs */
#ifdef SHIM_ASAN
const void *host_stack;
size_t host_stack_bytes;
#endif

#ifndef SHIM_UCONTEXT
/* Keep the registers that a call keeps (System V ABI) and the stack pointer; take the other's. */
extern "C" void shim_switch(void **save, void *load);
__asm__(".text\n"
        ".globl shim_switch\n"
        ".type shim_switch,@function\n"
        "shim_switch:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        ".size shim_switch,.-shim_switch\n");
#endif

void swap(fiber &from, fiber &to)
{
#ifdef SHIM_UCONTEXT
    if (swapcontext(&from.context, &to.context) != 0) fatal("swapcontext failed");
#else
    shim_switch(&from.top, to.top);
#endif
}

void to_host(bool last)
{
    fiber *self = running;
    running = nullptr;
#ifdef SHIM_ASAN
    __sanitizer_start_switch_fiber(last ? nullptr : &self->fake, host_stack, host_stack_bytes);
#endif
#ifdef SHIM_TSAN
    __tsan_switch_to_fiber(host.thread, __tsan_switch_to_fiber_no_sync);
#endif
    static_cast<void>(last);
    swap(*self, host);
#ifdef SHIM_ASAN
    __sanitizer_finish_switch_fiber(self->fake, &host_stack, &host_stack_bytes);
#endif
}

void entry()
{
#ifdef SHIM_ASAN
    __sanitizer_finish_switch_fiber(nullptr, &host_stack, &host_stack_bytes);
#endif
    running->body();
    to_host(true);
    abort(); /* nobody runs a finished fiber */
}

} // namespace

fiber *fiber_create()
{
    char *pages = static_cast<char *>(
        mmap(nullptr, guard_bytes + stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (pages == MAP_FAILED || mprotect(pages, guard_bytes, PROT_NONE) != 0)
        fatal("no memory for a thread's stack");
    fiber *fiber = new struct fiber();
    fiber->stack = pages + guard_bytes;
#ifdef SHIM_TSAN
    fiber->thread = __tsan_create_fiber(0); /* for good: of finished ones it forgets what they did */
#endif
    return fiber;
}

void fiber_start(fiber *fiber, void (*body)())
{
    fiber->body = body;
#ifdef SHIM_ASAN
    __asan_unpoison_memory_region(fiber->stack + stack_bytes - 1024, 1024); /* what `entry` left there */
#endif
#ifdef SHIM_UCONTEXT
    getcontext(&fiber->context);
    fiber->context.uc_stack.ss_sp = fiber->stack;
    fiber->context.uc_stack.ss_size = stack_bytes;
    fiber->context.uc_link = nullptr;
    makecontext(&fiber->context, entry, 0);
#else
    /* As after a call at the stack's end: six registers, then where to return to. */
    void **top = reinterpret_cast<void **>(fiber->stack + stack_bytes - 64);
    *--top = nullptr;
    *--top = reinterpret_cast<void *>(entry);
    for (int i = 0; i < 6; i++)
        *--top = nullptr;
    fiber->top = top;
#endif
}

void fiber_run(fiber *fiber)
{
    running = fiber;
#ifdef SHIM_TSAN
    host.thread = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(fiber->thread, __tsan_switch_to_fiber_no_sync);
#endif
#ifdef SHIM_ASAN
    __sanitizer_start_switch_fiber(&host.fake, fiber->stack, stack_bytes);
#endif
    swap(host, *fiber);
#ifdef SHIM_ASAN
    __sanitizer_finish_switch_fiber(host.fake, nullptr, nullptr);
#endif
}

void fiber_yield()
{
    to_host(false);
}
