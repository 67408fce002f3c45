/* fitting.h - how large a run is, and what of it would fit into less memory: the micro-batch that is left,
 * and whether gradient checkpointing is needed, neither of which decides a bit; and last the max_length. */
#ifndef FTBENCH_TRAINER_FITTING_H
#define FTBENCH_TRAINER_FITTING_H

#include "base/status.h"
#include "trainer/data/dataset.h"
#include "trainer/model/memory_plan.h"
#include "trainer/spec/run_spec.h"

/* What decides it. */
struct fitting {
    const struct run_spec *spec;
    const struct dataset *data;
    const struct model_config *config;
    int64_t numbers; /* parameters: layout_count */
};

/* What the run keeps of a forward pass. */
enum keeping fitting_keeping(const struct run_spec *spec);

/* The largest batches of the run as its spec says, and what they and the model take. */
enum status fitting_plan(const struct fitting *fitting, struct batch_limits *limits, struct memory_plan *plan,
                         struct error *error);

/* STATUS_OK when the plan fits into the room. Else STATUS_NO_MEMORY with what is needed, what is free, and
 * what would fit. */
enum status fitting_check(const struct fitting *fitting, const struct memory_plan *plan,
                          const struct memory_room *room, struct error *error);

#endif
