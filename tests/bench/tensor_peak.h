/* tensor_peak.h - what a multiprocessor's tensor cores do in a clock. */
#ifndef FTBENCH_TESTS_BENCH_TENSOR_PEAK_H
#define FTBENCH_TESTS_BENCH_TENSOR_PEAK_H

/* Operations, additions and multiplications, of dense TF32 products with sums in binary32, by compute
 * capability and the name that the driver gives the GPU; 0: not known. */
int tensor_peak_operations(int major, int minor, const char *name);

#endif
