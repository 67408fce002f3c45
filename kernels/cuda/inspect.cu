/* inspect.cu - what GPUs this machine has, and why one cannot be used. Nothing is printed, and no failure
 * stays behind in the runtime. */
#include "kernels/cuda/device.h"

#include "kernels/cuda/families.h"

#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#define OLDEST_CAPABILITY 75 /* compute capability 7.5, Turing */

/* How a version of CUDA is written: 13000 is 13.0. */
static int major_of(int version)
{
    return version / 1000;
}

static int minor_of(int version)
{
    return version % 1000 / 10;
}

static void refuse(struct device_facts *facts, enum device_state state, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void refuse(struct device_facts *facts, enum device_state state, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(facts->reason, sizeof facts->reason, format, arguments);
    va_end(arguments);
    facts->state = state;
    (void)cudaGetLastError();
}

/* Why the runtime counts no GPU. cudaDriverGetVersion says 0 where there is no driver. */
static void refuse_all(cudaError_t result, struct device_facts *facts)
{
    int driver = 0, runtime = 0;
    (void)cudaDriverGetVersion(&driver);
    (void)cudaRuntimeGetVersion(&runtime);
    if (result == cudaErrorStubLibrary)
        refuse(
            facts, DEVICE_UNUSABLE,
            "the libcuda.so that was loaded is the toolkit's stub, which runs nothing; the NVIDIA driver's "
            "must come first in the library path");
    else if (driver == 0)
        refuse(facts, DEVICE_ABSENT,
               "no NVIDIA driver is installed; CUDA %d.%d needs one, and a container must be started with "
               "the GPU (docker run --gpus all)",
               major_of(runtime), minor_of(runtime));
    else if (result == cudaErrorInsufficientDriver)
        refuse(facts, DEVICE_UNUSABLE,
               "the NVIDIA driver is too old: it supports CUDA %d.%d, this build needs %d.%d",
               major_of(driver), minor_of(driver), major_of(runtime), minor_of(runtime));
    else if (result == cudaSuccess || result == cudaErrorNoDevice)
        refuse(facts, DEVICE_ABSENT,
               "the NVIDIA driver (CUDA %d.%d) is there but shows no GPU; CUDA_VISIBLE_DEVICES may hide it",
               major_of(driver), minor_of(driver));
    else
        refuse(facts, DEVICE_UNUSABLE, "the GPUs cannot be counted: %s (%s)", cudaGetErrorName(result),
               cudaGetErrorString(result));
}

/* The driver's own version, "580.65.06", as its kernel module tells it; "" where it does not. */
static void read_driver_release(char *release, size_t size)
{
    char line[256] = "";
    const char marker[] = "Kernel Module";
    release[0] = '\0';
    FILE *file = fopen("/proc/driver/nvidia/version", "r");
    if (file == NULL) return;
    const char *at = fgets(line, sizeof line, file) == NULL ? NULL : strstr(line, marker);
    (void)fclose(file);
    if (at == NULL) return;
    at += strlen(marker);
    at += strcspn(at, "0123456789\n");
    (void)snprintf(release, size, "%.*s", (int)strspn(at, "0123456789."), at);
}

extern "C" void cuda_identify(int index, struct device_description *description)
{
    int driver = 0, runtime = 0;
    char release[32];
    struct cudaDeviceProp properties;
    memset(description, 0, sizeof *description);
    if (cudaGetDeviceProperties(&properties, index) == cudaSuccess)
        (void)snprintf(description->gpu, sizeof description->gpu, "%.90s, compute capability %d.%d",
                       properties.name, properties.major, properties.minor);
    (void)cudaDriverGetVersion(&driver);
    (void)cudaRuntimeGetVersion(&runtime);
    read_driver_release(release, sizeof release);
    (void)snprintf(description->libraries, sizeof description->libraries,
                   "CUDA driver %d.%d%s%s%s, runtime %d.%d", major_of(driver), minor_of(driver),
                   release[0] == '\0' ? "" : " (", release, release[0] == '\0' ? "" : ")", major_of(runtime),
                   minor_of(runtime));
    (void)cudaGetLastError();
}

static void inspect_one(int index, struct device_facts *facts)
{
    struct cudaDeviceProp properties;
    cudaError_t result = cudaGetDeviceProperties(&properties, index);
    if (result != cudaSuccess) {
        refuse(facts, DEVICE_UNUSABLE, "GPU %d does not tell what it is: %s (%s)", index,
               cudaGetErrorName(result), cudaGetErrorString(result));
        return;
    }
    cuda_identify(index, &facts->description);
    facts->memory = (double)properties.totalGlobalMem;
    if (10 * properties.major + properties.minor < OLDEST_CAPABILITY)
        refuse(facts, DEVICE_UNUSABLE, "GPU %d has compute capability %d.%d; 7.5 or newer is needed", index,
               properties.major, properties.minor);
}

void cuda_inspect_listed(int index, struct device_facts *facts)
{
    int count = 0;
    memset(facts, 0, sizeof *facts);
    facts->state = DEVICE_USABLE;
    facts->memory = facts->free_memory = NAN;
    cudaError_t result = cudaGetDeviceCount(&count);
    facts->devices = result == cudaSuccess ? count : 0; /* a failure leaves it untouched or arbitrary */
    if (facts->devices <= 0)
        refuse_all(result, facts);
    else if (index < 0 || index >= count)
        refuse(facts, DEVICE_ABSENT, "there is no GPU %d: this machine shows %d, %s%d", index, count,
               count > 1 ? "numbered 0 to " : "number ", count - 1);
    else
        inspect_one(index, facts);
}

void cuda_inspect_code(int index, struct device_facts *facts)
{
    int driver = 0, major = 0, minor = 0;
    cudaError_t result = cuda_find_code();
    if (result == cudaSuccess) return;
    (void)cudaDriverGetVersion(&driver);
    (void)cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, index);
    (void)cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, index);
    if (result == cudaErrorNoKernelImageForDevice || result == cudaErrorInvalidDeviceFunction)
        refuse(facts, DEVICE_UNUSABLE,
               "this build has no code for GPU %d (compute capability %d.%d); build with "
               "-DFTBENCH_CUDA_ARCHITECTURES=%d%d",
               index, major, minor, major, minor);
    else if (result == cudaErrorUnsupportedPtxVersion)
        refuse(facts, DEVICE_UNUSABLE,
               "the NVIDIA driver (CUDA %d.%d) is too old for this build's PTX, all that it has for GPU %d; "
               "a newer driver, or build with -DFTBENCH_CUDA_ARCHITECTURES=%d%d-real",
               major_of(driver), minor_of(driver), index, major, minor);
    else
        refuse(facts, DEVICE_UNUSABLE, "GPU %d cannot load this build's code: %s (%s)", index,
               cudaGetErrorName(result), cudaGetErrorString(result));
}

/* What only a context tells. It is gone afterwards unless the GPU is open. Since CUDA 12 to select a GPU is
 * to make its context, so the thread gets back only what is open. */
static void inspect_in_context(int index, struct device_facts *facts)
{
    int before = 0;
    size_t available = 0, total = 0;
    (void)cudaGetDevice(&before);
    cudaError_t result = cudaSetDevice(index);
    if (result == cudaSuccess) cuda_inspect_code(index, facts);
    if (result == cudaSuccess) result = cudaMemGetInfo(&available, &total);
    if (result == cudaSuccess) {
        facts->memory = (double)total;
        facts->free_memory = (double)available;
    } else if (facts->state == DEVICE_USABLE) {
        refuse(facts, DEVICE_UNUSABLE, "the memory of GPU %d cannot be read: %s (%s)", index,
               cudaGetErrorName(result), cudaGetErrorString(result));
    }
    int now = index;
    if (!cuda_is_open(index) && cudaGetDevice(&now) == cudaSuccess && now == index) (void)cudaDeviceReset();
    if (before != index && cuda_is_open(before)) (void)cudaSetDevice(before);
    (void)cudaGetLastError();
}

extern "C" void cuda_inspect(int index, struct device_facts *facts)
{
    cuda_inspect_listed(index, facts);
    if (facts->state == DEVICE_USABLE) inspect_in_context(index, facts);
}

extern "C" bool cuda_usable(void)
{
    int count = 0;
    const bool usable = cudaGetDeviceCount(&count) == cudaSuccess && count > 0;
    (void)cudaGetLastError();
    return usable;
}
