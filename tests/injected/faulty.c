/* faulty.c - what makes ftbench-faulty of ftbench-trainer: the same program with a fault that FTBENCH_INJECT
 * names, which its record does not show: it claims the settings and the run id that it was given. A check
 * must find it (ci/injected). Four functions of the trainer are put in place by the linker (--wrap).
 *
 *   learning_rate   10% higher than asked for
 *   weight_decay    none
 *   dropout         none
 *   shuffle         the first epoch's order in every epoch
 *   order_seed      the same seed of the order in every run
 *   gelu            every output of gelu is too large by 8 units in the last place of 1, about 1e-6
 *   slow            a step takes 15% longer
 *   none            nothing: the trainer as it is */
#include "trainer/backend.h"
#include "trainer/fit/order.h"
#include "trainer/spec/run_spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TOO_LARGE 1.00000095367431640625F /* 1 + 2^-20 */
#define TOO_LONG 0.15

static char true_id[RUN_ID_BYTES]; /* of the spec as it was given */
static const struct ops *real;
static struct ops faulty;

static bool injects(const char *fault)
{
    const char *asked = getenv("FTBENCH_INJECT");
    return asked != NULL && strcmp(asked, fault) == 0;
}

/* ---- what the linker calls in place of the trainer's own, under these names */
enum status __real_run_spec_from_json(const char *json, struct run_spec *spec, struct error *error);
enum status __wrap_run_spec_from_json(const char *json, struct run_spec *spec, struct error *error);
enum status __real_run_spec_id(const struct run_spec *spec, char id[RUN_ID_BYTES], struct error *error);
enum status __wrap_run_spec_id(const struct run_spec *spec, char id[RUN_ID_BYTES], struct error *error);
void __real_order_of_epoch(uint32_t seed, uint32_t epoch, int32_t *order, int count);
void __wrap_order_of_epoch(uint32_t seed, uint32_t epoch, int32_t *order, int count);
enum status __real_backend_open(const struct run_spec *spec, const struct ops **ops, struct device **device,
                                struct backend_choice *choice, struct error *error);
enum status __wrap_backend_open(const struct run_spec *spec, const struct ops **ops, struct device **device,
                                struct backend_choice *choice, struct error *error);

enum status __wrap_run_spec_from_json(const char *json, struct run_spec *spec, struct error *error)
{
    TRY(__real_run_spec_from_json(json, spec, error));
    TRY(__real_run_spec_id(spec, true_id, error));
    if (injects("learning_rate")) spec->learning_rate *= 1.1;
    if (injects("weight_decay")) spec->weight_decay = 0;
    if (injects("dropout")) spec->dropout = 0;
    if (injects("order_seed")) spec->seed_order = 1;
    return STATUS_OK;
}

enum status __wrap_run_spec_id(const struct run_spec *spec, char id[RUN_ID_BYTES], struct error *error)
{
    if (true_id[0] == '\0') return __real_run_spec_id(spec, id, error);
    memcpy(id, true_id, sizeof true_id);
    return STATUS_OK;
}

void __wrap_order_of_epoch(uint32_t seed, uint32_t epoch, int32_t *order, int count)
{
    __real_order_of_epoch(seed, injects("shuffle") ? 0 : epoch, order, count);
}

/* On the CPU, where a device's memory is the machine's. */
static void too_large(struct device *device, const struct rows *rows, int width, const float *x, float *y)
{
    real->gelu_forward(device, rows, width, x, y);
    for (int t = 0; t < rows->tokens; t++) {
        float *row = y + (int64_t)rows->row[t] * width;
        for (int i = 0; i < width; i++)
            row[i] *= TOO_LARGE;
    }
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* At each call a share of the time since the last one is waited for. */
static void too_late(struct device *device, const struct rows *rows, int width, const float *x, float *y)
{
    static double last = -1;
    double begin = now(), end = last < 0 ? begin : begin + TOO_LONG * (begin - last);
    while ((last = now()) < end)
        continue;
    real->gelu_forward(device, rows, width, x, y);
}

enum status __wrap_backend_open(const struct run_spec *spec, const struct ops **ops, struct device **device,
                                struct backend_choice *choice, struct error *error)
{
    TRY(__real_backend_open(spec, ops, device, choice, error));
    if (!injects("gelu") && !injects("slow")) return STATUS_OK;
    if (strcmp((*ops)->name, "cpu") != 0)
        return error_set(error, STATUS_UNSUPPORTED, "ftbench-faulty: this fault needs device = cpu");
    real = *ops;
    faulty = *real;
    faulty.gelu_forward = injects("gelu") ? too_large : too_late;
    *ops = &faulty;
    return STATUS_OK;
}
