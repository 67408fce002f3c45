/* support_reference.h - a classifier's loss in binary64, written plainly from the papers' formulas, as an
 * oracle for the gradients: central differences of this function are compared with the trainer's backward
 * pass. Dropout masks are those of the trainer (they are defined by counters), so that dropout is covered
 * too. */
#ifndef FTBENCH_TESTS_SUPPORT_REFERENCE_H
#define FTBENCH_TESTS_SUPPORT_REFERENCE_H

#include "trainer/data/dataset.h"
#include "trainer/model/layout.h"
#include "trainer/model/pass.h"

/* Mean loss over all of `samples`, in order, at `weights` (layout->total). max_length as in the batch limits.
 */
double reference_loss(const struct model_config *config, const struct layout *layout, int classes,
                      int max_length, const struct pass *pass, const struct samples *samples,
                      const double *weights);

#endif
