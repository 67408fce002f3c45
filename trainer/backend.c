#include "trainer/backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANY_INDEX = -1 };

const char backend_no_gpus[] =
    "this build of ftbench has no CUDA backend (docs/cuda.md says how to build one)";

static const struct ops *table_named(const struct ops *const *tables, const char *name)
{
    for (; *tables != NULL; tables++) {
        if (strcmp((*tables)->name, name) == 0) return *tables;
    }
    return NULL;
}

/* The GPU of an index, or the first that can be used. Where there is none `facts` are those of the index, or
 * of the first. */
static const struct ops *find_gpu(const struct ops *const *tables, const char *name, int *index,
                                  struct device_facts *facts)
{
    const struct ops *table = table_named(tables, name);
    const bool any = *index == ANY_INDEX;
    *facts = (struct device_facts){.state = DEVICE_ABSENT};
    snprintf(facts->reason, sizeof facts->reason, "%s", backend_no_gpus);
    if (any) *index = 0;
    if (table == NULL) return NULL;
    table->inspect(*index, facts);
    if (facts->state == DEVICE_USABLE) return table;
    for (int other = 1; any && other < facts->devices; other++) {
        struct device_facts others;
        table->inspect(other, &others);
        if (others.state != DEVICE_USABLE) continue;
        *index = other;
        return table;
    }
    return NULL;
}

/* "cuda" and "cuda:N", as the key takes them. */
static bool names_gpu(const char *device, int *index)
{
    static const char cuda[] = "cuda";
    const size_t length = strlen(cuda);
    *index = ANY_INDEX;
    if (strncmp(device, cuda, length) != 0 || (device[length] != '\0' && device[length] != ':')) return false;
    if (device[length] == ':') *index = atoi(device + length + 1);
    return true;
}

static bool is_auto(const struct run_spec *spec)
{
    return strcmp(spec->device, "auto") == 0;
}

/* Fast arithmetic is never replaced: other tables have other bits. */
static enum status choose_fast(const struct ops *const *tables, const struct run_spec *spec,
                               const struct ops **ops, int *index, struct error *error)
{
    struct device_facts facts;
    if (!names_gpu(spec->device, index) && !is_auto(spec))
        return error_set(error, STATUS_UNSUPPORTED,
                         "arithmetic = fast: only CUDA computes it; device = %s has strict arithmetic alone",
                         spec->device);
    *ops = find_gpu(tables, "cuda_fast", index, &facts);
    if (*ops != NULL) return STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED, "arithmetic = fast needs CUDA: %s", facts.reason);
}

static enum status choose_auto(const struct ops *const *tables, const struct run_spec *spec,
                               const struct ops **ops, int *index, struct backend_choice *choice,
                               struct error *error)
{
    struct device_facts facts = {.state = DEVICE_ABSENT};
    *index = ANY_INDEX;
    if (strcmp(spec->isa, "auto") != 0)
        snprintf(facts.reason, sizeof facts.reason, "isa = %.100s asks for the CPU", spec->isa);
    else
        *ops = find_gpu(tables, "cuda", index, &facts);
    if (*ops != NULL) return STATUS_OK;
    choice->remarkable = facts.state == DEVICE_UNUSABLE;
    snprintf(choice->reason, sizeof choice->reason, "%s", facts.reason);
    return ops_find("cpu", spec->isa, ops, error);
}

enum status backend_choose(const struct ops *const *tables, const struct run_spec *spec,
                           const struct ops **ops, int *index, struct backend_choice *choice,
                           struct error *error)
{
    struct device_facts facts;
    *ops = NULL;
    *choice = (struct backend_choice){.remarkable = false};
    if (spec->arithmetic == ARITHMETIC_FAST) return choose_fast(tables, spec, ops, index, error);
    if (is_auto(spec)) return choose_auto(tables, spec, ops, index, choice, error);
    if (!names_gpu(spec->device, index)) {
        *index = 0;
        return ops_find(spec->device, spec->isa, ops, error);
    }
    *ops = find_gpu(tables, "cuda", index, &facts);
    if (*ops != NULL) return STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED, "device = %s: %s", spec->device, facts.reason);
}

enum status backend_open(const struct run_spec *spec, const struct ops **ops, struct device **device,
                         struct backend_choice *choice, struct error *error)
{
    static const enum operands operands[] = {
        [PRECISION_FP32] = OPERANDS_FP32, [PRECISION_FP16] = OPERANDS_FP16, [PRECISION_BF16] = OPERANDS_BF16};
    struct device_options options = {.threads = spec->threads, .operands = operands[spec->precision]};
    struct error problem = {0};
    TRY(backend_choose(ops_list, spec, ops, &options.index, choice, error));
    enum status status = (*ops)->open(&options, device, &problem);
    const bool may_pass = is_auto(spec) && strcmp((*ops)->name, "cuda") == 0;
    if (status == STATUS_OK) return status;
    if (!may_pass) return error_set(error, status, "%s", problem.text);
    choice->remarkable = true;
    snprintf(choice->reason, sizeof choice->reason, "%.500s", problem.text);
    options.index = 0;
    TRY(ops_find("cpu", spec->isa, ops, error));
    return (*ops)->open(&options, device, error);
}
