/* options.h - what the device is and how threads are ordered (shim.h says what can be set). */
#ifndef FTBENCH_SHIM_OPTIONS_H
#define FTBENCH_SHIM_OPTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <string>

enum thread_order { ORDER_FORWARD, ORDER_REVERSE, ORDER_SEEDED };

struct options {
    thread_order order;
    uint32_t seed;
    int driver; /* its version; 0: none */
    bool stub;
    int devices;
    size_t memory;
    int major, minor;
    size_t shared; /* most bytes of a block */
    std::string launches;
};

/* As the environment says when first called, and shim_set since. */
const options &options_now();

#endif
