#include "harness/account.h"

#include "base/memory.h"
#include "harness/collect.h"
#include "harness/findings.h"
#include "reports/report_files.h"
#include "reports/terminal.h"
#include "reports/words_en.h"

#include <errno.h>
#include <math.h>
#include <string.h>

struct account {
    struct findings findings;
    char no_figures[FIGURES_FAILURE_BYTES];
};

enum status account_open(struct store *store, struct account **account, struct error *error)
{
    *account = NULL;
    struct account *opened = memory_zeroed(1, sizeof *opened);
    if (opened == NULL) return error_no_memory(error, sizeof *opened);
    enum status status = collect_findings(store, &opened->findings, error);
    if (status == STATUS_OK)
        *account = opened;
    else
        memory_free(opened);
    return status;
}

void account_close(struct account *account)
{
    if (account == NULL) return;
    findings_free(&account->findings);
    memory_free(account);
}

enum status account_write(struct account *account, const char *folder, struct error *error)
{
    return report_files_write(&account->findings.report, folder, account->no_figures, error);
}

const char *account_no_figures(const struct account *account)
{
    return account->no_figures;
}

enum status account_print(const struct account *account, FILE *out, struct error *error)
{
    struct text lines = {0};
    terminal_report(&account->findings.report, &words_en, &lines);
    enum status status = text_status(&lines, error);
    if (status == STATUS_OK && (fputs(text_string(&lines), out) == EOF || fflush(out) != 0))
        status = error_set(error, STATUS_IO, "the summary cannot be printed: %s", strerror(errno));
    text_free(&lines);
    return status;
}

const char *account_best_run(const struct account *account)
{
    const struct report *report = &account->findings.report;
    const struct report_run *best = NULL;
    for (size_t i = 0; i < report->run_count && report->recommendation != REPORT_NOTHING; i++) {
        const struct report_run *run = &report->runs[i];
        if (run->setting != report->recommended || run->outcome != REPORT_DONE || isnan(run->metric))
            continue;
        bool better = best == NULL ||
                      (report->lower_is_better ? run->metric < best->metric : run->metric > best->metric);
        if (better) best = run;
    }
    return best == NULL ? NULL : best->id;
}

const char *account_best_kind(const struct account *account)
{
    const struct report *report = &account->findings.report;
    const bool alone = report->setting_count == 1;
    switch (report->recommendation) {
    case REPORT_TRUSTED:
        return "the recommended setting's best run";
    case REPORT_LEAST_BAD:
        return alone ? "the best run of a setting that is not stable" : "the least bad setting's best run";
    case REPORT_UNPROVEN:
        return alone ? "the best run, unproven" : "the best setting's best run, unproven";
    case REPORT_NOTHING:
        break;
    }
    return "";
}

size_t account_without_result(const struct account *account)
{
    const struct report *report = &account->findings.report;
    size_t count = 0;
    for (size_t i = 0; i < report->run_count; i++)
        count += report->runs[i].outcome != REPORT_DONE || isnan(report->runs[i].metric);
    return count;
}
