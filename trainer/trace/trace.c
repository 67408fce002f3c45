#include "trainer/trace/trace.h"

#include "base/memory.h"
#include "base/number.h"
#include "trainer/trace/traced_ops.h"
#include "trainer/trace/watch.h"

#include <stdio.h>
#include <string.h>

static const char *const phase_names[PHASES] = {"start", "step", "update", "evaluation"};

/* "step.12.0.3" */
static enum status read_key(const char *text, struct wanted *wanted, struct error *error)
{
    char copy[TRACE_KEY_BYTES], *rest = copy;
    int64_t numbers[3];
    int phase = 0;
    bool good = strlen(text) < sizeof copy;
    snprintf(copy, sizeof copy, "%s", text);
    const char *name = strsep(&rest, ".");
    while (phase < PHASES && strcmp(name, phase_names[phase]) != 0)
        phase++;
    good = good && phase < PHASES;
    for (int i = 0; i < 3 && good; i++) {
        const char *word = strsep(&rest, ".");
        good = word != NULL && number_parse_integer(word, &numbers[i]) && numbers[i] >= 0 &&
               numbers[i] <= INT32_MAX;
    }
    if (!good || rest != NULL)
        return error_set(error, STATUS_USAGE,
                         "'%s' is not a key of a trace with its part, such as step.12.0.3", text);
    *wanted = (struct wanted){.any = true,
                              .phase = (enum phase)phase,
                              .place = (int)numbers[0],
                              .output = (int)numbers[1],
                              .part = (size_t)numbers[2]};
    return STATUS_OK;
}

enum status trace_create(const struct trace_request *request, struct trace **trace, struct error *error)
{
    struct wanted wanted = {0};
    *trace = NULL;
    if (request->values != NULL) TRY(read_key(request->values, &wanted, error));
    struct trace *made = memory_zeroed(1, sizeof *made);
    if (made == NULL) return error_no_memory(error, sizeof *made);
    made->wanted_step = request->step;
    made->wanted = wanted;
    made->has_fault = request->has_fault;
    made->fault = request->fault;
    made->layer = LAYER_NONE;
    *trace = made;
    return STATUS_OK;
}

void trace_free(struct trace *trace)
{
    if (trace == NULL) return;
    for (size_t i = 0; i < trace->count; i++) {
        memory_free(trace->list[i].values);
        memory_free(trace->list[i].digests);
    }
    regions_free(&trace->regions);
    memory_free(trace->list);
    memory_free(trace->buffer);
    memory_free(trace->scratch);
    memory_free(trace->wanted.words);
    memory_free(trace);
}

void trace_wrap(struct trace *trace, const struct ops **ops, struct device **device)
{
    trace->real = *ops;
    trace->device = *device;
    trace->table = traced_ops_for(*ops);
    *ops = &trace->table;
    *device = (struct device *)(void *)trace;
}

enum status trace_attach(struct trace *trace, struct transformer *model, struct error *error)
{
    trace->model = model;
    model->again_ops = trace->real;
    model->again_device = trace->device;
    TRY(regions_build(model, &trace->regions, error));
    trace->scratch = memory_aligned((size_t)model->layout.total, sizeof *trace->scratch);
    if (trace->scratch == NULL)
        return error_no_memory(error, (size_t)model->layout.total * sizeof *trace->scratch);
    if (trace->wanted_step != 0) return STATUS_OK;
    trace->seen_step = true;
    const struct written weights = {
        .values = model->weights, .shape = WRITTEN_WHOLE, .count = model->layout.total};
    watch_source(trace, OPERATION_START, &weights);
    return trace->table.synchronize((struct device *)(void *)trace, error);
}

void trace_step(struct trace *trace, long step)
{
    trace->step = step;
    trace->phase = PHASE_STEP;
    trace->phase_begin = trace->cursor = trace->count;
    memset(trace->calls, 0, sizeof trace->calls);
    if (step == trace->wanted_step) trace->seen_step = true;
}

enum status trace_state(struct trace *trace, struct digest *digest, struct error *error)
{
    if (trace->model == NULL) return error_set(error, STATUS_INTERNAL, "no model is being watched");
    *digest = transformer_digest(trace->model, trace->scratch);
    return trace->real->synchronize(trace->device, error);
}

enum status trace_check(const struct trace *trace, struct error *error)
{
    if (trace->failure.status != STATUS_OK)
        return error_set(error, trace->failure.status, "%s", trace->failure.text);
    if (trace->has_fault && !trace->fault_done)
        return error_set(
            error, STATUS_USAGE,
            "the fault did not come to pass: step %ld has no call %d of %s with an element %lld of output %d",
            trace->fault.step, trace->fault.call, operation_name(trace->fault.operation),
            (long long)trace->fault.element, trace->fault.output);
    if (trace->wanted_step != TRACE_NO_STEP && !trace->seen_step)
        return error_set(error, STATUS_USAGE, "step %ld: the run has no such step", trace->wanted_step);
    if (trace->wanted.any && trace->wanted.words == NULL)
        return error_set(error, STATUS_USAGE, "step %ld has no output %s.%d.%d with a part %zu",
                         trace->wanted_step, phase_names[trace->wanted.phase], trace->wanted.place,
                         trace->wanted.output, trace->wanted.part);
    return STATUS_OK;
}

static enum status tell_values(const struct trace *trace, trace_take *take, void *context,
                               struct error *error)
{
    const struct wanted *wanted = &trace->wanted;
    struct trace_line line = {.kind = TRACE_VALUES};
    struct trace_values *values = &line.as.values;
    snprintf(values->key, sizeof values->key, "%s.%d.%d.%zu", phase_names[wanted->phase], wanted->place,
             wanted->output, wanted->part);
    for (int64_t at = 0; at < wanted->count; at += TRACE_VALUES_MOST) {
        int64_t left = wanted->count - at;
        values->at = at;
        values->count = (size_t)(left < TRACE_VALUES_MOST ? left : TRACE_VALUES_MOST);
        memcpy(values->words, wanted->words + at, values->count * sizeof values->words[0]);
        TRY(take(context, &line, error));
    }
    return STATUS_OK;
}

enum status trace_tell(const struct trace *trace, trace_take *take, void *context, struct error *error)
{
    if (trace->wanted.any) return tell_values(trace, take, context, error);
    for (size_t i = 0; i < trace->count; i++) {
        const struct seen *seen = &trace->list[i];
        struct trace_line line = {.kind = TRACE_OUTPUT,
                                  .as.output = {.integers = seen->integers,
                                                .by_sample = seen->by_sample,
                                                .columns = seen->columns,
                                                .parts = seen->parts,
                                                .values = seen->values,
                                                .digests = seen->digests}};
        struct trace_output *output = &line.as.output;
        snprintf(output->key, sizeof output->key, "%s.%d.%d", phase_names[seen->phase], seen->place,
                 seen->output);
        snprintf(output->op, sizeof output->op, "%s", operation_name(seen->operation));
        snprintf(output->tensor, sizeof output->tensor, "%s", seen->tensor);
        TRY(take(context, &line, error));
    }
    return STATUS_OK;
}
