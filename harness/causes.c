#include "harness/causes.h"

#include "base/memory.h"
#include "harness/stats/streams.h"
#include "harness/stats/summary.h"

#include <math.h>
#include <string.h>

static enum report_stream_status status_for_report(enum stream_status status)
{
    switch (status) {
    case STREAM_TOO_FEW_LEVELS:
        return REPORT_STREAM_TOO_FEW;
    case STREAM_NOT_SHOWN:
        return REPORT_STREAM_NOT_SHOWN;
    case STREAM_SHOWN:
        return REPORT_STREAM_SHOWN;
    case STREAM_UNDEFINED:
        break;
    }
    return REPORT_STREAM_UNDEFINED;
}

static struct report_part part_of(const struct component *component)
{
    return (struct report_part){component->sd, component->sd_low, component->sd_high};
}

/* The ended runs of a setting; NaN is a run without a metric. */
static size_t gather(const struct report *report, size_t setting, struct stream_run *runs)
{
    size_t count = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (run->setting != setting || run->outcome == REPORT_PENDING) continue;
        runs[count++] =
            (struct stream_run){{run->seed_init, run->seed_order, run->seed_dropout}, run->metric};
    }
    return count;
}

static bool differ_in_one(const struct report_run *a, const struct report_run *b, int stream)
{
    const bool other[STREAMS] = {a->seed_init != b->seed_init, a->seed_order != b->seed_order,
                                 a->seed_dropout != b->seed_dropout};
    for (int i = 0; i < STREAMS; i++) {
        if (other[i] != (i == stream)) return false;
    }
    return true;
}

/* Whether runs that differ in this stream's seed alone have the same bits, all of them: then it decides
 * nothing, which is known and not estimated. That is why copies are not left out here, as they are from
 * means: that dropout's eight seeds give one and the same run is the answer of a design. */
static bool is_dead(const struct report *report, size_t setting, int stream)
{
    bool some = false;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *a = &report->runs[i];
        if (a->setting != setting || a->outcome != REPORT_DONE) continue;
        for (size_t j = 0; j < i; j++) {
            const struct report_run *b = &report->runs[j];
            if (b->setting != setting || b->outcome != REPORT_DONE || !differ_in_one(a, b, stream)) continue;
            if (a->digest[0] == '\0' || strcmp(a->digest, b->digest) != 0) return false;
            some = true;
        }
    }
    return some;
}

/* The variance of runs in which all is drawn anew, estimates below 0 counted as 0. */
static double whole_variance(const struct streams *split)
{
    double whole = fmax(split->interactions.variance, 0); /* fmax leaves NaN out */
    for (int stream = 0; stream < STREAMS; stream++)
        whole += fmax(split->effect[stream].component.variance, 0);
    return whole;
}

enum status causes_fill(struct findings *findings, struct error *error)
{
    enum status status = STATUS_OK;
    const struct report *report = &findings->report;
    if (!report->shared_seeds) return STATUS_OK;
    struct stream_run *runs = memory_zeroed(report->run_count, sizeof *runs);
    if (runs == NULL) return error_no_memory(error, report->run_count * sizeof *runs);
    for (size_t i = 0; i < report->setting_count; i++) {
        struct report_streams *told = &findings->settings[i].streams;
        struct streams split;
        TRY_TO(done, streams_split(runs, gather(report, i, runs), SUMMARY_CONFIDENCE, &split, error));
        told->design = streams_design_name(split.design);
        for (int stream = 0; stream < STREAMS; stream++) {
            const struct stream_effect *effect = &split.effect[stream];
            told->streams[stream] =
                (struct report_stream){.levels = effect->levels,
                                       .part = part_of(&effect->component),
                                       .share = effect->share,
                                       .rest_sd = sqrt((1 - effect->share) * whole_variance(&split)),
                                       .status = status_for_report(effect->status)};
            if (is_dead(report, i, stream)) told->streams[stream].status = REPORT_STREAM_DEAD;
        }
        told->interactions = part_of(&split.interactions);
        told->total = part_of(&split.total);
        told->largest = split.largest;
    }
done:
    memory_free(runs);
    return status;
}
