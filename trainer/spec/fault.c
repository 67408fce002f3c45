#include "trainer/spec/fault.h"

#include "base/number.h"

#include <stdio.h>
#include <string.h>

static const char form[] = "step=7,op=gelu_forward,call=3,element=17,bit=5";

enum part { PART_STEP, PART_OP, PART_CALL, PART_ELEMENT, PART_BIT, PART_OUTPUT, PARTS };

static const struct {
    const char *name;
    int64_t least, most;
} parts[PARTS] = {
    [PART_STEP] = {"step", 0, 1000000000}, [PART_OP] = {"op", 0, 0},
    [PART_CALL] = {"call", 1, 1000000000}, [PART_ELEMENT] = {"element", 0, INT64_MAX},
    [PART_BIT] = {"bit", 0, 31},           [PART_OUTPUT] = {"output", 0, 2},
};

static enum status read_number(const char *value, enum part part, int64_t *number, struct error *error)
{
    if (number_parse_integer(value, number) && *number >= parts[part].least && *number <= parts[part].most)
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "fault: %s: '%s' is not a whole number >= %lld%s", parts[part].name,
                     value, (long long)parts[part].least, part == PART_BIT ? " and <= 31" : "");
}

/* One "name=value". */
static enum status read_part(char *word, bool given[PARTS], int64_t numbers[PARTS], enum operation *operation,
                             struct error *error)
{
    char *equals = strchr(word, '=');
    int part = 0;
    if (equals != NULL) *equals = '\0';
    while (part < PARTS && (equals == NULL || strcmp(word, parts[part].name) != 0))
        part++;
    if (part == PARTS)
        return error_set(error, STATUS_USAGE, "fault: '%s' is not understood; the form is %s", word, form);
    if (given[part]) return error_set(error, STATUS_USAGE, "fault: %s is given twice", word);
    given[part] = true;
    if (part != PART_OP) return read_number(equals + 1, (enum part)part, &numbers[part], error);
    if (operation_find(equals + 1, operation)) return STATUS_OK;
    return error_set(error, STATUS_USAGE,
                     "fault: op: there is no operation '%s'; they are those of kernels/ops.h", equals + 1);
}

enum status fault_parse(const char *text, struct fault *fault, struct error *error)
{
    char copy[256], *rest = copy;
    bool given[PARTS] = {false};
    int64_t numbers[PARTS] = {[PART_CALL] = 1};
    enum operation operation = OPERATION_START;
    if (strlen(text) >= sizeof copy)
        return error_set(error, STATUS_USAGE, "fault: too long; the form is %s", form);
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strsep(&rest, ","); word != NULL; word = strsep(&rest, ","))
        TRY(read_part(word, given, numbers, &operation, error));
    for (int part = 0; part < PARTS; part++) {
        if (!given[part] && part != PART_CALL && part != PART_OUTPUT)
            return error_set(error, STATUS_USAGE, "fault: %s is not given; the form is %s", parts[part].name,
                             form);
    }
    *fault = (struct fault){.step = (long)numbers[PART_STEP],
                            .operation = operation,
                            .call = (int)numbers[PART_CALL],
                            .output = (int)numbers[PART_OUTPUT],
                            .bit = (int)numbers[PART_BIT],
                            .element = numbers[PART_ELEMENT]};
    return STATUS_OK;
}
