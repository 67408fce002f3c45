/* memory_plan.h - what a model takes of memory, in named parts, from its shapes alone: known before any of it
 * is taken.
 *
 * The parts are what batch_create, transformer_create and activations_create allocate, and the one block on
 * the host that weights pass through. What a device took for itself when it was opened is gone from what it
 * has free (fast arithmetic: cuBLAS's workspace, too), and no part; nor are program and data. */
#ifndef FTBENCH_TRAINER_MODEL_MEMORY_PLAN_H
#define FTBENCH_TRAINER_MODEL_MEMORY_PLAN_H

#include "base/status.h"
#include "kernels/ops.h"
#include "trainer/data/batch.h"
#include "trainer/model/activations.h"
#include "trainer/model/model_config.h"

#include <stdbool.h>
#include <stdint.h>

/* Bytes. With KEEP_NOTHING there are no gradients, moments and best weights. */
struct memory_plan {
    /* on the device */
    int64_t weights, gradients, moments, best, activations;
    int64_t batch; /* tokens of one micro-batch; decoders: and the rotary tables */
    /* on the host */
    int64_t host;
};

/* For a model of `numbers` parameters (layout.total). */
void memory_plan_make(const struct model_config *config, int64_t numbers, int classes,
                      const struct batch_limits *limits, enum keeping keeping, struct memory_plan *plan);

/* All parts on the device. A sum can be more than an int64_t. */
double memory_plan_device(const struct memory_plan *plan);

/* Bytes that can be had now; NaN: not known. */
struct memory_room {
    bool shared; /* the device's memory is the machine's: `device` is all that there is */
    double device, machine;
    double kept_back; /* free on the device as well, and not for the plan: see memory_room_keep_back */
};

/* What stays free of a GPU's `available` bytes: 3%, or 256 MiB where that is more, but no more than all.
 * Kernels that are loaded when they first run, and libraries, take memory that no plan knows. */
double memory_room_keep_back(double available);

void memory_room_find(const struct ops *ops, struct device *device, struct memory_room *room);

/* Where there is too little. */
struct memory_shortage {
    bool of_device;    /* of the memory that batches and activations take */
    const char *place; /* what of it is said: "", " on the GPU", " on the machine" */
    double needed, available;
    double kept_back; /* free besides */
};

/* Whether there is room on the device, and on the machine; where there is not, `shortage` (may be NULL) says
 * so. What is not known is taken to be enough. */
bool memory_plan_fits(const struct memory_plan *plan, const struct memory_room *room,
                      struct memory_shortage *shortage);

/* STATUS_NO_MEMORY with what is needed, what is free, and what would be right. */
enum status memory_shortage_refuse(const struct memory_shortage *shortage, const char *advice,
                                   struct error *error);

#endif
