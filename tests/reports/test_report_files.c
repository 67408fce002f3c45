#include "base/file.h"
#include "base/memory.h"
#include "reports/report_files.h"
#include "tests/reports/support_sample.h"
#include "tests/support_temporary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct sample sample;

static int setup(void **state)
{
    (void)state;
    sample_fill(&sample);
    return 0;
}

/* All files are there, in a folder that was not. */
static void all_files(void **state)
{
    (void)state;
    static const char *const names[] = {"report.md", "runs.csv", "summary.json", "timings.csv",
                                        "figures/metric-learning_rate.gnuplot"};
    char folder[256], below[512], path[768], no_figures[FIGURES_FAILURE_BYTES] = "?";
    struct error error = {0};
    temporary_folder(folder, sizeof folder);
    snprintf(below, sizeof below, "%s/a/b", folder);
    if (report_files_write(&sample.report, below, no_figures, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", below, names[i]);
        if (!file_exists(path)) fail_msg("%s is missing", path);
    }
    snprintf(path, sizeof path, "%s/figures/metric-learning_rate.svg", below);
    assert_true(file_exists(path) == (no_figures[0] == '\0'));
    temporary_remove(folder);
}

/* Where a file stands that should be a folder, the reason comes back. */
static void a_folder_that_cannot_be(void **state)
{
    (void)state;
    char folder[256], path[512], no_figures[FIGURES_FAILURE_BYTES];
    struct error error = {0};
    temporary_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/file", folder);
    assert_int_equal(file_write(path, "", 0, NULL), STATUS_OK);
    assert_int_equal(report_files_write(&sample.report, path, no_figures, &error), STATUS_IO);
    assert_non_null(strstr(error.text, path));
    temporary_remove(folder);
}

/* Each allocation in turn fails: the status says so, nothing is lost, and in the end it succeeds. Without
 * gnuplot, which would be started a thousand times. */
static void allocation_failures(void **state)
{
    (void)state;
    char folder[256], no_figures[FIGURES_FAILURE_BYTES] = "";
    const char *path = getenv("PATH");
    char *kept = memory_copy_string(path == NULL ? "" : path);
    assert_non_null(kept);
    temporary_folder(folder, sizeof folder);
    setenv("PATH", folder, 1);
    long alive = memory_blocks_alive();
    bool finished = false;
    int refused = 0;
    for (long n = 1; n < 10000 && !finished; n++) {
        struct error error = {0};
        memory_fail_from(n);
        enum status status = report_files_write(&sample.report, folder, no_figures, &error);
        memory_fail_from(0);
        finished = status == STATUS_OK;
        if (!finished) {
            assert_int_equal(status, STATUS_NO_MEMORY);
            assert_non_null(strstr(error.text, "memory"));
            refused++;
        }
        assert_int_equal(memory_blocks_alive(), alive);
    }
    setenv("PATH", kept, 1);
    assert_non_null(strstr(no_figures, "gnuplot"));
    memory_free(kept);
    assert_true(finished);
    assert_true(refused >= 8);
    temporary_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(all_files, setup),
        cmocka_unit_test_setup(a_folder_that_cannot_be, setup),
        cmocka_unit_test_setup(allocation_failures, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
