/* allocation.h - memory of the device, pinned memory of the host, and managed memory, which both may touch.
 *
 * The host cannot touch memory of the device: its pages are closed (with the address sanitizer: poisoned)
 * while no work is done, and lie behind a page that is always closed. */
#ifndef FTBENCH_SHIM_ALLOCATION_H
#define FTBENCH_SHIM_ALLOCATION_H

#include <stddef.h>

/* PLACE_CLOSED: the host's own, closed while work is done (shim_host_block). */
enum place { PLACE_HOST, PLACE_PINNED, PLACE_DEVICE, PLACE_MANAGED, PLACE_CLOSED };

/* Where `bytes` bytes from here on are; PLACE_HOST for what the runtime does not know. An address just behind
 * a block belongs to it when `bytes` is 0. `whole`, if given: they end within the block. */
enum place allocation_place(const void *pointer, size_t bytes, bool *whole);

/* Work of the device begins, and ends: its memory can be touched in between. */
void allocation_open();
void allocation_close();

/* memcpy as a piece of the device's work: what is closed to kernels is open to it. */
void allocation_copy(void *to, const void *from, size_t bytes);

/* How many blocks are in use. */
size_t allocation_count();

#endif
