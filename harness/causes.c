#include "harness/causes.h"

#include "base/memory.h"
#include "harness/stats/streams.h"
#include "harness/stats/summary.h"

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
            told->streams[stream] = (struct report_stream){effect->levels, part_of(&effect->component),
                                                           effect->share, status_for_report(effect->status)};
        }
        told->interactions = part_of(&split.interactions);
        told->total = part_of(&split.total);
        told->largest = split.largest;
    }
done:
    memory_free(runs);
    return status;
}
