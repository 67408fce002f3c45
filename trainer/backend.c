#include "trainer/backend.h"

#include <string.h>

enum status backend_open(const struct run_spec *spec, const struct ops **ops, struct device **device,
                         struct error *error)
{
    /* auto is the best backend that this build and machine have */
    const char *name = strcmp(spec->device, "auto") == 0 ? "cpu" : spec->device;
    TRY(ops_find(name, spec->isa, ops, error));
    struct device_options options = {.threads = spec->threads};
    return (*ops)->open(&options, device, error);
}
