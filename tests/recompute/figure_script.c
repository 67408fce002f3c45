#include "figure_script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 1 << 14, MOST_BLOCKS = 1024, MOST_PANELS = 64, MOST_ROWS = 512 };

static void read_row(struct block *block, const char *line, const char *name)
{
    char cells[BLOCK_COLUMNS + 1][32] = {{0}};
    int count = sscanf(line, "%31s %31s %31s %31s %31s", cells[0], cells[1], cells[2], cells[3], cells[4]);
    if (block->rows == 0) block->columns = count;
    if (count != block->columns || count > BLOCK_COLUMNS || block->rows == MOST_ROWS)
        fail("%s: $%s: '%.60s' is no row of it", name, block->name, line);
    memcpy(block->cell[block->rows++], cells, sizeof block->cell[0]);
}

/* The string in single quotes at `at`; returns what follows it. */
static const char *quoted(const char *at, char *to, size_t size)
{
    size_t length = 0;
    if (*at != '\'') fail("no string begins at: %.60s", at);
    for (at++; *at != '\0' && (*at != '\'' || at[1] == '\''); at++) {
        at += *at == '\'';
        if (length + 1 < size) to[length++] = *at;
    }
    to[length] = '\0';
    return at + 1;
}

/* 'one'."\n".'other': the lines of a title, joined by a blank. */
static void read_title(const char *at, char *to, size_t size)
{
    static const char join[] = ".\"\\n\".";
    const char *rest = quoted(at, to, size);
    if (strncmp(rest, join, sizeof join - 1) != 0) return;
    size_t length = strlen(to);
    if (length + 1 < size) to[length++] = ' ';
    quoted(rest + sizeof join - 1, to + length, size - length);
}

static void read_tics(struct panel *panel, const char *at)
{
    panel->tic_count = 0;
    if (*at != '(') return; /* a step */
    for (at++; *at == '\''; at += strspn(at, ", ")) {
        struct tic *tic = &panel->tics[panel->tic_count++];
        char *end;
        if (panel->tic_count > PANEL_TICS) fail("a panel with more than %d tics", PANEL_TICS);
        at = quoted(at, tic->name, sizeof tic->name);
        tic->at = strtod(at, &end);
        at = end;
    }
}

static unsigned read_colour(const char *line)
{
    const char *at = strstr(line, "lc rgb '#");
    if (at == NULL) fail("no colour: %.100s", line);
    return (unsigned)strtoul(at + 9, NULL, 16) & 0xffffff;
}

/* One of what a plot command lists: "$means0 using 1:2 smooth unique with lines ...". */
static void read_drawn(const struct script *script, struct panel *panel, const char *text)
{
    struct drawn *drawn = &panel->drawn[panel->drawn_count++];
    char name[32] = "", using[64] = "";
    const char *title = strstr(text, " title ");
    if (panel->drawn_count > PANEL_DRAWN) fail("a panel with more than %d curves", PANEL_DRAWN);
    sscanf(text, "$%31s using %63s", name, using);
    drawn->block = script_block(script, name);
    if (drawn->block == NULL) fail("%s: no data are called $%s", script->name, name);
    drawn->colour = read_colour(text);
    drawn->sorted = strstr(text, "smooth unique") != NULL;
    if (title != NULL) quoted(title + 7, drawn->title, sizeof drawn->title);
    if (strcmp(using, "1:3:(0):($4-$3)") == 0 && strstr(text, "with vectors nohead") != NULL)
        drawn->as = AS_BARS;
    else if (sscanf(using, "($1-%lf):2:", &drawn->half) == 1 && strstr(text, "with vectors nohead") != NULL)
        drawn->as = AS_DASHES;
    else if (strcmp(using, "1:2") != 0)
        fail("%s: using %s is not known here", script->name, using);
    else if (strstr(text, "with linespoints") != NULL)
        drawn->as = AS_LINE_POINTS;
    else if (strstr(text, "with lines") != NULL)
        drawn->as = AS_LINE;
    else if (strstr(text, "with points") != NULL)
        drawn->as = AS_POINTS;
    else
        fail("%s: how is this drawn? %.100s", script->name, text);
}

static void read_plot(struct script *script, const struct panel *now, char *text)
{
    struct panel *panel = &script->panels[script->panel_count++];
    if (script->panel_count > MOST_PANELS) fail("%s has more than %d panels", script->name, MOST_PANELS);
    *panel = *now;
    for (char *one = text + 5; one != NULL;) {
        char *next = strstr(one, ", \\\n");
        if (next != NULL) *next = '\0';
        read_drawn(script, panel, one + strspn(one, " "));
        one = next == NULL ? NULL : next + 4;
    }
}

static void read_setting(struct script *script, struct panel *now, const char *line)
{
    unsigned number;
    if (sscanf(line, "set xrange [%lf:%lf]", &now->x_low, &now->x_high) == 2 ||
        sscanf(line, "set yrange [%lf:%lf]", &now->y_low, &now->y_high) == 2)
        return;
    if (strncmp(line, "set logscale y", 14) == 0) now->logarithmic = true;
    if (strncmp(line, "set xlabel ", 11) == 0) quoted(line + 11, now->x_label, sizeof now->x_label);
    if (strncmp(line, "set ylabel ", 11) == 0) quoted(line + 11, now->y_label, sizeof now->y_label);
    if (strncmp(line, "set title ", 10) == 0) read_title(line + 10, now->title, sizeof now->title);
    if (strncmp(line, "set xtics ", 10) == 0 && strncmp(line + 10, "rotate", 6) != 0)
        read_tics(now, line + 10);
    if (sscanf(line, "set arrow %u from screen", &number) == 1 && number < 4)
        script->legend[number].colour = read_colour(line);
    if (sscanf(line, "set label %u '", &number) == 1 && number < 4)
        quoted(strchr(line, '\''), script->legend[number].text, TEXT);
    if (strncmp(line, "set label '", 11) == 0)
        fail("%s: labels of what is missing are not known here", script->name);
}

static void begin_block(struct script *script, const char *line, int number)
{
    struct block *block = &script->blocks[script->block_count++];
    if (script->block_count > MOST_BLOCKS) fail("%s has more than %d data blocks", script->name, MOST_BLOCKS);
    block->cell = allocate(MOST_ROWS, sizeof *block->cell);
    block->line = number + 1;
    sscanf(line, "$%31s", block->name);
}

void script_read(const char *path, struct script *script)
{
    FILE *file = fopen(path, "r");
    struct panel *now = allocate(1, sizeof *now);
    char *line = allocate(LINE, 1), *plot = allocate(LINE, 1);
    bool in_block = false, in_plot = false;
    *script = (struct script){.blocks = allocate(MOST_BLOCKS, sizeof *script->blocks),
                              .panels = allocate(MOST_PANELS, sizeof *script->panels)};
    snprintf(script->name, sizeof script->name, "%s", path);
    if (file == NULL) fail("%s is not there: ci/examples", path);
    for (int number = 1; fgets(line, LINE, file) != NULL; number++) {
        if (in_block) {
            in_block = strcmp(line, "EOD\n") != 0;
            if (in_block) read_row(&script->blocks[script->block_count - 1], line, path);
        } else if (line[0] == '$') {
            begin_block(script, line, number);
            in_block = true;
        } else if (in_plot || strncmp(line, "plot ", 5) == 0) {
            if (!in_plot) plot[0] = '\0';
            if (strlen(plot) + strlen(line) >= LINE)
                fail("%s:%d: a plot command that long is not known here", path, number);
            strcat(plot, line);
            in_plot = strstr(line, ", \\\n") != NULL;
            if (!in_plot) read_plot(script, now, plot);
        } else {
            read_setting(script, now, line);
        }
    }
    fclose(file);
    free(line);
    free(plot);
    free(now);
}

const struct block *script_block(const struct script *script, const char *name)
{
    for (int i = 0; i < script->block_count; i++) {
        if (strcmp(script->blocks[i].name, name) == 0) return &script->blocks[i];
    }
    return NULL;
}

double block_number(const struct block *block, int row, int column)
{
    char *end;
    const double value = strtod(block->cell[row][column], &end);
    if (*end != '\0') fail("$%s: '%s' is no number", block->name, block->cell[row][column]);
    return value;
}
