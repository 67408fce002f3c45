/* warp.h - operations of the lanes of a warp on each other.
 *
 * An operation is done when every lane of its mask that has not ended is at it. A lane that does something
 * else, or that is read and is not there, ends the program. */
#ifndef FTBENCH_SHIM_WARP_H
#define FTBENCH_SHIM_WARP_H

#include "thread.h"

/* Do what can be done for these lanes (1 to 32, neighbours); true: some can go on. */
bool warp_resolve(thread *lanes, unsigned count);

#endif
