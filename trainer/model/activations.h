/* activations.h - the tensors that a forward pass leaves for the backward pass, and the backward pass's
 * scratch: one device block, carved once for the largest micro-batch. How much is left is said by enum
 * keeping. Tensors that several layers share are those of the layer that was computed last.
 *
 * S is rows of storage, T tokens, B samples, C hidden size, F intermediate size, H query heads, D their size,
 * Q = (H + 2 G) D, P = H * sum of squared lengths. What a family does not use has no memory and is NULL. */
#ifndef FTBENCH_TRAINER_MODEL_ACTIVATIONS_H
#define FTBENCH_TRAINER_MODEL_ACTIVATIONS_H

#include "base/status.h"
#include "kernels/ops.h"
#include "trainer/data/batch.h"
#include "trainer/model/model_config.h"

/* What of a forward pass stays for a backward pass. No bit depends on it. */
enum keeping {
    KEEP_NOTHING, /* none follows: its scratch is NULL, and all layers share one set of tensors */
    KEEP_INPUTS,  /* each layer's input; the rest is shared, and computed again when its layer's turn comes */
    KEEP_ALL
};

struct layer_activations {
    float *input;         /* (S, C): the layer's input; belongs to the layer before, or to the embeddings */
    float *qkv;           /* (S, Q): queries, keys, values, after rotation */
    float *probabilities; /* (P) */
    float *context;       /* (S, H D) */
    float *sum1;          /* (S, C): input + attention; encoders normalise it, decoders go on from it */
    float *mean1, *rstd1; /* (T); decoders have no mean */
    float *norm1;         /* (S, C): encoders: normalised sum1; decoders: normalised input */
    float *up;            /* encoders (S, F): before the activation; decoders (S, 2 F): gate and up */
    float *inner;         /* (S, F): after the activation */
    float *sum2;          /* (S, C): + MLP; in decoders the layer's output */
    float *mean2, *rstd2; /* (T) */
    float *norm2; /* (S, C): encoders: normalised sum2, the layer's output; decoders: normalised sum1 */
};

struct activations {
    float *block; /* owned, device */
    size_t bytes; /* of the block */
    enum keeping keeping;
    struct layer_activations *layers;     /* (L), owned, host */
    float *embedded;                      /* (S, C): encoders: sum of the embeddings, before their norm */
    float *embedded_mean, *embedded_rstd; /* (T); encoders */
    float *hidden;                        /* (S, C): input of layer 0 */
    float *gathered;         /* (B, C): hidden state of the pooled token (RoBERTa: after dropout) */
    float *pooled_rstd;      /* (B); decoders' final norm */
    float *pooled;           /* (B, C): encoders: after tanh or ReLU; decoders: normalised */
    float *dropped;          /* (B, C): pooled after dropout; what the head reads */
    float *logits, *dlogits; /* (B, classes) */
    float *losses;           /* (B) */
    /* backward */
    float *dhidden;             /* (S, C): gradient of the current layer's output, then of its input */
    float *dbranch;             /* (S, C) */
    float *dinner;              /* (S, F) */
    float *dup;                 /* decoders (S, 2 F); encoders: the same as dinner */
    float *dcontext;            /* (S, H D) */
    float *dqkv;                /* (S, Q) */
    float *dscores;             /* (P) */
    float *dpooled, *dgathered; /* (B, C) */
};

/* Bytes of the block. */
size_t activations_bytes(const struct model_config *config, int classes, const struct batch_limits *limits,
                         enum keeping keeping);

enum status activations_create(const struct model_config *config, int classes,
                               const struct batch_limits *limits, enum keeping keeping, const struct ops *ops,
                               struct device *device, struct activations *activations, struct error *error);
/* (S, C): a layer's output, which is the input of the next one. */
float *activations_output(const struct model_config *config, const struct layer_activations *layer);

void activations_free(struct activations *activations, const struct ops *ops, struct device *device);

#endif
