/* check_files.h - the files that tell of a check. */
#ifndef FTBENCH_REPORTS_CHECK_FILES_H
#define FTBENCH_REPORTS_CHECK_FILES_H

#include "base/status.h"
#include "reports/check_report.h"
#include "reports/report.h"

/* Write summary.json of the experiment into `folder` again, with what was found in its member `check`, and
 * then check.json: where that is, a check came to its end. */
enum status check_files_write(const struct check_report *check, const struct report *experiment,
                              const char *folder, struct error *error);

/* Whether a check has left its check.json in the folder. */
bool check_files_are_in(const char *folder);

/* Take away what a former check has left in the folder, so that nobody takes its answer for that of one which
 * does not come to an end: check.json, and the member of summary.json. What is not ours stays. */
enum status check_files_forget(const char *folder, struct error *error);

#endif
