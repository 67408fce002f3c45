#include "base/lines.h"

#include "base/file.h"

#include <string.h>

/* Drops what was given, and reads on behind what is left. */
static enum status read_on(struct lines *lines, struct error *error)
{
    char chunk[16384];
    size_t got = 0, left = lines->held.length - lines->begin;
    if (lines->begin > 0) {
        memmove(lines->held.data, lines->held.data + lines->begin, left);
        lines->held.length = left;
        lines->begin = 0;
    }
    TRY(file_read_some(lines->descriptor, chunk, sizeof chunk, &got, lines->path, error));
    lines->ended = got == 0;
    text_add_bytes(&lines->held, chunk, got);
    return text_status(&lines->held, error);
}

enum status lines_next(struct lines *lines, const char **line, size_t *length, struct error *error)
{
    const char *feed = NULL;
    size_t seen = 0; /* bytes of the line in which there is no line feed */
    *line = NULL;
    for (;;) {
        const char *bytes = text_string(&lines->held) + lines->begin;
        size_t there = lines->held.length - lines->begin;
        feed = memchr(bytes + seen, '\n', there - seen);
        seen = feed == NULL ? there : (size_t)(feed - bytes);
        if (seen > lines->limit)
            return error_set(error, STATUS_BAD_INPUT, "%s:%ld: the line is longer than %zu bytes",
                             lines->path, lines->number + 1, lines->limit);
        if (feed != NULL || lines->ended) break;
        TRY(read_on(lines, error));
    }
    if (feed == NULL && seen == 0) return STATUS_OK;
    *line = text_string(&lines->held) + lines->begin;
    *length = seen;
    lines->begin += seen + (feed != NULL ? 1 : 0);
    lines->number++;
    if (*length > 0 && (*line)[*length - 1] == '\r') --*length;
    return STATUS_OK;
}

void lines_free(struct lines *lines)
{
    text_free(&lines->held);
    *lines = (struct lines){0};
}
