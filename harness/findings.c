#include "harness/findings.h"

#include "base/memory.h"

#include <string.h>

void findings_free(struct findings *findings)
{
    for (size_t i = 0; i < findings->plan.run_count && findings->runs != NULL; i++) {
        memory_free(findings->runs[i].train);
        memory_free(findings->runs[i].evaluation);
        memory_free(findings->runs[i].predictions);
    }
    for (int i = 0; i < PLACES; i++)
        text_free(&findings->places[i]);
    memory_free(findings->runs);
    memory_free(findings->report_runs);
    memory_free(findings->settings);
    memory_free(findings->candidates);
    memory_free(findings->finished);
    memory_free(findings->encounters);
    memory_free(findings->sweeps);
    memory_free(findings->value_texts);
    memory_free(findings->values);
    memory_free(findings->numbers);
    memory_free(findings->fixed);
    memory_free(findings->fixed_texts);
    memory_free(findings->example_labels);
    memory_free(findings->notes);
    memory_free(findings->note_texts);
    plan_free(&findings->plan);
    memset(findings, 0, sizeof *findings);
}

bool findings_same_seeds(const struct report_run *a, const struct report_run *b)
{
    return a->seed_init == b->seed_init && a->seed_order == b->seed_order &&
           a->seed_dropout == b->seed_dropout;
}
