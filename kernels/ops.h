/* ops.h - every tensor operation a backend offers.
 *
 * `struct ops` is a const table of functions; `ops_list` is the NULL-terminated list of the tables in this
 * build, best first. Tables: "cpu" (one for each instruction set, all with the same bits) and, where CUDA is
 * built, "cuda". The CPU table is the oracle: any other strict table must give its bits.
 *
 * Arithmetic is the strict contract (docs/arithmetic.md): binary32 +, -, *, fma, /, sqrt, the functions
 * of kernels/common/elementary.h, and nothing else. Notation below, over elements of binary32:
 *   chain_k  acc = fma(a_k, b_k, acc), k ascending, one accumulator, starting from +0 or from what is there
 *   lanes_k  32 lanes, lane l takes k = l, l+32, ... in order; then x[l] += x[l+d] for d = 16, 8, 4, 2, 1
 *   a (+) b  one rounded operation; an expression is rounded in the order it is written
 * Every output element depends on its inputs in this order only: never on threads, vector width, batch cut or
 * storage.
 *
 * Memory: tensor pointers (`float *`, and the index arrays named "device") come from `allocate` of the same
 * device. Ops never allocate and never fail on valid arguments; a device that can fail (CUDA) records the
 * first failure, which `synchronize` returns. Outputs must not overlap inputs unless a comment allows it.
 *
 * Tokens: a batch is a list of tokens in ascending (sample, position) order; `struct rows` says in which row
 * of a (storage_rows, C) tensor each is stored. Packed batches store token t in row t; padded ones leave rows
 * in between that no operation reads. Index arrays refer to tokens, never to rows. */
#ifndef FTBENCH_KERNELS_OPS_H
#define FTBENCH_KERNELS_OPS_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device; /* a backend's held resources: threads and their pack buffers, or a GPU stream. Opaque */

/* What the operands of matrix products are rounded to, to nearest even, when they are read (half.h); chains
 * accumulate in binary32 all the same, and everything else is computed in binary32. Products: the linear
 * layers, and in attention the scores, the outputs and their gradients. */
enum operands { OPERANDS_FP32, OPERANDS_FP16, OPERANDS_BF16 };

struct device_options {
    int threads;            /* CPU threads, >= 1; bits do not depend on it */
    int index;              /* GPU index, 0 first; ignored by the CPU */
    enum operands operands; /* of every product that the device computes */
};

/* What computes, for the record of a run. Empty where it means nothing. */
struct device_description {
    char gpu[128];       /* name and compute capability */
    char libraries[128]; /* driver, runtime and libraries, with their versions */
};

/* Whether a device can compute, and if not, why. */
enum device_state {
    DEVICE_USABLE,
    DEVICE_ABSENT,  /* there is none: no driver, no GPU, none of this index */
    DEVICE_UNUSABLE /* there is one, or a driver, that does not work, or not with this build */
};

enum { DEVICE_REASON_BYTES = 256 };

/* What is known of a device before it is opened. */
struct device_facts {
    enum device_state state;
    char reason[DEVICE_REASON_BYTES]; /* one line that says why it is not usable; "" when it is */
    int devices;                      /* how many the machine has of its kind */
    struct device_description description;
    double memory, free_memory; /* bytes of its own; NaN: not known, or none of its own */
};

/* Where the tokens of a batch are. Host arrays are read on the host by every backend; device arrays come from
 * ops->allocate and ops->upload. On the CPU both may be the same memory. All owned by the caller. */
struct rows {
    int tokens;       /* T: valid tokens */
    int storage_rows; /* rows of each (storage_rows, C) tensor, >= T */
    int samples;      /* B */
    bool contiguous;  /* token t is in row t */
    /* host arrays */
    const int32_t *first; /* (B + 1): first token of each sample; first[B] = T */
    const int32_t *start; /* (B): row of each sample's first token; its tokens are in consecutive rows */
    const int64_t
        *square; /* (B + 1): sum of squared lengths of the samples before; sizes the attention's tensors */
    /* device arrays */
    const int32_t *device_first, *device_start; /* the same as `first` and `start` */
    const int64_t *device_square;               /* the same as `square` */
    const int32_t *row;                         /* (T): row of each token */
    const int32_t
        *sample; /* (T): index of the token's sample in the optimiser step (not in the micro-batch) */
    const int32_t *position; /* (T): position in its sample, 0 first */
};

/* Tokens bucketed by table row, stably: bucket i holds tokens token[begin[i]] .. token[begin[i + 1] - 1],
 * ascending, all of table row id[i]; ids ascend and differ. Device arrays, but for `count`. */
struct buckets {
    int count;
    const int32_t *id;    /* (count) */
    const int32_t *begin; /* (count + 1) */
    const int32_t *token; /* (T) */
};

/* Where dropout draws its bits: Philox4x32-10 with key (seed, stream) and counter (draw, site, sample,
 * element / 4), word element % 4. probability == 0 draws nothing and changes nothing (the op becomes a copy).
 * An element is kept when its word >= round(probability * 2^32), and then multiplied by `scale`. */
struct dropout {
    uint32_t seed;      /* of the dropout stream */
    uint32_t stream;    /* enum philox_stream */
    uint32_t draw;      /* batches drawn so far in the run */
    uint32_t site;      /* which dropout of the model this is */
    uint32_t threshold; /* round(probability * 2^32) */
    float probability;
    float scale; /* 1 / (1 - probability), computed once in binary64 */
};

struct attention {
    int heads;      /* H query heads */
    int kv_heads;   /* G: divides H; query head h reads key head h / (H / G) */
    int head_dim;   /* D */
    bool causal;    /* query i reads keys 0..i only */
    float scale;    /* 1 / sqrt(D), computed once in binary64 */
    int max_length; /* the setting; makes dropout's element ((h * max_length + query) * max_length + key) */
    int ldq, ldkv;  /* elements between rows of q (and of dq), of k and v (and of dk, dv) */
    int ldo;        /* elements between rows of out and dout */
    struct dropout dropout;
};

/* Scalars of one AdamW step, computed on the host in binary64 and rounded once. */
struct adamw {
    float gradient_scale;  /* the clip factor; 1 when not clipped */
    float decay;           /* 1 - learning_rate * weight_decay; 1 for tensors that do not decay */
    float one_minus_beta1; /* 1 - beta1 */
    float beta2;           /* beta2 */
    float one_minus_beta2; /* 1 - beta2 */
    float step_size;       /* learning_rate / (1 - beta1^t) */
    float root_correction; /* sqrt(1 - beta2^t) */
    float epsilon;         /* > 0 */
};

struct ops {
    const char *name; /* "cpu", "cuda", "cuda_fast" */
    const char *isa;  /* "avx512", "avx2", "portable"; "" where it means nothing */
    const char
        *overrides;       /* names of the operations that are not strict, ", " between; "" in strict tables */
    bool (*usable)(void); /* this machine can run it */
    /* What the machine has as device `index` (0 first). Nothing stays open, no memory of a GPU stays taken,
     * and no other GPU is touched */
    void (*inspect)(int index, struct device_facts *facts);

    /* The thread that opens a device uses it and closes it; until then it has the contract's floating-point
     * state (round to nearest, subnormals kept, no traps), after that the one it had */
    enum status (*open)(const struct device_options *options, struct device **device, struct error *error);
    void (*close)(struct device *device); /* NULL is fine */
    void (*describe)(struct device *device, struct device_description *description);
    double (*memory)(struct device *device); /* bytes that can be had now; NaN: not known */
    /* Processor time, in seconds, that its threads have computed for since they started, the calling thread
     * included and time in which they only waited for each other left out. What other programs do does not
     * count in it. NaN: its work is not the processor's (a GPU) */
    double (*processor_seconds)(struct device *device);

    /* ---- memory. allocate gives zeroed memory; sizes in bytes; host pointers are plain memory */
    enum status (*allocate)(struct device *device, size_t bytes, void **block, struct error *error);
    void (*release)(struct device *device, void *block);
    void (*upload)(struct device *device, void *to, const void *from_host, size_t bytes);
    void (*download)(struct device *device, void *to_host, const void *from, size_t bytes);
    void (*copy)(struct device *device, void *to, const void *from, size_t bytes);
    void (*zero)(struct device *device, void *block, size_t bytes);
    /* Wait until all is done; returns the first failure since the last call. */
    enum status (*synchronize)(struct device *device, struct error *error);

    /* ---- linear layers. w is (out, in), as torch.nn.Linear stores it; bias is (out) or NULL; x and y are
     * tokens */
    /* y = chain over in of x w, then (+) bias */
    void (*linear_forward)(struct device *device, const struct rows *rows, int in, int out, const float *x,
                           const float *w, const float *bias, float *y);
    /* dx = chain over out of dy w, from +0, or from dx's values when `accumulate` */
    void (*linear_backward_input)(struct device *device, const struct rows *rows, int in, int out,
                                  const float *dy, const float *w, bool accumulate, float *dx);
    /* dw: chain over tokens of dy x, going on from dw's values; dbias likewise, dbias = dbias (+) dy; NULL:
     * none */
    void (*linear_backward_weight)(struct device *device, const struct rows *rows, int in, int out,
                                   const float *dy, const float *x, float *dw, float *dbias);

    /* ---- embeddings. Tables are (entries, width); ids are device arrays of T */
    /* y[token] = ((word[id] (+) type[type_id]) (+) position[its position + offset]); a NULL table is left out
     */
    void (*embedding_forward)(struct device *device, const struct rows *rows, int width, const float *word,
                              const int32_t *ids, const float *type, const int32_t *type_ids,
                              const float *position, int position_offset, float *y);
    /* dtable[id] = dtable[id] (+) dy[token], tokens ascending, one chain a row */
    void (*embedding_backward)(struct device *device, const struct rows *rows, int width,
                               const struct buckets *buckets, const float *dy, float *dtable);

    /* ---- norms. mean and rstd are (T), written by forward, read by backward */
    /* mean = lanes x / C; var = lanes fma(x-mean, x-mean) / C; rstd = rsqrt(var + eps);
     * y = fma((x - mean) * rstd, weight, bias) */
    void (*layernorm_forward)(struct device *device, const struct rows *rows, int width, float epsilon,
                              const float *x, const float *weight, const float *bias, float *y, float *mean,
                              float *rstd);
    /* h = (x - mean) * rstd; g = dy * weight; a = lanes g / C; b = lanes fma(g, h) / C;
     * dx = fma(-h, b, g - a) * rstd. dx may be dy */
    void (*layernorm_backward)(struct device *device, const struct rows *rows, int width, const float *x,
                               const float *weight, const float *mean, const float *rstd, const float *dy,
                               float *dx);
    /* over tokens ascending: dweight = fma(dy, h, dweight); dbias = dbias (+) dy. To be called before dx = dy
     * is overwritten */
    void (*layernorm_backward_weight)(struct device *device, const struct rows *rows, int width,
                                      const float *x, const float *mean, const float *rstd, const float *dy,
                                      float *dweight, float *dbias);
    /* rstd = rsqrt(lanes fma(x, x) / C + eps); y = (x * rstd) * weight */
    void (*rmsnorm_forward)(struct device *device, const struct rows *rows, int width, float epsilon,
                            const float *x, const float *weight, float *y, float *rstd);
    /* h = x * rstd; g = dy * weight; b = lanes fma(g, h) / C; d = fma(-h, b, g) * rstd; dx = d, or dx (+) d
     * when `accumulate` */
    void (*rmsnorm_backward)(struct device *device, const struct rows *rows, int width, const float *x,
                             const float *weight, const float *rstd, const float *dy, bool accumulate,
                             float *dx);
    /* over tokens ascending: dweight = fma(dy, h, dweight) */
    void (*rmsnorm_backward_weight)(struct device *device, const struct rows *rows, int width, const float *x,
                                    const float *rstd, const float *dy, float *dweight);

    /* ---- elementwise over tokens. In place (output == first input) is allowed */
    void (*add)(struct device *device, const struct rows *rows, int width, const float *a, const float *b,
                float *y);
    /* gelu(x) = 0.5 x (1 + erf(x / sqrt 2)), the exact one; backward: dx = dy * gelu'(x); dx may be dy */
    void (*gelu_forward)(struct device *device, const struct rows *rows, int width, const float *x, float *y);
    void (*gelu_backward)(struct device *device, const struct rows *rows, int width, const float *x,
                          const float *dy, float *dx);
    /* y = tanh(x); backward from y: dx = dy * fma(-y, y, 1) */
    void (*tanh_forward)(struct device *device, const struct rows *rows, int width, const float *x, float *y);
    void (*tanh_backward)(struct device *device, const struct rows *rows, int width, const float *y,
                          const float *dy, float *dx);
    /* y = x < 0 ? +0 : x, so that -0 and NaN stay what they are; backward from x or from y: dx = y <= 0 ? +0
     * : dy, a NaN lets dy through. Both as torch.relu. dx may be dy */
    void (*relu_forward)(struct device *device, const struct rows *rows, int width, const float *x, float *y);
    void (*relu_backward)(struct device *device, const struct rows *rows, int width, const float *y,
                          const float *dy, float *dx);
    /* gate_up is (T, 2 F), F = width: columns 0..F-1 gate, F..2F-1 up. y (T, F) = silu(gate) * up; backward:
     * d_gate = (dy * up) * silu'(gate), d_up = dy * silu(gate); d_gate_up may be gate_up */
    void (*swiglu_forward)(struct device *device, const struct rows *rows, int width, const float *gate_up,
                           float *y);
    void (*swiglu_backward)(struct device *device, const struct rows *rows, int width, const float *gate_up,
                            const float *dy, float *d_gate_up);
    /* element = position * width + column. y = kept ? x * scale : +0. Its own backward (apply it to dy) */
    void (*dropout)(struct device *device, const struct rows *rows, int width, const struct dropout *dropout,
                    const float *x, float *y);
    /* Rotary position embedding in place on `heads` heads of `head_dim`, the halves convention of Hugging
     * Face: for i < D/2: (a, b) = (x[i], x[i + D/2]) -> (a cos - b sin, b cos + a sin), each fma(-b, sin, a *
     * cos) and fma(a, sin, b * cos). cos and sin are (positions, D/2) device tables. `inverse` negates sin
     * (the backward) */
    void (*rope)(struct device *device, const struct rows *rows, int heads, int head_dim, int ldx,
                 const float *cos, const float *sin, bool inverse, float *x);

    /* ---- attention, within each sample. probabilities is (H * square[B]): for sample b at H * square[b], a
     * (H, n, n) tensor of softmax results before dropout; with `causal`, keys after the query are not touched
     */
    /* s = (chain over D of q k) * scale; m = maximum; e = exp(s - m); p = e / lanes e; out = chain over keys
     * of dropout(p) v, keys ascending */
    void (*attention_forward)(struct device *device, const struct rows *rows,
                              const struct attention *attention, const float *q, const float *k,
                              const float *v, float *probabilities, float *out);
    /* dv = chain over (query head of the group, query) of dropout(p) dout; dp = dropout(chain over D of dout
     * v); r = lanes over keys fma(dp, p); ds = (p * (dp - r)) * scale; dq = chain over keys of ds k; dk =
     * chain over (query head, query) of ds q. `scratch` has the size of probabilities */
    void (*attention_backward)(struct device *device, const struct rows *rows,
                               const struct attention *attention, const float *q, const float *k,
                               const float *v, const float *probabilities, const float *dout, float *scratch,
                               float *dq, float *dk, float *dv);

    /* ---- pooling. token is a device array of B tokens; pooled is (B, C), packed */
    void (*gather)(struct device *device, const struct rows *rows, int width, const int32_t *token,
                   const float *x, float *pooled);
    /* dx = +0 for every token, then the pooled rows' gradients at theirs */
    void (*scatter)(struct device *device, const struct rows *rows, int width, const int32_t *token,
                    const float *dpooled, float *dx);

    /* ---- loss. logits (B, classes) packed; labels device array (B); losses (B)
     * m = maximum; l = log(sum over classes ascending of exp(x - m)); loss = l - (x[label] - m);
     * dlogits = (exp(x - m) / sum - [label]) * scale, where scale = 1 / samples of the whole step. dlogits
     * may be NULL */
    void (*cross_entropy)(struct device *device, int samples, int classes, const float *logits,
                          const int32_t *labels, float scale, float *losses, float *dlogits);

    /* ---- optimiser. begin is a host array (tensors + 1) of element offsets into x; result a host array
     * (tensors) */
    /* chunks of 1024 elements: lanes fma(x, x); then chunk sums in a fixed binary tree (tree_sum.h) */
    void (*sum_squares)(struct device *device, const float *x, int tensors, const int64_t *begin,
                        float *result);
    /* In this order, each line rounded as written:
     *   g = gradient * gradient_scale;  p = p * decay
     *   m = fma(one_minus_beta1, g - m, m);         m = |m| < 2^-100 ? 0 : m
     *   v = fma(one_minus_beta2, g * g, v * beta2); v = v < 2^-100 ? 0 : v
     *   p = fma(-step_size, m / (sqrt(v) / root_correction + epsilon), p)      (torch.optim.AdamW, single
     * tensor) */
    void (*adamw)(struct device *device, int64_t count, const struct adamw *adamw, const float *gradient,
                  float *p, float *m, float *v);
};

/* The tables of this build, best first; ends with NULL. */
extern const struct ops *const ops_list[];

/* The first usable table of that name ("cpu") and instruction set ("auto": any). STATUS_UNSUPPORTED with the
 * list of what there is, when there is none. */
enum status ops_find(const char *name, const char *isa, const struct ops **ops, struct error *error);

#endif
