#include "harness/constant_answer.h"

#include "harness/inquiry.h"
#include "harness/origins.h"
#include "harness/stats/constant.h"

#include <math.h>

enum status constant_answer_fill(struct findings *findings, struct error *error)
{
    struct report *report = &findings->report;
    struct constant best;
    int metric = findings->plan.experiment.metric;
    report->constant_metric = NAN;
    for (size_t i = 0; i < report->run_count; i++)
        findings->report_runs[i].learned = false;
    if (metric == METRIC_EVAL_LOSS || report->labels < 2 || !origins_labels_known(findings)) return STATUS_OK;
    const enum influence_metric kind = inquiry_influence(metric);
    TRY(constant_best(findings->example_labels, findings->examples, report->labels, kind, &best, error));
    report->constant_metric = best.value;
    for (size_t i = 0; i < report->run_count; i++) {
        const int32_t *predictions = findings->runs[i].predictions;
        const struct prediction_table table = {.labels = findings->example_labels,
                                               .predictions = predictions,
                                               .examples = findings->examples,
                                               .runs = 1,
                                               .classes = report->labels};
        if (predictions == NULL) continue;
        TRY(constant_beaten(&table, 0, &best, kind, &findings->report_runs[i].learned, error));
    }
    return STATUS_OK;
}
