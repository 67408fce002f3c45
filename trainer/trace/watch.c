#include "trainer/trace/watch.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

/* Operations cannot fail, so a failure is kept and given by synchronize. */
static void fail(struct trace *trace, enum status status, const char *text)
{
    if (trace->failure.status != STATUS_OK) return;
    trace->failure.status = status;
    error_set(&trace->failure, status, "%s", text);
}

bool watch_open(const struct trace *trace)
{
    bool fault = trace->has_fault && !trace->fault_done && trace->fault.step == trace->step;
    return fault || trace->wanted_step == trace->step;
}

static bool reading(const struct trace *trace)
{
    return trace->wanted_step == trace->step && trace->failure.status == STATUS_OK;
}

static void copy_word(struct trace *trace, const struct written *written, int64_t at, uint32_t *word)
{
    const uint32_t *from = (const uint32_t *)written->values + at;
    if (written->host)
        memcpy(word, from, sizeof *word);
    else
        trace->real->download(trace->device, word, from, sizeof *word);
}

/* Turn the bit over. The values are the operation's own output, which it was given to write. */
static void flip(struct trace *trace, const struct written *written, int64_t at)
{
    uint32_t word = 0;
    copy_word(trace, written, at, &word);
    word ^= UINT32_C(1) << trace->fault.bit;
    uint32_t *to = (uint32_t *)(uintptr_t)written->values + at;
    if (written->host)
        memcpy(to, &word, sizeof word);
    else
        trace->real->upload(trace->device, to, &word, sizeof word);
    trace->fault_done = true;
}

static void inject(struct trace *trace, const struct written *written)
{
    int64_t left = trace->fault.element;
    int parts = written_parts(written);
    for (int part = 0; part < parts; part++) {
        struct stretch at = written_part(written, part);
        if (left < at.rows * at.columns) {
            flip(trace, written, at.at + left / at.columns * at.stride + left % at.columns);
            return;
        }
        left -= at.rows * at.columns;
    }
}

/* `count` words of the part into the buffer, without gaps. */
static bool read_part(struct trace *trace, const struct written *written, struct stretch at)
{
    size_t count = (size_t)(at.rows * at.columns), row = (size_t)at.columns * sizeof(float);
    if (count > trace->buffer_room) {
        float *grown = memory_resize(trace->buffer, count, sizeof *grown);
        if (grown == NULL) {
            fail(trace, STATUS_NO_MEMORY, "no memory to read what an operation wrote");
            return false;
        }
        trace->buffer = grown;
        trace->buffer_room = count;
    }
    const float *from = (const float *)written->values + at.at;
    if (written->host) {
        memcpy(trace->buffer, from, count * sizeof(float));
    } else if (at.columns == at.stride) {
        trace->real->download(trace->device, trace->buffer, from, count * sizeof(float));
    } else {
        for (int64_t r = 0; r < at.rows; r++)
            trace->real->download(trace->device, trace->buffer + r * at.columns, from + r * at.stride, row);
    }
    if (written->shape == WRITTEN_SCORES && written->causal) {
        for (int64_t r = 0; r < at.rows; r++) { /* row r is query r % n, n keys */
            for (int64_t k = r % at.columns + 1; k < at.columns; k++)
                trace->buffer[r * at.columns + k] = 0.0f;
        }
    }
    return true;
}

static void name_output(const struct trace *trace, const struct written *written, const void *address,
                        char text[TRACE_TENSOR_BYTES])
{
    const struct region *region = written->host ? NULL : regions_find(&trace->regions, address);
    if (region != NULL)
        region_name(&trace->regions, region, trace->layer, written->part, text, TRACE_TENSOR_BYTES);
    else
        snprintf(text, TRACE_TENSOR_BYTES, "%s", written->part == NULL ? "unknown" : written->part);
}

/* The entry of this output: a new one in the first pass of a phase, the same one in the passes that follow.
 */
static struct seen *find_entry(struct trace *trace, enum operation operation)
{
    if (trace->cursor < trace->count) {
        struct seen *old = &trace->list[trace->cursor++];
        if (old->operation == operation && old->place == trace->place && old->output == trace->output) {
            trace->output++;
            return old;
        }
        fail(trace, STATUS_INTERNAL, "two passes of one step have not the same operations");
        return NULL;
    }
    if (trace->count == trace->room) {
        size_t room = trace->room == 0 ? 256 : 2 * trace->room;
        struct seen *grown = memory_resize(trace->list, room, sizeof *grown);
        if (grown == NULL) {
            fail(trace, STATUS_NO_MEMORY, "no memory for a trace");
            return NULL;
        }
        trace->list = grown;
        trace->room = room;
    }
    struct seen *made = &trace->list[trace->count++];
    trace->cursor = trace->count;
    *made = (struct seen){
        .phase = trace->phase, .place = trace->place, .output = trace->output++, .operation = operation};
    return made;
}

static bool make_room(struct trace *trace, struct seen *seen)
{
    if (seen->parts < seen->room) return true;
    size_t room = seen->room == 0 ? 1 : 2 * seen->room;
    int64_t *values = memory_resize(seen->values, room, sizeof *values);
    if (values != NULL) seen->values = values;
    char(*digests)[DIGEST_TEXT] = memory_resize(seen->digests, room, sizeof *digests);
    if (digests != NULL) seen->digests = digests;
    if (values == NULL || digests == NULL) {
        fail(trace, STATUS_NO_MEMORY, "no memory for a trace");
        return false;
    }
    seen->room = room;
    return true;
}

static bool is_wanted(const struct trace *trace, const struct seen *seen)
{
    const struct wanted *wanted = &trace->wanted;
    return wanted->any && wanted->words == NULL && wanted->phase == seen->phase &&
           wanted->place == seen->place && wanted->output == seen->output && wanted->part == seen->parts;
}

/* The next part of an output is in the buffer. */
static void keep_part(struct trace *trace, struct seen *seen, int64_t count)
{
    if (!make_room(trace, seen)) return;
    if (is_wanted(trace, seen)) {
        trace->wanted.words = memory_zeroed((size_t)count, sizeof(uint32_t));
        if (trace->wanted.words == NULL) {
            fail(trace, STATUS_NO_MEMORY, "no memory for values");
            return;
        }
        memcpy(trace->wanted.words, trace->buffer, (size_t)count * sizeof(uint32_t));
        trace->wanted.count = count;
    }
    struct digest digest = seen->integers ? digest_bytes(trace->buffer, (size_t)count * sizeof(uint32_t))
                                          : digest_floats(trace->buffer, (size_t)count);
    digest_text(digest, seen->digests[seen->parts]);
    seen->values[seen->parts++] = count;
}

static void keep_parts(struct trace *trace, struct seen *seen, const struct written *written)
{
    int parts = written_parts(written);
    for (int part = 0; part < parts && trace->failure.status == STATUS_OK; part++) {
        struct stretch at = written_part(written, part);
        if (read_part(trace, written, at)) keep_part(trace, seen, at.rows * at.columns);
    }
}

static void describe(struct seen *seen, const struct written *written)
{
    seen->integers = written->integers;
    seen->by_sample = written->shape != WRITTEN_WHOLE;
    seen->columns = written->shape == WRITTEN_SCORES ? 0 : written->width;
}

/* Values that belong to no sample, a tensor of the layout at a time: query, key and value weights are written
 * as one. */
static void keep_whole(struct trace *trace, enum operation operation, const struct written *written)
{
    const float *from = written->values;
    for (int64_t done = 0; done < written->count;) {
        const struct region *region = regions_find(&trace->regions, from + done);
        struct seen *seen = find_entry(trace, operation);
        if (seen == NULL) return;
        struct written piece = *written;
        piece.values = from + done;
        piece.count = written->count - done;
        if (region != NULL) {
            int64_t there = region->count - (from + done - region->begin);
            if (there < piece.count) piece.count = there;
            if (region->tensor >= 0) piece.width = trace->regions.layout->tensors[region->tensor].cols;
        }
        describe(seen, &piece);
        name_output(trace, &piece, piece.values, seen->tensor);
        done += piece.count;
        if (written->adds) {
            seen->adds = piece.values;
            seen->total = piece.count;
        } else {
            keep_parts(trace, seen, &piece);
        }
    }
}

/* One value for each tensor of the layout. */
static void keep_tensors(struct trace *trace, enum operation operation, const struct written *written)
{
    for (int64_t i = 0; i < written->count; i++) {
        struct seen *seen = find_entry(trace, operation);
        if (seen == NULL) return;
        struct written one = *written;
        one.values = (const float *)written->values + i;
        one.count = one.width = 1;
        describe(seen, &one);
        snprintf(seen->tensor, sizeof seen->tensor, "%s %s", written->part,
                 trace->regions.layout->tensors[i].name);
        keep_parts(trace, seen, &one);
    }
}

static void keep(struct trace *trace, enum operation operation, const struct written *written)
{
    if (written->tensors) {
        keep_tensors(trace, operation, written);
    } else if (written->shape == WRITTEN_WHOLE && !written->host) {
        keep_whole(trace, operation, written);
    } else {
        struct seen *seen = find_entry(trace, operation);
        if (seen == NULL) return;
        describe(seen, written);
        name_output(trace, written, written->values, seen->tensor);
        keep_parts(trace, seen, written);
    }
}

void watch_pass(struct trace *trace)
{
    if (trace->phase == PHASE_START || trace->phase == PHASE_UPDATE) {
        trace->phase = PHASE_EVALUATION;
        trace->phase_begin = trace->count;
    }
    trace->cursor = trace->phase_begin;
    trace->place = trace->output = 0;
    trace->layer = LAYER_NONE;
}

void watch_update(struct trace *trace)
{
    for (size_t i = trace->phase_begin; i < trace->count && reading(trace); i++) {
        struct seen *seen = &trace->list[i];
        struct written whole = {.values = seen->adds, .shape = WRITTEN_WHOLE, .count = seen->total};
        if (seen->adds != NULL) keep_parts(trace, seen, &whole);
    }
    trace->phase = PHASE_UPDATE;
    trace->phase_begin = trace->cursor = trace->count;
    trace->place = trace->output = 0;
    trace->layer = LAYER_NONE;
}

/* Which layer is being computed: scratch of the backward pass is shared by all. */
static void follow_layer(struct trace *trace, const void *hint)
{
    const struct region *region = hint == NULL ? NULL : regions_find(&trace->regions, hint);
    if (region != NULL && (region->tensor >= 0 || region->layer >= 0)) trace->layer = region->layer;
}

void watch_source(struct trace *trace, enum operation operation, const struct written *written)
{
    if (reading(trace) && written->values != NULL) keep(trace, operation, written);
}

void watch_call(struct trace *trace, enum operation operation, const void *hint,
                const struct written *outputs, size_t count)
{
    const struct fault *fault = &trace->fault;
    int call = ++trace->calls[operation];
    follow_layer(trace, hint);
    bool hit = trace->has_fault && !trace->fault_done && fault->step == trace->step &&
               fault->operation == operation && fault->call == call;
    if (hit && (size_t)fault->output < count && outputs[fault->output].values != NULL)
        inject(trace, &outputs[fault->output]);
    for (size_t i = 0; i < count && reading(trace); i++) {
        if (outputs[i].values != NULL) keep(trace, operation, &outputs[i]);
    }
    trace->place++;
    trace->output = 0;
}
