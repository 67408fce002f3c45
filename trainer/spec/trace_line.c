#include "trainer/spec/trace_line.h"

#include "base/memory.h"
#include "trainer/spec/wire.h"

#include <string.h>

static const char *const kind_names[] = {"state", "output", "values"};

static void add_text(struct text *text, const char *name, const char *value)
{
    wire_add_name(text, name, false);
    wire_add_string(text, value);
}

static void add_whole(struct text *text, const char *name, long long value)
{
    wire_add_name(text, name, false);
    text_addf(text, "%lld", value);
}

static void add_yes(struct text *text, const char *name, bool value)
{
    wire_add_name(text, name, false);
    text_add(text, value ? "true" : "false");
}

static void write_output(const struct trace_output *output, struct text *text)
{
    add_text(text, "key", output->key);
    add_text(text, "op", output->op);
    add_text(text, "tensor", output->tensor);
    add_yes(text, "integers", output->integers);
    add_yes(text, "by_sample", output->by_sample);
    add_whole(text, "columns", output->columns);
    wire_add_name(text, "values", false);
    for (size_t i = 0; i < output->parts; i++)
        text_addf(text, "%s%lld", i == 0 ? "[" : ", ", (long long)output->values[i]);
    text_add(text, output->parts == 0 ? "[]" : "]");
    wire_add_name(text, "digests", false);
    text_add(text, "\"");
    for (size_t i = 0; i < output->parts; i++)
        text_add(text, output->digests[i]);
    text_add(text, "\"");
}

enum status trace_line_write(const struct trace_line *line, struct text *text, struct error *error)
{
    wire_add_name(text, "trace", true);
    wire_add_string(text, kind_names[line->kind]);
    switch (line->kind) {
    case TRACE_STATE:
        add_text(text, "after", line->as.state.evaluation ? "evaluation" : "step");
        add_whole(text, "step", line->as.state.step);
        add_text(text, "chain", line->as.state.chain);
        add_text(text, "weights", line->as.state.weights);
        break;
    case TRACE_OUTPUT:
        write_output(&line->as.output, text);
        break;
    case TRACE_VALUES:
        add_text(text, "key", line->as.values.key);
        add_whole(text, "at", (long long)line->as.values.at);
        wire_add_name(text, "words", false);
        text_add(text, "\"");
        for (size_t i = 0; i < line->as.values.count; i++)
            text_addf(text, "%08x", (unsigned)line->as.values.words[i]);
        text_add(text, "\"");
        break;
    }
    text_add(text, "}\n");
    return text_status(text, error);
}

static enum status wrong(const char *name, const char *needed, struct error *error)
{
    return error_set(error, STATUS_BAD_INPUT, "trace line: \"%s\" must be %s", name, needed);
}

static enum status get(struct json_object *object, const char *name, enum json_type type, const char *needed,
                       struct json_object **member, struct error *error)
{
    if (json_object_object_get_ex(object, name, member) && json_object_is_type(*member, type))
        return STATUS_OK;
    return wrong(name, needed, error);
}

static enum status get_text(struct json_object *object, const char *name, char *value, size_t size,
                            struct error *error)
{
    struct json_object *member = NULL;
    TRY(get(object, name, json_type_string, "a string", &member, error));
    size_t length = (size_t)json_object_get_string_len(member);
    if (length >= size) return wrong(name, "a shorter string", error);
    memcpy(value, json_object_get_string(member), length + 1);
    return STATUS_OK;
}

static enum status get_whole(struct json_object *object, const char *name, int64_t *value,
                             struct error *error)
{
    struct json_object *member = NULL;
    TRY(get(object, name, json_type_int, "a whole number", &member, error));
    *value = json_object_get_int64(member);
    return *value < 0 ? wrong(name, "a whole number >= 0", error) : STATUS_OK;
}

static enum status get_yes(struct json_object *object, const char *name, bool *value, struct error *error)
{
    struct json_object *member = NULL;
    TRY(get(object, name, json_type_boolean, "true or false", &member, error));
    *value = json_object_get_boolean(member) != 0;
    return STATUS_OK;
}

/* A string of `count` pieces of `length` hexadecimal digits, NUL-terminated; *count is found from its length.
 */
static enum status get_digits(struct json_object *object, const char *name, size_t length,
                              const char **digits, size_t *count, struct error *error)
{
    struct json_object *member = NULL;
    TRY(get(object, name, json_type_string, "a string", &member, error));
    *digits = json_object_get_string(member);
    size_t bytes = (size_t)json_object_get_string_len(member);
    if (bytes % length != 0 || strspn(*digits, "0123456789abcdef") != bytes)
        return wrong(name, "pieces of hexadecimal digits", error);
    *count = bytes / length;
    return STATUS_OK;
}

static enum status read_state(struct json_object *object, struct trace_state *state, struct error *error)
{
    char after[16];
    int64_t step = 0;
    TRY(get_text(object, "after", after, sizeof after, error));
    state->evaluation = strcmp(after, "evaluation") == 0;
    if (!state->evaluation && strcmp(after, "step") != 0) return wrong("after", "step or evaluation", error);
    TRY(get_whole(object, "step", &step, error));
    state->step = (long)step;
    TRY(get_text(object, "chain", state->chain, sizeof state->chain, error));
    return get_text(object, "weights", state->weights, sizeof state->weights, error);
}

static enum status read_parts(struct json_object *object, struct trace_output *output, struct error *error)
{
    struct json_object *values = NULL;
    const char *digits = NULL;
    size_t length = DIGEST_TEXT - 1, parts = 0;
    TRY(get_digits(object, "digests", length, &digits, &parts, error));
    TRY(get(object, "values", json_type_array, "an array", &values, error));
    if (json_object_array_length(values) != parts)
        return wrong("values", "as many as there are digests", error);
    output->values = memory_zeroed(parts, sizeof *output->values);
    output->digests = memory_zeroed(parts, sizeof *output->digests);
    if (output->values == NULL || output->digests == NULL) return error_no_memory(error, parts * DIGEST_TEXT);
    output->parts = parts;
    for (size_t i = 0; i < parts; i++) {
        struct json_object *value = json_object_array_get_idx(values, i);
        if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0)
            return wrong("values", "whole numbers", error);
        output->values[i] = json_object_get_int64(value);
        memcpy(output->digests[i], digits + i * length, length);
    }
    return STATUS_OK;
}

static enum status read_output(struct json_object *object, struct trace_output *output, struct error *error)
{
    int64_t columns = 0;
    TRY(get_text(object, "key", output->key, sizeof output->key, error));
    TRY(get_text(object, "op", output->op, sizeof output->op, error));
    TRY(get_text(object, "tensor", output->tensor, sizeof output->tensor, error));
    TRY(get_yes(object, "integers", &output->integers, error));
    TRY(get_yes(object, "by_sample", &output->by_sample, error));
    TRY(get_whole(object, "columns", &columns, error));
    output->columns = (int)columns;
    return read_parts(object, output, error);
}

static uint32_t read_word(const char *digits)
{
    uint32_t word = 0;
    for (int i = 0; i < 8; i++)
        word = word << 4 | (uint32_t)(digits[i] <= '9' ? digits[i] - '0' : digits[i] - 'a' + 10);
    return word;
}

static enum status read_values(struct json_object *object, struct trace_values *values, struct error *error)
{
    const char *digits = NULL;
    TRY(get_text(object, "key", values->key, sizeof values->key, error));
    TRY(get_whole(object, "at", &values->at, error));
    TRY(get_digits(object, "words", 8, &digits, &values->count, error));
    if (values->count > TRACE_VALUES_MOST) return wrong("words", "fewer", error);
    for (size_t i = 0; i < values->count; i++)
        values->words[i] = read_word(digits + 8 * i);
    return STATUS_OK;
}

enum status trace_line_read(const char *text, struct trace_line *line, struct error *error)
{
    struct json_object *object = NULL;
    char kind[16];
    *line = (struct trace_line){0};
    enum status status = wire_parse(text, &object, error);
    if (status != STATUS_OK) return status;
    TRY_TO(done, get_text(object, "trace", kind, sizeof kind, error));
    if (strcmp(kind, kind_names[TRACE_STATE]) == 0) {
        line->kind = TRACE_STATE;
        status = read_state(object, &line->as.state, error);
    } else if (strcmp(kind, kind_names[TRACE_OUTPUT]) == 0) {
        line->kind = TRACE_OUTPUT;
        status = read_output(object, &line->as.output, error);
    } else if (strcmp(kind, kind_names[TRACE_VALUES]) == 0) {
        line->kind = TRACE_VALUES;
        status = read_values(object, &line->as.values, error);
    } else {
        status = wrong("trace", "state, output or values", error);
    }
done:
    json_object_put(object);
    if (status != STATUS_OK) trace_line_free(line);
    return status;
}

void trace_line_free(struct trace_line *line)
{
    if (line->kind == TRACE_OUTPUT) {
        memory_free(line->as.output.values);
        memory_free(line->as.output.digests);
    }
    *line = (struct trace_line){0};
}
