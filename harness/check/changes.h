/* changes.h - what becomes of a baseline that other results replace, in a few lines: what a check of these
 * results against the old baseline found, without its verdict. */
#ifndef FTBENCH_HARNESS_CHECK_CHANGES_H
#define FTBENCH_HARNESS_CHECK_CHANGES_H

#include "reports/check_report.h"

#include <stdio.h>

/* A line for each changed key, and for what does not fit the old baseline; a line for each setting with other
 * bits: whether they could be compared, its mean, failed runs and class before and after where they differ;
 * one for all settings with the same bits. */
void changes_print(const struct check_report *check, FILE *out);

#endif
