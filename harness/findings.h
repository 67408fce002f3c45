/* findings.h - everything that can be said of a stored experiment: the plan, what was made of each run, and
 * the report's structs that point into them. Made from the store, which it only reads; runs that are not
 * there are pending. */
#ifndef FTBENCH_HARNESS_FINDINGS_H
#define FTBENCH_HARNESS_FINDINGS_H

#include "base/status.h"
#include "base/text.h"
#include "harness/diagnose/advice.h"
#include "harness/diagnose/classify.h"
#include "harness/diagnose/recommend.h"
#include "harness/plan/plan.h"
#include "harness/store/store.h"
#include "reports/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a report_run points to. */
struct run_finding {
    char reason[512], detail[512], digest[DIGEST_TEXT];
    char seen[512];
    char isa[16], backend[32], cpu[128], host[64];
    struct report_evidence evidence[DIAGNOSIS_EVIDENCE];
    struct report_point *train, *evaluation; /* owned */
    int32_t *predictions; /* (findings.examples) of the result's evaluation, owned; or NULL */
    double accuracy;      /* of that evaluation, as the run said */
};

/* What the runs' environments have in common: each field's different values, joined. */
enum place {
    PLACE_PROGRAM,
    PLACE_COMMIT,
    PLACE_COMPILER,
    PLACE_FLAGS,
    PLACE_BACKEND,
    PLACE_ISA,
    PLACE_CHOICE,
    PLACE_GPU,
    PLACE_LIBRARIES,
    PLACE_OVERRIDES,
    PLACE_THREADS,
    PLACE_CPU,
    PLACE_HOST,
    PLACES
};

/* The keys that say which columns of the data are read: three columns and the header. */
enum { COLUMN_KEYS = 4 };

/* True SDs at which the sequential test is described: 0.6, 0.8 ... 1.8 points for a spread of 2. */
enum { OPERATING_POINTS = 7 };

struct findings {
    struct report report;
    struct plan plan;
    struct run_finding *runs;             /* (run_count) */
    struct report_run *report_runs;       /* (run_count) */
    struct report_setting *settings;      /* (setting_count) */
    const char **sweeps;                  /* (sweep_count) */
    char (*value_texts)[SPEC_NAME_BYTES]; /* (setting_count, sweep_count) */
    const char **values;                  /* (setting_count, sweep_count) into value_texts */
    double *numbers;                      /* (setting_count, sweep_count) */
    struct report_fact columns[COLUMN_KEYS];
    char column_texts[COLUMN_KEYS][SPEC_NAME_BYTES];
    struct report_fact *fixed;
    char (*fixed_texts)[SPEC_NAME_BYTES];
    int32_t *example_labels;   /* (examples) what the validation examples are (origins.h); NULL: not said */
    size_t examples;           /* validation examples, the same in all runs */
    bool labels_doubted;       /* the runs say different labels */
    struct report_note *notes; /* (report.note_count); point into note_texts */
    struct observed_note *note_texts;
    struct text places[PLACES];
    struct report_fact environment[PLACES];
    struct report_operating operating[OPERATING_POINTS];
    struct report_encounter *encounters; /* (report.encounter_count) */
    struct candidate *candidates;        /* (setting_count) what the recommendation is chosen from */
    bool *finished;                      /* (setting_count) settings with a finished run */
    struct recommendation recommendation;
    struct advice advice[ADVICE_MOST];
    struct report_advice report_advice[ADVICE_MOST];
    char label_names[sizeof((struct observed_begin *)NULL)->label_names];
    char model[SPEC_NAME_BYTES], train[SPEC_NAME_BYTES], validation[SPEC_NAME_BYTES];
};

/* Free what the findings hold, and empty them. Fine for findings that are all zero. */
void findings_free(struct findings *findings);

/* Whether two runs start from the same three seeds. */
bool findings_same_seeds(const struct report_run *a, const struct report_run *b);

#endif
