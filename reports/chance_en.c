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
    case REPORT_STREAM_DIFFERS:
        return "makes a difference";
    case REPORT_STREAM_NOT_SHOWN:
        return "may do nothing by itself";
    case REPORT_STREAM_SHOWN:
        return "makes a difference";
    }
    return "-";
}

/* As they stand in a sentence. */
static const char *const named[REPORT_STREAMS] = {"the initial weights", "the order of the samples",
                                                  "dropout"};

/* What a sentence can be about: a source of chance, or what they do to each other. */
enum { EACH_OTHER = REPORT_STREAMS, CAUSES };

static const char *cause_named(int cause)
{
    return cause == EACH_OTHER ? "what the sources do to each other" : named[cause];
}

static bool is_told(const struct report_stream *stream)
{
    return stream->levels >= 2 && stream->status != REPORT_STREAM_UNDEFINED;
}

static bool is_enough(const struct report_stream *stream)
{
    return is_told(stream) && stream->status != REPORT_STREAM_TOO_FEW;
}

static struct report_part part_of(const struct report_streams *streams, int cause)
{
    return cause == EACH_OTHER ? streams->interactions : streams->streams[cause].part;
}

static double share_of(const struct report_streams *streams, int cause)
{
    return cause == EACH_OTHER ? streams->interactions_share : streams->streams[cause].share;
}

/* Whether there is something to compare: a source that can be told and is not dead, or what they do to each
 * other where the design tells it. */
static bool takes_part(const struct report_streams *streams, int cause)
{
    if (cause == EACH_OTHER) return !isnan(streams->interactions_share);
    return is_enough(&streams->streams[cause]) && streams->streams[cause].status != REPORT_STREAM_DEAD;
}

/* The cause with the largest part that is not in `taken`; -1: none is above 0. */
static int next_largest(const struct report_streams *streams, const bool taken[CAUSES])
{
    int found = -1;
    for (int cause = 0; cause < CAUSES; cause++) {
        if (taken[cause] || !takes_part(streams, cause) || !(part_of(streams, cause).sd > 0)) continue;
        if (found < 0 || part_of(streams, cause).sd > part_of(streams, found).sd) found = cause;
    }
    return found;
}

static int largest_source(const struct report_streams *streams)
{
    const bool together[CAUSES] = {[EACH_OTHER] = true};
    return next_largest(streams, together);
}

static void put_amount(const struct report *report, double sd, struct text *out)
{
    words_spread(out, report, sd);
    if (report->in_points) text_add(out, " points");
}

static void put_interval(const struct report *report, struct report_part part, struct text *out)
{
    if (isnan(part.low) || isnan(part.high)) return;
    text_add(out, "95% interval ");
    words_spread(out, report, part.low);
    text_add(out, " .. ");
    words_spread(out, report, part.high);
}

/* The other causes with their shares, largest first; what the sources do to each other only from half a
 * percent on. */
static void put_others(const struct report_streams *streams, int first, struct text *out)
{
    bool taken[CAUSES] = {false};
    const char *separator = "; ";
    taken[first] = true;
    for (int i = next_largest(streams, taken); i >= 0; i = next_largest(streams, taken)) {
        taken[i] = true;
        if (i == EACH_OTHER && share_of(streams, i) < 0.005) continue;
        text_addf(out, "%s%s ", separator, cause_named(i));
        words_percent(out, share_of(streams, i));
        separator = ", ";
    }
    for (int i = 0; i < REPORT_STREAMS; i++) {
        if (taken[i] || !takes_part(streams, i)) continue;
        text_addf(out, "%s%s <1%%", separator, named[i]);
        separator = ", ";
    }
    text_add(out, ".");
}

/* Whether the first cause is more than the others, and if not, how many seeds that was asked of. */
static void put_certainty(const struct report_streams *streams, int first, struct text *out)
{
    int least = 0, others = 0;
    const char *separator = NULL;
    for (int i = 0; i < REPORT_STREAMS; i++) {
        const struct report_stream *stream = &streams->streams[i];
        if (takes_part(streams, i) && (least == 0 || stream->levels < least)) least = stream->levels;
    }
    for (int i = 0; i < CAUSES; i++) {
        if (i == first || !takes_part(streams, i)) continue;
        others++;
        if (part_of(streams, i).high < part_of(streams, first).low) continue;
        if (separator == NULL) text_addf(out, " Whether more comes from %s than", cause_named(first));
        text_addf(out, "%s from %s", separator == NULL ? "" : separator, cause_named(i));
        separator = " or";
    }
    if (separator != NULL)
        text_addf(out, " cannot be told from %d seeds each: the intervals overlap.", least);
    else if (others > 0)
        text_addf(out,
                  " That more comes from %s than from each other cause is beyond doubt: the intervals do not "
                  "overlap.",
                  cause_named(first));
}

static void practice(const struct report *report, const struct report_setting *setting, struct text *out)
{
    const struct report_streams *streams = &setting->streams;
    const bool none[CAUSES] = {false};
    int source = largest_source(streams);
    if (next_largest(streams, none) < 0) return;
    text_add(out, " In practice: let every seed vary when runs are repeated");
    if (source < 0 || isnan(streams->streams[source].rest_sd)) {
        text_add(out, "; a fixed seed would hide a difference, and another seed brings it back.");
        return;
    }
    bool hardly = next_largest(streams, none) == EACH_OTHER;
    text_addf(out, ". By these estimates, with the seed of %s fixed, runs would %slie ", named[source],
              hardly ? "still " : "only ");
    put_amount(report, streams->streams[source].rest_sd, out);
    text_add(out, " (SD) apart instead of ");
    put_amount(report, streams->total.sd, out);
    text_add(out, hardly ? ": no single seed has the answer."
                         : "; the difference would be hidden, not gone: another seed brings it back.");
}

static void put_dead(const struct report_streams *streams, struct text *out)
{
    for (int i = 0; i < REPORT_STREAMS; i++) {
        if (streams->streams[i].status == REPORT_STREAM_DEAD)
            text_addf(out, " The seed of %s changes not one bit: nothing depends on it here.", named[i]);
    }
}

/* How many seeds every source that can be told has, where that is too few; 0: they differ, or are enough. */
static int few_of_each(const struct report_streams *streams)
{
    int levels = 0;
    for (int i = 0; i < REPORT_STREAMS; i++) {
        const struct report_stream *stream = &streams->streams[i];
        if (!is_told(stream)) continue;
        if (is_enough(stream) || (levels > 0 && stream->levels != levels)) return 0;
        levels = stream->levels;
    }
    return levels;
}

/* "From only 2 seeds of dropout nothing can be concluded", `before` before it; whether that is so of any. */
static bool put_few(const struct report_streams *streams, const char *before, struct text *out)
{
    int each = few_of_each(streams), few = 0;
    if (each > 0) text_addf(out, "%sFrom only %d seeds of each source", before, each);
    for (int i = 0; i < REPORT_STREAMS; i++) {
        const struct report_stream *stream = &streams->streams[i];
        if (!is_told(stream) || is_enough(stream)) continue;
        if (each == 0 && few == 0) text_addf(out, "%sFrom only", before);
        if (each == 0) text_addf(out, "%s %d seeds of %s", few > 0 ? "," : "", stream->levels, named[i]);
        few++;
    }
    if (few > 0)
        text_add(out, " nothing can be concluded: take three seeds of each source at least, better five.");
    return few > 0;
}

/* Of sources that were varied alone: which of them is more than the validation set makes of it by itself,
 * where their intervals can tell. */
static void put_churn_alone(const struct report *report, const struct report_streams *streams,
                            struct text *out)
{
    bool sure = false, known = false;
    for (int i = 0; i < REPORT_STREAMS; i++) {
        const struct report_stream *stream = &streams->streams[i];
        if (!takes_part(streams, i) || isnan(stream->churn.sd)) continue;
        known = true;
        if (!(stream->part.low > stream->churn.high)) continue;
        text_addf(out, "%s%s (",
                  sure
                      ? " and from "
                      : " Surely more than the smallness of the validation set makes of it by itself is what "
                        "comes from ",
                  named[i]);
        put_amount(report, stream->churn.sd, out);
        text_add(out, " of it)");
        sure = true;
    }
    if (sure)
        text_add(out, ".");
    else if (known)
        text_add(out, " Whether any of them is more than the smallness of the validation set makes by itself "
                      "cannot be told.");
}

/* The same of the first cause, where shares are told. */
static void put_churn(const struct report *report, const struct report_streams *streams, int first,
                      struct text *out)
{
    if (isnan(streams->churn.sd)) return;
    text_add(out, " The smallness of the validation set, where runs disagree about single examples, makes an "
                  "SD of ");
    put_amount(report, streams->churn.sd, out);
    text_add(out, " by itself, which is in these numbers; ");
    if (part_of(streams, first).low > streams->churn.high)
        text_addf(out, "%s is more than that, beyond doubt.",
                  first == EACH_OTHER ? cause_named(first) : "what the first makes");
    else
        text_addf(out, "whether %s is more than that cannot be told.",
                  first == EACH_OTHER ? cause_named(first) : "what the first makes");
}

/* Sources that were varied one at a time: what each does alone, largest first. */
static void put_alone(const struct report *report, const struct report_streams *streams, struct text *out)
{
    bool taken[CAUSES] = {false};
    int count = 0, first = next_largest(streams, taken);
    text_add(out, "Changed alone, while the others stand at their first seed, ");
    for (int i = first; i >= 0; i = next_largest(streams, taken)) {
        taken[i] = true;
        if (count++ > 0) text_add(out, ", ");
        text_addf(out, count > 1 ? "%s by one of " : "%s spread%s runs by an SD of ", named[i],
                  i == 0 ? "" : "s");
        put_amount(report, streams->streams[i].part.sd, out);
        text_add(out, " (");
        put_interval(report, streams->streams[i].part, out);
        text_add(out, ")");
    }
    text_add(out, ".");
    put_certainty(streams, first, out);
    put_churn_alone(report, streams, out);
    text_add(out, count > 1 ? " Each of these numbers holds what its source does together with the others at "
                              "that one seed, so they overlap and do not add up, and"
                            : " That number holds what the source does together with the others at that one "
                              "seed, and");
    text_add(out, " shares of the whole cannot be told: a Latin square or a crossed design tells them.");
}

static void put_shares(const struct report *report, const struct report_streams *streams, struct text *out)
{
    const bool none[CAUSES] = {false};
    int first = next_largest(streams, none);
    text_addf(out, "%s of the variance, ", share_of(streams, first) > 0.5 ? "Most" : "The largest part");
    words_percent(out, share_of(streams, first));
    text_addf(out, ", comes from %s (an SD of ", cause_named(first));
    put_amount(report, part_of(streams, first).sd, out);
    text_add(out, ", ");
    put_interval(report, part_of(streams, first), out);
    text_add(out, first == EACH_OTHER ? "), which no single seed accounts for" : ")");
    put_others(streams, first, out);
    put_certainty(streams, first, out);
    put_churn(report, streams, first, out);
}

/* Every part that is told is exactly 0, and there is one: all runs have the same result. */
static bool nothing_differs(const struct report_streams *streams)
{
    int told = 0;
    for (int i = 0; i < CAUSES; i++) {
        double sd = part_of(streams, i).sd;
        if (sd > 0) return false;
        told += sd <= 0; /* neither is true of NaN */
    }
    return told > 0;
}

static void answer(const struct report *report, const struct report_setting *setting, struct text *out)
{
    const struct report_streams *streams = &setting->streams;
    const bool none[CAUSES] = {false};
    bool told = false;
    for (int i = 0; i < REPORT_STREAMS; i++)
        told = told || is_told(&streams->streams[i]);
    if (!told) {
        text_add(out,
                 "Which source does how much cannot be told from these runs: some are missing or failed, so "
                 "that the plan of seeds has holes.");
        return;
    }
    bool some = next_largest(streams, none) >= 0;
    if (nothing_differs(streams)) {
        text_add(out, "No source of chance makes any difference here: all runs have the same result.");
    } else if (streams->alone) {
        if (some) put_alone(report, streams, out);
        put_few(streams, some ? " " : "", out);
    } else if (!put_few(streams, "", out) && some) {
        put_shares(report, streams, out);
    }
    put_dead(streams, out);
}

static void how_to_read(const struct report *report, bool alone, struct text *out)
{
    if (alone)
        text_add(out,
                 "SD from it: how far runs lie apart if only this seed changes, with its 95% interval in "
                 "brackets; wide when seeds are few, and from fewer than three nothing is concluded. The "
                 "others stood at their first seed, and with other ones it would be another number: it "
                 "holds what the source does together with them, so these numbers overlap and do not add "
                 "up, and there are no shares. *Makes a difference*: runs that differ in this seed alone "
                 "have other bits; that is seen, not estimated, and says nothing of how much. *May do "
                 "nothing by itself*: they have the same result, and nothing is known of their bits. ");
    else
        text_add(
            out,
            "SD from it: how far runs would lie apart by what the source does by itself, whatever the others "
            "are, with its 95% interval in brackets; wide when seeds are few, and from fewer than three "
            "nothing is "
            "concluded. Share: its part of the whole variance. *Makes a difference*: the interval lies above "
            "0. "
            "*May do nothing by itself*: it reaches down to 0. ");
    text_add(out, "*Nothing*: runs that differ in this seed alone are equal to the last bit. *Cannot be "
                  "told*: it was not varied, or a failed run broke the plan's balance.");
    if (alone) return;
    text_add(out,
             " Together: what sources do to each other beyond what each does alone; a Latin square tells it "
             "as one number, which is all that the sources by themselves leave over. All: how far runs lie "
             "apart when every source is drawn anew, as it is when runs are repeated; more than the SD of "
             "the runs above, of which most share their seeds.");
    if (!report->vary_init || !report->vary_order || !report->vary_dropout)
        text_add(out, " What was not varied kept its first seed, for which all of this is told.");
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
    .how_to_read = how_to_read,
    .sources = {"initial weights", "order", "dropout"},
    .status = status_in_words,
    .answer = answer,
    .practice = practice,
};
