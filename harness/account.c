#include "harness/account.h"

#include "base/memory.h"
#include "harness/findings.h"
#include "reports/report.h"
#include "reports/terminal.h"
#include "reports/words.h"

#include <errno.h>
#include <string.h>

enum status account_write(struct store *store, const char *folder, struct error *error)
{
    struct findings *findings = memory_zeroed(1, sizeof *findings);
    if (findings == NULL) return error_no_memory(error, sizeof *findings);
    enum status status = findings_collect(store, findings, error);
    if (status == STATUS_OK) {
        status = report_write(&findings->report, folder, error);
        findings_free(findings);
    }
    memory_free(findings);
    return status;
}

enum status account_print(struct store *store, FILE *out, struct error *error)
{
    struct text lines = {0};
    struct findings *findings = memory_zeroed(1, sizeof *findings);
    if (findings == NULL) return error_no_memory(error, sizeof *findings);
    enum status status = findings_collect(store, findings, error);
    if (status == STATUS_OK) {
        terminal_report(&findings->report, &words_en, &lines);
        status = text_status(&lines, error);
        if (status == STATUS_OK && (fputs(text_string(&lines), out) == EOF || fflush(out) != 0))
            status = error_set(error, STATUS_IO, "the summary cannot be printed: %s", strerror(errno));
        findings_free(findings);
    }
    text_free(&lines);
    memory_free(findings);
    return status;
}
