#include "shared.h"

#include "fatal.h"
#include "options.h"
#include "sanitizer.h"
#include "shim/threads.h"

#include <stdlib.h>
#include <string.h>
#include <vector>

namespace
{

#ifdef SHIM_ASAN
const size_t guard = 0; /* the sanitizer has its own */
#else
const size_t guard = 64;
#endif
const unsigned char guard_byte = 0xa5, fill_byte = 0xff; /* floats of this are NaN */
const size_t static_limit = 48 * 1024;                   /* more does not compile for a device */

struct array {
    const void *site;
    unsigned char *bytes;
    size_t size;
};
std::vector<array> arrays; /* the dynamic one, of site NULL, first */
size_t used;

unsigned char *make(const void *site, size_t size)
{
    unobserved scope;
    unsigned char *block = static_cast<unsigned char *>(malloc(guard + size + guard));
    if (block == nullptr) fatal("no memory for %zu bytes of shared memory", size);
    memset(block, guard_byte, guard);
    memset(block + guard, fill_byte, size);
    memset(block + guard + size, guard_byte, guard);
    arrays.push_back({site, block + guard, size});
    used += size;
    if (used > options_now().shared || (site != nullptr && used - arrays[0].size > static_limit))
        fatal("%zu bytes of shared memory, %zu of them dynamic: more than the device has", used,
              arrays[0].size);
    return block + guard;
}

bool is_whole(const array &array)
{
    for (size_t i = 0; i < guard; i++) {
        if (array.bytes[-1 - static_cast<ptrdiff_t>(i)] != guard_byte ||
            array.bytes[array.size + i] != guard_byte)
            return false;
    }
    return true;
}

} // namespace

void *shim_shared(const void *site, size_t bytes)
{
    for (const array &array : arrays) {
        if (array.site == site) return array.bytes;
    }
    return make(site, bytes);
}

void *shim_dynamic_shared(void)
{
    return arrays[0].bytes;
}

void shared_begin(size_t dynamic_bytes)
{
    used = 0;
    make(nullptr, dynamic_bytes);
}

void shared_end(const char *kernel)
{
    unobserved scope;
    for (const array &array : arrays) {
        if (!is_whole(array))
            fatal("kernel %s, block (%u, %u, %u): written beside an array of shared memory of %zu bytes",
                  kernel, blockIdx.x, blockIdx.y, blockIdx.z, array.size);
        free(array.bytes - guard);
    }
    arrays.clear();
}
