#include "kernels/cpu/packing.h"

#include "kernels/common/half.h"

#include <string.h>

/* `to` may be `from`. */
static void round_values(enum operands operands, const float *from, float *to, int count)
{
    if (operands == OPERANDS_FP16) {
        FT_INDEPENDENT
        for (int i = 0; i < count; i++)
            to[i] = ft_round_fp16(from[i]);
    } else if (operands == OPERANDS_BF16) {
        FT_INDEPENDENT
        for (int i = 0; i < count; i++)
            to[i] = ft_round_bf16(from[i]);
    }
}

struct block CPU_FN(packing_block)(const struct product *product, int row, int rows, int k_begin, int k_end,
                                   const struct workspace *workspace)
{
    struct block block = {.lda = product->lda, .row = row, .rows = rows, .k = k_begin};
    int lines = product->a_transposed ? k_end - k_begin : rows;
    int length = product->a_transposed ? rows : k_end - k_begin;
    const float *from = product->a_transposed ? product->a + k_begin * product->lda + row
                                              : product->a + row * product->lda + k_begin;
    block.a = from;
    if (workspace->operands == OPERANDS_FP32) return block;
    for (int line = 0; line < lines; line++)
        round_values(workspace->operands, from + line * product->lda, workspace->rounded + line * length,
                     length);
    block.a = workspace->rounded;
    block.lda = length;
    return block;
}

static void pack_rows(const struct product *product, const struct panel *panel, float *to)
{
    size_t bytes = (size_t)panel->columns * sizeof(float);
    size_t padding = (size_t)(panel->width - panel->columns) * sizeof(float);
    for (int k = panel->k_begin; k < panel->k_end; k++) {
        const float *from = product->b + k * product->ldb + panel->column;
        if (panel->columns == PANEL_COLUMNS) {
            FT_UNROLL for (int v = 0; v < TILE_VECTORS; v++)
                vec_store(to + v * VEC, vec_load(from + v * VEC));
        } else {
            memcpy(to, from, bytes);
            memset(to + panel->columns, 0, padding);
        }
        to += panel->width;
    }
}

static void pack_transposed(const struct product *product, const struct panel *panel, float *to)
{
    int depth = panel->k_end - panel->k_begin, width = panel->width, j = 0;
    const float *from = product->b + panel->column * product->ldb + panel->k_begin;
    for (; j + VEC <= panel->columns; j += VEC) {
        int k = 0;
        for (; k + VEC <= depth; k += VEC)
            vec_transpose(from + j * product->ldb + k, product->ldb, to + k * width + j, width);
        for (; k < depth; k++) {
            for (int i = j; i < j + VEC; i++)
                to[k * width + i] = from[i * product->ldb + k];
        }
    }
    for (; j < width; j++) {
        for (int k = 0; k < depth; k++)
            to[k * width + j] = j < panel->columns ? from[j * product->ldb + k] : 0.0f;
    }
}

void CPU_FN(packing_panel)(const struct product *product, const struct panel *panel,
                           const struct workspace *workspace)
{
    if (product->b_transposed)
        pack_transposed(product, panel, workspace->panel);
    else
        pack_rows(product, panel, workspace->panel);
    round_values(workspace->operands, workspace->panel, workspace->panel,
                 (panel->k_end - panel->k_begin) * panel->width);
}
