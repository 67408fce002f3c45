/* support_probe.h - what the tests of the shim share: memory of the device made and taken back, the sums of
 * probe.h, and programs that must die. Included by one C++ file a program. */
#ifndef FTBENCH_SHIM_SUPPORT_PROBE_H
#define FTBENCH_SHIM_SUPPORT_PROBE_H

#include "probe.h"
#include "shim.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern "C" {
#include <cmocka.h>
}

namespace
{

const char *const orders[] = {"forward", "reverse", "1", "2", "3"};
const int rows = 5, width = 200; /* of the matrix */

/* Memory of the device with a copy of `host` in it; its content again. */
template <class T> inline T *device_block(const std::vector<T> &host)
{
    T *block = nullptr;
    assert_int_equal(cudaMalloc(&block, host.size() * sizeof(T)), cudaSuccess);
    assert_int_equal(cudaMemcpy(block, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice),
                     cudaSuccess);
    return block;
}

template <class T> inline std::vector<T> taken_back(T *block, size_t count)
{
    std::vector<T> host(count);
    assert_int_equal(cudaMemcpy(host.data(), block, count * sizeof(T), cudaMemcpyDeviceToHost), cudaSuccess);
    assert_int_equal(cudaFree(block), cudaSuccess);
    return host;
}

inline std::vector<float> matrix()
{
    std::vector<float> x(static_cast<size_t>(rows) * width);
    for (size_t i = 0; i < x.size(); i++)
        x[i] = 1.0f / static_cast<float>(i % 97 + 1);
    return x;
}

/* The sums of the matrix's rows by a kernel with a fault. */
inline std::vector<float> sums(enum probe_fault fault, const char *order)
{
    shim_set("ORDER", order);
    float *x = device_block(matrix()), *out = device_block(std::vector<float>(rows));
    probe_sum(x, rows, width, 96, fault, out, nullptr);
    assert_int_equal(cudaGetLastError(), cudaSuccess);
    assert_int_equal(cudaDeviceSynchronize(), cudaSuccess);
    cudaFree(x);
    return taken_back(out, rows);
}

/* In a child: it must die, and say all of `parts` before. */
template <class Body> inline void assert_dies(Body body, const std::vector<const char *> &parts)
{
    int ends[2], status;
    char text[8192] = "";
    size_t length = 0;
    assert_int_equal(pipe(ends), 0);
    fflush(stdout);
    fflush(stderr);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL); /* cmocka's handlers aside */
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        body();
        _exit(0);
    }
    close(ends[1]);
    for (ssize_t got;
         length < sizeof text - 1 && (got = read(ends[0], text + length, sizeof text - 1 - length)) > 0;)
        length += static_cast<size_t>(got);
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) fail_msg("it lived: %s", text);
    for (const char *part : parts) {
        if (strstr(text, part) == nullptr) fail_msg("\"%s\" is not in: %s", part, text);
    }
}

} // namespace

#endif
