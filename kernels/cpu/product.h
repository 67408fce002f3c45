/* product.h - the matrix product of the CPU backend, on operands that may be transposed, strided or
 * triangular.
 *
 * c (m, n) = a (m, k) b (k, n): every element is ONE chain of fma over ascending k, from +0 or from c's
 * value. Blocking over k reloads the accumulators from c, so the chain stays one. Elements of a and b are
 * rounded to the workspace's operands when they are read; c and the bias are binary32. */
#ifndef FTBENCH_KERNELS_CPU_PRODUCT_H
#define FTBENCH_KERNELS_CPU_PRODUCT_H

#include "kernels/cpu/isa.h"
#include "kernels/cpu/threads.h"

#include <stdbool.h>
#include <stddef.h>

/* Which part of a causal product is there. */
enum triangle {
    TRIANGLE_NONE,   /* all */
    TRIANGLE_OUTPUT, /* only elements with column <= row + diagonal are computed; others are not touched */
    TRIANGLE_UNTIL,  /* row's chain takes k <= row + diagonal only */
    TRIANGLE_FROM    /* row's chain takes k >= row + diagonal only */
};

struct product {
    int m, n, k;
    const float *a;
    ptrdiff_t lda;
    bool a_transposed; /* element (i, k) is a[k * lda + i] instead of a[i * lda + k] */
    const float *b;
    ptrdiff_t ldb;
    bool b_transposed; /* element (k, j) is b[j * ldb + k] instead of b[k * ldb + j] */
    float *c;
    ptrdiff_t ldc;
    bool accumulate;   /* start from c's values */
    const float *bias; /* (n) added to each row when its chains are done, one rounding; NULL: none */
    enum triangle triangle;
    int diagonal;
};

/* Do it in the calling thread, in its workspace's panel. */
void CPU_FN(product_run)(const struct product *product, const struct workspace *workspace);

/* Do it in all threads, rows and columns split in tiles (no triangles). */
void CPU_FN(product_share)(struct device *device, const struct product *product);

#endif
