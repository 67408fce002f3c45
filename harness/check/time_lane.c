#include "harness/check/time_lane.h"

#include "base/memory.h"
#include "harness/check/recorded_keys.h"
#include "harness/stats/median.h"

#include <math.h>

/* What is measured of one run, in seconds. */
struct run_time {
    double step, calibration;
};

/* Of the pairs of runs: `count` of each. */
struct pair_times {
    double *ratio, *base_step, *step, *base_calibration, *calibration;
    size_t count;
};

static enum status read_time(const struct contest_side *side, size_t run, struct run_time *time,
                             struct error *error)
{
    struct run_record record;
    *time = (struct run_time){NAN, NAN};
    TRY(store_load_run(side->store, side->findings->report.runs[run].id, &record, error));
    if (record.outcome == RUN_DONE && record.has_begin && record.begin.calibration_seconds > 0 &&
        record.end.steps > 0 && record.end.train_seconds > 0)
        *time = (struct run_time){record.end.train_seconds / (double)record.end.steps,
                                  record.begin.calibration_seconds};
    run_record_free(&record);
    return STATUS_OK;
}

/* The next measured run of the setting from `*run` on; false after the last. */
static enum status next_time(const struct contest_side *side, int setting, size_t *run, struct run_time *time,
                             bool *found, struct error *error)
{
    const struct report *report = &side->findings->report;
    *found = false;
    for (; *run < report->run_count && !*found; (*run)++) {
        if ((int)report->runs[*run].setting != setting) continue;
        TRY(read_time(side, *run, time, error));
        *found = !isnan(time->step);
    }
    return STATUS_OK;
}

static enum status take_setting(const struct contest *contest, size_t index, struct pair_times *times,
                                struct error *error)
{
    size_t base_run = 0, now_run = 0;
    for (;;) {
        struct run_time was, is;
        bool has_base, has_now;
        TRY(next_time(&contest->base, contest->partner[index], &base_run, &was, &has_base, error));
        TRY(next_time(&contest->now, (int)index, &now_run, &is, &has_now, error));
        if (!has_base || !has_now) return STATUS_OK;
        times->ratio[times->count] = is.step / is.calibration / (was.step / was.calibration);
        times->base_step[times->count] = was.step;
        times->step[times->count] = is.step;
        times->base_calibration[times->count] = was.calibration;
        times->calibration[times->count++] = is.calibration;
    }
}

static enum status median_of(const double *values, size_t count, double *median, struct error *error)
{
    struct median found;
    TRY(median_compute(values, count, 0.05, &found, error));
    *median = found.value;
    return STATUS_OK;
}

static enum status fill_times(struct contest *contest, const struct pair_times *pairs, struct error *error)
{
    struct check_times *times = &contest->times;
    struct median ratio;
    TRY(median_compute(pairs->ratio, pairs->count, contest->terms->alpha, &ratio, error));
    times->pairs = (int)pairs->count;
    times->ratio = ratio.value;
    times->low = ratio.bounds.low;
    times->high = ratio.bounds.high;
    TRY(median_of(pairs->base_step, pairs->count, &times->base_seconds, error));
    TRY(median_of(pairs->step, pairs->count, &times->seconds, error));
    TRY(median_of(pairs->base_calibration, pairs->count, &times->base_calibration, error));
    return median_of(pairs->calibration, pairs->count, &times->calibration, error);
}

static void tell_times(struct contest *contest)
{
    const struct check_times *times = &contest->times;
    const double allowed = contest->terms->time_margin;
    struct check_item item = {.subject = CHECK_OF_TIME, .setting = CHECK_WHOLE, .answer = CHECK_INCONCLUSIVE};
    if (times->pairs == 0) return;
    if (times->low > allowed)
        item.answer = CHECK_REGRESSION;
    else if (times->high <= allowed)
        item.answer = CHECK_PASSED;
    else if (!contest->terms->time_decides)
        item.weight = CHECK_TELLS;
    else if (contest->terms->lenient)
        item.weight = CHECK_WARNS;
    if (isnan(times->low))
        contest_add(contest, item,
                    "a step takes %.2f times the baseline's, by a loop that each process times: %d pairs of "
                    "runs give no "
                    "bounds",
                    times->ratio, times->pairs);
    else
        contest_add(contest, item,
                    "a step takes %.2f times the baseline's, between %.2f and %.2f (%d pairs of runs), by a "
                    "loop that each "
                    "process times; %.2f are allowed",
                    times->ratio, times->low, times->high, times->pairs, allowed);
}

enum status time_lane_check(struct contest *contest, struct error *error)
{
    const size_t most = contest->now.findings->report.run_count;
    double *block = memory_zeroed(most, 5 * sizeof *block);
    if (block == NULL) return error_no_memory(error, most * 5 * sizeof *block);
    struct pair_times pairs = {block, block + most, block + 2 * most, block + 3 * most, block + 4 * most, 0};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < contest->setting_count && status == STATUS_OK; i++) {
        if (contest->partner[i] != CONTEST_NONE && recorded_keys_same(contest, i))
            status = take_setting(contest, i, &pairs, error);
    }
    if (status == STATUS_OK) status = fill_times(contest, &pairs, error);
    if (status == STATUS_OK) tell_times(contest);
    memory_free(block);
    return status;
}
