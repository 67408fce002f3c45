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
    case STREAM_ESTIMATED:
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

/* What runs that differ in one stream's seed alone say of it, by their bits. */
enum bits {
    BITS_UNKNOWN, /* there are no two such runs, or they say nothing of their bits and have the same metric */
    BITS_EQUAL,   /* all of them are the same run */
    BITS_DIFFER   /* two of them are not */
};

/* Whether a stream does anything at all is known and not estimated. That is why copies are not left out here,
 * as they are from means: that dropout's eight seeds give one and the same run is the answer of a design. */
static enum bits compare_bits(const struct report *report, size_t setting, int stream)
{
    enum bits bits = BITS_UNKNOWN;
    bool open = false;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *a = &report->runs[i];
        if (a->setting != setting || a->outcome != REPORT_DONE) continue;
        for (size_t j = 0; j < i; j++) {
            const struct report_run *b = &report->runs[j];
            if (b->setting != setting || b->outcome != REPORT_DONE || !differ_in_one(a, b, stream)) continue;
            bool known = a->digest[0] != '\0' && b->digest[0] != '\0';
            if (a->metric < b->metric || a->metric > b->metric) return BITS_DIFFER;
            if (known && strcmp(a->digest, b->digest) != 0) return BITS_DIFFER;
            open = open || !known;
            bits = BITS_EQUAL;
        }
    }
    return open ? BITS_UNKNOWN : bits;
}

/* The status of a stream by the split and by the bits, which need no statistics. */
static enum report_stream_status status_of(const struct report *report, size_t setting,
                                           const struct streams *split, int stream)
{
    enum report_stream_status status = status_for_report(split->effect[stream].status);
    switch (compare_bits(report, setting, stream)) {
    case BITS_EQUAL:
        return REPORT_STREAM_DEAD;
    case BITS_DIFFER:
        return split->effect[stream].status == STREAM_ESTIMATED ? REPORT_STREAM_DIFFERS : status;
    case BITS_UNKNOWN:
        break;
    }
    return status;
}

/* How far runs would lie apart if this stream's seed stood still: what the whole has besides its part. */
static double sd_without(const struct streams *split, int stream)
{
    const struct stream_effect *effect = &split->effect[stream];
    if (isnan(effect->share)) return NAN;
    return sqrt(fmax(split->total.variance - fmax(effect->component.variance, 0), 0));
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
            told->streams[stream] = (struct report_stream){.levels = effect->levels,
                                                           .part = part_of(&effect->component),
                                                           .share = effect->share,
                                                           .rest_sd = sd_without(&split, stream),
                                                           .churn = told->streams[stream].churn,
                                                           .status = status_of(report, i, &split, stream)};
        }
        told->alone = split.design == STREAMS_ONE_AT_A_TIME;
        told->interactions = part_of(&split.interactions);
        told->interactions_share = split.interactions_share;
        told->total = part_of(&split.total);
        told->largest = split.largest;
    }
done:
    memory_free(runs);
    return status;
}
