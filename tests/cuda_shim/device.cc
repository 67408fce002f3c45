/* device.cc - which devices there are and what they can do. */
#include "device.h"

#include "failures.h"
#include "options.h"
#include "queue.h"
#include "shim.h"

#include <set>
#include <stdio.h>

namespace
{

int chosen;
std::set<int> contexts;

cudaError_t check(int device)
{
    cudaError_t error = failures_state();
    if (error != cudaSuccess) return error;
    return device < 0 || device >= options_now().devices ? cudaErrorInvalidDevice : cudaSuccess;
}

} // namespace

cudaError_t cudaDriverGetVersion(int *version)
{
    if (options_now().stub) return failures_note(cudaErrorStubLibrary);
    *version = options_now().driver;
    return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int *version)
{
    *version = CUDART_VERSION;
    return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int *count)
{
    cudaError_t error = failures_state();
    if (error == cudaErrorNoDevice) *count = 0;
    if (error == cudaSuccess) *count = options_now().devices;
    return failures_note(error);
}

cudaError_t cudaGetDevice(int *device)
{
    cudaError_t error = failures_state();
    if (error == cudaSuccess) *device = chosen;
    return failures_note(error);
}

cudaError_t cudaSetDevice(int device)
{
    cudaError_t error = failures_begin(CALL_DEVICE, nullptr);
    if (error == cudaSuccess) error = check(device);
    if (error == cudaSuccess) {
        chosen = device;
        device_context();
    }
    return failures_note(error);
}

void device_context()
{
    contexts.insert(chosen);
}

bool shim_has_context(int device)
{
    return contexts.count(device) > 0;
}

cudaError_t shim_function_attributes(struct cudaFuncAttributes *attributes)
{
    cudaError_t error = failures_begin(CALL_CODE, nullptr);
    device_context();
    if (error == cudaSuccess) attributes->binaryVersion = 10 * options_now().major + options_now().minor;
    if (error == cudaSuccess) attributes->ptxVersion = attributes->binaryVersion;
    return failures_note(error);
}

cudaError_t cudaDeviceReset(void)
{
    queue_run();
    contexts.erase(chosen);
    return failures_note(failures_state());
}

cudaError_t cudaGetDeviceProperties(struct cudaDeviceProp *properties, int device)
{
    const options &options = options_now();
    cudaError_t error = check(device);
    if (error != cudaSuccess) return failures_note(error);
    *properties = {};
    snprintf(properties->name, sizeof properties->name, "%s", SHIM_NAME);
    properties->totalGlobalMem = options.memory;
    properties->sharedMemPerBlock = 48 * 1024;
    properties->sharedMemPerBlockOptin = options.shared;
    properties->warpSize = 32;
    properties->maxThreadsPerBlock = 1024;
    properties->major = options.major;
    properties->minor = options.minor;
    properties->multiProcessorCount = 4;
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int *value, enum cudaDeviceAttr attribute, int device)
{
    struct cudaDeviceProp properties;
    cudaError_t error = cudaGetDeviceProperties(&properties, device);
    if (error != cudaSuccess) return error;
    switch (attribute) {
    case cudaDevAttrMaxThreadsPerBlock:
        *value = properties.maxThreadsPerBlock;
        return cudaSuccess;
    case cudaDevAttrWarpSize:
        *value = properties.warpSize;
        return cudaSuccess;
    case cudaDevAttrMultiProcessorCount:
        *value = properties.multiProcessorCount;
        return cudaSuccess;
    case cudaDevAttrComputeCapabilityMajor:
        *value = properties.major;
        return cudaSuccess;
    case cudaDevAttrComputeCapabilityMinor:
        *value = properties.minor;
        return cudaSuccess;
    case cudaDevAttrManagedMemory:
        *value = 1;
        return cudaSuccess;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
        *value = static_cast<int>(properties.sharedMemPerBlockOptin);
        return cudaSuccess;
    }
    return failures_note(cudaErrorInvalidValue);
}
