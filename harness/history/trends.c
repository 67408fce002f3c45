#include "harness/history/trends.h"

#include "base/memory.h"
#include "harness/stats/change_point.h"
#include "harness/stats/stats.h"
#include "trainer/spec/keys.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SERIES = 3 }; /* of a setting: metric, spread, speed, as in enum trend_subject */

static const struct history_night *last_night(const struct history_records *records)
{
    return &records->items[records->count - 1].night;
}

/* Step times are compared where the same work is done by the same parts. */
static bool same_machine(const struct history_night *a, const struct history_night *b)
{
    return strcmp(a->cpu, b->cpu) == 0 && strcmp(a->gpu, b->gpu) == 0 &&
           strcmp(a->backend, b->backend) == 0 && strcmp(a->isa, b->isa) == 0 &&
           strcmp(a->threads, b->threads) == 0;
}

static const struct history_setting *find_setting(const struct history_record *record, const char *label)
{
    for (size_t i = 0; i < record->setting_count; i++) {
        if (strcmp(record->settings[i].label, label) == 0) return &record->settings[i];
    }
    return NULL;
}

static double speed_of(const struct history_setting *row, bool calibrated)
{
    if (!calibrated) return row->step_seconds;
    return row->calibration_seconds > 0 ? row->step_seconds / row->calibration_seconds : NAN;
}

static void fill_nights(const struct history_records *records, struct trends *trends)
{
    struct trend_report *report = &trends->report;
    for (size_t i = 0; i < records->count; i++) {
        const struct history_record *record = &records->items[i];
        const struct history_night *night = &record->night;
        trends->nights[i] = (struct trend_night){.time = night->time,
                                                 .commit = night->commit,
                                                 .code = night->code,
                                                 .verdict = night->verdict,
                                                 .baseline = night->baseline};
        for (size_t j = 0; j < record->setting_count; j++)
            trends->nights[i].failed += record->settings[j].failed;
        report->other_machines += !same_machine(night, last_night(records));
    }
}

/* Whether two nights promise the same bits of a setting and have others. */
static bool has_new_bits(const struct history_records *records, const struct trends *trends, size_t setting,
                         size_t before, size_t night)
{
    const struct history_setting *const *rows = trends->rows + setting * records->count;
    return records->items[before].night.strict && records->items[night].night.strict &&
           rows[before]->bits[0] != '\0' && rows[night]->bits[0] != '\0' &&
           strcmp(rows[before]->bits, rows[night]->bits) != 0;
}

static void fill_points(const struct history_records *records, size_t setting, struct trends *trends)
{
    const struct history_record *last = &records->items[records->count - 1];
    const char *label = last->settings[setting].label;
    struct trend_point *points = trends->points + setting * records->count;
    const struct history_setting **rows = trends->rows + setting * records->count;
    size_t before = records->count;
    for (size_t i = 0; i < records->count; i++) {
        const struct history_night *night = &records->items[i].night;
        const struct history_setting *row = find_setting(&records->items[i], label);
        points[i] = (struct trend_point){.mean = NAN, .low = NAN, .high = NAN, .sd = NAN, .speed = NAN};
        if (row == NULL || night->metric != last->night.metric) continue;
        rows[i] = row;
        points[i] = (struct trend_point){.there = true,
                                         .n = row->n,
                                         .mean = row->mean,
                                         .low = row->low,
                                         .high = row->high,
                                         .sd = row->sd,
                                         .speed = NAN};
        if (same_machine(night, &last->night) && strcmp(row->clock, last->settings[setting].clock) == 0)
            points[i].speed = speed_of(row, trends->report.calibrated);
        points[i].new_bits = before < i && has_new_bits(records, trends, setting, before, i);
        before = i;
    }
    trends->settings[setting] = (struct trend_setting){label, points};
}

static enum status open_trends(const struct history_records *records, struct trends *trends,
                               struct error *error)
{
    const size_t nights = records->count, settings = records->items[nights - 1].setting_count;
    trends->nights = memory_zeroed(nights, sizeof *trends->nights);
    trends->settings = memory_zeroed(settings, sizeof *trends->settings);
    trends->points = memory_zeroed(settings * nights, sizeof *trends->points);
    trends->rows = memory_zeroed(settings * nights, sizeof *trends->rows);
    /* No series has a move, and no night new bits, more often than there are nights. */
    trends->moves = memory_zeroed(settings * nights * (SERIES + 1), sizeof *trends->moves);
    if (trends->nights == NULL || trends->settings == NULL || trends->points == NULL ||
        trends->rows == NULL || trends->moves == NULL)
        return error_no_memory(error, settings * nights * sizeof *trends->moves);
    return STATUS_OK;
}

static void add_bits(const struct history_records *records, size_t setting, struct trends *trends)
{
    struct trend_report *report = &trends->report;
    const struct trend_point *points = trends->settings[setting].points;
    const struct history_setting *const *rows = trends->rows + setting * records->count;
    size_t before = 0;
    for (size_t i = 0; i < records->count; i++) {
        if (points[i].new_bits)
            trends->moves[report->move_count++] =
                (struct trend_move){.subject = TREND_OF_BITS,
                                    .setting = setting,
                                    .good = before,
                                    .bad = i,
                                    .before = points[before].mean,
                                    .after = points[i].mean,
                                    .low = NAN,
                                    .high = NAN,
                                    .adjusted_p = NAN,
                                    .asked = strcmp(rows[before]->asked, rows[i]->asked) != 0};
        if (points[i].there) before = i;
    }
}

/* A value of a series; of step times the logarithm, as they change by factors. */
static double value_of(const struct trend_point *point, int subject)
{
    if (!point->there) return NAN;
    if (subject == TREND_OF_METRIC) return point->mean;
    if (subject == TREND_OF_SPREAD) return point->sd;
    return point->speed > 0 ? log(point->speed) : NAN;
}

/* Where all nights of the range promise equal bits, the metric moved where they changed, and nowhere else. */
static void narrow(const struct history_records *records, const struct trends *trends,
                   struct trend_move *move)
{
    const struct trend_point *points = trends->settings[move->setting].points;
    size_t good = move->good, bad = move->good, before = move->good;
    if (move->subject == TREND_OF_SPEED) return;
    for (size_t i = move->good; i <= move->bad; i++) {
        if (!points[i].there) continue;
        const struct history_setting *row = trends->rows[move->setting * records->count + i];
        if (!records->items[i].night.strict || row->bits[0] == '\0') return;
        if (i > move->good && points[i].new_bits) {
            good = bad == move->good ? before : good;
            bad = i;
        }
        before = i;
    }
    if (bad == move->good) return;
    move->good = good;
    move->bad = bad;
}

static bool is_worse(const struct trend_report *report, const struct trend_move *move)
{
    const bool rose = move->after > move->before;
    return move->subject == TREND_OF_METRIC ? rose == report->lower_is_better : rose;
}

static void add_move(const struct history_records *records, size_t setting, int subject,
                     const struct change_point *point, struct trends *trends)
{
    struct trend_report *report = &trends->report;
    const struct interval *interval = &point->difference.interval;
    struct trend_move move = {.subject = (enum trend_subject)subject,
                              .setting = setting,
                              .good = point->from,
                              .bad = point->to,
                              .before = point->before.mean,
                              .after = point->after.mean,
                              .low = interval->low,
                              .high = interval->high,
                              .nights_before = point->before.n,
                              .nights_after = point->after.n,
                              .adjusted_p = point->adjusted_p};
    if (subject == TREND_OF_SPEED) {
        move.before = exp(move.before);
        move.after = exp(move.after);
        move.low = exp(move.low);
        move.high = exp(move.high);
    }
    move.worse = is_worse(report, &move);
    narrow(records, trends, &move);
    trends->moves[report->move_count++] = move;
}

static int newest_first(const void *left, const void *right)
{
    const struct trend_move *a = left, *b = right;
    if (a->bad != b->bad) return a->bad > b->bad ? -1 : 1;
    if (a->subject != b->subject) return a->subject < b->subject ? -1 : 1;
    return (a->setting > b->setting) - (a->setting < b->setting);
}

static void take_found(const struct history_records *records, const struct change_points *found,
                       struct trends *trends)
{
    struct trend_report *report = &trends->report;
    for (size_t i = 0; i < report->setting_count * SERIES; i++) {
        report->series += isnan(found[i].p) ? 0 : 1;
        for (size_t j = 0; j < found[i].count; j++)
            add_move(records, i / SERIES, (int)(i % SERIES), &found[i].items[j], trends);
    }
}

static enum status find_moves(const struct history_records *records, struct trends *trends,
                              struct error *error)
{
    const struct trend_report *report = &trends->report;
    const size_t nights = records->count, count = report->setting_count * SERIES;
    struct change_question question = change_question_default();
    double *values = memory_zeroed(count * nights, sizeof *values);
    struct change_series *series = memory_zeroed(count, sizeof *series);
    struct change_points *found = memory_zeroed(count, sizeof *found);
    enum status status = STATUS_OK;
    question.alpha = report->alpha;
    if (values == NULL || series == NULL || found == NULL) {
        status = error_no_memory(error, count * nights * sizeof *values);
        goto done;
    }
    for (size_t i = 0; i < count; i++) {
        series[i] = (struct change_series){values + i * nights, nights};
        for (size_t j = 0; j < nights; j++)
            values[i * nights + j] = value_of(&report->settings[i / SERIES].points[j], (int)(i % SERIES));
    }
    TRY_TO(done, change_points_find(series, count, &question, found, error));
    take_found(records, found, trends);
done:
    for (size_t i = 0; found != NULL && i < count; i++)
        change_points_free(&found[i]);
    memory_free(values);
    memory_free(series);
    memory_free(found);
    return status;
}

/* Step times are measured by the trainers' own loop as soon as the last night has that. */
static bool is_calibrated(const struct history_record *record)
{
    for (size_t i = 0; i < record->setting_count; i++) {
        if (record->settings[i].calibration_seconds > 0) return true;
    }
    return false;
}

enum status trends_fill(const struct history_records *records, const char *file, double alpha,
                        struct trends *trends, struct error *error)
{
    const struct history_record *last = &records->items[records->count - 1];
    const bool loss = last->night.metric == METRIC_EVAL_LOSS;
    *trends = (struct trends){.report = {.file = file,
                                         .experiment = last->night.experiment,
                                         .metric = metric_words[last->night.metric],
                                         .lower_is_better = loss,
                                         .in_points = !loss,
                                         .calibrated = is_calibrated(last),
                                         .alpha = alpha,
                                         .night_count = records->count,
                                         .setting_count = last->setting_count}};
    stats_init();
    TRY(open_trends(records, trends, error));
    fill_nights(records, trends);
    for (size_t i = 0; i < last->setting_count; i++)
        fill_points(records, i, trends);
    trends->report.nights = trends->nights;
    trends->report.settings = trends->settings;
    trends->report.moves = trends->moves;
    TRY(find_moves(records, trends, error));
    for (size_t i = 0; i < last->setting_count; i++)
        add_bits(records, i, trends);
    qsort(trends->moves, trends->report.move_count, sizeof *trends->moves, newest_first);
    return STATUS_OK;
}

void trends_free(struct trends *trends)
{
    memory_free(trends->nights);
    memory_free(trends->settings);
    memory_free(trends->points);
    memory_free(trends->rows);
    memory_free(trends->moves);
    *trends = (struct trends){0};
}
