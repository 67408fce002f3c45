/* account.h - from the store of an experiment to everything a user reads: computes summaries, verdicts and diagnoses,
 * fills the report's structs and lets the reports room write report.md, figures/, runs.csv, summary.json, timings.csv
 * into the folder. Reads the store only; may be called again at any time, also while runs are missing. */
#ifndef FTBENCH_HARNESS_ACCOUNT_H
#define FTBENCH_HARNESS_ACCOUNT_H

#include "base/status.h"
#include "harness/store/store.h"

#include <stdio.h>

/* Write all files of the report into `folder` from its store. A missing gnuplot costs the figures, not the report: the
 * report then says so. */
enum status account_write(struct store *store, const char *folder, struct error *error);

/* One line a setting for the terminal: label, n, mean, SD, spread, verdict, class; and the recommended setting. */
enum status account_print(struct store *store, FILE *out, struct error *error);

#endif
