/* telling.h - what a check found, for people: a table of settings, a line for each thing to mind, the
 * verdict. */
#ifndef FTBENCH_HARNESS_CHECK_TELLING_H
#define FTBENCH_HARNESS_CHECK_TELLING_H

#include "base/status.h"
#include "reports/check_report.h"

#include <stdio.h>

enum status telling_print(const struct check_report *check, FILE *out, struct error *error);

#endif
