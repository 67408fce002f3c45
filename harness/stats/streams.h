/* streams.h - which randomness makes the runs of a setting differ: the initial weights, the order of the
 * samples, or dropout. Each has its own stream of seeds, so each can be varied while the others stand still.
 *
 * Designs that can be told apart, each seed combination run once:
 *
 *   one at a time  around one base combination, the other seeds of one stream at a time. A stream's component
 *                  is the plain variance of its runs: what changing this seed alone does while the others
 *                  stand at the base, its interactions with them included. Each interaction is in the
 *                  component of every stream that takes part in it, so the components overlap: they have no
 *                  sum and no shares. With a single varied stream it is this design too.
 *   crossed        every seed of each stream with every seed of the others (two or three streams; a stream
 *                  that is not varied has one seed). Random-effects analysis of variance: the mean square of
 *                  a set S of streams estimates the sum over the sets T that hold S of (product of the levels
 *                  outside T) * component(T), which is solved for the components. Tells the interactions from
 *                  the streams themselves.
 *   Latin square   L seeds of each of three streams in L^2 runs, each pair of seeds of two streams together
 *                  once: component = (MS - MS_rest) / L. No two runs share the seeds of two streams, so the
 *                  interactions are independent from run to run: all of them together are the rest, and which
 *                  streams they are of cannot be told.
 *
 * Equal seeds give equal bits, so there is no error of repetition in any of them. Values in the metric's
 * unit, components in its square (component.h: estimates below zero are kept as they are). */
#ifndef FTBENCH_HARNESS_STATS_STREAMS_H
#define FTBENCH_HARNESS_STATS_STREAMS_H

#include "base/status.h"
#include "harness/stats/component.h"

#include <stddef.h>
#include <stdint.h>

enum stream { STREAM_OF_INIT, STREAM_OF_ORDER, STREAM_OF_DROPOUT, STREAMS };

/* Below so many seeds of a stream nothing is decided about it: the interval of an SD from two runs reaches
 * from 0.45 to 32 times itself, from three 0.52 to 6.3, from five (what one should have) 0.6 to 2.9. */
enum { STREAMS_ENOUGH_LEVELS = 3 };

struct stream_run {
    uint32_t seed[STREAMS]; /* of init, order, dropout */
    double value;           /* not finite: the run failed */
};

enum streams_design {
    STREAMS_NOTHING_VARIED, /* fewer than two different combinations of seeds */
    STREAMS_ONE_AT_A_TIME,
    STREAMS_CROSSED,
    STREAMS_LATIN_SQUARE,
    STREAMS_TOGETHER,  /* every run with its own seeds of two or more streams: their effects cannot be told
                          apart */
    STREAMS_UNBALANCED /* none of these */
};

enum stream_status {
    STREAM_UNDEFINED,      /* not varied, or the design cannot say, or a failed run broke its balance */
    STREAM_TOO_FEW_LEVELS, /* there may be numbers, and nothing can be concluded from them */
    STREAM_ESTIMATED,      /* one at a time: how much is estimated. Whether anything at all is no question of
                              an interval, as that of a plain variance never reaches to 0: bits tell */
    STREAM_NOT_SHOWN,      /* the interval of its component reaches to 0 or below */
    STREAM_SHOWN
};

struct stream_effect {
    int levels; /* different seeds */
    struct component component;
    double share; /* of the total, negative components counted as 0; NaN where the total is not above 0, when
                     one at a time, and for all streams when one of them has too few levels */
    enum stream_status status;
};

struct streams {
    enum streams_design design;
    int runs;     /* different combinations of seeds */
    int repeated; /* runs that repeat a combination: they count once */
    int failed;   /* combinations whose run failed. One at a time does without them; the other designs lose
                     their balance */
    struct stream_effect effect[STREAMS];
    struct component interactions; /* what is left to interactions of streams; undefined when one at a time */
    double interactions_share;     /* of the total; NaN like the others */
    struct component total; /* sum of all: the variance of runs in which every varied stream is drawn anew;
                               undefined when one at a time, which cannot tell it */
    int largest; /* the stream whose component's interval lies above those of all other varied streams, all of
                    them with enough levels; -1: undecided */
};

/* "init", "order", "dropout". */
const char *stream_name(enum stream stream);

/* "nothing varied", "one at a time", "crossed", "Latin square", "together", "unbalanced". */
const char *streams_design_name(enum streams_design design);

/* "undefined", "too few levels", "estimated", "not shown", "shown". */
const char *stream_status_name(enum stream_status status);

/* Recognise the design of `count` runs and split their variance; intervals at `confidence`. Needs stats_init.
 */
enum status streams_split(const struct stream_run *runs, size_t count, double confidence,
                          struct streams *streams, struct error *error);

#endif
