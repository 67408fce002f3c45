#include "trainer/spec/operation.h"

#include <string.h>

static const char *const names[OPERATIONS] = {
    [OPERATION_START] = "start",
    [OPERATION_BATCH] = "batch",
    [OPERATION_HOST] = "host",
    [OPERATION_LINEAR_FORWARD] = "linear_forward",
    [OPERATION_LINEAR_BACKWARD_INPUT] = "linear_backward_input",
    [OPERATION_LINEAR_BACKWARD_WEIGHT] = "linear_backward_weight",
    [OPERATION_EMBEDDING_FORWARD] = "embedding_forward",
    [OPERATION_EMBEDDING_BACKWARD] = "embedding_backward",
    [OPERATION_LAYERNORM_FORWARD] = "layernorm_forward",
    [OPERATION_LAYERNORM_BACKWARD] = "layernorm_backward",
    [OPERATION_LAYERNORM_BACKWARD_WEIGHT] = "layernorm_backward_weight",
    [OPERATION_RMSNORM_FORWARD] = "rmsnorm_forward",
    [OPERATION_RMSNORM_BACKWARD] = "rmsnorm_backward",
    [OPERATION_RMSNORM_BACKWARD_WEIGHT] = "rmsnorm_backward_weight",
    [OPERATION_ADD] = "add",
    [OPERATION_GELU_FORWARD] = "gelu_forward",
    [OPERATION_GELU_BACKWARD] = "gelu_backward",
    [OPERATION_TANH_FORWARD] = "tanh_forward",
    [OPERATION_TANH_BACKWARD] = "tanh_backward",
    [OPERATION_RELU_FORWARD] = "relu_forward",
    [OPERATION_RELU_BACKWARD] = "relu_backward",
    [OPERATION_SWIGLU_FORWARD] = "swiglu_forward",
    [OPERATION_SWIGLU_BACKWARD] = "swiglu_backward",
    [OPERATION_DROPOUT] = "dropout",
    [OPERATION_ROPE] = "rope",
    [OPERATION_ATTENTION_FORWARD] = "attention_forward",
    [OPERATION_ATTENTION_BACKWARD] = "attention_backward",
    [OPERATION_GATHER] = "gather",
    [OPERATION_SCATTER] = "scatter",
    [OPERATION_CROSS_ENTROPY] = "cross_entropy",
    [OPERATION_SUM_SQUARES] = "sum_squares",
    [OPERATION_ADAMW] = "adamw",
};

const char *operation_name(enum operation operation)
{
    return names[operation];
}

bool operation_find(const char *name, enum operation *operation)
{
    for (int i = OPERATION_LINEAR_FORWARD; i < OPERATIONS; i++) {
        if (strcmp(names[i], name) != 0) continue;
        *operation = (enum operation)i;
        return true;
    }
    return false;
}
