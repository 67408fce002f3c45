#include "reports/json_writer.h"

#include "base/json_text.h"
#include "base/number.h"

#include <math.h>

void json_next(struct json_writer *writer, const char *name)
{
    if (!writer->first) text_add(writer->out, ",");
    text_add(writer->out, "\n");
    for (int i = 0; i < writer->depth; i++)
        text_add(writer->out, "  ");
    if (name != NULL) {
        json_text_string(writer->out, name);
        text_add(writer->out, ": ");
    }
    writer->first = false;
}

void json_begin(struct json_writer *writer, const char *name, const char *bracket)
{
    if (writer->depth > 0) json_next(writer, name);
    text_add(writer->out, bracket);
    writer->depth++;
    writer->first = true;
}

void json_finish(struct json_writer *writer, const char *bracket)
{
    writer->depth--;
    if (!writer->first) {
        text_add(writer->out, "\n");
        for (int i = 0; i < writer->depth; i++)
            text_add(writer->out, "  ");
    }
    text_add(writer->out, bracket);
    writer->first = false;
}

void json_put_string(struct json_writer *writer, const char *name, const char *value)
{
    json_next(writer, name);
    json_text_string(writer->out, value);
}

void json_put_number(struct json_writer *writer, const char *name, double value)
{
    char number[NUMBER_TEXT] = "null";
    if (isfinite(value)) number_shortest(value, number);
    json_next(writer, name);
    text_add(writer->out, number);
}

void json_put_whole(struct json_writer *writer, const char *name, int64_t value, int64_t least)
{
    json_next(writer, name);
    if (value < least)
        text_add(writer->out, "null");
    else
        text_addf(writer->out, "%lld", (long long)value);
}

void json_put_truth(struct json_writer *writer, const char *name, bool value)
{
    json_next(writer, name);
    text_add(writer->out, value ? "true" : "false");
}

void json_put_null(struct json_writer *writer, const char *name)
{
    json_next(writer, name);
    text_add(writer->out, "null");
}
