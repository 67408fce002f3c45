/* calibration.h - how fast this device computes just now: a fixed amount of arithmetic, timed. Step times
 * over it can be compared between two nights of one machine whose other work differs, and roughly between
 * machines. */
#ifndef FTBENCH_TRAINER_CALIBRATION_H
#define FTBENCH_TRAINER_CALIBRATION_H

#include "base/status.h"
#include "kernels/ops.h"

/* The median of CALIBRATION_TIMES times of CALIBRATION_PRODUCTS products of (64, 256) by (256, 256), in
 * seconds: some milliseconds each on a CPU. Decides no bit. */
enum { CALIBRATION_TIMES = 5, CALIBRATION_PRODUCTS = 4, CALIBRATION_TOKENS = 64, CALIBRATION_WIDTH = 256 };
enum status calibration_measure(const struct ops *ops, struct device *device, double *seconds,
                                struct error *error);

#endif
