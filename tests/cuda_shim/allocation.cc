#include "allocation.h"

#include "block.h"
#include "device.h"
#include "failures.h"
#include "fatal.h"
#include "options.h"
#include "queue.h"
#include "sanitizer.h"
#include "shim.h"

#include <map>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

namespace
{

const size_t page = 4096, alignment = 256; /* cudaMalloc's */

struct allocation {
    size_t size;
    place where;
    char *pages; /* where access is set: what is mapped, the closed page at the end included */
    size_t mapped;
};
std::map<uintptr_t, allocation> &blocks = *new std::map<uintptr_t, allocation>; /* lives until the very end */
size_t device_bytes;
bool opened;

std::map<uintptr_t, allocation>::iterator find(const void *pointer)
{
    auto after = blocks.upper_bound(reinterpret_cast<uintptr_t>(pointer));
    if (after == blocks.begin()) return blocks.end();
    auto block = std::prev(after);
    return reinterpret_cast<uintptr_t>(pointer) <= block->first + block->second.size ? block : blocks.end();
}

#if !defined(SHIM_ASAN) && !defined(SHIM_TSAN)
/* Says what was touched; then the signal comes again and ends the program. */
void on_fault(int, siginfo_t *info, void *)
{
    const char *running = block_place();
    char text[512];
    auto block = find(info->si_addr);
    if (running[0] != '\0')
        snprintf(text, sizeof text, "shim: %s: touches %p, which is no memory of the device\n", running,
                 info->si_addr);
    else if (block != blocks.end() && block->second.where == PLACE_DEVICE)
        snprintf(text, sizeof text, "shim: the host touches byte %zu of %zu bytes of device memory\n",
                 static_cast<size_t>(reinterpret_cast<uintptr_t>(info->si_addr) - block->first),
                 block->second.size);
    else
        return;
    fputs(text, stderr);
}

void watch_faults()
{
    static char stack[64 * 1024];
    static bool done;
    if (done) return;
    done = true;
    stack_t alternate = {};
    alternate.ss_sp = stack;
    alternate.ss_size = sizeof stack;
    sigaltstack(&alternate, nullptr);
    struct sigaction action = {};
    action.sa_sigaction = on_fault;
    action.sa_flags = static_cast<int>(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND);
    sigaction(SIGSEGV, &action, nullptr);
    sigaction(SIGBUS, &action, nullptr);
}
#else
void watch_faults() {}
#endif

#ifdef SHIM_ASAN
void *map_block(allocation &block)
{
    void *start = nullptr;
    return posix_memalign(&start, alignment, block.size) == 0 ? start : nullptr;
}

void unmap_block(void *start, const allocation &block)
{
    __asan_unpoison_memory_region(start, block.size);
    free(start);
}

void set_access(void *start, const allocation &block, bool open)
{
    if (open)
        __asan_unpoison_memory_region(start, block.size);
    else
        __asan_poison_memory_region(start, block.size);
}
#else
/* The block ends where the closed page begins, as far as its alignment allows. */
void *map_block(allocation &block)
{
    size_t aligned = (block.size + alignment - 1) / alignment * alignment;
    size_t usable = (aligned + page - 1) / page * page;
    void *pages = mmap(nullptr, usable + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return nullptr;
    block.pages = static_cast<char *>(pages);
    block.mapped = usable + page;
    if (mprotect(block.pages + usable, page, PROT_NONE) != 0) fatal("a page cannot be closed");
    return block.pages + usable - aligned;
}

void unmap_block(void *, const allocation &block)
{
    munmap(block.pages, block.mapped);
}

void set_access(void *, const allocation &block, bool open)
{
    if (mprotect(block.pages, block.mapped - page, open ? PROT_READ | PROT_WRITE : PROT_NONE) != 0)
        fatal("access to memory of the device cannot be changed");
}
#endif

bool is_of_host(place where)
{
    return where == PLACE_PINNED || where == PLACE_CLOSED;
}

/* Memory whose access is set: the device's, and the host's that kernels cannot touch. */
bool has_access(place where)
{
    return where == PLACE_DEVICE || where == PLACE_CLOSED;
}

cudaError_t make(void **result, size_t bytes, place where)
{
    allocation block = {bytes, where, nullptr, 0};
    bool of_device = !is_of_host(where);
    watch_faults();
    *result = nullptr;
    if (bytes == 0) return cudaSuccess;
    if (of_device && bytes > options_now().memory - device_bytes) return cudaErrorMemoryAllocation;
    void *start = has_access(where) ? map_block(block) : malloc(bytes);
    if (start == nullptr) return cudaErrorMemoryAllocation;
    memset(start, 0xff, bytes); /* NaN: what is read must be written first */
    if (where == PLACE_DEVICE && !opened) set_access(start, block, false);
    if (of_device) device_bytes += bytes;
    blocks[reinterpret_cast<uintptr_t>(start)] = block;
    *result = start;
    return cudaSuccess;
}

cudaError_t give_back(void *start, bool of_host)
{
    auto found = blocks.find(reinterpret_cast<uintptr_t>(start));
    if (found == blocks.end() || is_of_host(found->second.where) != of_host) return cudaErrorInvalidValue;
    if (!of_host) device_bytes -= found->second.size;
    if (has_access(found->second.where))
        unmap_block(start, found->second);
    else
        free(start);
    blocks.erase(found);
    return cudaSuccess;
}

void set_access_of_all(place where, bool open)
{
    for (auto &block : blocks) {
        if (block.second.where == where)
            set_access(reinterpret_cast<void *>(block.first), block.second, open);
    }
}

} // namespace

enum place allocation_place(const void *pointer, size_t bytes, bool *whole)
{
    auto block = find(pointer);
    uintptr_t at = reinterpret_cast<uintptr_t>(pointer);
    if (whole != nullptr) *whole = true;
    if (block == blocks.end() || (bytes > 0 && at == block->first + block->second.size)) return PLACE_HOST;
    if (whole != nullptr) *whole = bytes <= block->first + block->second.size - at;
    return block->second.where;
}

void allocation_open()
{
    set_access_of_all(PLACE_CLOSED, false);
    set_access_of_all(PLACE_DEVICE, true);
    opened = true;
}

void allocation_close()
{
    set_access_of_all(PLACE_DEVICE, false);
    set_access_of_all(PLACE_CLOSED, true);
    opened = false;
}

void allocation_copy(void *to, const void *from, size_t bytes)
{
    set_access_of_all(PLACE_CLOSED, true);
    memcpy(to, from, bytes);
    set_access_of_all(PLACE_CLOSED, false);
}

size_t allocation_count()
{
    return blocks.size();
}

size_t shim_memory(void)
{
    return device_bytes;
}

bool shim_is_device_memory(const void *pointer)
{
    place where = allocation_place(pointer, 1, nullptr);
    return where == PLACE_DEVICE || where == PLACE_MANAGED;
}

void *shim_host_block(size_t bytes)
{
    void *block = nullptr;
    if (make(&block, bytes > 0 ? bytes : 1, PLACE_CLOSED) != cudaSuccess)
        fatal("no memory for a block of the host");
    memset(block, 0, bytes);
    return block;
}

void shim_host_free(void *block)
{
    queue_run();
    give_back(block, true);
}

cudaError_t cudaMalloc(void **block, size_t bytes)
{
    cudaError_t error = failures_begin(CALL_MALLOC, nullptr);
    return failures_note(error != cudaSuccess ? error : make(block, bytes, PLACE_DEVICE));
}

cudaError_t cudaMallocManaged(void **block, size_t bytes, unsigned)
{
    cudaError_t error = failures_begin(CALL_MALLOC, nullptr);
    return failures_note(error != cudaSuccess ? error : make(block, bytes, PLACE_MANAGED));
}

cudaError_t cudaMallocHost(void **block, size_t bytes)
{
    cudaError_t error = failures_begin(CALL_MALLOC_HOST, nullptr);
    return failures_note(error != cudaSuccess ? error : make(block, bytes, PLACE_PINNED));
}

cudaError_t cudaHostAlloc(void **block, size_t bytes, unsigned)
{
    return cudaMallocHost(block, bytes);
}

/* Waits for the device first, as CUDA does. Memory is given back even after an error that stays. */
cudaError_t cudaFree(void *block)
{
    if (block == nullptr) return cudaSuccess;
    queue_run();
    cudaError_t error = give_back(block, false);
    return failures_note(failures_state() != cudaSuccess ? failures_state() : error);
}

cudaError_t cudaFreeHost(void *block)
{
    if (block == nullptr) return cudaSuccess;
    queue_run();
    cudaError_t error = give_back(block, true);
    return failures_note(failures_state() != cudaSuccess ? failures_state() : error);
}

cudaError_t cudaMemGetInfo(size_t *available, size_t *total)
{
    cudaError_t error = failures_state();
    if (error != cudaSuccess) return failures_note(error);
    device_context();
    *available = options_now().memory - device_bytes;
    *total = options_now().memory;
    return cudaSuccess;
}
