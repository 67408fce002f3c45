/* check.h - an experiment held to its baseline: both read, all lanes gone through, one answer. */
#ifndef FTBENCH_HARNESS_CHECK_CHECK_H
#define FTBENCH_HARNESS_CHECK_CHECK_H

#include "base/status.h"
#include "harness/check/contest.h"
#include "reports/check_report.h"
#include "reports/report.h"

struct check_request {
    const char *folder;    /* of the results */
    const char *baselines; /* folder */
    const char *baseline;  /* name or path */
    struct check_terms terms;
};

/* Both sides at alpha 0.05: a margin of 1 point (of a loss: 0.05), SDs up to twice, step times up to 1.1
 * times what they were. */
struct check_terms check_terms_default(void);

struct check;

/* Make the check. What is wrong with the results, or with what was asked, is a failure; what is wrong with
 * the baseline is the answer CHECK_NO_BASELINE. The request must outlive the check. Free with check_free;
 * `*check` is NULL on failure. */
enum status check_make(const struct check_request *request, struct check **check, struct error *error);
void check_free(struct check *check);

/* What was found, and the report of the experiment that was checked. The check's own. */
const struct check_report *check_reported(const struct check *check);
const struct report *check_experiment(const struct check *check);

/* The exit code of an answer (harness/cli.h). */
int check_exit_code(enum check_answer answer);

#endif
