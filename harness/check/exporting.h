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

/* What could not be written, of four files, the step's summary and the standard output. */
enum { EXPORTS = 6 };
struct unwritten {
    struct error reasons[EXPORTS];
    const char *lines[EXPORTS]; /* (count) their texts */
    size_t count;
    bool output; /* the standard output is one of them */
};

/* Whether they may be written where it was asked, and the Markdown be appended where GITHUB_STEP_SUMMARY
 * says: not over what ftbench keeps in `folder`, nor over the baseline (its file, or NULL), any other
 * database or each other, nor where the program's own output goes; and in the place of a file only.
 * STATUS_USAGE where not. Files are the same by what they are, whatever their paths. Nothing is changed. */
enum status exporting_check(const struct exporting *exporting, const char *folder, const char *baseline,
                            struct error *error);

/* Take away what a former check has written to these paths, and nothing else: whatever a path was given by
 * mistake stays. Nothing either of the file to which the step's summary is appended, where others write
 * too. */
void exporting_forget(const struct exporting *exporting);

/* Write them; append the Markdown to the file that GITHUB_STEP_SUMMARY names; and, where GITHUB_ACTIONS is
 * "true", annotations to `out`. What cannot be written keeps nothing else from being written: it is in
 * `unwritten` and in the check, whose exit code becomes 2. STATUS_NO_MEMORY is the only failure. `unwritten`
 * must outlive the check. */
enum status exporting_write(const struct exporting *exporting, struct check_report *check, FILE *out,
                            struct unwritten *unwritten, struct error *error);

#endif
