/* report.h - everything that a report shows, as plain structs.
 *
 * Whoever has results fills these structs; this room only lays them out: it computes no statistics, reads no
 * store and knows no trainer. Nothing here is owned: pointers must stay valid while a report is written.
 * Undefined numbers are NaN, and are shown as undefined, never as 0. Metrics are fractions (F1 0.84), losses
 * are in nats, times in seconds. */
#ifndef FTBENCH_REPORTS_REPORT_H
#define FTBENCH_REPORTS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct check_report; /* reports/check_report.h */

enum report_outcome {
    REPORT_PENDING, /* planned, not there yet */
    REPORT_DONE,
    REPORT_DIVERGED,
    REPORT_FAILED,
    REPORT_CRASHED,
    REPORT_TIMED_OUT,
    REPORT_BAD_OUTPUT
};

/* Of a setting: stable when its runs pass the recipe's rule on the spread and none failed or finished with an
 * undefined metric; unstable when they do not, or one did; undefined with fewer than two runs of which none
 * failed. */
enum report_verdict { REPORT_UNDEFINED, REPORT_STABLE, REPORT_UNSTABLE };

enum report_class {
    REPORT_CONVERGED,
    REPORT_OVERFIT,
    REPORT_STALLED,
    REPORT_OSCILLATING,
    REPORT_UNDETERMINED,
    REPORT_CLASSES
};

enum report_state {
    REPORT_PLAIN, /* nothing to add to the class */
    REPORT_STILL_IMPROVING,
    REPORT_VAL_FLAT,
    REPORT_NEVER_GENERALISED,
    REPORT_ROSE,
    REPORT_COLLAPSED,
    REPORT_STATE_DIVERGED,
    REPORT_TOO_SHORT,
    REPORT_NO_VALIDATION,
    REPORT_STATES
};

/* What a run's metric did from where validation loss was lowest to the end: by more than its noise. */
enum report_course {
    REPORT_METRIC_UNKNOWN, /* or the metric is the loss */
    REPORT_METRIC_ROSE,
    REPORT_METRIC_LEVEL, /* neither of the others */
    REPORT_METRIC_FELL   /* from its best */
};

/* What can be said of a setting's true SD without being wrong more often than report.alpha. */
enum report_sureness {
    REPORT_SURE_UNDEFINED, /* fewer than two runs of which none failed, or runs that share seeds by design */
    REPORT_SURE_STABLE,
    REPORT_SURE_UNSTABLE,
    REPORT_SURE_UNDETERMINED
};

/* A name and its value as text. */
struct report_fact {
    const char *name, *value;
};

/* A named number: the evidence for a class. */
struct report_evidence {
    const char *name;
    double value;
};

struct report_point {
    double step, loss;
};

struct report_summary {
    int n;
    double mean, variance, sd, min, max, spread;
    double low, high; /* 95% interval of the mean, cut to the values that the metric can take */
};

enum { REPORT_TOO_MANY = -1 }; /* more runs than anyone would train */

/* How sure one can be of a setting's numbers. */
struct report_certainty {
    enum report_sureness verdict; /* by_sd, or the sequential test's; unstable when a run failed by itself */
    enum report_sureness by_range, by_sd; /* from the spread alone, and from the SD, which decides sooner */
    double sd_low, sd_high;               /* 95% interval of the true SD (chi-square); NaN too, as that of the
                                             mean, where runs that learned nothing are all equal */
    double mean_low, mean_high; /* 95% interval of the mean by studentised bootstrap; each end may be NaN */
    int further;        /* runs to add until the verdict falls if the SD stays what it is; 0: it has fallen */
    int further_likely; /* the same so that it falls with a probability of 80%; both may be REPORT_TOO_MANY */
    int saved;          /* repeats that the sequential test spared */
    int further_by_range; /* like `further`, until the spread alone decides; 0 too when it does, or a run
                             failed */
};

/* What the sequential test does to settings of one true SD: how often which word, after how many runs. */
struct report_operating {
    double sd, stable, unstable, undetermined, runs;
};

/* A part of the spread: an SD and its 95% interval in the metric's unit, cut off at 0. NaN where undefined.
 */
struct report_part {
    double sd, low, high;
};

/* Where a setting's spread comes from. All NaN with fewer than two runs whose predictions are stored; parts
 * NaN too where the examples' labels are not known or the metric is no fraction. */
struct report_origin {
    struct report_part between;  /* of the runs: what verdicts look at; its square is training + churn */
    struct report_part training; /* what training made of it */
    struct report_part churn;    /* what the smallness of the validation set made of it */
    struct report_part sampling; /* not in the spread, as all runs share it: by how much another validation
                                    set of this size would move them all */
    double disagreement;         /* fraction of the examples on which two runs disagree */
    double thumb_sd;             /* rule of thumb for the churn: sqrt(disagreement / 2N) */
    double examples_needed;      /* validation examples at which the churn would be a quarter of sigma0; 0: no
                                    churn */
};

enum { REPORT_STREAMS = 3 }; /* initial weights, order, dropout */

enum report_stream_status {
    REPORT_STREAM_UNDEFINED, /* not varied, or a failed run broke the design's balance */
    REPORT_STREAM_DEAD,      /* runs that differ in its seed alone have the same bits: it decides nothing */
    REPORT_STREAM_TOO_FEW,   /* fewer than three seeds: nothing is concluded */
    REPORT_STREAM_DIFFERS,   /* varied alone: runs that differ in its seed alone have other bits */
    REPORT_STREAM_NOT_SHOWN, /* it may do nothing */
    REPORT_STREAM_SHOWN
};

/* What one source of chance does to a setting's runs. */
struct report_stream {
    int levels; /* different seeds */
    struct report_part part;
    double share;   /* of the whole variance; NaN where the design tells no shares, or from too few seeds */
    double rest_sd; /* how far runs would lie apart if its seed stood still, and all others were drawn anew;
                       NaN like the share */
    struct report_part
        churn; /* what the smallness of the validation set makes of the part, from the runs that
                  differ in this seed alone; NaN where there are none, or labels are not known */
    enum report_stream_status status;
};

/* Which chance makes a setting's runs differ; only in reports whose runs share seeds by design. */
struct report_streams {
    const char *design; /* as the seeds show it: "one at a time"; NULL without such a design */
    struct report_stream streams[REPORT_STREAMS];
    bool alone; /* each source was varied alone: its part holds what it does at the others' first seeds, parts
                   overlap, and there are neither shares nor a total */
    struct report_part interactions; /* what they do together and none does alone */
    double interactions_share;       /* of the whole variance; NaN like the others */
    struct report_part total;
    struct report_part churn; /* what the smallness of the validation set makes of the whole, from all runs */
    int largest;              /* the source that does more than each other, beyond doubt; -1: undecided */
};

/* What differs between repetitions of one run; for timings.csv only. */
struct report_timing {
    double wall_seconds, train_seconds, evaluation_seconds, steps_per_second;
    /* medians of a step and of the loop that the trainer compares it with (trainer/step_times.h), by the
     * wall's clock and by the processor's; NaN: not measured. Without its median a step is the mean one */
    double step_seconds, step_processor_seconds, calibration_seconds, calibration_processor_seconds;
    int64_t peak_memory_bytes; /* negative: not known */
    int threads;               /* 0: not known */
    const char *isa, *backend, *cpu, *host;
};

struct report_run {
    const char *id;
    size_t setting; /* index into report.settings */
    int repeat;     /* 0 first; shown as 1 first */
    uint32_t seed_init, seed_order, seed_dropout;
    enum report_outcome outcome;
    const char *reason; /* why it is not done, or done without a metric; "" when there is nothing to say */
    const char *detail; /* where it was when it was stopped from outside: chance, and so neither in runs.csv
                           nor in summary.json; "" when it came to its own end */
    long steps;         /* optimiser steps done; chance too where there is a detail */
    long skipped_steps; /* those of them that updated nothing, as they overflowed in fp16; 0 in other
                           precisions */
    long best_step;     /* the evaluation whose weights are the result; -1: none */
    double loss, accuracy, precision, recall, f1, f1_macro;
    double metric;  /* the one that is judged; NaN unless done */
    bool one_class; /* its best evaluation gives every sample the same class */
    bool learned;   /* its metric beats report.constant_metric by more than the noise of the examples */
    bool has_class; /* false for a run without a curve */
    enum report_class class;
    enum report_state state;
    enum report_course course;
    const char *seen;   /* the two or three numbers that decided the class, in words; "" without a class */
    const char *remedy; /* one sentence; "" when there is none */
    const struct report_evidence *evidence; /* (evidence_count) */
    size_t evidence_count;
    const struct report_point *train; /* (train_count), by step */
    size_t train_count;
    const struct report_point *evaluation; /* (evaluation_count), by step */
    size_t evaluation_count;
    const char *digest; /* "" when there is none */
    struct report_timing timing;
};

/* Whether a setting's runs agree on the class of their loss curves. */
struct report_agreement {
    int n; /* runs of different seeds and bits with a class other than undetermined; of these ... */
    int classes[REPORT_CLASSES]; /* ... of each class */
    enum report_class most;      /* the most frequent class, the first of several; when n > 0 */
    double share;                /* of the runs that have it; NaN when n is 0 */
    double pairs;                /* fraction of the pairs of runs with the same class; NaN when n < 2 */
};

struct report_setting {
    const char *label;
    const char *const *values;          /* (sweep_count) the swept keys' values as text */
    const double *numbers;              /* (sweep_count) the same as numbers; NaN when it is none */
    int planned, done, failed, pending; /* runs; planned is the sum of the others */
    int twins;   /* finished runs whose seeds an earlier finished run of the setting had: in no statistic */
    int unequal; /* twins whose digest is not that run's: must be 0 */
    int dead; /* finished runs of other seeds than an earlier one and yet its bits: in no statistic either */
    struct report_summary summary; /* of the metric over done runs of different seeds */
    int undefined; /* done runs whose metric is undefined: not in the summary, but as failed ones in the
                      verdict */
    double failing_low, failing_high; /* 95% interval of the fraction of runs that fail or have no metric */
    enum report_verdict verdict;
    struct report_certainty certainty;
    struct report_origin origin;
    struct report_streams streams;
    enum report_verdict rule; /* the spread of the runs in the summary alone */
    bool left_out;  /* most of its runs learned nothing or are too short to tell: not to be recommended,
                       however stable */
    bool too_short; /* the latter */
    int by_metric;  /* runs whose curves are too short to tell and whose metric shows that they learned */
    bool few_seeds; /* fewer than three runs of different seeds */
    double noisy_passes; /* probability that a setting with a true SD of report.noisy_sd passes the rule; NaN
                            too when sequential */
    double quiet_fails;  /* probability that one with report.quiet_sd fails it */
    int classes[REPORT_CLASSES]; /* runs of each class */
    int states[REPORT_STATES];   /* runs of each fine state */
    int one_class;               /* runs that give every sample the same class */
    struct report_agreement agreement;
};

enum report_comparison {
    REPORT_UNCOMPARED, /* a side without a finished run */
    REPORT_OPEN,       /* more runs could tell */
    REPORT_BETTER,     /* the recommended setting is */
    REPORT_WORSE
};

/* What one way to look at two settings says, taken alone. */
enum report_claim {
    REPORT_CLAIM_NONE, /* too few runs, or nothing varies */
    REPORT_CLAIM_OPEN,
    REPORT_CLAIM_BETTER,
    REPORT_CLAIM_WORSE
};

/* The recommended setting beside another one; in the metric's unit, recommended less other. */
struct report_encounter {
    size_t setting;
    int pairs; /* runs of equal seeds that were compared in pairs; 0: not in pairs (Welch) */
    double difference, low, high; /* of the means, with its 95% interval by Student's t */
    double boot_low, boot_high; /* the same by studentised bootstrap, of the pairs or of both sides; each end
                                   may be NaN */
    double p, adjusted_p;       /* of "no difference" by t, alone and by Holm for all pairs of settings */
    double ranks_p; /* of "neither tends to be better" by Mann and Whitney, alone; NaN: too few runs to say
                       anything */
    double ranks_smallest; /* the smallest p that so many runs can give */
    enum report_claim by_t, by_boot, by_ranks;
    bool disagree; /* those of the three that say something do not say the same */
    double beats;  /* probability that a run of the recommended setting is better than one of this ... */
    double beats_low, beats_high; /* ... with its 95% interval; NaN: too few runs for one */
    enum report_comparison verdict;
};

/* The luck of the setting with the best mean: it is the best also because it was lucky. */
struct report_luck {
    size_t setting;
    double bias,
        bias_most;    /* by how much its mean is expected to be too good; if all settings were equally good */
    double corrected; /* its mean without the first */
    double again;     /* how often the same setting would be the best if all were trained again */
};

enum report_recommendation {
    REPORT_NOTHING,  /* no run is there to recommend */
    REPORT_TRUSTED,  /* the best mean among the stable settings */
    REPORT_UNPROVEN, /* the best mean, but no setting has the two runs that the rule needs */
    REPORT_LEAST_BAD /* none is stable: of those with the fewest failed runs, the one whose worst run is best
                      */
};

/* What to try next. `key` and `values` say which parameter and which values, where the kind has them. */
enum report_advice_kind {
    REPORT_FINISH_RUNS, /* runs are pending */
    REPORT_LOOK_AT_FAILURES,
    REPORT_MORE_REPEATS,    /* values: how many repeats */
    REPORT_VARY_SEEDS,      /* all repeats had the same seeds */
    REPORT_VARY_JOINTLY,    /* runs share seeds by design; values: how many repeats */
    REPORT_EXTEND,          /* the best value is at the edge of the sweep: key, values beyond it */
    REPORT_REFINE,          /* it is inside: key, values between it and its neighbours */
    REPORT_SWEEP_NEXT,      /* the next parameter in the recipe's order: key, values */
    REPORT_FEWER_EPOCHS,    /* overfit: values */
    REPORT_MORE_EPOCHS,     /* still improving: values */
    REPORT_RAISE_RATE,      /* stalled: values */
    REPORT_CALM_DOWN,       /* oscillating: values: lower rates */
    REPORT_SEE_MORE,        /* too short to tell */
    REPORT_TRAIN_LONGER,    /* stalled in a few steps: values */
    REPORT_ONE_CLASS,       /* every sample is given the same class though losses move */
    REPORT_MORE_TIME,       /* runs were stopped by the timeout: values: a longer one */
    REPORT_STEADY,          /* unstable: larger batch by accumulation, cleaner data */
    REPORT_MORE_VALIDATION, /* unstable for the smallness of the validation set; values: examples it needs */
    REPORT_BOTH_CLASSES,    /* the validation set has one class only */
    REPORT_DECIDE           /* a few more runs would decide; values: how many repeats then */
};

enum { REPORT_ADVICE_BYTES = 96 };

struct report_advice {
    enum report_advice_kind kind;
    const char *key;
    char values[REPORT_ADVICE_BYTES]; /* "0.0003, 0.001" */
};

/* Something that a trainer wanted to be known. */
struct report_note {
    const char *code, *message;
    int runs; /* how many said so */
};

struct report {
    /* what was asked */
    const char *name;
    const char *metric;   /* "f1", "f1_macro", "accuracy", "eval_loss" */
    bool lower_is_better; /* a loss */
    bool in_points;    /* spread and SD in points (hundredths), as for fractions; else in the metric's unit */
    int repeats;       /* of each setting; when sequential, at most */
    int least_repeats; /* when sequential, at least; else the same */
    const char *design; /* which seeds the repeats have: "joint", "one_at_a_time", "crossed", "latin" */
    int levels;         /* seeds of each stream, unless joint */
    uint32_t seed;      /* every seed derives from it */
    bool vary_init, vary_order, vary_dropout;
    double max_spread;         /* the rule's limit, in the metric's unit: 0.02 is 2 points */
    double noisy_sd, quiet_sd; /* the true SDs of which noisy_passes and quiet_fails speak */
    double alpha;              /* how often a calibrated verdict may be wrong */
    double sigma0;             /* the true SD that parts stable from unstable, in the metric's unit */
    bool sequential; /* runs were added until the sequential test decided, whose verdicts these are */
    double stable_sd, unstable_sd;            /* which it parts: the one or less from the other or more */
    const struct report_operating *operating; /* (operating_count) what that test does, by rising true SD */
    size_t operating_count;
    bool shared_seeds; /* the runs of a setting share seeds by design: not independent, and not to be judged
                          so */
    const char *model, *model_digest, *init; /* name of the folder, not its place */
    const char *train, *train_digest;        /* name of the file */
    const char *validation,
        *validation_digest;            /* the same of the validation file; "" when there is none ... */
    double validation_fraction;        /* ... but a part of the train file is held out */
    uint32_t split_seed;               /* that chose it */
    int max_length;                    /* tokens of a sample; longer texts are cut. 0: not known */
    const struct report_fact *columns; /* (column_count) what was said of the data's columns and header */
    size_t column_count;
    long train_samples, validation_samples; /* -1: not known */
    bool labels_known;                      /* those of the validation examples (harness/origins.h) */
    int labels;                             /* 0: not known */
    const char *label_names;                /* "bad, good", class 0 first; "" when not known */
    int64_t parameters;                     /* trainable numbers; 0: not known */
    const struct report_fact *fixed;        /* (fixed_count) training keys that are not swept */
    size_t fixed_count;
    const char *const *sweeps; /* (sweep_count) swept keys */
    size_t sweep_count;
    bool one_at_a_time; /* else a grid */

    /* what came out */
    const struct report_setting *settings; /* (setting_count) in the plan's order */
    size_t setting_count;
    const struct report_run *runs; /* (run_count) in the plan's order */
    size_t run_count;

    /* what to make of it */
    enum report_recommendation recommendation;
    size_t recommended; /* setting; when there is one */
    bool has_runner_up;
    size_t runner_up;       /* the next best setting by the same rule */
    bool intervals_overlap; /* of the means of these two; true too when one is undefined */
    bool has_rival;
    size_t rival;           /* the best of those with a better mean that did not qualify */
    int left_out;           /* settings left out because most of their runs learned nothing ... */
    int too_short;          /* ... or, so many of them, because nobody can tell yet */
    bool one_label;         /* all validation examples have one label: what is best cannot be told */
    double constant_metric; /* the best metric of an answer that is the same class for every validation
                               example; NaN: labels unknown, or the metric is a loss */
    const struct report_encounter *encounters; /* (encounter_count) of the recommended setting */
    size_t encounter_count;
    size_t comparisons; /* that p is adjusted for */
    bool has_luck;
    struct report_luck luck;
    const struct report_advice *advice; /* (advice_count) most urgent first */
    size_t advice_count;

    const struct report_note *notes; /* (note_count) */
    size_t note_count;
    const struct report_fact *environment; /* (environment_count); in report.md only */
    size_t environment_count;
    bool fast; /* some runs were computed by operations that are not strict */

    const struct check_report
        *check; /* of the experiment against a baseline; in summary.json only. NULL: none */
};

/* The evidence of a name; NaN when there is none. */
double report_run_evidence(const struct report_run *run, const char *name);

/* Words for machines: in files that programs read, the same in every language. */
const char *report_outcome_name(enum report_outcome outcome);
const char *report_verdict_name(enum report_verdict verdict);
const char *report_sureness_name(enum report_sureness sureness);
const char *report_comparison_name(enum report_comparison comparison);
const char *report_claim_name(enum report_claim claim); /* REPORT_CLAIM_NONE: "" */
const char *report_stream_status_name(enum report_stream_status status);
const char *report_class_name(enum report_class class_of_run);
const char *report_state_name(enum report_state state);    /* REPORT_PLAIN: "" */
const char *report_course_name(enum report_course course); /* REPORT_METRIC_UNKNOWN: "" */
const char *report_recommendation_name(enum report_recommendation recommendation);
const char *report_advice_name(enum report_advice_kind kind);

#endif
