/* fault.h - one flipped bit, asked for by a test: in step S, the C-th call of an operation gets bit B of
 * element E of what it wrote turned over. It shows that `ftbench verify` finds what it should.
 *
 * Written as `step=7,op=gelu_forward,call=3,element=17,bit=5,output=0` in any order. `call` counts the
 * operation's calls within the step, the evaluation after it included, 1 first (the default); step 0 is the
 * evaluation before training. `element` counts the values of the output in canonical order: sample by sample,
 * token by token, column by column, without padding; `output` says which of the operation's outputs, 0 first
 * (the default), in the order of its arguments in kernels/ops.h. Bit 0 is the lowest of the significand, 23
 * of the exponent, 31 the sign. */
#ifndef FTBENCH_TRAINER_SPEC_FAULT_H
#define FTBENCH_TRAINER_SPEC_FAULT_H

#include "base/status.h"
#include "trainer/spec/operation.h"

#include <stdint.h>

#define FAULT_VARIABLE "FTBENCH_FAULT" /* the environment's variable that asks ftbench-trainer for one */

struct fault {
    long step;
    enum operation operation;
    int call, output, bit;
    int64_t element;
};

/* STATUS_USAGE says what is wrong with the text. */
enum status fault_parse(const char *text, struct fault *fault, struct error *error);

#endif
