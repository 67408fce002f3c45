#include "figure_drawing.h"

#include "prose.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* gnuplot rounds to hundredths of a pixel, the point as well as the axis. */
static const double rounding = 0.025;

enum { MOST_HELD = 1 << 16, MOST_POINTS = 4096 };

struct frame { /* of a panel, in pixels */
    double left, right, top, bottom;
};

struct drawing {
    const char *path;
    const struct script *script;
    const struct panel *panel;
    struct picture picture;
    struct frame frame;
    struct held *held;
};

static void hold(struct drawing *d, size_t at)
{
    if (d->held->count == MOST_HELD) fail("%s has more than %d numbers", d->path, MOST_HELD);
    d->held->at[d->held->count++] = at;
}

static double part(double value, double low, double high, bool logarithmic)
{
    return logarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low);
}

static struct spot place(const struct drawing *d, double x, double y)
{
    const struct panel *p = d->panel;
    return (struct spot){.x = d->frame.left +
                              part(x, p->x_low, p->x_high, false) * (d->frame.right - d->frame.left),
                         .y = d->frame.bottom - part(y, p->y_low, p->y_high, p->logarithmic) *
                                                    (d->frame.bottom - d->frame.top)};
}

static bool is_near(const struct spot *a, const struct spot *b)
{
    return fabs(a->x - b->x) <= rounding && fabs(a->y - b->y) <= rounding;
}

static bool is_within(const struct frame *frame, const struct spot *spot)
{
    return spot->x >= frame->left - rounding && spot->x <= frame->right + rounding &&
           spot->y >= frame->top - rounding && spot->y <= frame->bottom + rounding;
}

/* The first mark of a plot; the number of marks behind the last. */
static int mark_of_plot(const struct picture *picture, int plot)
{
    int i = 0;
    while (i < picture->mark_count && picture->marks[i].plot < plot)
        i++;
    return i;
}

/* Left and lower edge of the panel: the last line from top to bottom to the right before its first curve. */
static void find_frame(struct drawing *d, int from, int to)
{
    bool found = false;
    for (int i = from; i < to; i++) {
        const struct mark *mark = &d->picture.marks[i];
        const struct spot *s = mark->spots;
        if (mark->kind != MARK_LINE || mark->spot_count < 3 || s[0].x != s[1].x || s[1].y != s[2].y ||
            s[0].y >= s[1].y || s[2].x <= s[1].x)
            continue;
        d->frame = (struct frame){.left = s[0].x, .right = s[2].x, .top = s[0].y, .bottom = s[1].y};
        found = true;
    }
    if (!found) fail("%s: '%s' has no axes", d->path, d->panel->title);
}

static double tic_value(const struct drawing *d, const struct mark *words, bool is_x)
{
    char *end;
    for (int i = 0; is_x && i < d->panel->tic_count; i++) {
        if (strcmp(d->panel->tics[i].name, words->text) == 0) return d->panel->tics[i].at;
    }
    const double value = strtod(words->text, &end);
    if (end == words->text || *end != '\0' || (is_x && d->panel->tic_count > 0))
        fail("%s: '%s' at an axis of '%s' is nothing that stands there", d->path, words->text,
             d->panel->title);
    return value;
}

/* Labels of axes: a word after a short line that begins at an edge. Returns how many there are at the edge.
 */
static int hold_tics(struct drawing *d, int from, int to, bool is_x)
{
    int count = 0;
    for (int i = from; i + 1 < to; i++) {
        const struct mark *line = &d->picture.marks[i], *words = line + 1;
        const struct spot *s = line->spots;
        if (line->kind != MARK_LINE || line->spot_count != 2 || words->kind != MARK_WORDS) continue;
        const bool at_left = s[0].x == d->frame.left && s[1].x < d->frame.left;
        const bool at_bottom = s[0].y == d->frame.bottom && s[1].y > d->frame.bottom;
        if ((is_x ? !at_bottom : !at_left) || words->text[0] == '\0') continue;
        const double value = tic_value(d, words, is_x);
        const struct spot expected =
            is_x ? place(d, value, d->panel->y_low) : place(d, d->panel->x_low, value);
        if (!is_near(&s[0], &expected))
            fail("%s: '%s' stands at %.2f,%.2f beside '%s', not at %.2f,%.2f", d->path, words->text, s[0].x,
                 s[0].y, d->panel->title, expected.x, expected.y);
        hold(d, is_x ? s[0].x_at : s[0].y_at);
        if (number_length(words->text, ' ') > 0) hold(d, words->text_at);
        count++;
    }
    return count;
}

/* What of the script's numbers gnuplot draws, in its order: points, or beginnings and ends of bars. */
struct course {
    const struct drawn *drawn;
    bool pairs;
    struct spot point[MOST_POINTS];
    int row[MOST_POINTS], count, next;
};

static void add_point(const struct drawing *d, struct course *course, int row, double x, double y)
{
    if (course->count == MOST_POINTS) fail("%s: a curve of more than %d points", d->path, MOST_POINTS);
    course->row[course->count] = row;
    course->point[course->count++] = place(d, x, y);
}

static int by_x(const void *a, const void *b)
{
    const double left = ((const struct spot *)a)->x, right = ((const struct spot *)b)->x;
    return (left > right) - (left < right);
}

static void plan_course(const struct drawing *d, const struct drawn *drawn, struct course *course)
{
    const struct block *block = drawn->block;
    course->drawn = drawn;
    course->pairs = drawn->as == AS_BARS || drawn->as == AS_DASHES;
    course->count = course->next = 0;
    for (int row = 0; row < block->rows; row++) {
        const double x = block_number(block, row, 0), y = block_number(block, row, 1);
        if (drawn->as == AS_BARS) {
            add_point(d, course, row, x, block_number(block, row, 2));
            add_point(d, course, row, x, block_number(block, row, 3));
        } else if (drawn->as == AS_DASHES) {
            add_point(d, course, row, x - drawn->half, y);
            add_point(d, course, row, x + drawn->half, y);
        } else {
            add_point(d, course, row, x, y);
        }
    }
    if (drawn->sorted) qsort(course->point, (size_t)course->count, sizeof *course->point, by_x);
}

/* gnuplot leaves out a point that has the place of the one before, and a bar without a length. */
static bool may_be_left_out(const struct course *course)
{
    const struct spot *now = &course->point[course->next];
    if (course->next == course->count) return false;
    return (course->next > 0 && is_near(now, now - 1)) ||
           (course->pairs && course->next + 1 < course->count && is_near(now, now + 1));
}

static void hold_point(struct drawing *d, struct course *course, const struct spot *spot)
{
    while (may_be_left_out(course) && !is_near(spot, &course->point[course->next]))
        course->next++;
    hold(d, spot->x_at);
    hold(d, spot->y_at);
    if (course->next < course->count && is_near(spot, &course->point[course->next])) {
        course->next++;
        return;
    }
    /* A long line begins anew where it left off. */
    if (course->next > 0 && is_near(spot, &course->point[course->next - 1])) return;
    const int wanted = course->next < course->count ? course->next : course->count - 1;
    const struct block *block = course->drawn->block;
    if (wanted < 0) fail("%s: $%s is empty, and drawn", d->path, block->name);
    fail("%s: $%s is drawn at %.2f,%.2f; its row %d, '%s %s', belongs to %.2f,%.2f", d->path, block->name,
         spot->x, spot->y, course->row[wanted] + 1, block->cell[course->row[wanted]][0],
         block->cell[course->row[wanted]][1], course->point[wanted].x, course->point[wanted].y);
}

/* The points that the script gives and the lines or the dots of the picture, one by one. */
static void hold_course(struct drawing *d, const struct drawn *drawn, enum mark_kind kind, int plot)
{
    static struct course course;
    plan_course(d, drawn, &course);
    for (int i = mark_of_plot(&d->picture, plot); i < d->picture.mark_count; i++) {
        const struct mark *mark = &d->picture.marks[i];
        if (mark->plot > plot) break;
        if (mark->plot != plot || mark->kind != kind) continue;
        if (mark->colour != drawn->colour)
            fail("%s: $%s has the colour %06x, not %06x", d->path, drawn->block->name, mark->colour,
                 drawn->colour);
        for (int j = 0; j < mark->spot_count; j++) {
            if (is_within(&d->frame, &mark->spots[j]))
                hold_point(d, &course, &mark->spots[j]); /* else of the legend */
        }
    }
    while (may_be_left_out(&course))
        course.next++;
    if (course.next < course.count)
        fail("%s: row %d of $%s, '%s %s', is not drawn", d->path, course.row[course.next] + 1,
             drawn->block->name, drawn->block->cell[course.row[course.next]][0],
             drawn->block->cell[course.row[course.next]][1]);
}

/* Words stand beside what they name: a line or dot of the colour, at the same height, a little to the left.
 */
static void hold_legend(const struct drawing *d, const char *text, unsigned colour)
{
    for (int i = 0; i < d->picture.mark_count; i++) {
        const struct mark *words = &d->picture.marks[i];
        if (words->kind != MARK_WORDS || strcmp(words->text, text) != 0) continue;
        for (int j = 0; j < d->picture.mark_count; j++) {
            const struct mark *mark = &d->picture.marks[j];
            if (mark->kind == MARK_WORDS || mark->colour != colour) continue;
            const struct spot *last = &mark->spots[mark->spot_count - 1];
            if (fabs(last->y - words->spots->y) < 8 && words->spots->x > last->x &&
                words->spots->x < last->x + 40)
                return;
        }
    }
    fail("%s: '%s' does not stand beside something of the colour %06x", d->path, text, colour);
}

/* Whether words of the picture are the script's: a title, in one line or two, the name of an axis or of a
 * thing. */
static bool is_known(const struct script *script, const char *text)
{
    for (int i = 0; i < 4; i++) {
        if (strcmp(script->legend[i].text, text) == 0) return true;
    }
    for (int i = 0; i < script->panel_count; i++) {
        const struct panel *panel = &script->panels[i];
        if (strstr(panel->title, text) != NULL || strcmp(panel->x_label, text) == 0 ||
            strcmp(panel->y_label, text) == 0)
            return true;
        for (int j = 0; j < panel->drawn_count; j++) {
            if (strcmp(panel->drawn[j].title, text) == 0) return true;
        }
    }
    return false;
}

/* The panel's title stands above it. */
static void hold_title(const struct drawing *d)
{
    const char *title = d->panel->title;
    const double middle = (d->frame.left + d->frame.right) / 2;
    for (int i = 0; i < d->picture.mark_count; i++) {
        const struct mark *mark = &d->picture.marks[i];
        if (mark->kind == MARK_WORDS && strncmp(title, mark->text, strlen(mark->text)) == 0 &&
            fabs(mark->spots->x - middle) < 2 && mark->spots->y < d->frame.top &&
            mark->spots->y > d->frame.top - 50)
            return;
    }
    fail("%s: '%s' does not stand above its panel", d->path, title);
}

static void hold_panel(struct drawing *d, int first_plot, bool first_of_row)
{
    int from = first_plot == 1 ? 0 : mark_of_plot(&d->picture, first_plot - 1),
        to = mark_of_plot(&d->picture, first_plot);
    while (from < to && d->picture.marks[from].plot > 0)
        from++;
    find_frame(d, from, to);
    const int x = hold_tics(d, from, to, true), y = hold_tics(d, from, to, false);
    if ((d->panel->tic_count > 0 ? x != d->panel->tic_count : x < 2) || (y < 2 && first_of_row))
        fail("%s: the axes of '%s' have %d and %d numbers", d->path, d->panel->title, x, y);
    hold_title(d);
    for (int i = 0; i < d->panel->drawn_count; i++) {
        const struct drawn *drawn = &d->panel->drawn[i];
        if (drawn->as != AS_POINTS) hold_course(d, drawn, MARK_LINE, first_plot + i);
        if (drawn->as == AS_POINTS || drawn->as == AS_LINE_POINTS)
            hold_course(d, drawn, MARK_DOT, first_plot + i);
        if (drawn->title[0] != '\0') hold_legend(d, drawn->title, drawn->colour);
    }
}

void figure_drawing_match(const struct script *script, const char *path, struct held *held)
{
    struct drawing d = {.path = path, .script = script, .held = held};
    int plot = 1;
    *held = (struct held){.at = allocate(MOST_HELD, sizeof *held->at)};
    picture_read(path, &d.picture);
    for (int i = 0; i < script->panel_count; i++) {
        d.panel = &script->panels[i];
        if (plot + d.panel->drawn_count - 1 > d.picture.plots)
            fail("%s lacks curves of '%s'", path, d.panel->title);
        hold_panel(&d, plot, d.panel->y_label[0] != '\0');
        plot += d.panel->drawn_count;
    }
    if (plot - 1 != d.picture.plots) fail("%s has %d curves, its script %d", path, d.picture.plots, plot - 1);
    for (int i = 1; i < 4 && script->legend[i].colour != 0; i++)
        hold_legend(&d, script->legend[i].text, script->legend[i].colour);
    for (int i = 0; i < d.picture.mark_count; i++) {
        const struct mark *mark = &d.picture.marks[i];
        bool known = mark->kind != MARK_WORDS || is_known(script, mark->text);
        for (int j = 0; j < held->count && !known; j++)
            known = held->at[j] == mark->text_at;
        if (!known && strpbrk(mark->text, "0123456789") != NULL)
            fail("%s: '%s' is not known here", path, mark->text);
    }
}
