/* exporting.h - the files and lines that a check leaves for continuous integration. */
#ifndef FTBENCH_HARNESS_CHECK_EXPORTING_H
#define FTBENCH_HARNESS_CHECK_EXPORTING_H

#include "base/status.h"
#include "reports/check_report.h"

#include <stdio.h>

/* Paths of files to write; NULL: not that one. */
struct exporting {
    const char *junit, *markdown, *benchmark, *benchmark_smaller;
};

/* Write them; and, where GITHUB_ACTIONS is "true", annotations to `out`; and append the Markdown to the file
 * that GITHUB_STEP_SUMMARY names. */
enum status exporting_write(const struct exporting *exporting, const struct check_report *check, FILE *out,
                            struct error *error);

#endif
