#include "bench.h"

#include "base/memory.h"
#include "kernels/common/philox.h"
#include "trainer/environment.h"

#include <math.h>
#include <stdio.h>

struct shape {
    int tokens, in, out;
};

/* A layer on the device: w and its gradient (out, in), x and y of the tokens. */
struct layer {
    struct shape shape;
    float *x, *y, *w;
};

enum product { FORWARD, BACKWARD_INPUT, BACKWARD_WEIGHT, PRODUCTS };

static const char *const product_names[PRODUCTS] = {"linear_forward", "linear_backward_input",
                                                    "linear_backward_weight"};

static const struct shape shapes[] = {
    {1024, 384, 1536}, {1024, 1536, 384}, {4096, 768, 3072}, {1024, 768, 768}, {4096, 4096, 4096}};
static const struct shape tiny_shapes[] = {{33, 40, 24}};

static enum status values_create(const struct bench *bench, size_t count, uint32_t seed, float **block,
                                 struct error *error)
{
    void *memory = NULL;
    float *values = memory_aligned(count, sizeof *values);
    if (values == NULL) return error_no_memory(error, count * sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(int32_t)philox4x32_10(seed, STREAM_DATA, (uint32_t)i, 0, 0, 0).word[0] * 0x1p-31f;
    enum status status = bench->ops->allocate(bench->device, count * sizeof *values, &memory, error);
    if (status == STATUS_OK) {
        bench->ops->upload(bench->device, memory, values, count * sizeof *values);
        status = bench->ops->synchronize(bench->device, error);
    }
    memory_free(values);
    *block = memory;
    return status;
}

static void compute(const struct bench *bench, const struct layer *layer, enum product product)
{
    const struct shape *shape = &layer->shape;
    const int32_t first[2] = {0, shape->tokens}, start[1] = {0};
    const struct rows rows = {.tokens = shape->tokens,
                              .storage_rows = shape->tokens,
                              .samples = 1,
                              .contiguous = true,
                              .first = first,
                              .start = start};
    switch (product) {
    case FORWARD:
        bench->ops->linear_forward(bench->device, &rows, shape->in, shape->out, layer->x, layer->w, NULL,
                                   layer->y);
        break;
    case BACKWARD_INPUT:
        bench->ops->linear_backward_input(bench->device, &rows, shape->in, shape->out, layer->y, layer->w,
                                          false, layer->x);
        break;
    default:
        bench->ops->linear_backward_weight(bench->device, &rows, shape->in, shape->out, layer->y, layer->x,
                                           layer->w, NULL);
        break;
    }
}

/* The least time of one product; several are in the queue at once, so that a GPU does not wait for us. */
static enum status time_product(const struct bench *bench, const struct layer *layer, enum product product,
                                double *seconds, struct error *error)
{
    const double began = environment_seconds();
    int queued = 1;
    *seconds = INFINITY;
    do {
        const double start = environment_seconds();
        for (int i = 0; i < queued; i++)
            compute(bench, layer, product);
        TRY(bench->ops->synchronize(bench->device, error));
        const double took = environment_seconds() - start;
        if (took / queued < *seconds) *seconds = took / queued;
        if (took < bench->seconds / 20 && queued < 1024) queued *= 2;
    } while (environment_seconds() - began < bench->seconds);
    return STATUS_OK;
}

static enum status time_layer(const struct bench *bench, struct layer *layer, struct error *error)
{
    const struct shape *shape = &layer->shape;
    const double operations = 2.0 * shape->tokens * shape->in * shape->out;
    char what[64];
    snprintf(what, sizeof what, "%d x %d to %d", shape->tokens, shape->in, shape->out);
    TRY(values_create(bench, (size_t)shape->tokens * (size_t)shape->in, 1, &layer->x, error));
    TRY(values_create(bench, (size_t)shape->tokens * (size_t)shape->out, 2, &layer->y, error));
    TRY(values_create(bench, (size_t)shape->in * (size_t)shape->out, 3, &layer->w, error));
    for (int product = 0; product < PRODUCTS; product++) {
        double seconds;
        TRY(time_product(bench, layer, (enum product)product, &seconds, error));
        bench_figure(product_names[product], what, operations / seconds * 1e-9, "GFLOP/s");
    }
    return STATUS_OK;
}

enum status bench_products(const struct bench *bench, struct error *error)
{
    const struct shape *list = bench->tiny ? tiny_shapes : shapes;
    const size_t count = bench->tiny ? 1 : sizeof shapes / sizeof *shapes;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct layer layer = {.shape = list[i]};
        status = time_layer(bench, &layer, error);
        bench->ops->release(bench->device, layer.x);
        bench->ops->release(bench->device, layer.y);
        bench->ops->release(bench->device, layer.w);
    }
    return status;
}
