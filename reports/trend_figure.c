#include "reports/figure_style.h"
#include "reports/gnuplot.h"
#include "reports/trend_report.h"

#include <math.h>
#include <stdio.h>

enum { WIDTH = 840, HEIGHT = 640, DAY = 86400, DATES = 6 /* that fit below an axis */ };

void trend_figure_file(size_t setting, char file[TREND_FILE_BYTES])
{
    snprintf(file, TREND_FILE_BYTES, "figures/trend-%zu.svg", setting + 1);
}

static void put_data(const struct trend_report *report, size_t setting, struct text *script)
{
    text_add(script, "$nights << EOD\n");
    for (size_t i = 0; i < report->night_count; i++) {
        const struct trend_point *point = &report->settings[setting].points[i];
        const double numbers[] = {point->mean, point->low, point->high,
                                  point->sd * (report->in_points ? 100 : 1),
                                  point->speed * (report->calibrated ? 1 : 1000)};
        if (!point->there) continue;
        text_addf(script, "%lld", (long long)report->nights[i].time);
        for (size_t j = 0; j < sizeof numbers / sizeof numbers[0]; j++) {
            text_add(script, " ");
            gnuplot_number(script, numbers[j]);
        }
        text_add(script, "\n");
    }
    text_add(script, "EOD\n");
}

/* The panel's moves: a band from the last good night to the first bad one. New bits are thin lines. */
static void put_marks(const struct trend_report *report, size_t setting, enum trend_subject subject,
                      struct text *script)
{
    text_add(script, "unset object\nunset arrow\n");
    for (size_t i = 0; i < report->move_count; i++) {
        const struct trend_move *move = &report->moves[i];
        const long long good = report->nights[move->good].time, bad = report->nights[move->bad].time;
        if (move->setting != setting) continue;
        if (move->subject == TREND_OF_BITS && subject == TREND_OF_METRIC)
            text_addf(script,
                      "set arrow from %lld, graph 0 to %lld, graph 1 nohead dt 3 lw 1 lc rgb '" FIGURE_GREY
                      "' back\n",
                      bad, bad);
        if (move->subject != subject) continue;
        text_addf(script,
                  "set object rectangle from %lld, graph 0 to %lld, graph 1 behind fillstyle solid 0.25 "
                  "noborder fillcolor rgb '%s'\n"
                  "set arrow from %lld, graph 0 to %lld, graph 1 nohead lw 1.5 lc rgb '%s' back\n",
                  good, bad, move->worse ? FIGURE_VERMILLION : FIGURE_BLUE, bad, bad,
                  move->worse ? FIGURE_VERMILLION : FIGURE_BLUE);
    }
}

static void put_panel(const struct trend_report *report, size_t setting, enum trend_subject subject,
                      struct text *script)
{
    put_marks(report, setting, subject, script);
    text_add(script, "set ylabel ");
    switch (subject) {
    case TREND_OF_METRIC:
        gnuplot_string(script, report->metric);
        text_add(script, "\nplot $nights using 1:2:3:4 with yerrorbars pt 7 ps 0.5 lw 1 lc rgb '" FIGURE_BLUE
                         "' notitle, $nights using 1:2 with lines lw 1 lc rgb '" FIGURE_BLUE "' notitle\n");
        return;
    case TREND_OF_SPREAD:
        gnuplot_string(script, report->in_points ? "SD of the runs (points)" : "SD of the runs");
        text_add(script,
                 "\nplot $nights using 1:5 with linespoints pt 7 ps 0.5 lc rgb '" FIGURE_BLUE "' notitle\n");
        return;
    case TREND_OF_SPEED:
    case TREND_OF_BITS:
    case TREND_SUBJECTS:
        break;
    }
    gnuplot_string(script, report->calibrated ? "step time / own loop" : "step time (ms)");
    text_add(script,
             "\nplot $nights using 1:6 with linespoints pt 7 ps 0.5 lc rgb '" FIGURE_BLUE "' notitle\n");
}

static bool has_speed(const struct trend_report *report, size_t setting)
{
    for (size_t i = 0; i < report->night_count; i++) {
        if (isfinite(report->settings[setting].points[i].speed)) return true;
    }
    return false;
}

void trend_figure(const struct trend_report *report, size_t setting, struct text *script)
{
    const bool speed = has_speed(report, setting);
    const long long first = report->nights[0].time, last = report->nights[report->night_count - 1].time;
    const long long margin = (last - first) / 50 + DAY / 4;
    figure_style_begin(script, WIDTH, speed ? HEIGHT : 2 * HEIGHT / 3);
    put_data(report, setting, script);
    text_addf(script, "set multiplot layout %d,1 title ", speed ? 3 : 2);
    gnuplot_string(script, report->settings[setting].label);
    text_addf(script,
              " font ',14'\nset xrange [%lld:%lld]\nset xtics %lld format '%%Y-%%m-%%d' timedate\n"
              "set lmargin 12\nset autoscale y\nset offsets 0, 0, graph 0.1, graph 0.1\n",
              first - margin, last + margin, ((last - first) / (DATES * DAY) + 1) * DAY);
    put_panel(report, setting, TREND_OF_METRIC, script);
    put_panel(report, setting, TREND_OF_SPREAD, script);
    if (speed) put_panel(report, setting, TREND_OF_SPEED, script);
    text_add(script, "unset multiplot\n");
}
