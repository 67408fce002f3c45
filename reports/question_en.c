#include "reports/question_en.h"

#include "reports/chance_en.h"
#include "reports/english.h"

/* One setting whose runs were planned so that sources of chance can be told apart. */
static bool tells_chance(const struct report *report)
{
    return report->setting_count == 1 && report->shared_seeds && report->settings[0].streams.design != NULL;
}

/* One setting whose runs all have the same seeds. */
static bool tells_sameness(const struct report *report)
{
    const bool varies = report->vary_init || report->vary_order || report->vary_dropout;
    return report->setting_count == 1 && !varies && report->settings[0].twins > 0;
}

void question_en_answer(const struct report *report, struct text *out)
{
    const struct report_setting *setting = &report->settings[0];
    if (tells_chance(report)) {
        chance_en.answer(report, setting, out);
        text_add(out, " ");
    } else if (tells_sameness(report)) {
        if (setting->unequal > 0)
            text_addf(out, "No: %d of %d runs gave other bits than the first. ", setting->unequal,
                      setting->done);
        else
            text_addf(out, "Yes: all %d runs are equal to the last bit. ", setting->done);
    }
}

void question_en(const struct report *report, struct text *out)
{
    if (report->setting_count > 1)
        text_addf(out,
                  "Asked: which of %zu settings gives the best %s on the validation data, and can that be "
                  "trusted? ",
                  report->setting_count, english_metric(report));
    else if (tells_chance(report))
        text_addf(out,
                  "Asked: which chance makes the runs of one setting differ in %s on the validation data: "
                  "the initial "
                  "weights, the order of the samples or dropout? **Answer**: ",
                  english_metric(report));
    else if (tells_sameness(report))
        text_add(out,
                 "Asked: do runs of one setting that have the same seeds give the same result? **Answer**: ");
    else
        text_addf(out,
                  "Asked: how far do runs of one setting lie apart in %s on the validation data when only "
                  "their seeds "
                  "differ, and can the setting be trusted? ",
                  english_metric(report));
    question_en_answer(report, out);
}
