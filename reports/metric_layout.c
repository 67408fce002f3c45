#include "reports/metric_layout.h"

#include "base/memory.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* NARROW: of a figure of a single setting. FRAME: what of a width is beside the axis. */
enum { WIDTH = 760, NARROW = 560, FRAME = 110 };

double metric_layout_margin(const struct metric_layout *layout)
{
    return layout->high > layout->low
               ? 0.1 * layout->span + 0.5 * layout->pitch * (double)(layout->series_count - 1)
               : 0.25;
}

int metric_layout_width(const struct metric_layout *layout)
{
    return layout->high > layout->low ? WIDTH : NARROW;
}

double metric_layout_pixels(const struct metric_layout *layout, double distance)
{
    const double shown = layout->high - layout->low + 2 * metric_layout_margin(layout);
    return distance / shown * (metric_layout_width(layout) - FRAME);
}

static bool same_others(const struct report *report, size_t key, size_t a, size_t b)
{
    for (size_t i = 0; i < report->sweep_count; i++) {
        if (i != key && strcmp(report->settings[a].values[i], report->settings[b].values[i]) != 0)
            return false;
    }
    return true;
}

bool metric_layout_same_value(const struct metric_layout *layout, size_t a, size_t b)
{
    if (layout->key == SIZE_MAX) return true;
    return strcmp(layout->report->settings[a].values[layout->key],
                  layout->report->settings[b].values[layout->key]) == 0;
}

/* Settings that differ in this key alone make a series. Those that stand alone (other keys' settings when one
 * parameter is varied at a time) say nothing about this key and are left out, unless all do. */
static void find_series(struct metric_layout *layout)
{
    const struct report *report = layout->report;
    bool any = false;
    for (size_t i = 0; i < report->setting_count; i++) {
        size_t leader = i;
        for (size_t j = 0; j < i && leader == i; j++) {
            if (same_others(report, layout->key, i, j)) leader = layout->series[j];
        }
        layout->series[i] = leader;
        any = any || !metric_layout_same_value(layout, i, leader);
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

static void find_positions(struct metric_layout *layout)
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
                if (layout->series[j] != SIZE_MAX && metric_layout_same_value(layout, i, j)) twin = j;
            }
            *position = twin == i ? names++ : layout->positions[twin];
        }
        low = fmin(low, *position);
        high = fmax(high, *position);
    }
    layout->low = low;
    layout->high = high;
    layout->span = high > low ? high - low : 1;
}

/* How many dots a setting has. */
static size_t dots(const struct report *report, size_t setting)
{
    size_t count = 0;
    for (size_t i = 0; i < report->run_count; i++)
        count += report->runs[i].setting == setting && isfinite(report->runs[i].metric) ? 1 : 0;
    return count;
}

size_t metric_layout_most_dots(const struct report *report)
{
    size_t most = 1;
    for (size_t i = 0; i < report->setting_count; i++) {
        const size_t count = dots(report, i);
        most = count > most ? count : most;
    }
    return most;
}

/* The least distance of two positions. */
static double least_gap(const struct metric_layout *layout)
{
    double least = layout->high > layout->low ? layout->span : 2 * metric_layout_margin(layout);
    for (size_t i = 0; i < layout->report->setting_count; i++) {
        for (size_t j = 0; j < i; j++) {
            const double gap = fabs(layout->positions[i] - layout->positions[j]);
            if (layout->series[i] == SIZE_MAX || layout->series[j] == SIZE_MAX) continue;
            if (gap > 0 && gap < least) least = gap;
        }
    }
    return least;
}

/* Series at one position stand beside each other, and so do the dots of a setting: nothing may hide anything,
 * nor run into the next position. */
static void find_distances(struct metric_layout *layout)
{
    layout->pitch = 0.8 * least_gap(layout) / (double)layout->series_count;
    if (layout->series_count > 1) layout->pitch = fmin(layout->pitch, 0.05 * layout->span);
    layout->step =
        fmin(0.01 * layout->span, 0.8 * layout->pitch / (double)metric_layout_most_dots(layout->report));
}

double metric_layout_place(const struct metric_layout *layout, size_t setting)
{
    size_t rank = 0;
    for (size_t i = 0; i < layout->series[setting]; i++)
        rank += layout->series[i] == i ? 1 : 0;
    double shift = ((double)rank - 0.5 * (double)(layout->series_count - 1)) * layout->pitch;
    return layout->positions[setting] + shift;
}

double metric_layout_dot(const struct metric_layout *layout, size_t run)
{
    const struct report *report = layout->report;
    const size_t setting = report->runs[run].setting;
    double rank = 0;
    for (size_t i = 0; i < run; i++)
        rank += report->runs[i].setting == setting && isfinite(report->runs[i].metric) ? 1 : 0;
    return metric_layout_place(layout, setting) +
           (rank - 0.5 * ((double)dots(report, setting) - 1)) * layout->step;
}

enum status metric_layout_make(const struct report *report, size_t key, struct metric_layout *layout,
                               struct error *error)
{
    *layout = (struct metric_layout){.report = report, .key = key};
    layout->series = memory_zeroed(report->setting_count, sizeof *layout->series);
    layout->positions = memory_zeroed(report->setting_count, sizeof *layout->positions);
    layout->levels = memory_zeroed(report->setting_count, sizeof *layout->levels);
    if (layout->series == NULL || layout->positions == NULL || layout->levels == NULL) {
        metric_layout_free(layout);
        return error_no_memory(error, report->setting_count * sizeof *layout->positions);
    }
    find_series(layout);
    find_positions(layout);
    find_distances(layout);
    return STATUS_OK;
}

void metric_layout_free(struct metric_layout *layout)
{
    memory_free(layout->series);
    memory_free(layout->positions);
    memory_free(layout->levels);
}
