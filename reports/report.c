#include "reports/report.h"

#include <math.h>
#include <string.h>

double report_run_evidence(const struct report_run *run, const char *name)
{
    for (size_t i = 0; i < run->evidence_count; i++) {
        if (strcmp(run->evidence[i].name, name) == 0) return run->evidence[i].value;
    }
    return NAN;
}

const char *report_outcome_name(enum report_outcome outcome)
{
    switch (outcome) {
    case REPORT_PENDING:
        return "pending";
    case REPORT_DONE:
        return "done";
    case REPORT_DIVERGED:
        return "diverged";
    case REPORT_FAILED:
        return "failed";
    case REPORT_CRASHED:
        return "crashed";
    case REPORT_TIMED_OUT:
        return "timed_out";
    case REPORT_BAD_OUTPUT:
        return "bad_output";
    }
    return "unknown";
}

const char *report_verdict_name(enum report_verdict verdict)
{
    switch (verdict) {
    case REPORT_UNDEFINED:
        return "undefined";
    case REPORT_STABLE:
        return "stable";
    case REPORT_UNSTABLE:
        return "unstable";
    }
    return "unknown";
}

const char *report_sureness_name(enum report_sureness sureness)
{
    switch (sureness) {
    case REPORT_SURE_UNDEFINED:
        return "undefined";
    case REPORT_SURE_STABLE:
        return "stable";
    case REPORT_SURE_UNSTABLE:
        return "unstable";
    case REPORT_SURE_UNDETERMINED:
        return "undetermined";
    }
    return "unknown";
}

const char *report_comparison_name(enum report_comparison comparison)
{
    switch (comparison) {
    case REPORT_UNCOMPARED:
        return "undefined";
    case REPORT_OPEN:
        return "inconclusive";
    case REPORT_BETTER:
        return "better";
    case REPORT_WORSE:
        return "worse";
    }
    return "unknown";
}

const char *report_claim_name(enum report_claim claim)
{
    switch (claim) {
    case REPORT_CLAIM_NONE:
        return "";
    case REPORT_CLAIM_OPEN:
        return "inconclusive";
    case REPORT_CLAIM_BETTER:
        return "better";
    case REPORT_CLAIM_WORSE:
        return "worse";
    }
    return "unknown";
}

const char *report_stream_status_name(enum report_stream_status status)
{
    switch (status) {
    case REPORT_STREAM_UNDEFINED:
        return "undefined";
    case REPORT_STREAM_DEAD:
        return "dead";
    case REPORT_STREAM_TOO_FEW:
        return "too few levels";
    case REPORT_STREAM_DIFFERS:
        return "differs";
    case REPORT_STREAM_NOT_SHOWN:
        return "not shown";
    case REPORT_STREAM_SHOWN:
        return "shown";
    }
    return "unknown";
}

const char *report_class_name(enum report_class class_of_run)
{
    switch (class_of_run) {
    case REPORT_CONVERGED:
        return "converged";
    case REPORT_OVERFIT:
        return "overfit";
    case REPORT_STALLED:
        return "stalled";
    case REPORT_OSCILLATING:
        return "oscillating";
    case REPORT_UNDETERMINED:
    case REPORT_CLASSES:
        break;
    }
    return "undetermined";
}

const char *report_state_name(enum report_state state)
{
    switch (state) {
    case REPORT_STILL_IMPROVING:
        return "still_improving";
    case REPORT_VAL_FLAT:
        return "val_flat";
    case REPORT_NEVER_GENERALISED:
        return "never_generalised";
    case REPORT_ROSE:
        return "rose";
    case REPORT_COLLAPSED:
        return "collapsed";
    case REPORT_STATE_DIVERGED:
        return "diverged";
    case REPORT_TOO_SHORT:
        return "too_short";
    case REPORT_NO_VALIDATION:
        return "no_validation";
    case REPORT_PLAIN:
    case REPORT_STATES:
        break;
    }
    return "";
}

const char *report_course_name(enum report_course course)
{
    switch (course) {
    case REPORT_METRIC_ROSE:
        return "rose";
    case REPORT_METRIC_LEVEL:
        return "level";
    case REPORT_METRIC_FELL:
        return "fell";
    case REPORT_METRIC_UNKNOWN:
        break;
    }
    return "";
}

const char *report_recommendation_name(enum report_recommendation recommendation)
{
    switch (recommendation) {
    case REPORT_NOTHING:
        return "nothing";
    case REPORT_TRUSTED:
        return "stable";
    case REPORT_UNPROVEN:
        return "unproven";
    case REPORT_LEAST_BAD:
        return "least_bad";
    }
    return "unknown";
}

const char *report_advice_name(enum report_advice_kind kind)
{
    switch (kind) {
    case REPORT_FINISH_RUNS:
        return "finish_runs";
    case REPORT_LOOK_AT_FAILURES:
        return "look_at_failures";
    case REPORT_MORE_REPEATS:
        return "more_repeats";
    case REPORT_VARY_SEEDS:
        return "vary_seeds";
    case REPORT_VARY_JOINTLY:
        return "vary_jointly";
    case REPORT_EXTEND:
        return "extend_sweep";
    case REPORT_REFINE:
        return "refine_sweep";
    case REPORT_SWEEP_NEXT:
        return "sweep_next";
    case REPORT_FEWER_EPOCHS:
        return "fewer_epochs";
    case REPORT_MORE_EPOCHS:
        return "more_epochs";
    case REPORT_RAISE_RATE:
        return "raise_learning_rate";
    case REPORT_CALM_DOWN:
        return "calm_down";
    case REPORT_SEE_MORE:
        return "see_more";
    case REPORT_TRAIN_LONGER:
        return "train_longer";
    case REPORT_ONE_CLASS:
        return "one_class";
    case REPORT_MORE_TIME:
        return "more_time";
    case REPORT_STEADY:
        return "steady";
    case REPORT_MORE_VALIDATION:
        return "more_validation";
    case REPORT_BOTH_CLASSES:
        return "both_classes";
    case REPORT_DECIDE:
        return "decide";
    }
    return "unknown";
}
