#include "reports/chance_en.h"

#include <math.h>

static const char *status_in_words(enum report_stream_status status)
{
    switch (status) {
    case REPORT_STREAM_UNDEFINED:
        return "cannot be told";
    case REPORT_STREAM_DEAD:
        return "nothing: other seeds, the same bits";
    case REPORT_STREAM_TOO_FEW:
        return "too few seeds to conclude anything";
    case REPORT_STREAM_NOT_SHOWN:
        return "may do nothing";
    case REPORT_STREAM_SHOWN:
        return "makes a difference";
    }
    return "-";
}

/* As they stand in a sentence. */
static const char *const named[REPORT_STREAMS] = {"the initial weights", "the order of the samples",
                                                  "dropout"};

static bool is_told(const struct report_stream *stream)
{
    return stream->levels >= 2 && !isnan(stream->part.sd) && stream->status != REPORT_STREAM_UNDEFINED;
}

/* The told source with the largest share that is not in `taken`; -1: none. */
static int next_largest(const struct report_streams *streams, const bool taken[REPORT_STREAMS])
{
    int found = -1;
    for (int i = 0; i < REPORT_STREAMS; i++) {
        const struct report_stream *stream = &streams->streams[i];
        if (taken[i] || !is_told(stream) || !(stream->share > 0)) continue;
        if (found < 0 || stream->share > streams->streams[found].share) found = i;
    }
    return found;
}

static void put_sd(const struct report *report, struct report_part part, struct text *out)
{
    text_add(out, " (an SD of ");
    words_spread(out, report, part.sd);
    text_add(out, report->in_points ? " points" : "");
    if (!isnan(part.low) && !isnan(part.high)) {
        text_add(out, ", 95% interval ");
        words_spread(out, report, part.low);
        text_add(out, " .. ");
        words_spread(out, report, part.high);
    }
    text_add(out, ")");
}

/* "the others": sources with a share besides the first, and what they do together. */
static void put_others(const struct report_streams *streams, int first, struct text *out)
{
    bool taken[REPORT_STREAMS] = {false};
    double rest = 1 - streams->streams[first].share;
    const char *separator = "; ";
    taken[first] = true;
    for (int i = next_largest(streams, taken); i >= 0; i = next_largest(streams, taken)) {
        taken[i] = true;
        rest -= streams->streams[i].share;
        text_addf(out, "%s%s ", separator, named[i]);
        words_percent(out, streams->streams[i].share);
        separator = ", ";
    }
    if (!isnan(streams->interactions.sd) && rest > 0.005) {
        text_addf(out, "%swhat they do to each other ", separator);
        words_percent(out, rest);
    }
    text_add(out, ".");
}

/* Whether the first source is more than the others, and if not, how many seeds that was asked of. */
static void put_certainty(const struct report_streams *streams, int first, struct text *out)
{
    int least = 0, others = 0;
    bool few = false;
    for (int i = 0; i < REPORT_STREAMS; i++) {
        const struct report_stream *stream = &streams->streams[i];
        if (!is_told(stream) || stream->status == REPORT_STREAM_DEAD) continue;
        if (least == 0 || stream->levels < least) least = stream->levels;
        few = few || stream->status == REPORT_STREAM_TOO_FEW;
        others += i != first;
    }
    if (few) {
        text_addf(
            out, " But from %d seeds of a source nothing can be concluded: take three at least, better five.",
            least);
        return;
    }
    if (others == 0) return;
    if (streams->largest == first) {
        text_add(out, " That this is more than each other source does is beyond doubt: the intervals do not "
                      "overlap.");
        return;
    }
    text_add(out, " Whether that is more than");
    const char *separator = " ";
    for (int i = 0; i < REPORT_STREAMS; i++) {
        const struct report_stream *stream = &streams->streams[i];
        if (i == first || !is_told(stream) || stream->status == REPORT_STREAM_DEAD) continue;
        if (stream->part.high < streams->streams[first].part.low) continue;
        text_addf(out, "%s%s", separator, named[i]);
        separator = " or ";
    }
    text_addf(out, " does cannot be told from %d seeds each: the intervals overlap.", least);
}

static void practice(const struct report *report, const struct report_setting *setting, struct text *out)
{
    const struct report_streams *streams = &setting->streams;
    const bool none[REPORT_STREAMS] = {false};
    int first = next_largest(streams, none);
    if (first < 0) return;
    const struct report_stream *stream = &streams->streams[first];
    text_addf(out,
              " In practice: let every seed vary when runs are repeated. With the seed of %s fixed, runs "
              "would lie only ",
              named[first]);
    words_spread(out, report, stream->rest_sd);
    if (report->in_points) text_add(out, " points");
    text_add(out, " (SD) apart instead of ");
    words_spread(out, report, streams->total.sd);
    if (report->in_points) text_add(out, " points");
    text_add(out, "; the difference would be hidden, not gone: another seed brings it back.");
}

static void put_dead(const struct report_streams *streams, struct text *out)
{
    for (int i = 0; i < REPORT_STREAMS; i++) {
        if (streams->streams[i].status == REPORT_STREAM_DEAD)
            text_addf(out, " The seed of %s changes not one bit: nothing depends on it here.", named[i]);
    }
}

static void answer(const struct report *report, const struct report_setting *setting, struct text *out)
{
    const struct report_streams *streams = &setting->streams;
    const bool none[REPORT_STREAMS] = {false};
    bool told = false;
    int first = next_largest(streams, none);
    for (int i = 0; i < REPORT_STREAMS; i++)
        told = told || is_told(&streams->streams[i]);
    if (!told) {
        text_add(out,
                 "Which source does how much cannot be told from these runs: some are missing or failed, so "
                 "that the plan of seeds has holes.");
        return;
    }
    if (first < 0) {
        text_add(out, "No source of chance makes any difference here: all runs have the same result.");
    } else {
        const struct report_stream *stream = &streams->streams[first];
        text_addf(out, "%s of the variance, ", stream->share > 0.5 ? "Most" : "The largest part");
        words_percent(out, stream->share);
        text_addf(out, ", comes from %s", named[first]);
        put_sd(report, stream->part, out);
        put_others(streams, first, out);
        put_certainty(streams, first, out);
    }
    put_dead(streams, out);
}

const struct chance_words chance_en = {
    .heading = "Which chance makes the difference",
    .intro =
        "The initial weights, the order of the samples and dropout each have their own seeds, and these runs "
        "were planned so that what each of them does can be told apart.",
    .column_source = "source of chance",
    .column_levels = "seeds",
    .column_sd = "SD from it",
    .column_share = "share",
    .column_answer = "answer",
    .interactions = "together",
    .total = "all",
    .how_to_read =
        "SD from it: how far runs would lie apart if nothing else varied, with its 95% interval "
        "in brackets; wide "
        "when seeds are few, and from fewer than three nothing is concluded. Share: its part of "
        "the whole variance. "
        "*Makes a difference*: the interval lies above 0. *May do nothing*: it reaches down to 0. "
        "*Nothing*: runs that differ in this seed alone are equal to the last bit. *Cannot be "
        "told*: it was not varied, or a failed run broke the plan's balance. Together: what "
        "sources do to each other beyond what each does alone. All: how far runs lie apart when "
        "every source is drawn anew, as it is when runs are repeated; more than the SD of the runs "
        "above, of which most share their seeds.",
    .sources = {"initial weights", "order", "dropout"},
    .status = status_in_words,
    .answer = answer,
    .practice = practice,
};
