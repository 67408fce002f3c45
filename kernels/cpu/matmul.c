/* matmul.c - the fixed-order matrix product: register tiles over packed panels of b.
 *
 * Rows are split into tiles of nearly equal height, which go through one packed panel (packing.h) after
 * another. Whatever the sizes, an element's chain is the same: tiles cut rows and columns only, blocks of k
 * go on from what the block before left in c. */
#include "kernels/cpu/product.h"

#include "kernels/cpu/packing.h"
#include "kernels/cpu/simd.h"

#include <string.h>

/* One tile: c (rows, vectors) over `depth` steps. */
struct tile {
    int depth;
    bool load; /* start from c, else from +0 */
    const float *a;
    ptrdiff_t a_row;  /* elements between rows of a; 1 when read by columns */
    ptrdiff_t a_step; /* elements between steps of a; 1 when read by rows */
    const float *b;   /* packed */
    float *c;
    ptrdiff_t ldc;
    const float *bias; /* to add at the end, whole vectors; or NULL */
};

FT_INLINE void tile_run(const struct tile *tile, const int rows, const int vectors, const bool by_rows)
{
    vec sum[TILE_ROWS][TILE_VECTORS];
    const ptrdiff_t a_row = by_rows ? tile->a_row : 1, a_step = by_rows ? 1 : tile->a_step, ldc = tile->ldc;
    const float *a = tile->a, *b = tile->b;
    float *c = tile->c;
    if (tile->load) {
        FT_UNROLL for (int i = 0; i < rows; i++)
        {
            FT_UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = vec_load(c + i * ldc + v * VEC);
        }
    } else {
        FT_UNROLL for (int i = 0; i < rows; i++)
        {
            FT_UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = vec_zero();
        }
    }
    for (int k = tile->depth; k > 0; k--) {
        vec column[TILE_VECTORS];
        FT_UNROLL for (int v = 0; v < vectors; v++) column[v] = vec_load(b + v * VEC);
        FT_UNROLL for (int i = 0; i < rows; i++)
        {
            vec element = vec_all(a[i * a_row]);
            FT_UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = vec_fma(element, column[v], sum[i][v]);
        }
        a += a_step;
        b += vectors * VEC;
    }
    if (tile->bias != NULL) {
        FT_UNROLL for (int v = 0; v < vectors; v++)
        {
            vec bias = vec_load(tile->bias + v * VEC);
            FT_UNROLL for (int i = 0; i < rows; i++) sum[i][v] = vec_add(sum[i][v], bias);
        }
    }
    FT_UNROLL for (int i = 0; i < rows; i++)
    {
        FT_UNROLL for (int v = 0; v < vectors; v++) vec_store(c + i * ldc + v * VEC, sum[i][v]);
    }
}

/* Each height with literal sizes: a tile's accumulators must be registers. */
#define TILES(rows)                                                                                          \
    static void tile_rows_wide_##rows(const struct tile *tile)                                               \
    {                                                                                                        \
        tile_run(tile, rows, TILE_VECTORS, true);                                                            \
    }                                                                                                        \
    static void tile_rows_narrow_##rows(const struct tile *tile)                                             \
    {                                                                                                        \
        tile_run(tile, rows, 1, true);                                                                       \
    }                                                                                                        \
    static void tile_columns_wide_##rows(const struct tile *tile)                                            \
    {                                                                                                        \
        tile_run(tile, rows, TILE_VECTORS, false);                                                           \
    }                                                                                                        \
    static void tile_columns_narrow_##rows(const struct tile *tile)                                          \
    {                                                                                                        \
        tile_run(tile, rows, 1, false);                                                                      \
    }
#define TILE_ENTRY(rows)                                                                                     \
    {                                                                                                        \
        {tile_columns_narrow_##rows, tile_columns_wide_##rows},                                              \
        {                                                                                                    \
            tile_rows_narrow_##rows, tile_rows_wide_##rows                                                   \
        }                                                                                                    \
    }

TILES(1)
TILES(2)
TILES(3)
TILES(4)
#if TILE_ROWS > 4
TILES(5)
TILES(6)
#endif
#if TILE_ROWS > 6
TILES(7)
TILES(8)
TILES(9)
TILES(10)
TILES(11)
TILES(12)
TILES(13)
TILES(14)
#endif

typedef void tile_kernel(const struct tile *tile);
/* [rows - 1][a by rows][wide] */
static tile_kernel *const tile_kernels[TILE_ROWS][2][2] = {
    TILE_ENTRY(1),  TILE_ENTRY(2),  TILE_ENTRY(3),  TILE_ENTRY(4),
#if TILE_ROWS > 4
    TILE_ENTRY(5),  TILE_ENTRY(6),
#endif
#if TILE_ROWS > 6
    TILE_ENTRY(7),  TILE_ENTRY(8),  TILE_ENTRY(9),  TILE_ENTRY(10),
    TILE_ENTRY(11), TILE_ENTRY(12), TILE_ENTRY(13), TILE_ENTRY(14),
#endif
};

/* Rows [row, row + rows) of c in the panel's columns, over k in [k_begin, k_end), which lies within the
 * panel. */
struct stretch {
    int row, rows;
    int k_begin, k_end;
    bool load, finish; /* go on from c; add the bias */
};

/* Columns of the panel that exist in `row`. */
static int columns_in_row(const struct product *product, const struct panel *panel, int row)
{
    if (product->triangle != TRIANGLE_OUTPUT) return panel->columns;
    int there = row + product->diagonal + 1 - panel->column;
    return there < 0 ? 0 : there < panel->columns ? there : panel->columns;
}

static void stretch_run(const struct product *product, const struct block *block, const struct panel *panel,
                        const struct stretch *stretch)
{
    _Alignas(64) float edge[TILE_ROWS * PANEL_COLUMNS];
    _Alignas(64) float bias[PANEL_COLUMNS] = {0};
    int width = panel->width, row = stretch->row, rows = stretch->rows;
    float *c = product->c + row * product->ldc + panel->column;
    struct tile tile = {.depth = stretch->k_end - stretch->k_begin,
                        .load = stretch->load,
                        .a_row = block->lda,
                        .a_step = block->lda,
                        .b = panel->packed + (stretch->k_begin - panel->k_begin) * width,
                        .c = c,
                        .ldc = product->ldc};
    ptrdiff_t a_row = row - block->row, a_k = stretch->k_begin - block->k;
    tile.a =
        product->a_transposed ? block->a + a_k * block->lda + a_row : block->a + a_row * block->lda + a_k;
    if (stretch->finish && product->bias != NULL) {
        memcpy(bias, product->bias + panel->column, (size_t)panel->columns * sizeof(float));
        tile.bias = bias;
    }
    tile_kernel *kernel = tile_kernels[rows - 1][!product->a_transposed][width > VEC];
    if (columns_in_row(product, panel, row) == width) {
        kernel(&tile);
        return;
    }
    tile.c = edge;
    tile.ldc = width;
    if (stretch->load) {
        for (int i = 0; i < rows; i++) {
            int there = columns_in_row(product, panel, row + i);
            memcpy(edge + i * width, c + i * product->ldc, (size_t)there * sizeof(float));
            memset(edge + i * width + there, 0, (size_t)(width - there) * sizeof(float));
        }
    }
    kernel(&tile);
    for (int i = 0; i < rows; i++) {
        size_t there = (size_t)columns_in_row(product, panel, row + i);
        memcpy(c + i * product->ldc, edge + i * width, there * sizeof(float));
    }
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

/* A tile's rows whose chains begin or end at different k: what they share as one tile, the rest row by row.
 * Chains start from c (cleared beforehand). */
static void ragged_run(const struct product *product, const struct block *block, const struct panel *panel,
                       int row, int rows)
{
    int first = row + product->diagonal, last = first + rows - 1;
    struct stretch shared = {row, rows, panel->k_begin, panel->k_end, true, false};
    if (product->triangle == TRIANGLE_UNTIL) {
        shared.k_end = clamp(first + 1, panel->k_begin, panel->k_end);
        if (shared.k_begin < shared.k_end) stretch_run(product, block, panel, &shared);
    }
    for (int i = 0; i < rows; i++) {
        struct stretch own = {row + i, 1, 0, 0, true, false};
        bool until = product->triangle == TRIANGLE_UNTIL;
        own.k_begin = clamp(until ? first + 1 : first + i, panel->k_begin, panel->k_end);
        own.k_end = clamp(until ? first + i + 1 : last, panel->k_begin, panel->k_end);
        if (own.k_begin < own.k_end) stretch_run(product, block, panel, &own);
    }
    if (product->triangle == TRIANGLE_FROM) {
        shared.k_begin = clamp(last, panel->k_begin, panel->k_end);
        if (shared.k_begin < shared.k_end) stretch_run(product, block, panel, &shared);
    }
}

/* All rows of the block through one panel. */
static void panel_run(const struct product *product, const struct block *block, const struct panel *panel,
                      bool load)
{
    int rows = block->rows;
    int tiles = (rows + TILE_ROWS - 1) / TILE_ROWS;
    bool finish = panel->k_end == product->k;
    for (int t = 0; t < tiles; t++) {
        int begin = block->row + (int)((long)rows * t / tiles),
            end = block->row + (int)((long)rows * (t + 1) / tiles);
        if (product->triangle == TRIANGLE_UNTIL || product->triangle == TRIANGLE_FROM) {
            ragged_run(product, block, panel, begin, end - begin);
        } else if (columns_in_row(product, panel, end - 1) > 0) {
            struct stretch stretch = {begin, end - begin, panel->k_begin, panel->k_end, load, finish};
            stretch_run(product, block, panel, &stretch);
        }
    }
}

/* No row of the block has anything to do in this panel. */
static bool panel_is_idle(const struct product *product, const struct block *block, const struct panel *panel)
{
    int row_begin = block->row, row_end = block->row + block->rows;
    switch (product->triangle) {
    case TRIANGLE_OUTPUT:
        return panel->column > row_end - 1 + product->diagonal;
    case TRIANGLE_UNTIL:
        return panel->k_begin > row_end - 1 + product->diagonal;
    case TRIANGLE_FROM:
        return panel->k_end <= row_begin + product->diagonal;
    case TRIANGLE_NONE:
        break;
    }
    return false;
}

void CPU_FN(product_run)(const struct product *product, const struct workspace *workspace)
{
    bool load = product->accumulate;
    if (!load && (product->triangle == TRIANGLE_UNTIL || product->triangle == TRIANGLE_FROM)) {
        for (int i = 0; i < product->m; i++)
            memset(product->c + i * product->ldc, 0, (size_t)product->n * sizeof(float));
    }
    int blocks = (product->k + BLOCK_DEPTH - 1) / BLOCK_DEPTH;
    int depth = blocks == 0 ? 0 : ((product->k + blocks - 1) / blocks + VEC - 1) / VEC * VEC;
    for (int row = 0; row < product->m; row += BLOCK_ROWS) {
        int rows = product->m - row < BLOCK_ROWS ? product->m - row : BLOCK_ROWS;
        for (int k = 0; k < product->k; k += depth) {
            int k_end = product->k - k < depth ? product->k : k + depth;
            struct block block = CPU_FN(packing_block)(product, row, rows, k, k_end, workspace);
            for (int j = 0; j < product->n; j += PANEL_COLUMNS) {
                int columns = product->n - j < PANEL_COLUMNS ? product->n - j : PANEL_COLUMNS;
                struct panel panel = {.packed = workspace->panel,
                                      .k_begin = k,
                                      .k_end = k_end,
                                      .column = j,
                                      .columns = columns,
                                      .width = columns <= VEC ? VEC : PANEL_COLUMNS};
                if (panel_is_idle(product, &block, &panel)) continue;
                CPU_FN(packing_panel)(product, &panel, workspace);
                panel_run(product, &block, &panel, load || k > 0);
            }
        }
    }
}

/* A product cut in tiles of rows and columns. */
struct share {
    const struct product *product;
    int tile_rows, tile_columns, across; /* sizes of a tile; tiles side by side */
};

static void share_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct share *share = job;
    const struct product *whole = share->product;
    for (int t = begin; t < end; t++) {
        int row = t / share->across * share->tile_rows, column = t % share->across * share->tile_columns;
        struct product part = *whole;
        part.m = whole->m - row < share->tile_rows ? whole->m - row : share->tile_rows;
        part.n = whole->n - column < share->tile_columns ? whole->n - column : share->tile_columns;
        part.a += whole->a_transposed ? row : row * whole->lda;
        part.b += whole->b_transposed ? column * whole->ldb : column;
        part.c += row * whole->ldc + column;
        if (whole->bias != NULL) part.bias += column;
        CPU_FN(product_run)(&part, workspace);
    }
}

/* `count` in about `pieces` pieces that are multiples of `unit` and not below `least`. */
static int piece_size(int count, int pieces, int unit, int least)
{
    int size = (count + pieces - 1) / pieces;
    if (size < least) size = least;
    return (size + unit - 1) / unit * unit;
}

void CPU_FN(product_share)(struct device *device, const struct product *product)
{
    int threads = threads_count(device);
    struct share share = {product, product->m, product->n, 1};
    int down = 1;
    /* Packing a panel costs as much as some ten rows: tiles are tall before they are wide. */
    if (threads > 1 && (double)product->m * product->n * product->k > 50000.0) {
        share.tile_columns = piece_size(product->n, 2 * threads, PANEL_COLUMNS, 2 * PANEL_COLUMNS);
        share.across = (product->n + share.tile_columns - 1) / share.tile_columns;
        share.tile_rows =
            piece_size(product->m, (4 * threads + share.across - 1) / share.across, TILE_ROWS, 84);
        down = (product->m + share.tile_rows - 1) / share.tile_rows;
    }
    threads_run(device, share.across * down, 1, share_piece, &share);
}
