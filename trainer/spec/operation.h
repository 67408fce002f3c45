/* operation.h - the operations of a training step by name, as traces and faults name them: those of `struct
 * ops` (kernels/ops.h) that compute, and three sources of numbers that are none of them. */
#ifndef FTBENCH_TRAINER_SPEC_OPERATION_H
#define FTBENCH_TRAINER_SPEC_OPERATION_H

#include <stdbool.h>

enum operation {
    OPERATION_START, /* "start": the weights before the first step */
    OPERATION_BATCH, /* "batch": what was read from the data */
    OPERATION_HOST,  /* "host": scalars that the host computes */
    OPERATION_LINEAR_FORWARD,
    OPERATION_LINEAR_BACKWARD_INPUT,
    OPERATION_LINEAR_BACKWARD_WEIGHT,
    OPERATION_EMBEDDING_FORWARD,
    OPERATION_EMBEDDING_BACKWARD,
    OPERATION_LAYERNORM_FORWARD,
    OPERATION_LAYERNORM_BACKWARD,
    OPERATION_LAYERNORM_BACKWARD_WEIGHT,
    OPERATION_RMSNORM_FORWARD,
    OPERATION_RMSNORM_BACKWARD,
    OPERATION_RMSNORM_BACKWARD_WEIGHT,
    OPERATION_ADD,
    OPERATION_GELU_FORWARD,
    OPERATION_GELU_BACKWARD,
    OPERATION_TANH_FORWARD,
    OPERATION_TANH_BACKWARD,
    OPERATION_RELU_FORWARD,
    OPERATION_RELU_BACKWARD,
    OPERATION_SWIGLU_FORWARD,
    OPERATION_SWIGLU_BACKWARD,
    OPERATION_DROPOUT,
    OPERATION_ROPE,
    OPERATION_ATTENTION_FORWARD,
    OPERATION_ATTENTION_BACKWARD,
    OPERATION_GATHER,
    OPERATION_SCATTER,
    OPERATION_CROSS_ENTROPY,
    OPERATION_SUM_SQUARES,
    OPERATION_ADAMW,
    OPERATIONS
};

/* "gelu_forward". */
const char *operation_name(enum operation operation);

/* The operation of `struct ops` of that name; false when there is none. */
bool operation_find(const char *name, enum operation *operation);

#endif
