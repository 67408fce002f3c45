#include "reports/metric_figure.h"

#include "base/memory.h"
#include "reports/figure_style.h"
#include "reports/gnuplot.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 760, HEIGHT = 460, LEGEND_LINE = 20 };

/* The colours of series after the first: Okabe and Ito's, without yellow, which white paper swallows. */
static const char *const colours[] = {FIGURE_BLUE, FIGURE_VERMILLION, "#009E73",
                                      "#CC79A7",   "#E69F00",         "#56B4E9"};
enum { COLOURS = sizeof colours / sizeof colours[0] };

/* Where everything stands. Positions are computed here and named by hand-made tics, so that a logarithmic, a
 * linear and a named axis are one case. */
struct layout {
    const struct report *report;
    size_t key;   /* index of the swept key; SIZE_MAX: none */
    bool numeric; /* every value is a number */
    bool logarithmic;
    size_t *series;    /* (setting_count) first setting with the same values of the other keys; SIZE_MAX: not
                          shown */
    double *positions; /* (setting_count) on the x axis */
    double span;       /* of the positions; 1 when there is but one */
    size_t series_count;
};

static bool same_others(const struct report *report, size_t key, size_t a, size_t b)
{
    for (size_t i = 0; i < report->sweep_count; i++) {
        if (i != key && strcmp(report->settings[a].values[i], report->settings[b].values[i]) != 0)
            return false;
    }
    return true;
}

static bool same_value(const struct layout *layout, size_t a, size_t b)
{
    if (layout->key == SIZE_MAX) return true;
    return strcmp(layout->report->settings[a].values[layout->key],
                  layout->report->settings[b].values[layout->key]) == 0;
}

/* Settings that differ in this key alone make a series. Those that stand alone (other keys' settings when one
 * parameter is varied at a time) say nothing about this key and are left out, unless all do. */
static void find_series(struct layout *layout)
{
    const struct report *report = layout->report;
    bool any = false;
    for (size_t i = 0; i < report->setting_count; i++) {
        size_t leader = i;
        for (size_t j = 0; j < i && leader == i; j++) {
            if (same_others(report, layout->key, i, j)) leader = layout->series[j];
        }
        layout->series[i] = leader;
        any = any || !same_value(layout, i, leader);
    }
    for (size_t i = 0; i < report->setting_count && any; i++) {
        bool alone = true;
        for (size_t j = 0; j < report->setting_count; j++) {
            if (j != i && layout->series[i] != SIZE_MAX && same_others(report, layout->key, i, j))
                alone = false;
        }
        if (alone) layout->series[i] = SIZE_MAX;
    }
    for (size_t i = 0; i < report->setting_count; i++)
        layout->series_count += layout->series[i] == i ? 1 : 0;
}

static void find_positions(struct layout *layout)
{
    const struct report *report = layout->report;
    double low = INFINITY, high = -INFINITY;
    layout->numeric = layout->key != SIZE_MAX;
    for (size_t i = 0; i < report->setting_count; i++) {
        if (layout->series[i] == SIZE_MAX || !layout->numeric) continue;
        double number = report->settings[i].numbers[layout->key];
        if (!isfinite(number)) layout->numeric = false;
        low = fmin(low, number);
        high = fmax(high, number);
    }
    /* Rates are spaced by factors, and so is whatever spans a factor of eight: batches 2, 4, 8, 16. */
    bool rate = layout->key != SIZE_MAX && strcmp(report->sweeps[layout->key], "learning_rate") == 0;
    layout->logarithmic = layout->numeric && low > 0 && high > low && (rate || high >= 8 * low);
    double names = 0;
    low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < report->setting_count; i++) {
        double *position = &layout->positions[i];
        if (layout->series[i] == SIZE_MAX) continue;
        if (layout->numeric) {
            double number = report->settings[i].numbers[layout->key];
            *position = layout->logarithmic ? log10(number) : number;
        } else {
            size_t twin = i;
            for (size_t j = 0; j < i && twin == i; j++) {
                if (layout->series[j] != SIZE_MAX && same_value(layout, i, j)) twin = j;
            }
            *position = twin == i ? names++ : layout->positions[twin];
        }
        low = fmin(low, *position);
        high = fmax(high, *position);
    }
    layout->span = high > low ? high - low : 1;
}

/* Series stand a little beside each other, so that their bars do not hide each other. */
static double place(const struct layout *layout, size_t setting)
{
    size_t rank = 0;
    for (size_t i = 0; i < layout->series[setting]; i++)
        rank += layout->series[i] == i ? 1 : 0;
    double shift = ((double)rank - 0.5 * (double)(layout->series_count - 1)) * 0.015 * layout->span;
    return layout->positions[setting] + shift;
}

/* The recommended setting gets a ring, unless it is the only one or not in this figure. */
static bool marks_one(const struct layout *layout)
{
    const struct report *report = layout->report;
    return report->recommendation != REPORT_NOTHING && report->setting_count > 1 &&
           layout->series[report->recommended] != SIZE_MAX;
}

static void put_number_pair(struct text *script, double x, double y)
{
    gnuplot_number(script, x);
    text_addf(script, " %.6g", y);
}

/* A run's dot stands a little beside the middle, by its rank among the setting's: equal runs would cover each
 * other. */
static double aside(const struct layout *layout, size_t index)
{
    const struct report *report = layout->report;
    int rank = 0, count = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        if (report->runs[i].setting != report->runs[index].setting || !isfinite(report->runs[i].metric))
            continue;
        rank += i < index ? 1 : 0;
        count++;
    }
    return (rank - 0.5 * (count - 1)) * 0.01 * layout->span;
}

static void put_data(const struct layout *layout, size_t leader, struct text *script)
{
    const struct report *report = layout->report;
    text_addf(script, "$runs%zu << EOD\n", leader);
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (layout->series[run->setting] != leader || !isfinite(run->metric)) continue;
        put_number_pair(script, place(layout, run->setting) + aside(layout, i), run->metric);
        text_add(script, "\n");
    }
    text_addf(script, "EOD\n$means%zu << EOD\n", leader);
    for (size_t i = 0; i < report->setting_count; i++) {
        const struct report_summary *summary = &report->settings[i].summary;
        if (layout->series[i] != leader || summary->n == 0) continue;
        put_number_pair(script, place(layout, i), summary->mean);
        text_addf(script, " %.6g %.6g\n", summary->min, summary->max);
    }
    text_add(script, "EOD\n");
}

static void put_tics(const struct layout *layout, struct text *script)
{
    const struct report *report = layout->report;
    size_t tics = 0, longest = 0;
    struct text name = {0};
    text_add(script, "set xtics (");
    for (size_t i = 0; i < report->setting_count; i++) {
        bool seen = layout->series[i] == SIZE_MAX;
        for (size_t j = 0; j < i && !seen; j++)
            seen = layout->series[j] != SIZE_MAX && same_value(layout, i, j);
        if (seen) continue;
        text_clear(&name);
        if (layout->key == SIZE_MAX)
            text_add(&name, report->settings[i].label);
        else
            words_short(&name, report->settings[i].values[layout->key]);
        text_add(script, tics > 0 ? ", " : "");
        gnuplot_string(script, text_string(&name));
        text_addf(script, " %.10g", layout->positions[i]);
        if (name.length > longest) longest = name.length;
        tics++;
    }
    script->failed = script->failed || name.failed;
    text_free(&name);
    text_add(script, ")\n");
    /* About 8 pixels a character: when the names do not fit side by side they are slanted. */
    if (tics * (longest + 2) * 8 > WIDTH - 80) text_add(script, "set xtics rotate by -35\n");
}

/* The label of a series: the other keys' values. */
static void put_series_name(const struct layout *layout, size_t leader, struct text *script)
{
    const struct report *report = layout->report;
    struct text name = {0};
    for (size_t i = 0; i < report->sweep_count; i++) {
        if (i == layout->key) continue;
        text_addf(&name, "%s%s=%s", name.length > 0 ? ", " : "", report->sweeps[i],
                  report->settings[leader].values[i]);
    }
    script->failed = script->failed || name.failed;
    text_add(script, " title ");
    gnuplot_string(script, text_string(&name));
    text_free(&name);
}

static void put_range(const struct layout *layout, struct text *script)
{
    const struct report *report = layout->report;
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < report->setting_count; i++) {
        const struct report_summary *summary = &report->settings[i].summary;
        if (layout->series[i] == SIZE_MAX || summary->n == 0) continue;
        low = fmin(low, summary->min);
        high = fmax(high, summary->max);
    }
    if (!(high >= low)) {
        low = 0;
        high = 1;
    }
    double margin = fmax(0.1 * (high - low), 0.002);
    text_addf(script, "set yrange [%.6g:%.6g]\n", low - margin, high + margin);
}

/* Under the axis' lower edge nothing is drawn, so what is missing is said just above it. */
static void put_missing(const struct layout *layout, const struct words *words, struct text *script)
{
    struct text said = {0};
    for (size_t i = 0; i < layout->report->setting_count; i++) {
        text_clear(&said);
        if (layout->series[i] == SIZE_MAX) continue;
        words->missing(&layout->report->settings[i], &said);
        script->failed = script->failed || said.failed;
        if (said.length == 0) continue;
        text_add(script, "set label ");
        gnuplot_string(script, text_string(&said));
        text_addf(script,
                  " at first %.10g, graph 0.03 center font ',10' textcolor rgb '" FIGURE_VERMILLION "'\n",
                  place(layout, i));
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
static void put_plot(const struct layout *layout, const struct words *words, struct text *script)
{
    const struct report *report = layout->report;
    size_t rank = 0;
    bool several = layout->series_count > 1;
    double half = 0.018 * layout->span / (several ? 2 : 1);
    text_add(script, "plot ");
    for (size_t i = 0; i < report->setting_count; i++) {
        if (layout->series[i] != i) continue;
        const char *colour = colours[rank % COLOURS];
        text_add(script, rank > 0 ? ", \\\n    " : "");
        if (layout->numeric)
            text_addf(script,
                      "$means%zu using 1:2 smooth unique with lines lw 1 dt 2 lc rgb '%s' notitle, \\\n    ",
                      i, colour);
        text_addf(script, "$means%zu using 1:3:(0):($4-$3) with vectors nohead lw 9 lc rgb '#A0%s'", i,
                  colour + 1);
        put_key(script, !several, words->phrases[PHRASE_KEY_RANGE]);
        text_addf(script,
                  ", \\\n    $means%zu using ($1-%.6g):2:(%.6g):(0) with vectors nohead lw 3 lc rgb '%s'", i,
                  half, 2 * half, colour);
        if (several)
            put_series_name(layout, i, script);
        else
            put_key(script, true, words->phrases[PHRASE_KEY_MEAN]);
        text_addf(script, ", \\\n    $runs%zu using 1:2 with points pt 7 ps 0.5 lc rgb '%s'", i,
                  several ? colour : "#000000");
        put_key(script, !several, words->phrases[PHRASE_KEY_RUN]);
        rank++;
    }
    if (marks_one(layout)) {
        text_add(script, ", \\\n    $best using 1:2 with points pt 6 ps 2.2 lw 1.5 lc rgb '#000000'");
        put_key(script, true,
                words->phrases[report->recommendation == REPORT_LEAST_BAD ? PHRASE_KEY_LEAST_BAD
                                                                          : PHRASE_KEY_RECOMMENDED]);
    }
    text_add(script, "\n");
}

static void put_labels(const struct layout *layout, const struct words *words, struct text *script)
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
    /* Room at both sides for the dots of the outermost values. */
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < report->setting_count; i++) {
        if (layout->series[i] == SIZE_MAX) continue;
        low = fmin(low, layout->positions[i]);
        high = fmax(high, layout->positions[i]);
    }
    /* A single value stands in the middle with its dots close by. */
    double margin = high > low ? 0.1 * layout->span : layout->span;
    text_addf(script, "set xrange [%.10g:%.10g]\n", low - margin, high + margin);
}

enum status metric_figure_script(const struct report *report, const struct words *words, size_t key,
                                 struct text *script, struct error *error)
{
    enum status status = STATUS_OK;
    struct layout layout = {.report = report, .key = key};
    layout.series = memory_zeroed(report->setting_count, sizeof *layout.series);
    layout.positions = memory_zeroed(report->setting_count, sizeof *layout.positions);
    if (layout.series == NULL || layout.positions == NULL) {
        status = error_no_memory(error, report->setting_count * sizeof *layout.positions);
        goto done;
    }
    find_series(&layout);
    find_positions(&layout);
    figure_style_begin(script, WIDTH, HEIGHT + LEGEND_LINE * (int)(layout.series_count / 4));
    for (size_t i = 0; i < report->setting_count; i++) {
        if (layout.series[i] == i) put_data(&layout, i, script);
    }
    if (marks_one(&layout)) {
        text_add(script, "$best << EOD\n");
        put_number_pair(script, place(&layout, report->recommended),
                        report->settings[report->recommended].summary.mean);
        text_add(script, "\nEOD\n");
    }
    put_labels(&layout, words, script);
    put_tics(&layout, script);
    put_range(&layout, script);
    put_missing(&layout, words, script);
    put_plot(&layout, words, script);
done:
    memory_free(layout.series);
    memory_free(layout.positions);
    return status;
}
