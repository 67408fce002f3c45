#include "reports/parts_en.h"

#include "reports/english.h"

static void intro(const struct report *report, struct text *out)
{
    text_add(out, "Two runs can differ because one learned more, or only because they disagree about a few "
                  "examples of a small validation set, where each example weighs much. ");
    if (report->validation_samples > 0) text_addf(out, "This one has %ld. ", report->validation_samples);
    text_add(out,
             "From what every run predicted for every example the two are told apart (analysis of variance); "
             "in brackets the 95% interval of each. The squares of the two add up to that of the SD, unless "
             "the first would be below 0, which is shown as 0.");
    if (report->lower_is_better) text_add(out, " A loss is not split: here only the disagreement is told.");
}

const struct parts_words parts_en = {
    .heading = "Where the spread comes from",
    .column_between = "SD between runs",
    .column_training = "from training",
    .column_churn = "from the validation set",
    .column_thumb = "rule of thumb",
    .column_sampling = "error of the validation set",
    .column_disagreement = "disagreement",
    .column_needed = "examples needed",
    .no_labels = "Where a setting has its disagreement but no parts, the labels of the validation examples "
                 "are not known: "
                 "the trainer does not say them, or says some that do not give its own accuracies.",
    .too_few =
        "Where a setting has its disagreement but no parts, there is too little to tell them apart: that "
        "takes two validation examples and two runs with a metric.",
    .explain_between = "how far the runs lie apart, with its interval.",
    .explain_training =
        "the part by which runs really are better or worse than each other; only other training "
        "makes it smaller. An interval that begins at 0: there may be none.",
    .explain_churn =
        "the part that is only disagreement about single examples; a larger validation set makes it "
        "smaller.",
    .explain_thumb =
        "the same estimated without knowing which answers are right: the root of the disagreement "
        "over twice the number of examples.",
    .explain_sampling =
        "not in the spread, because all runs share it: by how much the metric of all of them would "
        "move on another validation set of this size. It is the error of any claim about other data.",
    .explain_disagreement = "on how many of the examples two runs give different answers, on average.",
    .explain_needed =
        "from how many validation examples on a rule on the spread would speak of the training: their "
        "part of it is then a quarter of the limit of the calibrated verdict.",
    .intro = intro,
};
