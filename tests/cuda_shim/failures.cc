#include "failures.h"

#include "fatal.h"
#include "options.h"
#include "shim.h"

#include <stdlib.h>
#include <string.h>
#include <string>
#include <vector>

namespace
{

const char *const names[CALLS] = {"malloc", "mallochost",  "stream", "copy", "set",
                                  "launch", "synchronize", "device", "code"};
const cudaError_t usual[CALLS] = {
    cudaErrorMemoryAllocation, cudaErrorMemoryAllocation,   cudaErrorUnknown,
    cudaErrorLaunchFailure,    cudaErrorLaunchFailure,      cudaErrorLaunchFailure,
    cudaErrorIllegalAddress,   cudaErrorDevicesUnavailable, cudaErrorNoKernelImageForDevice};

struct failure {
    enum call call;
    long after; /* calls before it */
    cudaError_t error;
};
std::vector<failure> planned;
cudaError_t last, staying;

bool is_late(cudaError_t error)
{
    return error == cudaErrorIllegalAddress || error == cudaErrorLaunchTimeout ||
           error == cudaErrorIllegalInstruction || error == cudaErrorMisalignedAddress ||
           error == cudaErrorLaunchFailure || error == cudaErrorECCUncorrectable;
}

failure parse(const std::string &text)
{
    size_t colon = text.find(':');
    for (int i = 0; colon != std::string::npos && i < CALLS; i++) {
        if (text.compare(0, colon, names[i]) != 0) continue;
        char *end;
        long nth = strtol(text.c_str() + colon + 1, &end, 10);
        long error = *end == ':' ? strtol(end + 1, &end, 10) : static_cast<long>(usual[i]);
        if (*end == '\0' && nth > 0 && error > 0)
            return {static_cast<call>(i), nth - 1, static_cast<cudaError_t>(error)};
    }
    fatal("FAIL=%s: call:n or call:n:error is expected", text.c_str());
}

} // namespace

void failures_plan(const char *plan)
{
    std::string rest = plan;
    planned.clear();
    while (!rest.empty()) {
        size_t comma = rest.find(',');
        planned.push_back(parse(rest.substr(0, comma)));
        rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
    }
}

cudaError_t failures_state()
{
    const options &options = options_now();
    if (options.stub) return cudaErrorStubLibrary;
    if (options.driver < CUDART_VERSION) return cudaErrorInsufficientDriver;
    if (options.devices == 0) return cudaErrorNoDevice;
    return staying;
}

cudaError_t failures_begin(enum call call, cudaError_t *late)
{
    cudaError_t error = failures_state();
    if (late != nullptr) *late = cudaSuccess;
    for (failure &failure : planned) {
        if (failure.call != call || failure.after-- != 0) continue;
        if (late != nullptr && is_late(failure.error))
            *late = failure.error;
        else if (error == cudaSuccess)
            error = failure.error;
        if (late == nullptr && is_late(failure.error)) failures_stay(failure.error);
    }
    return error;
}

void failures_stay(cudaError_t error)
{
    if (staying == cudaSuccess) staying = error;
}

cudaError_t failures_note(cudaError_t error)
{
    if (error != cudaSuccess) last = error;
    return error;
}

void shim_reset(void)
{
    planned.clear();
    last = cudaSuccess;
    staying = cudaSuccess;
}

cudaError_t cudaPeekAtLastError(void)
{
    return staying != cudaSuccess ? staying : last;
}

cudaError_t cudaGetLastError(void)
{
    cudaError_t error = cudaPeekAtLastError();
    last = cudaSuccess;
    return error;
}
