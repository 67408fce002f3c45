/* json_writer.h - a JSON document for people too: a member a line, indented by two blanks a level. Starts as
 * {.out = text, .first = true}; `name` is NULL in a list. */
#ifndef FTBENCH_REPORTS_JSON_WRITER_H
#define FTBENCH_REPORTS_JSON_WRITER_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* A document being written: how deep we are, and whether the next member needs a comma before it. */
struct json_writer {
    struct text *out;
    int depth;
    bool first;
};

/* The comma, the line and the name of the next member; its value is the caller's to add. */
void json_next(struct json_writer *writer, const char *name);

/* "{" or "[", and their ends. */
void json_begin(struct json_writer *writer, const char *name, const char *bracket);
void json_finish(struct json_writer *writer, const char *bracket);

void json_put_string(struct json_writer *writer, const char *name, const char *value);
/* JSON has no NaN and no infinity: what is not finite is null. */
void json_put_number(struct json_writer *writer, const char *name, double value);
/* A whole number; below `least` it is not known: null. */
void json_put_whole(struct json_writer *writer, const char *name, int64_t value, int64_t least);
void json_put_truth(struct json_writer *writer, const char *name, bool value);
void json_put_null(struct json_writer *writer, const char *name);

#endif
