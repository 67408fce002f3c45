#include "figure_picture.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_MARKS = 1 << 15, MOST_SPOTS = 4096, MOST_BYTES = 1 << 22, TAG = 1 << 16 };

char *read_whole(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = allocate(MOST_BYTES, 1);
    if (file == NULL || fread(text, 1, MOST_BYTES, file) == MOST_BYTES) fail("%s cannot be read whole", path);
    fclose(file);
    return text;
}

/* Where the value of an attribute begins within a tag; NULL if it has none. */
static const char *attribute(const char *tag, const char *end, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = tag; at + length + 2 < end; at++) {
        if (isspace((unsigned char)at[0]) && strncmp(at + 1, name, length) == 0 && at[1 + length] == '=')
            return at + length + 3;
    }
    return NULL;
}

static unsigned colour_at(const char *at)
{
    unsigned red, green, blue;
    if (at == NULL || sscanf(at, "rgb( %u, %u, %u)", &red, &green, &blue) != 3) return 0;
    return red << 16 | green << 8 | blue;
}

static struct mark *add_mark(struct picture *picture, enum mark_kind kind, int plot)
{
    if (picture->mark_count == MOST_MARKS)
        fail("a picture with more than %d lines, dots and words", MOST_MARKS);
    struct mark *mark = &picture->marks[picture->mark_count++];
    *mark = (struct mark){.kind = kind, .plot = plot};
    return mark;
}

/* The two numbers at `at`, "12.50,7.00", into a spot; returns what follows, NULL where there are none. */
static const char *read_spot(const struct picture *picture, const char *at, struct spot *spot)
{
    char *end;
    spot->x_at = (size_t)(at - picture->file);
    spot->x = strtod(at, &end);
    if (end == at || *end != ',') return NULL;
    spot->y_at = (size_t)(end + 1 - picture->file);
    spot->y = strtod(end + 1, &end);
    return end;
}

static void add_line(struct picture *picture, const char *tag, const char *end, int plot)
{
    const char *at = attribute(tag, end, "d");
    struct spot spots[MOST_SPOTS];
    int count = 0;
    if (at == NULL) fail("a path without d: %.60s", tag);
    while (at < end && *at != '\'' && *at != '"') {
        if (*at == 'M' || *at == 'L' || isspace((unsigned char)*at)) {
            at++;
            continue;
        }
        if (*at == 'Z') return; /* a filled area: background */
        if (count == MOST_SPOTS) fail("a path with more than %d corners", MOST_SPOTS);
        at = read_spot(picture, at, &spots[count++]);
        if (at == NULL) fail("a path that is not known here: %.60s", tag);
    }
    struct mark *mark = add_mark(picture, MARK_LINE, plot);
    mark->colour = colour_at(attribute(tag, end, "stroke"));
    mark->spots = allocate((size_t)count, sizeof *mark->spots);
    memcpy(mark->spots, spots, (size_t)count * sizeof *spots);
    mark->spot_count = count;
}

static void add_placed(struct picture *picture, enum mark_kind kind, const char *translate, int plot)
{
    struct mark *mark = add_mark(picture, kind, plot);
    mark->spots = allocate(1, sizeof *mark->spots);
    mark->spot_count = 1;
    if (translate == NULL || read_spot(picture, translate + strlen("translate("), mark->spots) == NULL)
        fail("a dot or a word without a place");
}

static void add_words(struct picture *picture, const char *translate, const char *words, int plot)
{
    add_placed(picture, MARK_WORDS, translate, plot);
    struct mark *mark = &picture->marks[picture->mark_count - 1];
    while (isspace((unsigned char)*words))
        words++;
    size_t length = strcspn(words, "<");
    while (length > 0 && isspace((unsigned char)words[length - 1]))
        length--;
    mark->text_at = (size_t)(words - picture->file);
    snprintf(mark->text, sizeof mark->text, "%.*s", (int)length, words);
}

/* Groups lie in each other: a plot's ends with the group that began it. */
struct groups {
    int depth, plot, plot_depth;
    const char *translate; /* of the group that was opened last */
};

static void open_group(struct picture *picture, struct groups *groups, const char *tag, const char *end)
{
    const char *name = attribute(tag, end, "id");
    groups->depth++;
    groups->translate = attribute(tag, end, "transform");
    if (name == NULL || strncmp(name, "gnuplot_plot_", 13) != 0) return;
    groups->plot = ++picture->plots;
    groups->plot_depth = groups->depth;
}

static void read_tag(struct picture *picture, struct groups *groups, const char *tag, const char *end)
{
    if (strncmp(tag, "<g ", 3) == 0) open_group(picture, groups, tag, end);
    if (strncmp(tag, "</g>", 4) == 0 && groups->depth-- == groups->plot_depth)
        groups->plot = groups->plot_depth = 0;
    if (strncmp(tag, "<path ", 6) == 0) add_line(picture, tag, end, groups->plot);
    if (strncmp(tag, "<text>", 6) == 0) add_words(picture, groups->translate, end + 1, groups->plot);
    if (strncmp(tag, "<use ", 5) == 0) {
        add_placed(picture, MARK_DOT, attribute(tag, end, "transform"), groups->plot);
        picture->marks[picture->mark_count - 1].colour = colour_at(attribute(tag, end, "color"));
    }
}

void picture_read(const char *path, struct picture *picture)
{
    static const char version[] = "Produced by GNUPLOT ";
    struct groups groups = {0};
    *picture =
        (struct picture){.file = read_whole(path), .marks = allocate(MOST_MARKS, sizeof *picture->marks)};
    const char *made = strstr(picture->file, version), *at = strstr(picture->file, "</defs>");
    if (made == NULL || at == NULL) fail("%s is no picture of gnuplot's", path);
    made += sizeof version - 1;
    snprintf(picture->version, sizeof picture->version, "%.*s", (int)strcspn(made, "<"), made);
    groups.depth = 1; /* the canvas, which was opened before the definitions */
    for (; (at = strchr(at, '<')) != NULL; at++) {
        const char *end = strchr(at, '>');
        if (end == NULL) fail("%s ends within a tag", path);
        read_tag(picture, &groups, at, end);
    }
    if (groups.plot != 0) fail("%s ends within a plot", path);
}
