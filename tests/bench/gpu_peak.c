/* gpu_peak.c - what the GPU at index 0 could do at most: `peak`, its name, GFLOP/s of binary32 fma, with tabs
 * between; and `tensor peak`, the same of TF32 on tensor cores, or "not known".
 *
 * Multiprocessors x clock x lanes x 2. Lanes that add and multiply binary32 in a multiprocessor, by compute
 * capability: CUDA C++ programming guide, "Arithmetic Instructions". For tensor cores NVIDIA's papers on the
 * architectures (A100, GA102, AD102, H100) give dense TF32 a clock and multiprocessor. Exit code 77: there is
 * no GPU, with the reason. */
#include <cuda_runtime_api.h>

#include <stdio.h>

static int lanes(int major, int minor)
{
    return (major == 8 && minor > 0) || major >= 9 ? 128 : 64; /* 7.x and 8.0: 64 */
}

/* Operations of dense TF32, or 0: not known. */
static int tensor_operations(int major, int minor)
{
    static const struct {
        int major, minor, operations;
    } known[] = {{8, 0, 1024}, {8, 6, 256}, {8, 9, 256}, {9, 0, 2048}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].major == major && known[i].minor == minor) return known[i].operations;
    }
    return 0;
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
    const int operations = tensor_operations(properties.major, properties.minor);
    const double tensor = 1e-6 * properties.multiProcessorCount * (double)clock_khz * operations;
    printf("tensor peak\tcompute capability %d.%d\t", properties.major, properties.minor);
    if (operations > 0)
        printf("%.6g\tGFLOP/s\n", tensor);
    else
        printf("not known\t\n");
    return 0;
}
