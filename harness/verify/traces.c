#include "harness/verify/traces.h"

#include "base/memory.h"
#include "harness/verify/chain.h"

#include <stdio.h>
#include <string.h>

enum status traces_take(void *context, struct trace_line *line, struct error *error)
{
    struct traces *traces = context;
    if (line->kind != traces->kind)
        return error_set(error, STATUS_BAD_INPUT, "a line of a trace that was not asked for");
    if (traces->count == traces->room) {
        size_t room = traces->room == 0 ? 16 : 2 * traces->room;
        struct trace_line *grown = memory_resize(traces->list, room, sizeof *grown);
        if (grown == NULL) return error_no_memory(error, room * sizeof *grown);
        traces->list = grown;
        traces->room = room;
    }
    traces->list[traces->count++] = *line;
    line->as.output.values = NULL;
    line->as.output.digests = NULL;
    return STATUS_OK;
}

void traces_free(struct traces *traces)
{
    for (size_t i = 0; i < traces->count; i++)
        trace_line_free(&traces->list[i]);
    memory_free(traces->list);
    *traces = (struct traces){.kind = traces->kind};
}

static bool matches(const struct trace_state *state, const struct run_record *record)
{
    char losses[DIGEST_TEXT];
    for (size_t i = 0; i < record->step_count && !state->evaluation; i++) {
        if (record->steps[i].step == state->step) return strcmp(record->steps[i].digest, state->chain) == 0;
    }
    for (size_t i = 0; i < record->evaluation_count && state->evaluation; i++) {
        const struct observed_evaluation *evaluation = &record->evaluations[i];
        if (evaluation->step != state->step) continue;
        digest_text(digest_floats(evaluation->losses, (size_t)evaluation->count), losses);
        return strcmp(losses, state->chain) == 0 && strcmp(evaluation->digest, state->weights) == 0;
    }
    return false;
}

bool traces_match(const struct traces *states, const struct run_record *record, long *step)
{
    for (size_t i = 0; i < states->count; i++) {
        const struct trace_state *state = &states->list[i].as.state;
        *step = state->step;
        if (!matches(state, record)) return false;
    }
    return true;
}

bool traces_differing_step(const struct traces *left, const struct traces *right, long *step)
{
    size_t most = left->count > right->count ? left->count : right->count;
    for (size_t i = 0; i < most; i++) {
        const struct trace_state *a = i < left->count ? &left->list[i].as.state : NULL;
        const struct trace_state *b = i < right->count ? &right->list[i].as.state : NULL;
        *step = a != NULL && (b == NULL || a->step < b->step) ? a->step : b->step;
        if (a == NULL || b == NULL || a->step != b->step || a->evaluation != b->evaluation) return true;
        if (strcmp(a->chain, b->chain) != 0 || strcmp(a->weights, b->weights) != 0) return true;
    }
    return false;
}

static bool same_output(const struct trace_output *left, const struct trace_output *right)
{
    return strcmp(left->key, right->key) == 0 && strcmp(left->op, right->op) == 0 &&
           strcmp(left->tensor, right->tensor) == 0 && left->columns == right->columns &&
           left->parts == right->parts;
}

static long long total_values(const struct trace_output *output)
{
    long long total = 0;
    for (size_t i = 0; i < output->parts; i++)
        total += output->values[i];
    return total;
}

static void describe(const struct trace_output *output, char *text, size_t size)
{
    if (output == NULL)
        snprintf(text, size, "nothing");
    else
        snprintf(text, size, "%.31s, %.150s of %lld values in %zu sample%s", output->op, output->tensor,
                 total_values(output), output->by_sample ? output->parts : 0, output->parts == 1 ? "" : "s");
}

/* The two are not arranged alike. */
static void tell_structure(const struct trace_output *left, const struct trace_output *right,
                           struct output_difference *difference)
{
    char a[240], b[240];
    describe(left, a, sizeof a);
    describe(right, b, sizeof b);
    difference->found = difference->structure = true;
    snprintf(difference->what, sizeof difference->what, "%s beside %s", a, b);
}

void traces_compare_outputs(const struct traces *left, const struct traces *right,
                            struct output_difference *difference)
{
    *difference = (struct output_difference){0};
    size_t most = left->count > right->count ? left->count : right->count;
    for (size_t i = 0; i < most; i++) {
        const struct trace_output *a = i < left->count ? &left->list[i].as.output : NULL;
        const struct trace_output *b = i < right->count ? &right->list[i].as.output : NULL;
        if (a == NULL || b == NULL || !same_output(a, b)) {
            tell_structure(a, b, difference);
            return;
        }
        for (size_t part = 0; part < a->parts; part++) {
            if (a->values[part] != b->values[part]) {
                tell_structure(a, b, difference);
                return;
            }
            if (strcmp(a->digests[part], b->digests[part]) == 0) continue;
            difference->found = true;
            difference->left = a;
            difference->part = part;
            return;
        }
    }
}

static uint32_t canonical(uint32_t word, bool integers)
{
    float value;
    memcpy(&value, &word, sizeof value);
    return integers ? word : chain_word(value);
}

bool traces_compare_values(const struct traces *left, const struct traces *right, bool integers,
                           struct value_difference *difference)
{
    size_t lines = left->count < right->count ? left->count : right->count;
    for (size_t i = 0; i < lines; i++) {
        const struct trace_values *a = &left->list[i].as.values, *b = &right->list[i].as.values;
        size_t count = a->count < b->count ? a->count : b->count;
        for (size_t w = 0; w < count; w++) {
            if (canonical(a->words[w], integers) == canonical(b->words[w], integers)) continue;
            *difference = (struct value_difference){
                .element = a->at + (int64_t)w, .left = a->words[w], .right = b->words[w]};
            return true;
        }
    }
    return false;
}
