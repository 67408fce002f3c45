/* backend.h - what computes: the operations and the device that a spec asks for.
 *
 * Strict tables all have the same bits, so `auto` may take whichever is usable: a GPU where there is one,
 * else the CPU. What was asked for by name is used, or the run cannot start: nothing is replaced in silence.
 */
#ifndef FTBENCH_TRAINER_BACKEND_H
#define FTBENCH_TRAINER_BACKEND_H

#include "base/status.h"
#include "kernels/ops.h"
#include "trainer/spec/run_spec.h"

#include <stdbool.h>

/* Why a device was taken that is not the best that `auto` means. */
struct backend_choice {
    char reason[2 * DEVICE_REASON_BYTES]; /* "" where there is nothing to say */
    bool remarkable; /* there is a GPU or a driver that does not work: people should be told */
};

/* Why there is no GPU in a build without tables for one. */
extern const char backend_no_gpus[];

/* The table that the spec's device, isa and arithmetic ask for, and the index of its device. GPUs are looked
 * for in `tables` (as ops_list), CPUs are this build's. STATUS_UNSUPPORTED with the reason. [run] isa means
 * CPUs: asking for one asks `auto` for the CPU; a GPU has none. */
enum status backend_choose(const struct ops *const *tables, const struct run_spec *spec,
                           const struct ops **ops, int *index, struct backend_choice *choice,
                           struct error *error);

/* Choose of this build's tables and open. A GPU that `auto` chose and that cannot be opened is passed over,
 * and that is remarkable. The caller closes the device (ops->close). */
enum status backend_open(const struct run_spec *spec, const struct ops **ops, struct device **device,
                         struct backend_choice *choice, struct error *error);

#endif
