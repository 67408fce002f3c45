#include "trainer/model/tensor_table.h"

#include <stdio.h>

static int64_t append(struct layout *layout, enum tensor_init init, bool decay, int rows, int cols,
                      const char *prefix, const char *name, const char *kind)
{
    struct tensor *tensor = &layout->tensors[layout->count];
    snprintf(tensor->name, sizeof tensor->name, "%s%s.%s", prefix, name, kind);
    tensor->offset = layout->total;
    tensor->rows = rows;
    tensor->cols = cols;
    tensor->decay = decay;
    tensor->init = init;
    layout->begin[layout->count++] = tensor->offset;
    layout->total += (int64_t)rows * cols;
    return tensor->offset;
}

int64_t tensor_matrix(struct layout *layout, int rows, int cols, const char *prefix, const char *name)
{
    return append(layout, TENSOR_NORMAL, true, rows, cols, prefix, name, "weight");
}

int64_t tensor_bias(struct layout *layout, int cols, const char *prefix, const char *name)
{
    return append(layout, TENSOR_ZERO, false, 1, cols, prefix, name, "bias");
}

int64_t tensor_gain(struct layout *layout, int cols, const char *prefix, const char *name)
{
    return append(layout, TENSOR_ONE, false, 1, cols, prefix, name, "weight");
}
