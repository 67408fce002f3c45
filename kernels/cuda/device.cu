/* device.cu - opening a GPU, its memory and its one stream.
 *
 * Copies: a download returns when the data is there. An upload may return earlier: it goes through a
 * page-locked buffer of the device, of which every piece is used once between two waits for the stream, so
 * the caller's memory is free at once and the host need not wait for the GPU (a batch's indices are small).
 */
#include "kernels/cuda/device.h"

#include "kernels/cuda/families.h"
extern "C" {
#include "base/bytes.h"
#include "base/memory.h"
}

#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstring>

#define STAGING_BYTES ((size_t)1 << 20)

/* How many devices are open on each GPU; those beyond share the last place. */
#define COUNTED_GPUS 64
static std::atomic<int> opened_on[COUNTED_GPUS];

static std::atomic<int> &opened_count(int index)
{
    return opened_on[index < COUNTED_GPUS ? index : COUNTED_GPUS - 1];
}

bool cuda_is_open(int index)
{
    return opened_count(index) > 0;
}

/* What a device holds on the GPU. */
static enum status open_resources(struct device *device, struct device_facts *facts, struct error *error)
{
    const char *what = "be selected";
    cudaError_t result = cudaSetDevice(device->index);
    if (result == cudaSuccess) {
        cuda_inspect_code(device->index, facts);
        if (facts->state != DEVICE_USABLE)
            return error_set(error, STATUS_UNSUPPORTED, "device cuda: %s", facts->reason);
        what = "make a stream";
        result = cudaStreamCreateWithFlags(&device->stream, cudaStreamNonBlocking);
        device->has_stream = result == cudaSuccess;
    }
    if (result == cudaSuccess) {
        what = "give scratch memory";
        result = cudaMalloc(&device->scratch, CUDA_SCRATCH_BYTES);
    }
    if (result == cudaSuccess) {
        what = "lock memory for copies";
        result = cudaMallocHost(&device->staging, STAGING_BYTES);
    }
    if (result == cudaSuccess) return STATUS_OK;
    (void)cudaGetLastError();
    return error_set(error, result == cudaErrorMemoryAllocation ? STATUS_NO_MEMORY : STATUS_UNSUPPORTED,
                     "device cuda: GPU %d cannot %s: %s (%s)", device->index, what, cudaGetErrorName(result),
                     cudaGetErrorString(result));
}

extern "C" enum status cuda_open(const struct device_options *options, struct device **opened,
                                 struct error *error)
{
    *opened = NULL;
    struct device_facts facts;
    cuda_inspect_listed(options->index, &facts);
    if (facts.state != DEVICE_USABLE)
        return error_set(error, STATUS_UNSUPPORTED, "device cuda: %s", facts.reason);
    struct device *device = static_cast<struct device *>(memory_zeroed(1, sizeof *device));
    if (device == NULL) return error_no_memory(error, sizeof *device);
    device->index = options->index;
    device->operands = options->operands;
    device->failure = cudaSuccess;
    opened_count(device->index)++;
    fp_environment_enter(&device->callers);
    enum status status = fp_environment_check(error);
    if (status == STATUS_OK) status = open_resources(device, &facts, error);
    if (status != STATUS_OK) {
        cuda_close(device);
        return status;
    }
    *opened = device;
    return STATUS_OK;
}

extern "C" void cuda_close(struct device *device)
{
    if (device == NULL) return;
    if (device->has_stream) {
        (void)cudaStreamSynchronize(device->stream);
        (void)cudaStreamDestroy(device->stream);
    }
    if (device->staging != NULL) (void)cudaFreeHost(device->staging);
    if (device->scratch != NULL) (void)cudaFree(device->scratch);
    (void)cudaGetLastError();
    opened_count(device->index)--;
    fp_environment_leave(&device->callers);
    memory_free(device);
}

extern "C" void cuda_describe(struct device *device, struct device_description *description)
{
    cuda_identify(device->index, description);
}

extern "C" double cuda_memory(struct device *device)
{
    size_t available = 0, total = 0;
    (void)device;
    if (cudaMemGetInfo(&available, &total) == cudaSuccess) return (double)available;
    (void)cudaGetLastError();
    return NAN;
}

extern "C" double cuda_processor_seconds(struct device *device)
{
    (void)device;
    return NAN;
}

void cuda_note(struct device *device, cudaError_t result, const char *what)
{
    if (result == cudaSuccess || device->failure != cudaSuccess) return;
    device->failure = result;
    device->failed = what;
}

extern "C" enum status cuda_allocate(struct device *device, size_t bytes, void **block, struct error *error)
{
    char asked[BYTES_TEXT], unused[BYTES_TEXT], all[BYTES_TEXT];
    *block = NULL;
    cudaError_t result = cudaMalloc(block, bytes > 0 ? bytes : 1);
    if (result == cudaSuccess) {
        cuda_zero(device, *block, bytes);
        return STATUS_OK;
    }
    *block = NULL;
    (void)cudaGetLastError();
    if (result != cudaErrorMemoryAllocation)
        return error_set(error, STATUS_IO, "GPU %d gives no memory: %s (%s)", device->index,
                         cudaGetErrorName(result), cudaGetErrorString(result));
    size_t available = 0, total = 0;
    (void)cudaMemGetInfo(&available, &total);
    bytes_text((double)bytes, asked, sizeof asked);
    bytes_text((double)available, unused, sizeof unused);
    bytes_text((double)total, all, sizeof all);
    return error_set(error, STATUS_NO_MEMORY, "out of memory on GPU %d: %s were asked for, %s of %s are free",
                     device->index, asked, unused, all);
}

extern "C" void cuda_release(struct device *device, void *block)
{
    if (block != NULL) cuda_note(device, cudaFree(block), "release of memory");
}

/* Wait for the stream; then no piece of the staging buffer is in use. */
static void wait(struct device *device, const char *what)
{
    cuda_note(device, cudaStreamSynchronize(device->stream), what);
    device->staged = 0;
}

extern "C" void cuda_upload(struct device *device, void *to, const void *from_host, size_t bytes)
{
    static const char what[] = "copy to the GPU";
    if (bytes == 0 || device->failure != cudaSuccess) return;
    if (bytes > STAGING_BYTES) {
        cuda_note(device, cudaMemcpyAsync(to, from_host, bytes, cudaMemcpyHostToDevice, device->stream),
                  what);
        wait(device, what);
        return;
    }
    if (bytes > STAGING_BYTES - device->staged) wait(device, what);
    unsigned char *piece = static_cast<unsigned char *>(device->staging) + device->staged;
    memcpy(piece, from_host, bytes);
    device->staged += bytes;
    cuda_note(device, cudaMemcpyAsync(to, piece, bytes, cudaMemcpyHostToDevice, device->stream), what);
}

extern "C" void cuda_download(struct device *device, void *to_host, const void *from, size_t bytes)
{
    static const char what[] = "copy from the GPU";
    if (bytes == 0) return;
    if (device->failure == cudaSuccess) {
        cuda_note(device, cudaMemcpyAsync(to_host, from, bytes, cudaMemcpyDeviceToHost, device->stream),
                  what);
        wait(device, what);
    }
    if (device->failure != cudaSuccess) memset(to_host, 0, bytes); /* what did not come reads as zero */
}

extern "C" void cuda_copy(struct device *device, void *to, const void *from, size_t bytes)
{
    if (bytes == 0 || device->failure != cudaSuccess) return;
    cuda_note(device, cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, device->stream),
              "copy on the GPU");
}

extern "C" void cuda_zero(struct device *device, void *block, size_t bytes)
{
    if (bytes == 0 || device->failure != cudaSuccess) return;
    cuda_note(device, cudaMemsetAsync(block, 0, bytes, device->stream), "zeroing memory");
}

extern "C" enum status cuda_synchronize(struct device *device, struct error *error)
{
    wait(device, "work on the GPU");
    cudaError_t failure = device->failure;
    const char *failed = device->failed;
    device->failure = cudaSuccess;
    device->failed = NULL;
    if (failure == cudaSuccess) return STATUS_OK;
    (void)cudaGetLastError();
    return error_set(error, failure == cudaErrorMemoryAllocation ? STATUS_NO_MEMORY : STATUS_IO,
                     "GPU %d failed, noticed at %s: %s (%s)", device->index, failed,
                     cudaGetErrorName(failure), cudaGetErrorString(failure));
}
