#include "reports/check_report.h"

const char *check_answer_name(enum check_answer answer)
{
    static const char *const names[CHECK_ANSWERS] = {
        [CHECK_NO_BASELINE] = "no_baseline", [CHECK_REGRESSION] = "regression",
        [CHECK_RUNS_FAILED] = "runs_failed", [CHECK_INCONCLUSIVE] = "inconclusive",
        [CHECK_PASSED] = "passed",
    };
    return answer < CHECK_ANSWERS ? names[answer] : "unknown";
}

const char *check_subject_name(enum check_subject subject)
{
    static const char *const names[CHECK_SUBJECTS] = {
        [CHECK_OF_BASELINE] = "baseline", [CHECK_OF_KEYS] = "keys",     [CHECK_OF_BITS] = "bits",
        [CHECK_OF_MEAN] = "mean",         [CHECK_OF_SPREAD] = "spread", [CHECK_OF_CLASS] = "class",
        [CHECK_OF_FAILURES] = "failures", [CHECK_OF_LIMIT] = "limit",   [CHECK_OF_TIME] = "time",
    };
    return subject < CHECK_SUBJECTS ? names[subject] : "unknown";
}

const char *check_weight_name(enum check_weight weight)
{
    switch (weight) {
    case CHECK_COUNTS:
        return "counts";
    case CHECK_WARNS:
        return "warns";
    case CHECK_TELLS:
        break;
    }
    return "tells";
}
