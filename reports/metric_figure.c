#include "reports/metric_figure.h"

#include "reports/figure_axis.h"
#include "reports/figure_style.h"
#include "reports/gnuplot.h"
#include "reports/metric_layout.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { HEIGHT = 460, LEGEND_LINE = 20 };

/* The colours of series: Okabe and Ito's, without yellow, which white paper swallows. Further ones have them
 * again, with hollow dots. */
static const char *const colours[] = {FIGURE_BLUE, FIGURE_VERMILLION, "#009E73", "#CC79A7",
                                      "#E69F00",   "#56B4E9",         "#000000", FIGURE_GREY};
enum { COLOURS = sizeof colours / sizeof colours[0] };

/* The recommended setting gets a ring, unless it is the only one or not in this figure. */
static bool marks_one(const struct metric_layout *layout)
{
    const struct report *report = layout->report;
    return report->recommendation != REPORT_NOTHING && report->setting_count > 1 &&
           layout->series[report->recommended] != SIZE_MAX;
}

static void put_number_pair(struct text *script, double x, double y)
{
    /* Six digits are far below a pixel, and the same whatever library took the logarithm. */
    text_addf(script, "%.6g %.6g", x, y);
}

static void put_data(const struct metric_layout *layout, size_t leader, struct text *script)
{
    const struct report *report = layout->report;
    text_addf(script, "$runs%zu << EOD\n", leader);
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (layout->series[run->setting] != leader || !isfinite(run->metric)) continue;
        put_number_pair(script, metric_layout_dot(layout, i), run->metric);
        text_add(script, "\n");
    }
    text_addf(script, "EOD\n$means%zu << EOD\n", leader);
    for (size_t i = 0; i < report->setting_count; i++) {
        const struct report_summary *summary = &report->settings[i].summary;
        if (layout->series[i] != leader || summary->n == 0) continue;
        put_number_pair(script, metric_layout_place(layout, i), summary->mean);
        text_addf(script, " %.6g %.6g\n", summary->min, summary->max);
    }
    text_add(script, "EOD\n");
}

/* What a tic of the x axis says. */
static void put_tic_name(const struct metric_layout *layout, size_t setting, struct text *name)
{
    if (layout->key == SIZE_MAX)
        text_add(name, layout->report->settings[setting].label);
    else
        words_short(name, layout->report->settings[setting].values[layout->key]);
}

/* Whether names do not fit side by side and must be slanted: about 8 pixels a character, and a space. */
static bool are_crowded(const struct metric_layout *layout)
{
    const size_t count = layout->report->setting_count;
    bool crowded = false;
    struct text one = {0}, other = {0};
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (layout->series[i] == SIZE_MAX || layout->series[j] == SIZE_MAX ||
                metric_layout_same_value(layout, i, j))
                continue;
            text_clear(&one);
            text_clear(&other);
            put_tic_name(layout, i, &one);
            put_tic_name(layout, j, &other);
            const double gap =
                metric_layout_pixels(layout, fabs(layout->positions[i] - layout->positions[j]));
            if (gap < 4 * (double)(one.length + other.length) + 8) crowded = true;
        }
    }
    text_free(&one);
    text_free(&other);
    return crowded;
}

static void put_tics(const struct metric_layout *layout, struct text *script)
{
    const struct report *report = layout->report;
    size_t tics = 0;
    struct text name = {0};
    text_add(script, "set xtics (");
    for (size_t i = 0; i < report->setting_count; i++) {
        bool seen = layout->series[i] == SIZE_MAX;
        for (size_t j = 0; j < i && !seen; j++)
            seen = layout->series[j] != SIZE_MAX && metric_layout_same_value(layout, i, j);
        if (seen) continue;
        text_clear(&name);
        put_tic_name(layout, i, &name);
        text_add(script, tics > 0 ? ", " : "");
        gnuplot_string(script, text_string(&name));
        text_addf(script, " %.6g", layout->positions[i]);
        tics++;
    }
    script->failed = script->failed || name.failed;
    text_free(&name);
    text_add(script, ")\n");
    if (are_crowded(layout)) text_add(script, "set xtics rotate by -35\n");
}

/* The label of a series: the other keys' values. */
static void put_series_name(const struct metric_layout *layout, size_t leader, struct text *script)
{
    const struct report *report = layout->report;
    struct text name = {0};
    for (size_t i = 0; i < report->sweep_count; i++) {
        if (i == layout->key) continue;
        text_addf(&name, "%s%s=", name.length > 0 ? ", " : "", report->sweeps[i]);
        words_short(&name, report->settings[leader].values[i]);
    }
    script->failed = script->failed || name.failed;
    text_add(script, " title ");
    gnuplot_string(script, text_string(&name));
    text_free(&name);
}

/* Under the axis' lower edge nothing is drawn, so what is missing is said just above it, at the setting's
 * place. What would lie on another setting's goes above that. Returns how many lines there are. */
static size_t find_levels(struct metric_layout *layout, const struct words *words)
{
    const struct report *report = layout->report;
    struct text said = {0};
    size_t lines = 0;
    for (size_t i = 0; i < report->setting_count; i++) {
        text_clear(&said);
        words->missing(&report->settings[i], &said);
        layout->levels[i] = SIZE_MAX;
        if (layout->series[i] == SIZE_MAX || said.length == 0) continue;
        layout->levels[i] = 0;
        for (size_t j = 0; j < i; j++) {
            /* About 6 pixels a character of the small font. */
            const bool apart = metric_layout_pixels(layout, fabs(metric_layout_place(layout, i) -
                                                                 metric_layout_place(layout, j))) >
                               6 * (double)said.length + 8;
            if (layout->levels[j] != SIZE_MAX && !apart && layout->levels[i] <= layout->levels[j])
                layout->levels[i] = layout->levels[j] + 1;
        }
        lines = layout->levels[i] + 1 > lines ? layout->levels[i] + 1 : lines;
    }
    text_free(&said);
    return lines;
}

static void put_range(const struct metric_layout *layout, size_t lines, struct text *script)
{
    const struct report *report = layout->report;
    struct figure_range range = FIGURE_RANGE_EMPTY;
    for (size_t i = 0; i < report->setting_count; i++) {
        const struct report_summary *summary = &report->settings[i].summary;
        if (layout->series[i] == SIZE_MAX || summary->n == 0) continue;
        figure_range_take(&range, summary->min);
        figure_range_take(&range, summary->max);
    }
    range = figure_range_widened(range, 0.1, 0.002);
    /* Further lines of what is missing do not stand on the dots. */
    if (lines > 1) range.low -= 0.05 * (double)(lines - 1) * (range.high - range.low);
    figure_axis(script, 'y', range, 10);
}

static void put_missing(const struct metric_layout *layout, const struct words *words, struct text *script)
{
    struct text said = {0};
    for (size_t i = 0; i < layout->report->setting_count; i++) {
        if (layout->levels[i] == SIZE_MAX) continue;
        text_clear(&said);
        words->missing(&layout->report->settings[i], &said);
        script->failed = script->failed || said.failed;
        text_add(script, "set label ");
        gnuplot_string(script, text_string(&said));
        text_addf(script,
                  " at first %.6g, graph %.3f center font ',10' textcolor rgb '" FIGURE_VERMILLION "'\n",
                  metric_layout_place(layout, i), 0.03 + 0.045 * (double)layout->levels[i]);
    }
    text_free(&said);
}

static void put_key(struct text *script, bool shown, const char *name)
{
    text_add(script, shown ? " title " : " notitle");
    if (shown) gnuplot_string(script, name);
}

/* Of each series a pale bar from its worst run to its best, a dash at the mean, dots for the runs on top.
 * With one series the legend says which is which; with several it names the series, and the text below the
 * figure says the rest. */
static void put_series(const struct metric_layout *layout, const struct words *words, size_t leader,
                       size_t rank, struct text *script)
{
    const char *colour = colours[rank % COLOURS];
    const bool several = layout->series_count > 1, hollow = rank >= COLOURS;
    /* The dash is a little wider than the dots, which would hide it where all runs are equal. */
    const double half =
        fmin(0.5 * layout->step * (double)(metric_layout_most_dots(layout->report) - 1) + 0.01 * layout->span,
             0.45 * layout->pitch);
    if (layout->numeric)
        text_addf(script,
                  "$means%zu using 1:2 smooth unique with lines lw 1 dt 2 lc rgb '%s' notitle, \\\n    ",
                  leader, colour);
    text_addf(script, "$means%zu using 1:3:(0):($4-$3) with vectors nohead lw %.3g lc rgb '#A0%s'", leader,
              fmin(9, metric_layout_pixels(layout, 0.7 * layout->pitch)), colour + 1);
    put_key(script, !several, words->phrases[PHRASE_KEY_RANGE]);
    text_addf(script, ", \\\n    $means%zu using ($1-%.6g):2:(%.6g):(0) with vectors nohead lw 3 lc rgb '%s'",
              leader, half, 2 * half, colour);
    if (several && !hollow)
        put_series_name(layout, leader, script);
    else
        put_key(script, !several, words->phrases[PHRASE_KEY_MEAN]);
    text_addf(script, ", \\\n    $runs%zu using 1:2 with points pt %d ps 0.5 lc rgb '%s'", leader,
              hollow ? 6 : 7, several ? colour : "#000000");
    if (hollow)
        put_series_name(layout, leader, script);
    else
        put_key(script, !several, words->phrases[PHRASE_KEY_RUN]);
}

static void put_plot(const struct metric_layout *layout, const struct words *words, struct text *script)
{
    const struct report *report = layout->report;
    size_t rank = 0;
    text_add(script, "plot ");
    for (size_t i = 0; i < report->setting_count; i++) {
        if (layout->series[i] != i) continue;
        text_add(script, rank > 0 ? ", \\\n    " : "");
        put_series(layout, words, i, rank++, script);
    }
    if (marks_one(layout)) {
        text_add(script, ", \\\n    $best using 1:2 with points pt 6 ps 2.2 lw 1.5 lc rgb '#000000'");
        put_key(script, true,
                words->phrases[report->recommendation == REPORT_LEAST_BAD ? PHRASE_KEY_LEAST_BAD
                                                                          : PHRASE_KEY_RECOMMENDED]);
    }
    text_add(script, "\n");
}

static void put_labels(const struct metric_layout *layout, const struct words *words, struct text *script)
{
    const struct report *report = layout->report;
    struct text name = {0};
    words->metric_axis(report, &name);
    text_add(script, "set ylabel ");
    gnuplot_string(script, text_string(&name));
    text_add(script, "\nset title ");
    script->failed = script->failed || name.failed;
    text_clear(&name);
    words->metric_title(report, layout->key == SIZE_MAX ? NULL : report->sweeps[layout->key], &name);
    gnuplot_string(script, text_string(&name));
    text_add(script, " font ',14'\nset xlabel ");
    script->failed = script->failed || name.failed;
    text_clear(&name);
    if (layout->key != SIZE_MAX) text_add(&name, report->sweeps[layout->key]);
    if (layout->logarithmic) text_addf(&name, " (%s)", words->phrases[PHRASE_AXIS_LOG]);
    script->failed = script->failed || name.failed;
    gnuplot_string(script, text_string(&name));
    text_free(&name);
    text_add(
        script,
        "\nset key outside below center horizontal reverse Left samplen 2 width 1 spacing 1.2 height 0.6 "
        "textcolor rgb '#000000'\n");
    text_addf(script, "set xrange [%.6g:%.6g]\n", layout->low - metric_layout_margin(layout),
              layout->high + metric_layout_margin(layout));
}

enum status metric_figure_script(const struct report *report, const struct words *words, size_t key,
                                 struct text *script, struct error *error)
{
    struct metric_layout layout;
    TRY(metric_layout_make(report, key, &layout, error));
    figure_style_begin(script, metric_layout_width(&layout),
                       HEIGHT + LEGEND_LINE * (int)(layout.series_count / 4));
    for (size_t i = 0; i < report->setting_count; i++) {
        if (layout.series[i] == i) put_data(&layout, i, script);
    }
    if (marks_one(&layout)) {
        text_add(script, "$best << EOD\n");
        put_number_pair(script, metric_layout_place(&layout, report->recommended),
                        report->settings[report->recommended].summary.mean);
        text_add(script, "\nEOD\n");
    }
    put_labels(&layout, words, script);
    put_tics(&layout, script);
    put_range(&layout, find_levels(&layout, words), script);
    put_missing(&layout, words, script);
    put_plot(&layout, words, script);
    metric_layout_free(&layout);
    return STATUS_OK;
}
