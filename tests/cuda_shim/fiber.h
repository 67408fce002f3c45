/* fiber.h - functions that can stop in their midst and be gone on with: the threads of a block.
 *
 * All run on the thread that calls fiber_run, one at a time. A finished fiber can be started again. */
#ifndef FTBENCH_SHIM_FIBER_H
#define FTBENCH_SHIM_FIBER_H

struct fiber;

/* With a stack of its own, which ends at a page that nobody may touch. Never freed. */
fiber *fiber_create();

/* The next fiber_run calls `body`, from its beginning. */
void fiber_start(fiber *fiber, void (*body)());

/* Run it until it yields or `body` returns. Not from within a fiber. */
void fiber_run(fiber *fiber);

/* Stop the running fiber: back to who called fiber_run. */
void fiber_yield();

#endif
