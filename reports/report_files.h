/* report_files.h - the files of a report, written into a folder: report.md with figures/ for people; runs.csv
 * and summary.json, which hold nothing that may differ between two repetitions of the same experiment (no
 * time, memory, host, thread count or instruction set); timings.csv, which holds just that. */
#ifndef FTBENCH_REPORTS_REPORT_FILES_H
#define FTBENCH_REPORTS_REPORT_FILES_H

#include "base/status.h"
#include "reports/figures.h"
#include "reports/report.h"

/* Write all files into `folder`, which is made when missing. Without a working gnuplot there are no figures,
 * and report.md and `no_figures` say why; else the latter is "". */
enum status report_files_write(const struct report *report, const char *folder,
                               char no_figures[FIGURES_FAILURE_BYTES], struct error *error);

#endif
