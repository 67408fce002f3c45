/* launch.h - CUDA_LAUNCH: a kernel and the values of its arguments become work in the stream's queue. */
#ifndef FTBENCH_SHIM_LAUNCH_H
#define FTBENCH_SHIM_LAUNCH_H

#include "api.h"
#include "vectors.h"

#include <functional>
#include <tuple>
#include <type_traits>

/* A launch as it waits in the queue. `name` is the kernel as it is written, a literal; `key` its address. */
struct shim_launch {
    const char *name;
    const void *key;
    dim3 grid, block;
    size_t bytes; /* of dynamic shared memory */
    std::function<void()> body;
};

/* Ends the program unless a kernel may follow the pointer: NULL, or memory of the runtime. */
void shim_check_argument(const char *kernel, int number, const void *pointer);

/* Queue it; what is wrong with it is cudaGetLastError's. */
void shim_enqueue(struct shim_launch launch, cudaStream_t stream);

template <class T> static inline void shim_check(const char *kernel, int number, const T &value)
{
    if constexpr (std::is_pointer<T>::value) shim_check_argument(kernel, number, value);
}

template <class... Parameters, class... Arguments>
static inline void shim_start(const char *name, void (*kernel)(Parameters...), dim3 grid, dim3 block,
                              size_t bytes, cudaStream_t stream, Arguments &&...given)
{
    std::tuple<std::decay_t<Parameters>...> arguments(std::forward<Arguments>(given)...);
    std::apply(
        [name](const auto &...value) {
            int number = 0;
            (shim_check(name, ++number, value), ...);
            static_cast<void>(number);
        },
        arguments);
    shim_enqueue({name, reinterpret_cast<const void *>(kernel), grid, block, bytes,
                  [kernel, arguments] { std::apply(kernel, arguments); }},
                 stream);
}

#define CUDA_LAUNCH(kernel, grid, block, bytes, stream, ...)                                                 \
    shim_start(#kernel, kernel, (grid), (block), (bytes), (stream), __VA_ARGS__)

#endif
