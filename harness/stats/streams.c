#include "harness/stats/streams.h"

#include "base/memory.h"
#include "harness/stats/intervals.h"

#include <math.h>
#include <stdbool.h>

enum { SETS = 1 << STREAMS }; /* of streams, as bits: 1 << STREAM_OF_INIT... */

/* The runs with seeds as levels 0, 1, ... in the order in which they appear, each combination once. */
struct layout {
    int (*level)[STREAMS]; /* [runs][stream], owned */
    double *value;         /* [runs], owned */
    int runs;
    int levels[STREAMS];
};

/* One analysis of variance: mean squares by set of streams. */
struct anova {
    double mean_square[SETS], df[SETS];
};

const char *stream_name(enum stream stream)
{
    static const char *const names[STREAMS] = {"init", "order", "dropout"};
    return (int)stream >= 0 && stream < STREAMS ? names[stream] : "unknown";
}

const char *streams_design_name(enum streams_design design)
{
    switch (design) {
    case STREAMS_NOTHING_VARIED:
        return "nothing varied";
    case STREAMS_ONE_AT_A_TIME:
        return "one at a time";
    case STREAMS_CROSSED:
        return "crossed";
    case STREAMS_LATIN_SQUARE:
        return "Latin square";
    case STREAMS_TOGETHER:
        return "together";
    case STREAMS_UNBALANCED:
        return "unbalanced";
    }
    return "unknown";
}

const char *stream_status_name(enum stream_status status)
{
    switch (status) {
    case STREAM_UNDEFINED:
        return "undefined";
    case STREAM_TOO_FEW_LEVELS:
        return "too few levels";
    case STREAM_ESTIMATED:
        return "estimated";
    case STREAM_NOT_SHOWN:
        return "not shown";
    case STREAM_SHOWN:
        return "shown";
    }
    return "unknown";
}

static void layout_destroy(struct layout *layout)
{
    memory_free(layout->level);
    memory_free(layout->value);
}

static bool same_seeds(const struct stream_run *a, const struct stream_run *b)
{
    return a->seed[0] == b->seed[0] && a->seed[1] == b->seed[1] && a->seed[2] == b->seed[2];
}

/* The level of the seed of run i: that of the first run with the same seed, or a new one. */
static int level_of(const struct stream_run *runs, size_t i, int stream, const struct layout *layout,
                    const int *place)
{
    for (size_t j = 0; j < i; j++) {
        if (runs[j].seed[stream] == runs[i].seed[stream]) return layout->level[place[j]][stream];
    }
    return layout->levels[stream];
}

/* No variance depends on where the values lie; equal ones are exactly 0 about one of them, and so is every
 * mean square of theirs, which the rounding of their mean would not leave at 0. */
static void move_to_zero(struct layout *layout)
{
    int first = 0;
    while (first < layout->runs && !isfinite(layout->value[first]))
        first++;
    double origin = first < layout->runs ? layout->value[first] : 0;
    for (int i = 0; i < layout->runs; i++)
        layout->value[i] -= origin;
}

static enum status layout_create(const struct stream_run *runs, size_t count, struct layout *layout,
                                 struct error *error)
{
    *layout = (struct layout){.level = memory_zeroed(count, sizeof *layout->level),
                              .value = memory_zeroed(count, sizeof *layout->value)};
    int *place = memory_zeroed(count, sizeof *place); /* of run i in the layout */
    if (layout->level == NULL || layout->value == NULL || place == NULL) {
        layout_destroy(layout);
        memory_free(place);
        return error_no_memory(error,
                               count * (sizeof *layout->level + sizeof *layout->value + sizeof *place));
    }
    for (size_t i = 0; i < count; i++) {
        size_t first = 0;
        while (!same_seeds(&runs[first], &runs[i]))
            first++;
        place[i] = first < i ? place[first] : layout->runs;
        if (first < i) continue;
        for (int stream = 0; stream < STREAMS; stream++) {
            int level = level_of(runs, i, stream, layout, place);
            layout->level[layout->runs][stream] = level;
            if (level == layout->levels[stream]) layout->levels[stream]++;
        }
        layout->value[layout->runs++] = runs[i].value;
    }
    memory_free(place);
    move_to_zero(layout);
    return STATUS_OK;
}

/* Product of the levels of the streams that are not in `set`. */
static int outside(const struct layout *layout, int set)
{
    int product = 1;
    for (int stream = 0; stream < STREAMS; stream++)
        product *= (set >> stream & 1) != 0 ? 1 : layout->levels[stream];
    return product;
}

/* Combinations are distinct, so as many as there can be are all of them. One stream alone crosses nothing: it
 * is varied one at a time, with what it does at the others' seed in it. */
static bool is_crossed(const struct layout *layout)
{
    int varied = 0;
    for (int stream = 0; stream < STREAMS; stream++)
        varied += layout->levels[stream] > 1;
    return varied > 1 && (long long)layout->levels[0] * layout->levels[1] * layout->levels[2] == layout->runs;
}

static bool is_latin_square(const struct layout *layout)
{
    int levels = layout->levels[0];
    if (layout->levels[1] != levels || layout->levels[2] != levels || levels * levels != layout->runs)
        return false;
    for (int i = 0; i < layout->runs; i++) {
        for (int j = 0; j < i; j++) {
            int shared = 0;
            for (int stream = 0; stream < STREAMS; stream++)
                shared += layout->level[i][stream] == layout->level[j][stream];
            if (shared > 1) return false;
        }
    }
    return true;
}

/* The level that most runs have: around it the others are varied one at a time. */
static int base_level(const struct layout *layout, int stream)
{
    int base = 0, most = 0;
    for (int level = 0; level < layout->levels[stream]; level++) {
        int here = 0;
        for (int i = 0; i < layout->runs; i++)
            here += layout->level[i][stream] == level;
        if (here > most) base = level;
        if (here > most) most = here;
    }
    return base;
}

/* In how many streams run i has left the base. */
static int away(const struct layout *layout, int i, const int *base)
{
    int streams = 0;
    for (int stream = 0; stream < STREAMS; stream++)
        streams += layout->level[i][stream] != base[stream];
    return streams;
}

static enum streams_design recognise(const struct layout *layout, const int *base)
{
    if (layout->runs < 2) return STREAMS_NOTHING_VARIED;
    if (is_crossed(layout)) return STREAMS_CROSSED;
    if (is_latin_square(layout)) return STREAMS_LATIN_SQUARE;
    bool one_at_a_time = true, together = true;
    for (int i = 0; i < layout->runs; i++)
        one_at_a_time = one_at_a_time && away(layout, i, base) <= 1;
    if (one_at_a_time) return STREAMS_ONE_AT_A_TIME;
    for (int stream = 0; stream < STREAMS; stream++)
        together = together && (layout->levels[stream] == 1 || layout->levels[stream] == layout->runs);
    return together ? STREAMS_TOGETHER : STREAMS_UNBALANCED;
}

/* Position of a run in the table of means over the streams of `set`. */
static int cell(const struct layout *layout, int run, int set)
{
    int position = 0;
    for (int stream = 0; stream < STREAMS; stream++) {
        if ((set >> stream & 1) != 0)
            position = position * layout->levels[stream] + layout->level[run][stream];
    }
    return position;
}

/* means[set][cell]: of the runs that share the levels of the set's streams. A set with more cells than runs,
 * as three streams have in a Latin square, has none. */
static void fill_means(const struct layout *layout, double *means)
{
    int runs = layout->runs;
    for (int set = 0; set < SETS; set++) {
        if (outside(layout, SETS - 1 - set) > runs) continue;
        for (int i = 0; i < runs; i++) {
            int sharing = 0, here = cell(layout, i, set);
            double sum = 0;
            for (int j = 0; j < runs; j++) {
                if (cell(layout, j, set) != here) continue;
                sum += layout->value[j];
                sharing++;
            }
            means[set * runs + here] = sum / sharing;
        }
    }
}

static bool is_within(int inner, int outer)
{
    return (inner & outer) == inner;
}

static int parity(int set)
{
    return ((set & 1) + (set >> 1 & 1) + (set >> 2 & 1)) % 2;
}

static double df_of(const struct layout *layout, int set)
{
    double df = 1;
    for (int stream = 0; stream < STREAMS; stream++)
        df *= (set >> stream & 1) != 0 ? layout->levels[stream] - 1 : 1;
    return df;
}

/* The effect of a set of streams in a run: its mean over them, less what smaller sets explain (inclusion and
 * exclusion).
 */
static double square_of_effect(const struct layout *layout, const double *means, int run, int set)
{
    double effect = 0;
    for (int inner = 0; inner < SETS; inner++) {
        if (!is_within(inner, set)) continue;
        double mean = means[inner * layout->runs + cell(layout, run, inner)];
        effect += parity(set ^ inner) == 0 ? mean : -mean;
    }
    return effect * effect;
}

static void analyse(const struct layout *layout, const double *means, struct anova *anova)
{
    for (int set = 1; set < SETS; set++) {
        double sum = 0;
        for (int i = 0; i < layout->runs; i++)
            sum += square_of_effect(layout, means, i, set);
        anova->df[set] = df_of(layout, set);
        anova->mean_square[set] = anova->df[set] > 0 ? sum / anova->df[set] : 0;
    }
}

/* The sets whose streams are all varied; others have no degrees of freedom. */
static bool is_varied(const struct layout *layout, int set)
{
    return df_of(layout, set) > 0;
}

/* Terms of the sum of the components of those sets S for which wanted[S]: component(S) is the sum over the
 * varied sets T that hold S of (-1)^|T - S| MS(T), over the product of the levels outside S. */
static size_t crossed_terms(const struct layout *layout, const struct anova *anova, const bool *wanted,
                            struct mean_square *terms)
{
    size_t count = 0;
    for (int outer = 1; outer < SETS; outer++) {
        if (!is_varied(layout, outer)) continue;
        double coefficient = 0;
        for (int set = 1; set <= outer; set++) {
            if (!wanted[set] || !is_within(set, outer)) continue;
            coefficient += (parity(outer ^ set) == 0 ? 1.0 : -1.0) / outside(layout, set);
        }
        if (coefficient == 0) continue;
        terms[count++] = (struct mean_square){anova->mean_square[outer], anova->df[outer], coefficient};
    }
    return count;
}

static enum status crossed(const struct layout *layout, const double *means, double confidence,
                           struct streams *streams, struct error *error)
{
    struct anova anova;
    struct mean_square terms[SETS];
    bool all[SETS], several[SETS];
    analyse(layout, means, &anova);
    for (int set = 0; set < SETS; set++) {
        all[set] = set != 0;
        several[set] = (set & (set - 1)) != 0; /* two streams or more */
    }
    for (int stream = 0; stream < STREAMS; stream++) {
        bool own[SETS] = {false};
        own[1 << stream] = true;
        size_t count = crossed_terms(layout, &anova, own, terms);
        if (count == 0) continue;
        TRY(component_estimate(terms, count, confidence, &streams->effect[stream].component, error));
    }
    size_t count = crossed_terms(layout, &anova, several, terms);
    if (count > 0) TRY(component_estimate(terms, count, confidence, &streams->interactions, error));
    return component_estimate(terms, crossed_terms(layout, &anova, all, terms), confidence, &streams->total,
                              error);
}

static enum status latin(const struct layout *layout, const double *means, double confidence,
                         struct streams *streams, struct error *error)
{
    double levels = layout->levels[0], rest = 0, of_stream[STREAMS] = {0};
    for (int i = 0; i < layout->runs; i++) {
        double grand = means[0], left = layout->value[i] - grand;
        for (int stream = 0; stream < STREAMS; stream++) {
            double effect = means[(1 << stream) * layout->runs + layout->level[i][stream]] - grand;
            of_stream[stream] += effect * effect;
            left -= effect;
        }
        rest += left * left;
    }
    double df = levels - 1, df_rest = (levels - 1) * (levels - 2);
    if (df_rest < 1) return STATUS_OK; /* two seeds of each stream leave nothing to compare with */
    struct mean_square total[STREAMS + 1] = {{rest / df_rest, df_rest, 1 - STREAMS / levels}};
    for (int stream = 0; stream < STREAMS; stream++) {
        total[stream + 1] = (struct mean_square){of_stream[stream] / df, df, 1 / levels};
        const struct mean_square own[] = {total[stream + 1], {rest / df_rest, df_rest, -1 / levels}};
        TRY(component_estimate(own, 2, confidence, &streams->effect[stream].component, error));
    }
    const struct mean_square alone = {rest / df_rest, df_rest, 1};
    TRY(component_estimate(&alone, 1, confidence, &streams->interactions, error));
    return component_estimate(total, STREAMS + 1, confidence, &streams->total, error);
}

/* Variance of the runs that differ from the base in this stream only, and of the base's own. No total: each
 * of them holds the stream's interactions with the others, which a sum would count once for each. */
static enum status one_at_a_time(const struct layout *layout, const int *base, double confidence,
                                 struct streams *streams, struct error *error)
{
    for (int stream = 0; stream < STREAMS; stream++) {
        if (layout->levels[stream] < 2) continue;
        int n = 0;
        double mean = 0, squares = 0;
        for (int i = 0; i < layout->runs; i++) {
            int elsewhere = away(layout, i, base) - (layout->level[i][stream] != base[stream]);
            if (elsewhere > 0 || !isfinite(layout->value[i])) continue;
            double before = layout->value[i] - mean;
            mean += before / ++n; /* Welford (1962) */
            squares += before * (layout->value[i] - mean);
        }
        streams->effect[stream].levels = n;
        const struct mean_square variance = {n > 1 ? squares / (n - 1) : (double)NAN, n - 1, 1};
        TRY(component_estimate(&variance, 1, confidence, &streams->effect[stream].component, error));
    }
    return STATUS_OK;
}

/* Whether the design, as it came out, tells the streams apart. */
static bool tells(const struct streams *streams)
{
    switch (streams->design) {
    case STREAMS_ONE_AT_A_TIME:
        return true;
    case STREAMS_CROSSED:
    case STREAMS_LATIN_SQUARE:
        return streams->failed == 0;
    case STREAMS_NOTHING_VARIED:
    case STREAMS_TOGETHER:
    case STREAMS_UNBALANCED:
        break;
    }
    return false;
}

static enum stream_status status_of(const struct streams *streams, const struct stream_effect *effect)
{
    if (!tells(streams) || effect->levels < 2) return STREAM_UNDEFINED;
    if (effect->levels < STREAMS_ENOUGH_LEVELS) return STREAM_TOO_FEW_LEVELS;
    if (isnan(effect->component.variance)) return STREAM_UNDEFINED;
    if (streams->design == STREAMS_ONE_AT_A_TIME) return STREAM_ESTIMATED;
    return effect->component.low > 0 ? STREAM_SHOWN : STREAM_NOT_SHOWN;
}

/* Shares of a whole of which a part rests on two seeds would be as little worth as that part. */
static void share_out(struct streams *streams)
{
    double total = fmax(streams->interactions.variance, 0); /* fmax leaves NaN out */
    if (streams->design == STREAMS_ONE_AT_A_TIME) return;
    for (int stream = 0; stream < STREAMS; stream++) {
        if (streams->effect[stream].status == STREAM_TOO_FEW_LEVELS) return;
        total += fmax(streams->effect[stream].component.variance, 0);
    }
    if (!(total > 0)) return;
    for (int stream = 0; stream < STREAMS; stream++) {
        struct stream_effect *effect = &streams->effect[stream];
        if (!isnan(effect->component.variance)) effect->share = fmax(effect->component.variance, 0) / total;
    }
    if (!isnan(streams->interactions.variance))
        streams->interactions_share = fmax(streams->interactions.variance, 0) / total;
}

static void conclude(struct streams *streams)
{
    for (int stream = 0; stream < STREAMS; stream++)
        streams->effect[stream].status = status_of(streams, &streams->effect[stream]);
    share_out(streams);
}

/* -1 too when only one stream is varied: there is nothing to be larger than. */
static int largest(const struct streams *streams)
{
    int found = -1, varied = 0;
    for (int stream = 0; stream < STREAMS; stream++) {
        const struct stream_effect *effect = &streams->effect[stream];
        if (effect->levels < 2) continue;
        if (effect->status == STREAM_UNDEFINED || effect->status == STREAM_TOO_FEW_LEVELS) return -1;
        varied++;
        bool above = true;
        for (int other = 0; other < STREAMS; other++) {
            if (other != stream && streams->effect[other].levels >= 2)
                above = above && effect->component.low > streams->effect[other].component.high;
        }
        if (above) found = stream;
    }
    return varied > 1 ? found : -1;
}

static enum status split(const struct layout *layout, double confidence, struct streams *streams,
                         struct error *error)
{
    int base[STREAMS];
    for (int stream = 0; stream < STREAMS; stream++) {
        streams->effect[stream].levels = layout->levels[stream];
        base[stream] = base_level(layout, stream);
    }
    for (int i = 0; i < layout->runs; i++)
        streams->failed += !isfinite(layout->value[i]);
    streams->design = recognise(layout, base);
    if (streams->design == STREAMS_ONE_AT_A_TIME)
        return one_at_a_time(layout, base, confidence, streams, error);
    if (streams->failed > 0 ||
        (streams->design != STREAMS_CROSSED && streams->design != STREAMS_LATIN_SQUARE))
        return STATUS_OK;
    double *means = memory_zeroed((size_t)layout->runs * SETS, sizeof *means);
    if (means == NULL) return error_no_memory(error, (size_t)layout->runs * SETS * sizeof *means);
    fill_means(layout, means);
    enum status status = streams->design == STREAMS_CROSSED
                             ? crossed(layout, means, confidence, streams, error)
                             : latin(layout, means, confidence, streams, error);
    memory_free(means);
    return status;
}

enum status streams_split(const struct stream_run *runs, size_t count, double confidence,
                          struct streams *streams, struct error *error)
{
    *streams = (struct streams){.interactions = component_undefined(),
                                .interactions_share = NAN,
                                .total = component_undefined(),
                                .largest = -1};
    for (int stream = 0; stream < STREAMS; stream++)
        streams->effect[stream] = (struct stream_effect){.component = component_undefined(), .share = NAN};
    TRY(interval_check_confidence(confidence, "seed streams", error));
    struct layout layout;
    TRY(layout_create(runs, count, &layout, error));
    streams->runs = layout.runs;
    streams->repeated = (int)count - layout.runs;
    enum status status = split(&layout, confidence, streams, error);
    layout_destroy(&layout);
    if (status != STATUS_OK) return status;
    conclude(streams);
    streams->largest = largest(streams);
    return STATUS_OK;
}
