/* backend.h - what computes: the operations and the device that a spec asks for. */
#ifndef FTBENCH_TRAINER_BACKEND_H
#define FTBENCH_TRAINER_BACKEND_H

#include "base/status.h"
#include "kernels/ops.h"
#include "trainer/spec/run_spec.h"

/* By spec's device, isa and threads. The caller closes the device (ops->close). */
enum status backend_open(const struct run_spec *spec, const struct ops **ops, struct device **device,
                         struct error *error);

#endif
