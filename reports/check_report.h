/* check_report.h - everything that is told of a check of an experiment against its baseline, as plain structs
 * that whoever checked fills. Nothing here is owned. Undefined numbers are NaN. Metrics, spreads and SDs are
 * in the metric's unit (F1 0.84, a spread of 2 points 0.02), times in seconds. */
#ifndef FTBENCH_REPORTS_CHECK_REPORT_H
#define FTBENCH_REPORTS_CHECK_REPORT_H

#include <stdbool.h>
#include <stddef.h>

/* What a check can say: of one thing, of a setting, of the whole. In the order in which a later one is
 * overruled by an earlier one where several things were found. */
enum check_answer {
    CHECK_NO_BASELINE, /* there is none, or what is there cannot be compared */
    CHECK_REGRESSION,
    CHECK_RUNS_FAILED,  /* runs that the baseline finished have no result */
    CHECK_INCONCLUSIVE, /* more runs could tell */
    CHECK_PASSED,
    CHECK_ANSWERS
};

/* What was looked at. */
enum check_subject {
    CHECK_OF_BASELINE, /* whether there is one that fits: settings, runs, versions */
    CHECK_OF_KEYS,     /* recorded keys and digests of model and data */
    CHECK_OF_BITS,     /* the exact lane: chains of digests */
    CHECK_OF_MEAN,
    CHECK_OF_SPREAD, /* against the baseline's */
    CHECK_OF_CLASS,  /* of the loss curves */
    CHECK_OF_FAILURES,
    CHECK_OF_LIMIT, /* what was required besides: --require, --max-spread */
    CHECK_OF_TIME,
    CHECK_SUBJECTS
};

enum check_weight {
    CHECK_COUNTS, /* for the verdict */
    CHECK_WARNS,  /* it would, but for --lenient, or because the subject does not decide by itself */
    CHECK_TELLS   /* nothing to mind */
};

enum { CHECK_TEXT_BYTES = 768, CHECK_WHOLE = -1 };

/* One thing that was found. */
struct check_item {
    enum check_subject subject;
    int setting; /* index into check_report.settings, or CHECK_WHOLE: the experiment */
    enum check_answer answer;
    enum check_weight weight;
    char text[CHECK_TEXT_BYTES]; /* one line */
};

/* The two sides of a setting. Members of the baseline's side are undefined, or 0, where it has no such
 * setting. */
struct check_setting {
    const char *label;
    bool has_baseline;
    enum check_answer answer; /* of the items that count */
    int base_n, n;            /* finished runs of different seeds and bits */
    int base_runs, runs;      /* that ended, in whatever way ... */
    int base_failed, failed;  /* ... those of them that have no metric */
    int compared, equal;      /* runs of both sides whose chains of digests were compared; equal ones */
    int pairs;                /* of equal seeds, on which the difference rests; 0: Welch, or nothing */
    double base_mean, mean;   /* of the metric */
    double base_pair_mean, pair_mean; /* of the pairs' runs; NaN without pairs */
    double difference;                /* now less baseline */
    double low, high;                 /* its bounds, each at alpha */
    double p, adjusted_p;             /* of "not worse", one-sided; after Holm */
    double pair_sd;                   /* of the differences within pairs; NaN without pairs */
    double detectable; /* the loss that a check of such runs calls worse 8 times in 10, if their SDs are the
                          true ones; NaN where nothing was tested or nothing varies */
    double base_sd, sd, base_spread, spread;
    double sd_ratio, sd_ratio_low, sd_ratio_high; /* now over baseline */
    const char *base_class, *class_now;           /* most frequent class of the loss curves; "" without one */
    double base_share, share;                     /* of the runs that have it */
};

/* By which clock a step was timed: that of the processor's work, or the wall's. */
enum check_clock { CHECK_PROCESSOR, CHECK_WALL, CHECK_CLOCKS };

/* Step times over those of a fixed loop that each process ran between its steps. NaN without a measurement.
 */
struct check_clock_times {
    int runs, base_runs;                  /* that were measured, of all settings */
    double ratio, low, high;              /* now over baseline; bounds, each at alpha (stats/time_ratio.h) */
    double seconds, base_seconds;         /* median time of a step */
    double calibration, base_calibration; /* median time of the loop */
};

/* In check.json and nowhere that must be the same twice. */
struct check_times {
    struct check_clock_times clocks[CHECK_CLOCKS];
    enum check_clock decides;
    bool other_machine; /* the baseline's: nothing is decided */
};

struct check_fact {
    const char *name, *base, *now;
};

struct check_report {
    const char *experiment;
    const char *folder;   /* the results, as they were named */
    const char *baseline; /* the name that was asked for */
    const char *metric;
    bool has_baseline; /* there is one that could be read; else an item of CHECK_OF_BASELINE says why not */
    bool lower_is_better, in_points;
    bool lenient;
    double alpha;
    double margin;                     /* of the mean, in the metric's unit */
    double spread_margin, time_margin; /* ratios */
    enum check_answer answer;
    int exit_code; /* of the answer; 2 once something that was asked for could not be written */
    const char *const *unwritten; /* (unwritten_count) what that was: "FILE: why", one line each */
    size_t unwritten_count;
    const struct check_setting *settings; /* (setting_count) */
    size_t setting_count;
    const struct check_item *items; /* (item_count) */
    size_t item_count;
    struct check_times times;
    const struct check_fact *facts; /* (fact_count) what made the two: programs, machines, dates; may differ
                                       in what must be the same twice */
    size_t fact_count;
};

/* The means whose difference is told: of the pairs' runs where it rests on pairs, else of all. */
double check_mean_compared(const struct check_setting *setting);
double check_base_mean_compared(const struct check_setting *setting);

struct text;

/* What such a check can find, as a sentence without its full stop, of the setting that finds least: "with 3
 * runs and an SD of 0.80 points (baseline: 5 and 0.75) a drop of 2.10 points is found 8 times in 10", or "no
 * drop that is possible" where it would lead below 0. Adds nothing where nothing was tested. */
void check_report_power(const struct check_report *check, struct text *out);

/* Words for programs: "no_baseline", "regression", "runs_failed", "inconclusive", "passed"; "baseline",
 * "keys", "bits", "mean", "spread", "class", "failures", "limit", "time"; "counts", "warns", "tells". */
const char *check_answer_name(enum check_answer answer);
const char *check_subject_name(enum check_subject subject);
const char *check_weight_name(enum check_weight weight);
const char *check_clock_name(enum check_clock clock); /* "processor", "wall" */

#endif
