/* support_sample.h - a report filled by hand, as its tests need one: a sweep of the learning rate over five
 * values, three runs each, with every kind of curve, one diverged run, one crashed run and one that is
 * pending. */
#ifndef FTBENCH_TESTS_REPORTS_SUPPORT_SAMPLE_H
#define FTBENCH_TESTS_REPORTS_SUPPORT_SAMPLE_H

#include "base/text.h"
#include "reports/report.h"

enum { SAMPLE_SETTINGS = 5, SAMPLE_REPEATS = 3, SAMPLE_RUNS = SAMPLE_SETTINGS * SAMPLE_REPEATS };

/* What the report points to; must live as long as the report. Tests may change it. */
struct sample {
    struct report report;
    struct report_setting settings[SAMPLE_SETTINGS];
    struct report_run runs[SAMPLE_RUNS];
    struct report_advice advice[3];
    struct report_point train[SAMPLE_RUNS][40], evaluation[SAMPLE_RUNS][9];
    struct report_encounter encounters[SAMPLE_SETTINGS - 1];
    double numbers[SAMPLE_SETTINGS];
    const char *values[SAMPLE_SETTINGS];
};

void sample_fill(struct sample *sample);

/* Fail unless the text holds `what`, or when it does. */
void assert_says(const struct text *out, const char *what);
void assert_does_not_say(const struct text *out, const char *what);

/* Compare with tests/golden/`name`; FTBENCH_UPDATE_GOLDEN=1 in the environment writes the file instead. */
void sample_assert_golden(const char *name, const struct text *text);

#endif
