/* fast_device.cu - the GPU with cuBLAS on its stream. */
#include "kernels/cuda/device.h"

#include "kernels/cuda/families.h"
#include "kernels/cuda/fast_families.h"
extern "C" {
#include "kernels/cuda/cublas.h"
}

#include <cstdio>
#include <cstring>

bool cuda_fast_usable(void)
{
    return cuda_usable() && cuda_blas_find(NULL, NULL) == STATUS_OK;
}

void cuda_fast_inspect(int index, struct device_facts *facts)
{
    char version[CUDA_BLAS_VERSION_BYTES];
    struct error error;
    memset(&error, 0, sizeof error);
    cuda_inspect(index, facts);
    if (facts->state != DEVICE_USABLE) return;
    if (cuda_blas_find(version, &error) != STATUS_OK) {
        facts->state = DEVICE_UNUSABLE;
        (void)snprintf(facts->reason, sizeof facts->reason, "%.250s", error.text);
        return;
    }
    char *libraries = facts->description.libraries;
    const size_t used = strlen(libraries);
    (void)snprintf(libraries + used, sizeof facts->description.libraries - used, ", %s", version);
}

enum status cuda_fast_open(const struct device_options *options, struct device **opened, struct error *error)
{
    struct device *device = NULL;
    *opened = NULL;
    TRY(cuda_open(options, &device, error));
    enum status status = cuda_allocate(device, CUDA_BLAS_WORKSPACE_BYTES, &device->blas_workspace, error);
    if (status == STATUS_OK)
        status =
            cuda_blas_open(device->stream, device->blas_workspace, options->operands, &device->blas, error);
    if (status != STATUS_OK) {
        cuda_fast_close(device);
        return status;
    }
    *opened = device;
    return STATUS_OK;
}

void cuda_fast_close(struct device *device)
{
    if (device == NULL) return;
    (void)cudaStreamSynchronize(device->stream); /* nothing reads the workspace any more */
    cuda_blas_close(device->blas);
    cuda_release(device, device->blas_workspace);
    cuda_close(device);
}

void cuda_fast_describe(struct device *device, struct device_description *description)
{
    char version[CUDA_BLAS_VERSION_BYTES];
    cuda_describe(device, description);
    if (cuda_blas_find(version, NULL) != STATUS_OK) return;
    const size_t used = strlen(description->libraries);
    (void)snprintf(description->libraries + used, sizeof description->libraries - used, ", %s", version);
}
