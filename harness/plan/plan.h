/* plan.h - what an experiment will do: settings x repeats = runs, each a complete run spec with its id.
 *
 * A setting is one combination of swept values; a repeat is one set of seeds; seeds depend on the repeat
 * only, so that settings are compared under the same seeds. Runs are ordered setting by setting, repeat by
 * repeat. With `repeats` as a span the plan holds the most of it; which of these runs are needed shows as
 * they end (harness/sequence.h). */
#ifndef FTBENCH_HARNESS_PLAN_PLAN_H
#define FTBENCH_HARNESS_PLAN_PLAN_H

#include "base/status.h"
#include "base/text.h"
#include "trainer/spec/keys.h"
#include "trainer/spec/run_spec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vary_stream { VARY_INIT = 1, VARY_ORDER = 2, VARY_DROPOUT = 4 };
/* How the streams of `vary` change over the repeats (design.h). */
enum vary_design { DESIGN_JOINT, DESIGN_ONE_AT_A_TIME, DESIGN_CROSSED, DESIGN_LATIN };
enum sweep_mode { SWEEP_GRID, SWEEP_ONE_AT_A_TIME };

enum { PLAN_LABEL_BYTES = 256, PLAN_MAX_SWEEPS = 16 };

/* The experiment as asked for: what the ini says outside a single run. */
struct experiment {
    char name[SPEC_NAME_BYTES];
    struct key_span
        span; /* runs of each setting as asked for: 3..10, or the same number twice; not used by a design */
    int repeats;   /* runs of each setting in the plan: the most of the span, or as many as the design has */
    int design;    /* enum vary_design */
    int levels;    /* different seeds of each stream that a design varies */
    uint32_t seed; /* base seed; every stream of every repeat derives from it */
    unsigned vary; /* enum vary_stream, or-ed: which streams change from repeat to repeat; 0: none, then all
                      repeats have the same seeds and show whether the same seeds give the same bits */
    int metric;    /* enum metric: what is judged and recommended by */
    double max_spread; /* points: 2 is 0.02 of F1 */
    double alpha;      /* how often a calibrated verdict may be wrong, in (0, 0.5) */
    double sigma0;     /* points: the true SD that parts stable from unstable; 0: derived from max_spread */
    int jobs;          /* runs at the same time; 0: as many as there are processors / threads */
    double timeout;    /* seconds a run may take; 0: none */
    bool save_model;   /* whether each run's model is kept in the folder for results */
    char output[SPEC_PATH_BYTES];  /* folder for results */
    char trainer[SPEC_PATH_BYTES]; /* program that trains; "": ftbench-trainer beside this program */
    enum sweep_mode mode;
    int sweeps;                                   /* swept keys, in the order of the ini */
    char swept[PLAN_MAX_SWEEPS][SPEC_NAME_BYTES]; /* "learning_rate" */
    struct run_spec base;                         /* values for what is not swept */
};

/* Whether [sweep] lists values of the key of [training]. */
bool experiment_sweeps(const struct experiment *experiment, const char *key);

/* Whether the number of repeats is left to the sequential test: `repeats = 3..10`. */
bool experiment_is_sequential(const struct experiment *experiment);

struct plan_setting {
    char label[PLAN_LABEL_BYTES]; /* "learning_rate=0.001, batch_size=16"; "base" when nothing is swept */
    double value; /* of the swept key that this setting changes, for plots; NaN when it is not a number */
    int varied;   /* index into experiment.swept of the key it changes in one_at_a_time mode, -1: the base; in
                     grid mode 0 */
    struct run_spec spec; /* without seeds */
};

struct plan_run {
    int setting, repeat; /* indices, 0 first */
    char id[RUN_ID_BYTES];
    uint32_t seed_init, seed_order, seed_dropout;
};

struct plan {
    struct experiment experiment;
    struct plan_setting *settings; /* (setting_count), owned */
    size_t setting_count;
    struct plan_run *runs; /* (run_count), owned */
    size_t run_count;
};

struct config; /* harness/plan/config.h */

/* Build the plan of a checked configuration: settings, digests of what its paths name, seeds, run ids.
 * STATUS_USAGE names two settings or repeats that would be the same run; free with plan_free. */
enum status plan_build(const struct config *config, struct plan *plan, struct error *error);

/* The plan's run as a complete spec. */
void plan_run_spec(const struct plan *plan, size_t run, struct run_spec *spec);

/* The numeric version that the ids of the plan's runs hold, where it is this program's; 0: an older one. */
enum status plan_numeric_version(const struct plan *plan, int *version, struct error *error);

/* The setting that a word means: its label, else the start of exactly one label, else its number, 1 first. */
enum plan_match { PLAN_NO_MATCH, PLAN_ONE_MATCH, PLAN_MANY_MATCHES };
enum plan_match plan_find_setting(const struct plan *plan, const char *word, size_t *index);

/* Append the settings by number and label: "1 learning_rate=1e-3; 2 ...". */
void plan_list_settings(const struct plan *plan, struct text *list);

void plan_free(struct plan *plan);

#endif
