#include "reports/loss_figure.h"

#include "reports/figure_axis.h"
#include "reports/figure_style.h"
#include "reports/gnuplot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Panels are laid out in columns x rows: three columns at most, because wider pictures are shrunk where they
 * are shown, until nobody can read them. Fewer columns have larger panels. */
struct grid {
    int columns, rows;
    int width, height; /* of a panel, in pixels */
    int title;         /* height of its title */
    int left;          /* of the first column: the y axis' numbers and name */
};

static struct grid lay_out(size_t panels)
{
    struct grid grid = {.columns = panels == 4 ? 2 : panels < 3 ? (int)panels : 3};
    static const int widths[] = {620, 430, 290}, heights[] = {380, 300, 230};
    if (grid.columns < 1) grid.columns = 1;
    grid.rows = ((int)panels + grid.columns - 1) / grid.columns;
    if (grid.rows < 1) grid.rows = 1;
    grid.width = widths[grid.columns - 1];
    grid.height = heights[grid.columns - 1];
    return grid;
}

/* GAP: between panels, where half of the last number of an x axis is. TICS: from the numbers of the y axis to
 * its label. */
enum { HEAD = 40, FOOT = 38, RIGHT = 20, GAP = 45, TICS = 40, CHARACTER = 8 };

static void take(struct figure_range *range, const struct report_point *points, size_t count)
{
    for (size_t i = 0; i < count; i++)
        figure_range_take(range, points[i].loss);
}

/* One range for all panels of all figures, so that settings can be compared by eye. */
static struct figure_range loss_range(const struct report *report)
{
    struct figure_range range = FIGURE_RANGE_EMPTY;
    for (size_t i = 0; i < report->run_count; i++) {
        take(&range, report->runs[i].train, report->runs[i].train_count);
        take(&range, report->runs[i].evaluation, report->runs[i].evaluation_count);
    }
    return range;
}

/* 1, 2, 5 of every decade; over more than three decades the decades alone. Returns the characters of the
 * longest number. */
static int put_logarithmic_axis(struct text *script, double low, double high)
{
    static const int steps[] = {1, 2, 5};
    bool many = high > 1000 * low, first = true;
    int longest = 0;
    text_add(script, "set logscale y\nset format y '%g'\nset ytics (");
    for (int decade = (int)floor(log10(low)); decade <= (int)ceil(log10(high)); decade++) {
        for (int i = 0; i < (many ? 1 : 3); i++) {
            double at = steps[i] * pow(10, decade);
            if (at < low || at > high) continue;
            text_addf(script, "%s%.6g", first ? "" : ", ", at);
            const int characters = snprintf(NULL, 0, "%g", at);
            longest = characters > longest ? characters : longest;
            first = false;
        }
    }
    text_addf(script, ")\nset yrange [%.6g:%.6g]\n", low, high);
    return longest;
}

/* Returns the characters of the longest number. */
static int put_axis(struct text *script, struct figure_range range, bool *logarithmic)
{
    /* From a factor of eight on a linear axis would press everything but the worst run onto the floor. */
    *logarithmic = range.low > 0 && range.high > 8 * range.low;
    if (*logarithmic) return put_logarithmic_axis(script, range.low / 1.15, range.high * 1.15);
    struct figure_range wide =
        figure_range_widened(range, 0.06, range.high > range.low ? 0 : fmax(0.05 * fabs(range.high), 0.05));
    if (range.low >= 0 && wide.low < 0) wide.low = 0;
    return figure_axis(script, 'y', wide, 8);
}

/* Put one point; a loss that is not a number breaks the line. */
static void put_point(struct text *script, const struct report_point *point)
{
    if (!isfinite(point->loss)) {
        text_add(script, "\n");
        return;
    }
    gnuplot_number(script, point->step);
    text_add(script, " ");
    text_addf(script, "%.6g\n", point->loss);
}

enum { MOST_POINTS = 400, MOST_DOTS = 40 };

/* A long curve is thinned to the lowest and the highest point of every stretch, in their order: spikes stay
 * visible and the picture small. */
static void put_thinned(struct text *script, const struct report_point *points, size_t count)
{
    size_t stretches = MOST_POINTS / 2;
    for (size_t s = 0; s < stretches; s++) {
        size_t from = s * count / stretches, to = (s + 1) * count / stretches, low = from, high = from;
        for (size_t i = from; i < to; i++) {
            if (!isfinite(points[i].loss) || points[i].loss < points[low].loss) low = i;
            if (points[i].loss > points[high].loss) high = i;
        }
        put_point(script, &points[low < high ? low : high]);
        if (low != high) put_point(script, &points[low < high ? high : low]);
    }
}

static void put_data(struct text *script, size_t run, const char *what, const struct report_point *points,
                     size_t count)
{
    text_addf(script, "$%s%zu << EOD\n", what, run);
    if (count > MOST_POINTS) {
        put_thinned(script, points, count);
    } else {
        for (size_t i = 0; i < count; i++)
            put_point(script, &points[i]);
    }
    text_add(script, "EOD\n");
}

static size_t finite_points(const struct report_point *points, size_t count)
{
    size_t finite = 0;
    for (size_t i = 0; i < count; i++)
        finite += isfinite(points[i].loss) ? 1 : 0;
    return finite;
}

/* How many characters of a label fit on a panel's first line; it is broken at a space, if there is one. */
static size_t first_line(const char *label, const struct grid *grid)
{
    /* 7 pixels a character at the size of titles */
    size_t most = (size_t)grid->width / 7, length = strlen(label), at = most;
    if (length <= most) return length;
    while (at > 0 && label[at] != ' ')
        at--;
    return at > 0 ? at : most;
}

/* The label over a panel, in at most two lines: gnuplot's strings joined, as only double-quoted ones know a
 * line break, and only single-quoted ones leave their content alone. */
static void put_title(struct text *script, const char *label, const struct grid *grid)
{
    struct text line = {0};
    size_t first = first_line(label, grid);
    const char *rest = label + first + strspn(label + first, " ");
    text_add_bytes(&line, label, first);
    text_add(script, "set title ");
    gnuplot_string(script, text_string(&line));
    if (*rest != '\0') {
        size_t second = first_line(rest, grid);
        text_clear(&line);
        text_add_bytes(&line, rest, second);
        if (rest[second] != '\0') text_add(&line, " ...");
        text_add(script, ".\"\\n\".");
        gnuplot_string(script, text_string(&line));
    }
    script->failed = script->failed || line.failed;
    text_free(&line);
    text_add(script, " font ',11' textcolor rgb '#000000' offset 0,-0.5\n");
}

/* Dots where so many evaluations are that they do not melt into a thick line; the lines of train losses, of
 * which there are many points, are thinner and let each other shine through. */
static void put_curve(struct text *script, size_t run, bool train, size_t points)
{
    if (train)
        text_addf(script, "$train%zu using 1:2 with lines lw 1 lc rgb '" FIGURE_PALE_BLUE "' notitle", run);
    else if (points <= MOST_DOTS)
        text_addf(script,
                  "$validation%zu using 1:2 with linespoints pt 7 ps 0.3 lw 1.2 lc rgb '" FIGURE_VERMILLION
                  "' notitle",
                  run);
    else
        text_addf(script, "$validation%zu using 1:2 with lines lw 1.5 lc rgb '" FIGURE_VERMILLION "' notitle",
                  run);
}

static void put_panel(const struct report *report, size_t setting, const struct grid *grid,
                      struct text *script)
{
    bool some = false;
    put_title(script, report->settings[setting].label, grid);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < report->run_count; i++) {
            const struct report_run *run = &report->runs[i];
            const struct report_point *points = pass == 0 ? run->train : run->evaluation;
            size_t count = pass == 0 ? run->train_count : run->evaluation_count;
            if (run->setting != setting || finite_points(points, count) == 0) continue;
            text_add(script, some ? ", \\\n    " : "plot ");
            some = true;
            put_curve(script, i, pass == 0, count);
        }
    }
    /* An empty panel keeps its place: its runs are pending or failed before the first loss. */
    text_add(script, some ? "\n" : "plot [0:1] NaN notitle\n");
}

/* The legend is drawn once, over all panels: with each panel's own it would cover the curves. */
static void put_legend(const struct words *words, int left, int width, int height, struct text *script)
{
    double y = 1 - 22.0 / height, line = 30.0 / width, gap = 8.0 / width;
    const char *const names[] = {words->phrases[PHRASE_KEY_TRAIN], words->phrases[PHRASE_KEY_EVALUATION]};
    const char *const colours[] = {FIGURE_BLUE, FIGURE_VERMILLION};
    double x = (double)left / width;
    for (int i = 0; i < 2; i++) {
        text_addf(script,
                  "set arrow %d from screen %.4f,%.4f to screen %.4f,%.4f nohead lw 2.5 lc rgb '%s'\n", i + 1,
                  x, y, x + line, y, colours[i]);
        text_addf(script, "set label %d ", i + 1);
        gnuplot_string(script, names[i]);
        text_addf(script, " at screen %.4f,%.4f left textcolor rgb '#000000'\n", x + line + gap, y);
        x += line + 2 * gap + 8.0 * (double)strlen(names[i]) / width + 2 * gap;
    }
    text_add(script, "set label 3 ");
    gnuplot_string(script, words->phrases[PHRASE_KEY_LINES]);
    text_addf(script, " at screen %.4f,%.4f left textcolor rgb '" FIGURE_GREY "'\n", x, y);
}

static void put_place(struct text *script, const struct grid *grid, int index, int width, int height)
{
    int column = index % grid->columns, row = index / grid->columns;
    double left = grid->left + column * grid->width, right = left + grid->width - GAP;
    double top = HEAD + row * grid->height + grid->title, bottom = HEAD + (row + 1) * grid->height - 34;
    text_addf(script, "set lmargin at screen %.4f\nset rmargin at screen %.4f\n", left / width,
              right / width);
    text_addf(script, "set tmargin at screen %.4f\nset bmargin at screen %.4f\n", 1 - top / height,
              1 - bottom / height);
}

/* The steps of a setting's runs, from 0; its numbers must not run into each other. */
static void put_steps(const struct report *report, size_t setting, const struct grid *grid,
                      struct text *script)
{
    struct figure_range range = {0, 1};
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (run->setting != setting) continue;
        for (size_t j = 0; j < run->train_count; j++)
            figure_range_take(&range, run->train[j].step);
        for (size_t j = 0; j < run->evaluation_count; j++)
            figure_range_take(&range, run->evaluation[j].step);
    }
    const int number = CHARACTER * (snprintf(NULL, 0, "%.0f", range.high) + 3),
              most = (grid->width - GAP) / number;
    figure_axis(script, 'x', range, most > 10 ? 10 : most < 2 ? 2 : most);
}

/* All panels have the same y axis: its numbers and its name stand at the first column, the name of the x axis
 * below the lowest panel of each column. */
static void put_axes_of_panel(const struct words *words, const struct grid *grid, size_t panel, size_t count,
                              bool logarithmic, struct text *script)
{
    const size_t columns = (size_t)grid->columns;
    const bool first = panel % columns == 0;
    if (panel % columns == 1) text_add(script, "set format y ''\n");
    text_add(script, "set ylabel ");
    gnuplot_string(script,
                   first ? words->phrases[logarithmic ? PHRASE_AXIS_LOG_LOSS : PHRASE_AXIS_LOSS] : "");
    text_add(script, "\nset xlabel ");
    gnuplot_string(script, panel + columns >= count ? words->phrases[PHRASE_AXIS_STEP] : "");
    text_add(script, "\n");
}

static void put_all_data(const struct report *report, size_t first, size_t count, struct text *script)
{
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (run->setting < first || run->setting >= first + count) continue;
        put_data(script, i, "train", run->train, run->train_count);
        put_data(script, i, "validation", run->evaluation, run->evaluation_count);
    }
}

void loss_figure_script(const struct report *report, const struct words *words, size_t first, size_t count,
                        struct text *script)
{
    struct grid grid = lay_out(count);
    struct text axis = {0};
    bool logarithmic;
    grid.title = 34;
    for (size_t i = first; i < first + count; i++) {
        if (strlen(report->settings[i].label) > first_line(report->settings[i].label, &grid)) grid.title = 50;
    }
    grid.left = TICS + CHARACTER * put_axis(&axis, loss_range(report), &logarithmic);
    int width = grid.left + grid.columns * grid.width + RIGHT, height = HEAD + grid.rows * grid.height + FOOT;
    figure_style_begin(script, width, height);
    put_all_data(report, first, count, script);
    text_add(script, "unset key\nset multiplot\n");
    put_legend(words, grid.left, width, height, script);
    for (size_t i = 0; i < count; i++) {
        put_place(script, &grid, (int)i, width, height);
        if (i % (size_t)grid.columns == 0) text_add(script, text_string(&axis));
        put_axes_of_panel(words, &grid, i, count, logarithmic, script);
        put_steps(report, first + i, &grid, script);
        put_panel(report, first + i, &grid, script);
        if (i == 0) text_add(script, "unset arrow\nunset label\n");
    }
    text_add(script, "unset multiplot\n");
    script->failed = script->failed || axis.failed;
    text_free(&axis);
}
