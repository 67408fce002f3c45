/* launch.cc - launches: checked as a device's driver does, counted, and run block after block. */
#include "shim/launch.h"

#include "allocation.h"
#include "block.h"
#include "failures.h"
#include "fatal.h"
#include "options.h"
#include "queue.h"
#include "shim.h"

#include <algorithm>
#include <map>
#include <stdio.h>
#include <stdlib.h>
#include <string>
#include <vector>

namespace
{

const size_t default_shared = 48 * 1024; /* dynamic shared memory that needs no attribute */

std::map<std::string, long> &counts = *new std::map<std::string, long>;
std::map<const void *, int> &shared_limits = *new std::map<const void *, int>;
uint32_t number; /* of launches, which a seed goes with */

/* "(linear_forward<4, 2>)" -> "linear_forward" */
std::string plain_name(const char *name)
{
    std::string text = name;
    size_t begin = text.find_first_not_of("( "), end = text.find_first_of("<) ", begin);
    return text.substr(begin, end == std::string::npos ? end : end - begin);
}

void write_counts()
{
    const std::string &path = options_now().launches;
    if (path.empty()) return;
    FILE *file = fopen(path.c_str(), "a");
    if (file == nullptr) fatal("LAUNCHES=%s: cannot be written", path.c_str());
    for (const auto &count : counts)
        fprintf(file, "%s\n", count.first.c_str());
    fclose(file);
}

const int writing = atexit(write_counts);

/* Limits of every device that ftbench is built for (CUDA C++ Programming Guide, technical specifications). */
cudaError_t check(const shim_launch &launch)
{
    const dim3 grid = launch.grid, block = launch.block;
    unsigned long long threads = 1ull * block.x * block.y * block.z;
    if (threads == 0 || threads > 1024 || block.x > 1024 || block.y > 1024 || block.z > 64)
        return cudaErrorInvalidConfiguration;
    if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > 0x7fffffffu || grid.y > 65535 || grid.z > 65535)
        return cudaErrorInvalidConfiguration;
    auto limit = shared_limits.find(launch.key);
    size_t allowed = limit == shared_limits.end() ? default_shared : static_cast<size_t>(limit->second);
    return launch.bytes > std::max(allowed, default_shared) ? cudaErrorInvalidValue : cudaSuccess;
}

void run(const shim_launch &launch)
{
    const dim3 grid = launch.grid;
    size_t blocks = static_cast<size_t>(grid.x) * grid.y * grid.z;
    const options &options = options_now();
    std::vector<size_t> order(options.order == ORDER_SEEDED ? blocks : 0);
    block_prepare(launch.name, launch.block, grid, &launch.body, options.seed * 2654435761u + ++number);
    for (size_t i = 0; i < order.size(); i++)
        order[i] = i;
    for (size_t i = order.size(); i > 1; i--)
        std::swap(order[i - 1], order[block_draw(static_cast<uint32_t>(i))]);
    for (size_t i = 0; i < blocks; i++) {
        size_t at = options.order == ORDER_FORWARD   ? i
                    : options.order == ORDER_REVERSE ? blocks - 1 - i
                                                     : order[i];
        block_run({static_cast<unsigned>(at % grid.x), static_cast<unsigned>(at / grid.x % grid.y),
                   static_cast<unsigned>(at / grid.x / grid.y)},
                  launch.bytes);
    }
    block_finish();
    counts[plain_name(launch.name)]++;
}

} // namespace

void shim_check_argument(const char *kernel, int position, const void *pointer)
{
    place where = allocation_place(pointer, 0, nullptr);
    if (pointer != nullptr && (where == PLACE_HOST || where == PLACE_CLOSED))
        fatal("kernel %s: argument %d is a pointer to memory of the host", kernel, position);
}

void shim_enqueue(struct shim_launch launch, cudaStream_t stream)
{
    cudaError_t late, error = failures_begin(CALL_LAUNCH, &late);
    static_cast<void>(writing);
    if (error == cudaSuccess) error = queue_knows(stream) ? check(launch) : cudaErrorInvalidResourceHandle;
    if (error == cudaSuccess) queue_add([launch] { run(launch); }, late);
    failures_note(error);
}

cudaError_t shim_function_attribute(const void *kernel, enum cudaFuncAttribute attribute, int value)
{
    cudaError_t error = failures_state();
    if (error == cudaSuccess && attribute == cudaFuncAttributeMaxDynamicSharedMemorySize) {
        if (value < 0 || static_cast<size_t>(value) > options_now().shared) error = cudaErrorInvalidValue;
        if (error == cudaSuccess) shared_limits[kernel] = value;
    }
    return failures_note(error);
}

long shim_launches(const char *kernel)
{
    auto count = counts.find(kernel);
    return count == counts.end() ? 0 : count->second;
}
