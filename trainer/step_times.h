/* step_times.h - how long the optimiser steps of a run take, and how long a fixed loop takes between them.
 *
 * By two clocks. The wall's is what people wait for, and what other programs on the machine do counts in it.
 * The processor's (ops.processor_seconds) is what the step has cost, whoever else is there; a GPU has none.
 * Step over loop, both by the same clock, can be compared between nights of one machine that was faster in
 * one of them, and roughly between machines.
 *
 * The loop is no operation of ours, or a slower product would be hidden by a slower loop: on a CPU a fixed
 * amount of arithmetic on the calling thread, within its first cache; on a GPU copies within its memory. It
 * runs before a step whenever loops have taken no more than STEP_TIMES_SHARE of the steps' time so far, so
 * that whatever slows the machine for a while slows both.
 *
 * Medians of this process's steps: one that went on from a checkpoint knows nothing of those before. Decides
 * no bit. */
#ifndef FTBENCH_TRAINER_STEP_TIMES_H
#define FTBENCH_TRAINER_STEP_TIMES_H

#include "base/status.h"
#include "kernels/ops.h"
#include "trainer/spec/observation.h"

#include <stddef.h>

#define STEP_TIMES_SHARE 0.01

/* What both clocks said, in seconds; the processor's is NaN where there is none. */
struct two_times {
    double wall, processor;
};

/* Of a series that may be long: all of them, or every second, fourth, ... */
enum { STEP_TIMES_KEPT = 1024 };
struct time_sample {
    struct two_times kept[STEP_TIMES_KEPT];
    size_t count;
    long seen, stride; /* kept is each stride-th that was seen; stride 0: none was seen */
};

struct step_times {
    const struct ops *ops;
    struct device *device;
    void *from, *to; /* copied on a GPU; NULL on a CPU */
    struct time_sample steps, loops;
    double step_sum, loop_sum; /* wall seconds so far */
    struct two_times began;    /* the step that goes on */
};

/* Allocates what the loop needs on the device and runs it once untimed. Free with step_times_close in any
 * case; one that is zero and was never opened is fine there and in step_times_report. */
enum status step_times_open(const struct ops *ops, struct device *device, struct step_times *times,
                            struct error *error);
void step_times_close(struct step_times *times);

/* Before a step: the loop where it is due, then both clocks start. */
enum status step_times_begin(struct step_times *times, struct error *error);

/* After it, once the device has done all of it; `seconds` is its wall time. */
enum status step_times_end(struct step_times *times, double *seconds, struct error *error);

/* The medians into step_seconds, step_processor_seconds, calibration_seconds, calibration_processor_seconds;
 * 0 where nothing was measured. */
void step_times_report(const struct step_times *times, struct observed_end *end);

#endif
