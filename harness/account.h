/* account.h - from the store of an experiment to everything a user reads: computes summaries, verdicts and
 * diagnoses, fills the report's structs and lets the reports room write report.md, figures/, runs.csv,
 * summary.json, timings.csv into a folder. Reads the store once, when it is opened; may be opened at any
 * time, also while runs are missing. */
#ifndef FTBENCH_HARNESS_ACCOUNT_H
#define FTBENCH_HARNESS_ACCOUNT_H

#include "base/status.h"
#include "harness/store/store.h"

#include <stddef.h>
#include <stdio.h>

struct account;

/* Read and judge the whole store, which is not needed any more afterwards. Free with account_close;
 * `*account` is NULL on failure. */
enum status account_open(struct store *store, struct account **account, struct error *error);
void account_close(struct account *account);

/* Write all files of the report into `folder`. A missing gnuplot costs the figures, not the report: the
 * report then says so. */
enum status account_write(struct account *account, const char *folder, struct error *error);

/* Why the report that was written last has no figures, one line; "" when it has them. The account's own. */
const char *account_no_figures(const struct account *account);

/* One line a setting for the terminal: label, n, mean, SD, spread, verdict, class; and the recommended
 * setting. */
enum status account_print(const struct account *account, FILE *out, struct error *error);

/* The id of the best run of the recommended setting, by the metric that is judged; the first of several. NULL
 * when nothing is recommended. The account's own. */
const char *account_best_run(const struct account *account);

/* What kind of run that is, in words: "the recommended setting's best run"; "" when there is none. */
const char *account_best_kind(const struct account *account);

/* Runs without a result: failed, not there yet, or finished with an undefined metric. */
size_t account_without_result(const struct account *account);

#endif
