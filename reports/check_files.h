/* check_files.h - the files that tell of a check. */
#ifndef FTBENCH_REPORTS_CHECK_FILES_H
#define FTBENCH_REPORTS_CHECK_FILES_H

#include "base/status.h"
#include "reports/check_report.h"
#include "reports/report.h"

/* Write check.json into `folder`, and summary.json of the experiment again, with what was found in its member
 * `check`.
 */
enum status check_files_write(const struct check_report *check, const struct report *experiment,
                              const char *folder, struct error *error);

#endif
