/* ops.c - the list of backends. */
#include "kernels/ops.h"

#include "base/text.h"
#include "kernels/cpu/cpu_ops.h"
#ifdef FTBENCH_CUDA
#include "kernels/cuda/cuda_ops.h"
#endif

#include <string.h>

const struct ops *const ops_list[] = {
#ifdef FTBENCH_CUDA
    &cuda_ops,         &cuda_ops_fast,
#endif
#ifdef FTBENCH_CPU_X86
    &cpu_ops_avx512,   &cpu_ops_avx2,
#endif
    &cpu_ops_portable, NULL,
};

enum status ops_find(const char *name, const char *isa, const struct ops **ops, struct error *error)
{
    *ops = NULL;
    struct text known = {0};
    bool named = false;
    for (const struct ops *const *table = ops_list; *table != NULL; table++) {
        const struct ops *candidate = *table;
        bool usable = candidate->usable();
        bool matches = strcmp(name, candidate->name) == 0 &&
                       (strcmp(isa, "auto") == 0 || strcmp(isa, candidate->isa) == 0);
        named = named || strcmp(name, candidate->name) == 0;
        if (matches && usable) {
            *ops = candidate;
            text_free(&known);
            return STATUS_OK;
        }
        text_addf(&known, "%s%s%s%s%s", known.length > 0 ? ", " : "", candidate->name,
                  candidate->isa[0] != '\0' ? "/" : "", candidate->isa,
                  usable ? "" : " (not on this machine)");
    }
    enum status status = text_status(&known, error);
    if (status == STATUS_OK && !named)
        status = error_set(error, STATUS_UNSUPPORTED, "device %s: this build has no such backend; it has %s",
                           name, text_string(&known));
    else if (status == STATUS_OK)
        status = error_set(error, STATUS_UNSUPPORTED,
                           "backend %s with instruction set %s: no such thing here; this build has %s", name,
                           isa, text_string(&known));
    text_free(&known);
    return status;
}
