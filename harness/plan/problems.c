#include "harness/plan/problems.h"

#include "base/memory.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

void place_name(const struct problems *problems, struct place place, char *text, size_t size)
{
    if (place.override > 0)
        snprintf(text, size, "--set %d", place.override);
    else if (place.line > 0)
        snprintf(text, size, "%s:%d", problems->file, place.line);
    else
        snprintf(text, size, "%s", problems->file);
}

static bool make_room(struct problems *problems)
{
    if (problems->count < problems->capacity) return true;
    size_t capacity = problems->capacity == 0 ? 16 : 2 * problems->capacity;
    struct problem *all = memory_resize(problems->all, capacity, sizeof all[0]);
    if (all == NULL) return false;
    problems->all = all;
    problems->capacity = capacity;
    return true;
}

void problems_add(struct problems *problems, struct place place, const char *format, ...)
{
    struct text text = {0};
    va_list arguments;
    va_start(arguments, format);
    text_addv(&text, format, arguments);
    va_end(arguments);
    if (text.failed || !make_room(problems)) {
        text_free(&text);
        problems->failed = true;
        return;
    }
    problems->all[problems->count++] = (struct problem){.place = place, .text = text.data};
}

/* File lines first, then what has no line, then overrides. */
static int place_rank(struct place place)
{
    if (place.override > 0) return INT_MAX;
    return place.line > 0 ? place.line : INT_MAX - 1;
}

static int by_place(const void *left, const void *right)
{
    const struct problem *a = left, *b = right;
    int ra = place_rank(a->place), rb = place_rank(b->place);
    if (ra != rb) return ra < rb ? -1 : 1;
    return a->place.override - b->place.override;
}

enum status problems_print(struct problems *problems, struct text *lines, struct error *error)
{
    if (problems->failed) return error_no_memory(error, 0);
    /* Insertion keeps the order of finding among equal places, which qsort need not. */
    for (size_t i = 1; i < problems->count; i++) {
        struct problem moved = problems->all[i];
        size_t j = i;
        for (; j > 0 && by_place(&problems->all[j - 1], &moved) > 0; j--)
            problems->all[j] = problems->all[j - 1];
        problems->all[j] = moved;
    }
    for (size_t i = 0; i < problems->count && i < PROBLEMS_SHOWN; i++) {
        char place[512];
        place_name(problems, problems->all[i].place, place, sizeof place);
        /* error_set keeps what the user wrote on one line: control characters become '?'. */
        struct error line;
        error_set(&line, STATUS_USAGE, "%s: %s", place, problems->all[i].text);
        text_addf(lines, "%s\n", line.text);
    }
    if (problems->count > PROBLEMS_SHOWN)
        text_addf(lines, "and %zu more\n", problems->count - PROBLEMS_SHOWN);
    return text_status(lines, error);
}

void problems_free(struct problems *problems)
{
    for (size_t i = 0; i < problems->count; i++)
        memory_free(problems->all[i].text);
    memory_free(problems->all);
    *problems = (struct problems){.file = problems->file};
}
