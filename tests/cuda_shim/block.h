/* block.h - the threads of one block, run as fibers until all have ended.
 *
 * A warp runs until each of its lanes waits at a barrier or for another lane, then the next warp; so warps
 * are as far apart as barriers let them be. In which order: options.h. With a seed the lanes of a warp are
 * shuffled whenever it goes on, and it may be left in the midst for another one. */
#ifndef FTBENCH_SHIM_BLOCK_H
#define FTBENCH_SHIM_BLOCK_H

#include "thread.h"

#include <functional>
#include <string>

/* Threads of blocks of this size call `body` from now on; `kernel` is its name in messages. */
void block_prepare(const char *kernel, dim3 size, dim3 grid, const std::function<void()> *body,
                   uint32_t seed);

/* One block, with so much dynamic shared memory. */
void block_run(uint3 index, size_t dynamic_bytes);

/* After the last block of a launch: what its threads did comes before what the host does. */
void block_finish();

/* Ends the program: what the thread did wrong, and where each thread is. */
[[noreturn]] void block_fatal(const thread &thread, const char *what);

/* "kernel K, block (..), thread (..)" of what runs; empty where the host does. */
const char *block_place();

/* The next of a row of numbers that the seed decides, below `limit`. */
uint32_t block_draw(uint32_t limit);

#endif
