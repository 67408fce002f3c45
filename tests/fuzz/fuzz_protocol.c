/* fuzz_protocol.c - lines that a trainer prints: observations and traces. What is accepted must be written as
 * a line that reads back to the same line. */
#include "tests/fuzz/support_fuzz.h"

#include "base/text.h"
#include "trainer/spec/observation.h"
#include "trainer/spec/trace_line.h"

#include <stdlib.h>
#include <string.h>

static void write_observation(const struct observation *observation, struct text *line)
{
    fuzz_check(observation_write(observation, line, NULL) == STATUS_OK);
    fuzz_check(line->length > 0 && line->data[--line->length] == '\n');
    line->data[line->length] = '\0';
}

static void try_observation(const char *line)
{
    struct observation observation, again;
    struct text first = {0}, second = {0};
    struct error error = {0};
    enum status status = observation_read(line, &observation, &error);
    fuzz_check_failure(status, &error);
    if (status != STATUS_OK) return;
    write_observation(&observation, &first);
    fuzz_check(observation_read(text_string(&first), &again, &error) == STATUS_OK);
    write_observation(&again, &second);
    fuzz_check(strcmp(text_string(&first), text_string(&second)) == 0);
    text_free(&first);
    text_free(&second);
    observation_free(&again);
    observation_free(&observation);
}

static void write_trace(const struct trace_line *trace, struct text *line)
{
    fuzz_check(trace_line_write(trace, line, NULL) == STATUS_OK);
    fuzz_check(line->length > 0 && line->data[--line->length] == '\n');
    line->data[line->length] = '\0';
}

static void try_trace(const char *line)
{
    struct trace_line trace, again;
    struct text first = {0}, second = {0};
    struct error error = {0};
    enum status status = trace_line_read(line, &trace, &error);
    fuzz_check_failure(status, &error);
    if (status != STATUS_OK) return;
    write_trace(&trace, &first);
    fuzz_check(trace_line_read(text_string(&first), &again, &error) == STATUS_OK);
    write_trace(&again, &second);
    fuzz_check(strcmp(text_string(&first), text_string(&second)) == 0);
    text_free(&first);
    text_free(&second);
    trace_line_free(&again);
    trace_line_free(&trace);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = fuzz_string(data, size);
    fuzz_begin();
    try_observation(line);
    try_trace(line);
    fuzz_end();
    free(line);
    return 0;
}
