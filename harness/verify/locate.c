#include "harness/verify/locate.h"

#include "harness/verify/chain.h"
#include "harness/verify/traces.h"

#include <stdio.h>
#include <string.h>

static enum status ask(const struct side *side, const struct rerun_question *question, struct traces *traces,
                       struct error *error)
{
    return rerun_trace(&side->rerun, question, traces_take, traces, error);
}

/* Ask both sides the same. */
static enum status ask_both(const struct side *const sides[2], const struct rerun_question *question,
                            struct traces answers[2], struct error *error)
{
    TRY(ask(sides[0], question, &answers[0], error));
    return ask(sides[1], question, &answers[1], error);
}

static void free_both(struct traces answers[2])
{
    traces_free(&answers[0]);
    traces_free(&answers[1]);
}

static void nowhere(struct place *place, const char *format, const char *name, long step)
{
    place->kind = PLACE_NOWHERE;
    snprintf(place->what, sizeof place->what, format, name, step);
}

/* The step in which they part; a side that does not reproduce its own record is no evidence. */
static enum status find_step(const struct side *const sides[2], long steps, struct place *place,
                             struct error *error)
{
    struct traces states[2] = {{.kind = TRACE_STATE}, {.kind = TRACE_STATE}};
    const struct rerun_question question = {.states = true, .steps = steps};
    long step = 0;
    enum status status = ask_both(sides, &question, states, error);
    for (int i = 0; i < 2 && status == STATUS_OK && place->kind != PLACE_NOWHERE; i++) {
        if (sides[i]->record == NULL || traces_match(&states[i], sides[i]->record, &step)) continue;
        nowhere(place,
                "%s does not reproduce itself on this machine with its own settings: step %ld is the first "
                "to differ, "
                "so it cannot be replayed to the operation",
                sides[i]->name, step);
    }
    if (status == STATUS_OK && place->kind != PLACE_NOWHERE) {
        if (traces_differing_step(&states[0], &states[1], &step))
            place->step = step;
        else
            nowhere(place,
                    "the replays of %s and of the other are equal up to step %ld: the difference did not "
                    "come again",
                    sides[0]->name, steps);
    }
    free_both(states);
    return status;
}

/* Rows of samples are tokens (or, in attention's probabilities, head and query), those of tensors are rows.
 */
static void place_element(const struct trace_output *output, size_t part, int64_t element,
                          struct place *place)
{
    snprintf(place->op, sizeof place->op, "%s", output->op);
    snprintf(place->tensor, sizeof place->tensor, "%s", output->tensor);
    place->kind = PLACE_ELEMENT;
    place->by_sample = output->by_sample;
    place->integers = output->integers;
    place->sample = part;
    place->element = element;
    for (size_t i = 0; i < part; i++)
        place->element += output->values[i];
    place->row = place->column = -1;
    if (output->columns <= 0) return;
    place->row = element / output->columns;
    place->column = element % output->columns;
}

static enum status find_element(const struct side *const sides[2], const struct trace_output *output,
                                size_t part, struct place *place, struct error *error)
{
    struct traces values[2] = {{.kind = TRACE_VALUES}, {.kind = TRACE_VALUES}};
    struct value_difference difference;
    char key[TRACE_KEY_BYTES + 24];
    snprintf(key, sizeof key, "%s.%zu", output->key, part);
    const struct rerun_question question = {.step = place->step, .dump = key};
    enum status status = ask_both(sides, &question, values, error);
    if (status == STATUS_OK) {
        if (traces_compare_values(&values[0], &values[1], output->integers, &difference)) {
            place_element(output, part, difference.element, place);
            place->left = difference.left;
            place->right = difference.right;
        } else {
            nowhere(place, "two replays of %s in step %ld are not the same: its values do not repeat",
                    sides[0]->name, place->step);
        }
    }
    free_both(values);
    return status;
}

static enum status find_operation(const struct side *const sides[2], struct place *place, struct error *error)
{
    struct traces outputs[2] = {{.kind = TRACE_OUTPUT}, {.kind = TRACE_OUTPUT}};
    const struct rerun_question question = {.step = place->step};
    struct output_difference difference;
    enum status status = ask_both(sides, &question, outputs, error);
    if (status == STATUS_OK) {
        traces_compare_outputs(&outputs[0], &outputs[1], &difference);
        if (!difference.found) {
            nowhere(place, "two replays of %s in step %ld are not the same: what differed did not come again",
                    sides[0]->name, place->step);
        } else if (difference.structure) {
            place->kind = PLACE_STRUCTURE;
            snprintf(place->what, sizeof place->what, "%s", difference.what);
        } else {
            status = find_element(sides, difference.left, difference.part, place, error);
        }
    }
    free_both(outputs);
    return status;
}

enum status locate_difference(const struct side *left, const struct side *right, long steps,
                              struct place *place, struct error *error)
{
    const struct side *const sides[2] = {left, right};
    struct error cause = {0};
    *place = (struct place){.row = -1, .column = -1};
    enum status status = find_step(sides, steps, place, &cause);
    if (status == STATUS_OK && place->kind != PLACE_NOWHERE) status = find_operation(sides, place, &cause);
    if (status == STATUS_NO_MEMORY || status == STATUS_INTERRUPTED)
        return error_set(error, status, "%s", cause.text);
    if (status != STATUS_OK) {
        place->kind = PLACE_NOWHERE;
        snprintf(place->what, sizeof place->what, "%.600s", cause.text);
    }
    return STATUS_OK;
}

static void describe_element(const struct place *place, struct text *out)
{
    text_addf(out, "element %lld", (long long)place->element);
    const char *separator = " (", *row = place->by_sample ? "token" : "row";
    if (place->by_sample) {
        text_addf(out, "%ssample %zu", separator, place->sample);
        separator = ", ";
    }
    if (place->row >= 0) {
        text_addf(out, "%s%s %lld, column %lld", separator, row, (long long)place->row,
                  (long long)place->column);
        separator = ", ";
    }
    if (separator[0] == ',') text_add(out, ")");
}

void place_describe(const struct place *place, const struct side *left, const struct side *right,
                    struct text *out)
{
    char a[CHAIN_VALUE_BYTES], b[CHAIN_VALUE_BYTES];
    switch (place->kind) {
    case PLACE_ELEMENT:
        text_addf(out, "step %ld: %s, %s, ", place->step, place->op, place->tensor);
        describe_element(place, out);
        chain_value(place->left, place->integers, a);
        chain_value(place->right, place->integers, b);
        text_addf(out, ": %s %s, %s %s", left->name, a, right->name, b);
        break;
    case PLACE_STRUCTURE:
        text_addf(out, "step %ld: not alike: %s", place->step, place->what);
        break;
    case PLACE_NOWHERE:
        text_add(out, place->what);
        break;
    }
}
