#include "harness/check/time_lane.h"

#include "base/memory.h"
#include "harness/check/recorded_keys.h"
#include "harness/stats/median.h"
#include "harness/stats/time_ratio.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of one side and clock, the measured runs of all settings, setting after setting. */
struct side_times {
    double *ratio, *step, *loop; /* (count) step over loop; seconds */
    size_t count;
};

/* Of one clock. */
struct clock_times {
    struct side_times now, base;
    struct time_kind *kinds; /* (settings) */
    double *memory;
};

static double step_seconds(const struct report_timing *timing, enum check_clock clock)
{
    return clock == CHECK_PROCESSOR ? timing->step_processor_seconds : timing->step_seconds;
}

static double loop_seconds(const struct report_timing *timing, enum check_clock clock)
{
    return clock == CHECK_PROCESSOR ? timing->calibration_processor_seconds : timing->calibration_seconds;
}

/* The first measured run of the setting from `*run` on; false after the last. */
static bool next_run(const struct contest_side *side, int setting, enum check_clock clock, size_t *run)
{
    const struct report *report = &side->findings->report;
    for (; *run < report->run_count; (*run)++) {
        const struct report_run *one = &report->runs[*run];
        if ((int)one->setting == setting && one->outcome == REPORT_DONE &&
            step_seconds(&one->timing, clock) > 0 && loop_seconds(&one->timing, clock) > 0)
            return true;
    }
    return false;
}

static size_t take_runs(const struct contest_side *side, int setting, enum check_clock clock,
                        struct side_times *times)
{
    const size_t before = times->count;
    for (size_t run = 0; next_run(side, setting, clock, &run); run++) {
        const struct report_timing *timing = &side->findings->report.runs[run].timing;
        times->step[times->count] = step_seconds(timing, clock);
        times->loop[times->count] = loop_seconds(timing, clock);
        times->ratio[times->count] = times->step[times->count] / times->loop[times->count];
        times->count++;
    }
    return times->count - before;
}

/* Whether the measured runs of both sides are the same, one after the other. */
static bool same_seeds(const struct contest *contest, size_t index, enum check_clock clock)
{
    size_t now = 0, base = 0;
    while (next_run(&contest->now, (int)index, clock, &now) &&
           next_run(&contest->base, contest->partner[index], clock, &base)) {
        if (!findings_same_seeds(&contest->now.findings->report.runs[now++],
                                 &contest->base.findings->report.runs[base++]))
            return false;
    }
    return true;
}

static void take_setting(const struct contest *contest, size_t index, enum check_clock clock,
                         struct clock_times *times)
{
    struct time_kind *kind = &times->kinds[index];
    kind->now = times->now.ratio + times->now.count;
    kind->then = times->base.ratio + times->base.count;
    kind->now_count = take_runs(&contest->now, (int)index, clock, &times->now);
    kind->then_count = take_runs(&contest->base, contest->partner[index], clock, &times->base);
    if (kind->now_count == 0 || kind->then_count == 0) { /* nor does it count in the medians */
        times->now.count -= kind->now_count;
        times->base.count -= kind->then_count;
        kind->now_count = kind->then_count = 0;
    }
    kind->pairs = kind->now_count == kind->then_count && same_seeds(contest, index, clock);
}

static enum status open_clock(const struct contest *contest, struct clock_times *times, struct error *error)
{
    const size_t now = contest->now.findings->report.run_count,
                 base = contest->base.findings->report.run_count;
    *times = (struct clock_times){.kinds = memory_zeroed(contest->setting_count, sizeof *times->kinds),
                                  .memory = memory_zeroed(3 * (now + base), sizeof *times->memory)};
    if (times->kinds == NULL || times->memory == NULL)
        return error_no_memory(error, 3 * (now + base) * sizeof *times->memory);
    double *at = times->memory;
    times->now = (struct side_times){at, at + now, at + 2 * now, 0};
    at += 3 * now;
    times->base = (struct side_times){at, at + base, at + 2 * base, 0};
    return STATUS_OK;
}

static enum status fill_clock(const struct contest *contest, const struct clock_times *from,
                              struct check_clock_times *times, struct error *error)
{
    struct time_ratio ratio;
    TRY(time_ratio_compute(from->kinds, contest->setting_count, contest->terms->alpha, &ratio, error));
    times->runs = ratio.now;
    times->base_runs = ratio.then;
    times->ratio = ratio.ratio;
    times->low = ratio.bounds.low;
    times->high = ratio.bounds.high;
    TRY(median_value(from->base.step, from->base.count, &times->base_seconds, error));
    TRY(median_value(from->now.step, from->now.count, &times->seconds, error));
    TRY(median_value(from->base.loop, from->base.count, &times->base_calibration, error));
    return median_value(from->now.loop, from->now.count, &times->calibration, error);
}

static enum status measure_clock(struct contest *contest, enum check_clock clock, struct error *error)
{
    struct clock_times times;
    enum status status = open_clock(contest, &times, error);
    for (size_t i = 0; i < contest->setting_count && status == STATUS_OK; i++) {
        if (contest->partner[i] != CONTEST_NONE && recorded_keys_same(contest, i))
            take_setting(contest, i, clock, &times);
    }
    if (status == STATUS_OK) status = fill_clock(contest, &times, &contest->times.clocks[clock], error);
    memory_free(times.kinds);
    memory_free(times.memory);
    return status;
}

/* What makes a machine another one, as far as its speed goes; NULL: it is the same. */
static const char *other_machine(const struct contest *contest)
{
    static const struct {
        enum place place;
        const char *name;
    } parts[] = {{PLACE_CPU, "CPU"},
                 {PLACE_GPU, "GPU"},
                 {PLACE_BACKEND, "backend"},
                 {PLACE_ISA, "instruction set"},
                 {PLACE_THREADS, "number of threads"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *is = text_string(&contest->now.findings->places[parts[i].place]),
                   *was = text_string(&contest->base.findings->places[parts[i].place]);
        if (strcmp(is, was) != 0) return parts[i].name;
    }
    return NULL;
}

static enum check_clock deciding_clock(const struct contest *contest)
{
    const struct check_clock_times *processor = &contest->times.clocks[CHECK_PROCESSOR],
                                   *wall = &contest->times.clocks[CHECK_WALL];
    if (contest->terms->time_by_wall) return CHECK_WALL;
    return processor->runs == wall->runs && processor->base_runs == wall->base_runs ? CHECK_PROCESSOR
                                                                                    : CHECK_WALL;
}

/* "1.16 times the baseline's, between 1.13 and 1.19" */
enum { RATIO_BYTES = 96 };
static const char *put_ratio(const struct check_clock_times *times, char text[RATIO_BYTES])
{
    if (isnan(times->low))
        snprintf(text, RATIO_BYTES, "%.2f times the baseline's, without bounds", times->ratio);
    else
        snprintf(text, RATIO_BYTES, "%.2f times the baseline's, between %.2f and %.2f", times->ratio,
                 times->low, times->high);
    return text;
}

static void tell_decision(struct contest *contest, const char *other)
{
    const struct check_clock_times *times = &contest->times.clocks[contest->times.decides];
    const double allowed = contest->terms->time_margin;
    struct check_item item = {.subject = CHECK_OF_TIME, .setting = CHECK_WHOLE, .answer = CHECK_INCONCLUSIVE};
    char ratio[RATIO_BYTES];
    if (other == NULL && times->low > allowed)
        item.answer = CHECK_REGRESSION;
    else if (other == NULL && times->high <= allowed)
        item.answer = CHECK_PASSED;
    else if (!contest->terms->time_decides)
        item.weight = CHECK_TELLS;
    else if (contest->terms->lenient)
        item.weight = CHECK_WARNS;
    put_ratio(times, ratio);
    if (other != NULL)
        contest_add(contest, item,
                    "a step takes %s in times of a fixed loop, but the baseline's %s is another: this says "
                    "nothing of the program",
                    ratio, other);
    else
        contest_add(contest, item,
                    "a step takes %s, by the %s's clock in times of a fixed loop (%d and %d runs); %.2f are "
                    "allowed",
                    ratio, contest->times.decides == CHECK_WALL ? "wall" : "processor", times->runs,
                    times->base_runs, allowed);
}

/* Who asks for times and gets none has no answer. */
static void tell_nothing(struct contest *contest)
{
    if (!contest->terms->time_decides) return;
    contest_add(
        contest,
        (struct check_item){.subject = CHECK_OF_TIME,
                            .setting = CHECK_WHOLE,
                            .answer = CHECK_INCONCLUSIVE,
                            .weight = contest->terms->lenient ? CHECK_WARNS : CHECK_COUNTS},
        "no finished run says how long its steps take beside a fixed loop, on both sides and with the "
        "same keys: --time-margin cannot be held");
}

/* Where the processor's clock decides: what people waited for, if that has grown and cost has not. */
static void tell_waiting(struct contest *contest)
{
    const struct check_clock_times *wall = &contest->times.clocks[CHECK_WALL];
    char ratio[RATIO_BYTES];
    if (contest->times.decides == CHECK_WALL || !(wall->low > contest->terms->time_margin) ||
        contest->times.clocks[CHECK_PROCESSOR].low > contest->terms->time_margin)
        return;
    contest_add(
        contest,
        (struct check_item){.subject = CHECK_OF_TIME,
                            .setting = CHECK_WHOLE,
                            .answer = CHECK_INCONCLUSIVE,
                            .weight = CHECK_TELLS},
        "by the wall's clock a step takes %s: other programs, or threads that wait; --time-clock wall "
        "lets it decide",
        put_ratio(wall, ratio));
}

enum status time_lane_check(struct contest *contest, struct error *error)
{
    for (int clock = 0; clock < CHECK_CLOCKS; clock++)
        TRY(measure_clock(contest, (enum check_clock)clock, error));
    contest->times.decides = deciding_clock(contest);
    if (contest->times.clocks[contest->times.decides].runs == 0) {
        tell_nothing(contest);
        return STATUS_OK;
    }
    const char *other = other_machine(contest);
    contest->times.other_machine = other != NULL;
    tell_decision(contest, other);
    if (other == NULL) tell_waiting(contest);
    return STATUS_OK;
}
