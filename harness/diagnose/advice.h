/* advice.h - what to try next, by the recipe: finish, repeat, mend what the curves show, look beyond or
 * between the values of the sweep, then the next parameter in the order learning rate, batch size, epochs.
 *
 * A value that is advised is one that its key takes (trainer/spec/keys.h), that is not tried yet, and that
 * lies in the direction of the advice. */
#ifndef FTBENCH_HARNESS_DIAGNOSE_ADVICE_H
#define FTBENCH_HARNESS_DIAGNOSE_ADVICE_H

#include "harness/diagnose/recommend.h"

#include <stdbool.h>
#include <stddef.h>

enum advice_kind {
    ADVICE_FINISH_RUNS,
    ADVICE_LOOK_AT_FAILURES,
    ADVICE_MORE_REPEATS,
    ADVICE_VARY_SEEDS,   /* all repeats had the same seeds */
    ADVICE_VARY_JOINTLY, /* runs share seeds by design: no verdict follows from them. values: how many repeats
                          */
    ADVICE_EXTEND,       /* the best value is at the edge of the sweep */
    ADVICE_REFINE,       /* it is inside */
    ADVICE_SWEEP_NEXT,   /* the next parameter in the recipe's order */
    ADVICE_FEWER_EPOCHS, /* overfit */
    ADVICE_MORE_EPOCHS,  /* still improving */
    ADVICE_RAISE_RATE,   /* stalled */
    ADVICE_CALM_DOWN,    /* oscillating */
    ADVICE_SEE_MORE,     /* too short to tell */
    ADVICE_TRAIN_LONGER, /* stalled in so few steps that nothing can be said of the rate */
    ADVICE_ONE_CLASS,    /* every sample is given the same class though losses move */
    ADVICE_MORE_TIME,    /* runs were stopped by the timeout: a longer one */
    ADVICE_STEADY,       /* unstable */
    ADVICE_MORE_VALIDATION, /* most of the spread is the smallness of the validation set. values: how many
                               examples */
    ADVICE_BOTH_CLASSES,    /* the validation set has one class only */
    ADVICE_DECIDE           /* a few more runs would decide. values: how many repeats then */
};

enum { ADVICE_VALUES_BYTES = 96, ADVICE_MOST = 16 };

struct advice {
    enum advice_kind kind;
    const char *key; /* as in `sweeps`, or one of the recipe's; NULL when the kind has none */
    char values[ADVICE_VALUES_BYTES]; /* "0.0003, 0.001"; "" when the kind has none */
};

/* Where the experiment stands. Not owned. */
struct situation {
    const struct recommendation *recommendation;
    const char *const *sweeps; /* (sweep_count) swept keys */
    size_t sweep_count;
    const double *numbers;     /* (setting_count, sweep_count) their values; NaN for what is no number */
    const char *const *values; /* (setting_count, sweep_count) the same as text */
    size_t setting_count;
    /* where advice starts: the recommended setting, or the one with the highest learning rate when nothing is
     * recommended; and what is known of it */
    size_t setting;
    double learning_rate, batch_size, epochs;
    bool shared;            /* its runs share seeds by design */
    bool apart;             /* its finished runs do not pass the rule on the spread */
    bool churned;           /* and more of their spread is from the validation set than from training */
    double examples_needed; /* validation examples at which it would be little; NaN: not known */
    int further;          /* runs that would decide its calibrated verdict; 0: none would, or it is decided */
    bool one_label;       /* all validation examples have one label */
    const bool *finished; /* (setting_count) settings with a finished run; NULL: all have one */
    int twins;            /* finished runs that repeat the seeds or bits of another */
    int one_class;        /* finished runs that give every sample the same class */
    int repeats;          /* runs that are planned of it */
    int n, failed;        /* runs with a metric of different seeds, runs without one */
    int curves;           /* runs with a class */
    int overfit, stalled, oscillating, still_improving, undetermined; /* of these; overfit: those whose metric
                                                                         did not rise all the same */
    long steps;     /* optimiser steps of its longest run with a class; 0: not known */
    int pending;    /* runs of the whole experiment */
    int timed_out;  /* the same */
    double timeout; /* seconds that a run may take; 0: no limit */
};

/* Advice, most urgent first, into `advice` of ADVICE_MOST; returns how many. */
size_t advice_give(const struct situation *situation, struct advice advice[ADVICE_MOST]);

#endif
