/* gpu_peak.c - what the GPU at index 0 could do at most: `peak`, its name, GFLOP/s of binary32 fma, with tabs
 * between; and `tensor peak`, the same of TF32 on tensor cores, or "not known".
 *
 * Multiprocessors x clock x lanes x 2. Lanes that add and multiply binary32 in a multiprocessor, by compute
 * capability: CUDA C++ programming guide, "Arithmetic Instructions". For tensor cores tensor_peak.h. The
 * clock is the highest that the driver names. Exit code 77: there is no GPU, with the reason. */
#include "tensor_peak.h"

#include <cuda_runtime_api.h>

#include <stdio.h>

static int lanes(int major, int minor)
{
    return (major == 8 && minor > 0) || major >= 9 ? 128 : 64; /* 7.x and 8.0: 64 */
}

int main(void)
{
    struct cudaDeviceProp properties;
    int clock_khz = 0;
    cudaError_t failure = cudaGetDeviceProperties(&properties, 0);
    if (failure == cudaSuccess) failure = cudaDeviceGetAttribute(&clock_khz, cudaDevAttrClockRate, 0);
    if (failure != cudaSuccess) {
        fprintf(stderr, "gpu_peak: no GPU: %s\n", cudaGetErrorString(failure));
        return 77;
    }
    const double peak =
        2e-6 * properties.multiProcessorCount * (double)clock_khz * lanes(properties.major, properties.minor);
    printf("peak\t%s, %d multiprocessors, %.0f MHz\t%.6g\tGFLOP/s\n", properties.name,
           properties.multiProcessorCount, clock_khz * 1e-3, peak);
    const int operations = tensor_peak_operations(properties.major, properties.minor, properties.name);
    const double tensor = 1e-6 * properties.multiProcessorCount * (double)clock_khz * operations;
    printf("tensor peak\tcompute capability %d.%d\t", properties.major, properties.minor);
    if (operations > 0)
        printf("%.6g\tGFLOP/s\n", tensor);
    else
        printf("not known\t\n");
    return 0;
}
