#include "reports/figure_axis.h"
#include "reports/figure_style.h"
#include "reports/gnuplot.h"
#include "reports/trend_report.h"

#include <math.h>
#include <stdio.h>

/* FRAME: what of the width is beside the axis. DATES fit below an axis; MANY nights have small dots. */
enum { WIDTH = 840, FRAME = 125, PANEL = 214, DAY = 86400, DATES = 6, MANY = 120 };

void trend_figure_file(size_t setting, char file[TREND_FILE_BYTES])
{
    snprintf(file, TREND_FILE_BYTES, "figures/trend-%zu.svg", setting + 1);
}

static double pixels_of_night(const struct trend_report *report)
{
    return (double)(WIDTH - FRAME) / (double)(report->night_count + 1);
}

/* The panel's moves: a band from the last good night to the first bad one, which has a line. New bits are
 * short marks at the upper edge: where every night has some, whole lines would cover everything else. */
static void put_marks(const struct trend_report *report, size_t setting, enum trend_subject subject,
                      struct text *script)
{
    text_add(script, "unset object\nunset arrow\n");
    for (size_t i = 0; i < report->move_count; i++) {
        const struct trend_move *move = &report->moves[i];
        const long long good = report->nights[move->good].time, bad = report->nights[move->bad].time;
        if (move->setting != setting) continue;
        if (move->subject == TREND_OF_BITS && subject == TREND_OF_METRIC)
            text_addf(
                script,
                "set arrow from %lld, graph 0.96 to %lld, graph 1.03 nohead lw %.3g lc rgb '#000000' front\n",
                bad, bad, fmax(0.5, fmin(1.5, 0.4 * pixels_of_night(report))));
        if (move->subject != subject) continue;
        text_addf(script,
                  "set object rectangle from %lld, graph 0 to %lld, graph 1 behind fillstyle solid 0.25 "
                  "noborder fillcolor rgb '%s'\n"
                  "set arrow from %lld, graph 0 to %lld, graph 1 nohead lw 1.5 lc rgb '%s' back\n",
                  good, bad, move->worse ? FIGURE_VERMILLION : FIGURE_BLUE, bad, bad,
                  move->worse ? FIGURE_VERMILLION : FIGURE_BLUE);
    }
}

/* The numbers of a night's point in the units that are drawn: mean, interval, SD, speed. */
enum { MEAN, LOW, HIGH, SD, SPEED, NUMBERS };

static void numbers_of(const struct trend_report *report, size_t setting, size_t night,
                       double numbers[NUMBERS])
{
    const struct trend_point *point = &report->settings[setting].points[night];
    numbers[MEAN] = point->mean;
    numbers[LOW] = point->low;
    numbers[HIGH] = point->high;
    numbers[SD] = point->sd * (report->in_points ? 100 : 1);
    numbers[SPEED] = point->speed * (report->calibrated ? 1 : 1000);
}

static void put_data(const struct trend_report *report, size_t setting, struct text *script)
{
    double numbers[NUMBERS];
    text_add(script, "$nights << EOD\n");
    for (size_t i = 0; i < report->night_count; i++) {
        if (!report->settings[setting].points[i].there) continue;
        numbers_of(report, setting, i, numbers);
        text_addf(script, "%lld", (long long)report->nights[i].time);
        for (size_t j = 0; j < NUMBERS; j++) {
            text_add(script, " ");
            gnuplot_number(script, numbers[j]);
        }
        text_add(script, "\n");
    }
    text_add(script, "EOD\n");
}

/* What the numbers of the panel span. */
static struct figure_range range_of(const struct trend_report *report, size_t setting, int first, int last)
{
    struct figure_range range = FIGURE_RANGE_EMPTY;
    double numbers[NUMBERS];
    for (size_t i = 0; i < report->night_count; i++) {
        if (!report->settings[setting].points[i].there) continue;
        numbers_of(report, setting, i, numbers);
        for (int j = first; j <= last; j++)
            figure_range_take(&range, numbers[j]);
    }
    return range;
}

/* A tenth more than the numbers at both ends; numbers that are all equal stand in the middle. */
static void put_axis(struct figure_range range, struct text *script)
{
    const double flat = range.high > range.low ? 0 : fmax(0.01 * fabs(range.high), 1e-4);
    figure_axis(script, 'y', figure_range_widened(range, 0.1, flat), 6);
}

static void put_panel(const struct trend_report *report, size_t setting, enum trend_subject subject,
                      struct text *script)
{
    const double dot = report->night_count > MANY ? 0.2 : 0.5;
    const int column = subject == TREND_OF_METRIC ? MEAN : subject == TREND_OF_SPREAD ? SD : SPEED;
    put_marks(report, setting, subject, script);
    put_axis(range_of(report, setting, column, column == MEAN ? HIGH : column), script);
    text_add(script, "set ylabel ");
    if (subject == TREND_OF_METRIC) {
        struct text name = {0};
        text_addf(&name, "mean %s", report->metric);
        gnuplot_string(script, text_string(&name));
        script->failed = script->failed || name.failed;
        text_free(&name);
    } else if (subject == TREND_OF_SPREAD) {
        gnuplot_string(script, report->in_points ? "SD of the runs (points)" : "SD of the runs");
    } else {
        gnuplot_string(script, report->calibrated ? "step time / fixed loop" : "step time (ms)");
    }
    text_add(script, "\nplot ");
    if (subject == TREND_OF_METRIC)
        text_addf(script,
                  "$nights using 1:3:(0):($4-$3) with vectors nohead lw %.3g lc rgb '#A0%s' notitle, ",
                  fmax(1, fmin(9, 0.7 * pixels_of_night(report))), &FIGURE_BLUE[1]);
    text_addf(script,
              "$nights using 1:%d with linespoints pt 7 ps %g lw 1 lc rgb '" FIGURE_BLUE "' notitle\n",
              column + 2, dot);
}

static bool has_speed(const struct trend_report *report, size_t setting)
{
    return isfinite(range_of(report, setting, SPEED, SPEED).low);
}

/* Dates below nights: those of the first one and of each `step` days after it. gnuplot's own stand at
 * midnight, and at the first of a month where there are many. */
static void put_dates(long long first, long long last, struct text *script)
{
    const long long step = ((last - first) / (DATES * DAY) + 1) * DAY, margin = (last - first) / 50 + DAY / 4;
    char date[TREND_TIME_BYTES];
    text_addf(script, "set xrange [%lld:%lld]\nset xtics (", first - margin, last + margin);
    for (long long time = first; time <= last; time += step)
        text_addf(script, "%s'%.10s' %lld", time > first ? ", " : "", trend_time(time, date), time);
    text_add(script, ")\n");
}

static void put_title(const struct trend_report *report, size_t setting, struct text *script)
{
    struct text title = {0};
    text_addf(&title, "%s: %s", report->experiment, report->settings[setting].label);
    gnuplot_string(script, text_string(&title));
    script->failed = script->failed || title.failed;
    text_free(&title);
}

void trend_figure(const struct trend_report *report, size_t setting, struct text *script)
{
    const int panels = has_speed(report, setting) ? 3 : 2;
    figure_style_begin(script, WIDTH, PANEL * panels);
    put_data(report, setting, script);
    text_addf(script, "set multiplot layout %d,1 title ", panels);
    put_title(report, setting, script);
    text_add(script, " font ',14'\nset lmargin 13\n");
    put_dates(report->nights[0].time, report->nights[report->night_count - 1].time, script);
    put_panel(report, setting, TREND_OF_METRIC, script);
    put_panel(report, setting, TREND_OF_SPREAD, script);
    if (panels == 3) put_panel(report, setting, TREND_OF_SPEED, script);
    text_add(script, "unset multiplot\n");
}
