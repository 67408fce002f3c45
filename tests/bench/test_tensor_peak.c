/* test_tensor_peak - operations of tensor cores against what NVIDIA says that whole GPUs do: dense TF32, in
 * TFLOPS, at the boost clock that goes with it. */
#include "tensor_peak.h"

#include <math.h>
#include <stdio.h>

static const struct {
    const char *name;
    int major, minor, multiprocessors;
    double mhz, tflops;
} printed[] = {
    /* "NVIDIA A100 Tensor Core GPU Architecture" (2020), table of the A100's peaks */
    {"NVIDIA A100-SXM4-80GB", 8, 0, 108, 1410, 156},
    /* "NVIDIA H100 Tensor Core GPU Architecture" (2022), table of peaks: tensor cores at 1830 MHz, while
     * binary32 is given at 1980 MHz. The driver names the higher clock, so that the peak which ci/gpu prints
     * is 8% above this one. */
    {"NVIDIA H100 80GB HBM3", 9, 0, 132, 1830, 494.7},
    /* "NVIDIA Ampere GA102 GPU Architecture" (2020): TF32 as fast as binary32 */
    {"NVIDIA GeForce RTX 3090", 8, 6, 82, 1695, 35.6},
    /* the A40's datasheet: 74.8, with sparsity 149.6 */
    {"NVIDIA A40", 8, 6, 84, 1740, 74.8},
    /* "NVIDIA Ada GPU Architecture" (2022) */
    {"NVIDIA GeForce RTX 4090", 8, 9, 128, 2520, 82.6},
    /* the datasheets of L40 and L40S: 90.5 and 183 */
    {"NVIDIA L40", 8, 9, 142, 2490, 90.5},
    {"NVIDIA L40S", 8, 9, 142, 2520, 183},
};

int main(void)
{
    int wrong = 0;
    for (size_t i = 0; i < sizeof printed / sizeof printed[0]; i++) {
        const int operations = tensor_peak_operations(printed[i].major, printed[i].minor, printed[i].name);
        const double tflops = 1e-6 * printed[i].multiprocessors * printed[i].mhz * operations;
        if (fabs(tflops - printed[i].tflops) <= 0.005 * printed[i].tflops) continue;
        printf("%s: %d operations a clock and multiprocessor are %.1f TFLOPS, NVIDIA says %.1f\n",
               printed[i].name, operations, tflops, printed[i].tflops);
        wrong++;
    }
    if (tensor_peak_operations(7, 5, "Tesla T4") != 0 ||
        tensor_peak_operations(12, 0, "NVIDIA GeForce RTX 5090") != 0) {
        printf("a peak is said of a GPU of which none is known\n");
        wrong++;
    }
    if (wrong == 0) printf("%zu GPUs have the peaks that NVIDIA says\n", sizeof printed / sizeof printed[0]);
    return wrong != 0;
}
