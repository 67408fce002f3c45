/* check_exports.h - what a check found, in the forms that continuous integration reads. docs/check.md says
 * what is in them. All append to `out`. */
#ifndef FTBENCH_REPORTS_CHECK_EXPORTS_H
#define FTBENCH_REPORTS_CHECK_EXPORTS_H

#include "base/text.h"
#include "reports/check_report.h"

/* JUnit XML as Jenkins' schema (junit-10.xsd) has it, where properties belong to test suites: a suite for the
 * experiment as a whole and one for each setting, with its numbers as properties and one test case. A
 * regression is a failure, failed runs and a missing baseline are errors, inconclusive is skipped. */
void check_junit(const struct check_report *check, struct text *out);

/* For a pull request or a step's summary: verdict, reasons, table of settings, what is different between the
 * two; without a baseline only what these results are. */
void check_markdown(const struct check_report *check, struct text *out);

/* github-action-benchmark: a list of values. `smaller`: those of which smaller is better (SDs, failed runs,
 * step times; the means of a loss), for customSmallerIsBetter; else those of which larger is, for
 * customBiggerIsBetter. */
void check_benchmark(const struct check_report *check, bool smaller, struct text *out);

/* GitHub's workflow commands: ::error for what fails the check, ::warning for what is inconclusive or was let
 * pass. */
void check_annotations(const struct check_report *check, struct text *out);

/* Whether a text begins as one of the files above does that another check has written: JUnit, Markdown or
 * values. An empty list of values is none: it says nothing that could be taken for an answer. */
bool check_junit_wrote(const char *text);
bool check_markdown_wrote(const char *text);
bool check_benchmark_wrote(const char *text);

#endif
