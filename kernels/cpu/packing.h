/* packing.h - how a product reads its operands: b in packed panels, a in place, both rounded first where the
 * device has operands of half precision (half.h).
 *
 * A panel is `depth` rows of b by TILE_VECTORS (or 1) vectors, contiguous, zeros beyond the last column. In
 * binary32 a is read where it is, by rows or by columns; otherwise a block of it is rounded into the
 * workspace once for all of its panels. */
#ifndef FTBENCH_KERNELS_CPU_PACKING_H
#define FTBENCH_KERNELS_CPU_PACKING_H

#include "kernels/cpu/product.h"
#include "kernels/cpu/simd.h"

#define PANEL_COLUMNS (TILE_VECTORS * VEC)
#define BLOCK_DEPTH (VEC >= 16 ? 256 : 384) /* k of a panel: 32 or 24 KiB, the first cache */
#define BLOCK_ROWS 504 /* rows of a that go through one panel: the second cache, with BLOCK_DEPTH */

_Static_assert(BLOCK_DEPTH *PANEL_COLUMNS <= WORKSPACE_PANEL, "a panel must fit in its buffer");
_Static_assert(BLOCK_DEPTH *BLOCK_ROWS <= WORKSPACE_ROUNDED, "a block must fit in its buffer");

/* A packed panel: rows [k_begin, k_end) and columns [column, column + columns) of b. */
struct panel {
    const float *packed;
    int k_begin, k_end;
    int column, columns;
    int width; /* floats a row: columns and zeros */
};

/* Rows [row, row + rows) of a, from k on: where element (row, k) is, and the step between lines (rows, or
 * columns when a is transposed). */
struct block {
    const float *a;
    ptrdiff_t lda;
    int row, rows, k;
};

/* The block's operands: in a itself, or rounded in the workspace until the next call. */
struct block CPU_FN(packing_block)(const struct product *product, int row, int rows, int k_begin, int k_end,
                                   const struct workspace *workspace);

/* Pack b's part that `panel` names into the workspace's panel. */
void CPU_FN(packing_panel)(const struct product *product, const struct panel *panel,
                           const struct workspace *workspace);

#endif
