#include "reports/lessons_en.h"

#include "reports/english.h"
#include "reports/words.h"

#include <math.h>
#include <string.h>

/* Steps of a setting's first finished run; -1 without one. */
static long updates(const struct report *report, size_t setting)
{
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (run->setting == setting && run->outcome == REPORT_DONE) return run->steps;
    }
    return -1;
}

static void constant_answer(const struct report *report, struct text *out)
{
    if (report->lower_is_better || report->one_label || isnan(report->constant_metric)) return;
    text_addf(out, "Always the same answer, whatever the text, gets %s ", english_metric(report));
    words_value(out, report->constant_metric);
    text_add(out, " here at best: only what lies above that was learned.");
}

/* What a batch size or a number of epochs changes besides: how often the weights move. */
static void count_updates(const struct report *report, struct text *out)
{
    size_t least = report->setting_count, most = least;
    for (size_t i = 0; i < report->setting_count; i++) {
        long own = updates(report, i);
        if (own < 0) continue;
        if (least == report->setting_count || own < updates(report, least)) least = i;
        if (most == report->setting_count || own > updates(report, most)) most = i;
    }
    if (least == report->setting_count || updates(report, least) == updates(report, most)) return;
    text_addf(out, "%sSettings differ in how often the weights were updated: from %ld times (",
              out->length > 0 ? " " : "", updates(report, least));
    words_code(out, report->settings[least].label);
    text_addf(out, ") to %ld (", updates(report, most));
    words_code(out, report->settings[most].label);
    text_add(out, "). A setting with few updates may want more epochs or a higher learning rate rather than "
                  "be worse by itself.");
}

void lessons_en_settings(const struct report *report, struct text *out)
{
    constant_answer(report, out);
    count_updates(report, out);
}

void lessons_en_curves(const struct report *report, struct text *out)
{
    for (size_t i = 0; i < report->fixed_count; i++) {
        const struct report_fact *fact = &report->fixed[i];
        if (strcmp(fact->name, "lr_scheduler_type") != 0) continue;
        if (strcmp(fact->value, "linear") != 0 && strcmp(fact->value, "cosine") != 0) continue;
        text_addf(
            out,
            " The learning rate falls to nothing by the end of a run (`lr_scheduler_type = %s`), so curves "
            "level off there in any case: that alone does not say that more epochs would bring nothing.",
            fact->value);
    }
}
