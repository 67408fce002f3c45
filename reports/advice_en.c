#include "reports/advice_en.h"

#include "reports/english.h"
#include "reports/words.h"

#include <stdio.h>

/* " (0.0003, 0.001)"; nothing without values. */
static void in_brackets(const struct report_advice *what, char text[REPORT_ADVICE_BYTES + 4])
{
    text[0] = '\0';
    if (what->values[0] != '\0') snprintf(text, REPORT_ADVICE_BYTES + 4, " (%s)", what->values);
}

void english_advice(const struct report *report, const struct report_advice *what, struct text *out)
{
    char values[REPORT_ADVICE_BYTES + 4];
    in_brackets(what, values);
    switch (what->kind) {
    case REPORT_FINISH_RUNS:
        text_add(out, "**Finish the experiment**: give the same command again; finished runs are kept.");
        return;
    case REPORT_LOOK_AT_FAILURES:
        text_add(out, "**Look at the runs without a result** below (\"Failed runs\") before anything else: a "
                      "setting that fails for some seeds is "
                      "not a setting to rely on.");
        return;
    case REPORT_MORE_REPEATS:
        text_addf(out,
                  "**Repeat more often** (`repeats = %s`): a spread needs two runs of different seeds, and "
                  "is worth "
                  "little with fewer than three.",
                  what->values);
        return;
    case REPORT_VARY_SEEDS:
        text_add(
            out,
            "**Vary the seeds** (`vary = init, order, dropout`): all repeats had the same ones, "
            "or ones that decide nothing, which shows that runs are reproducible, not that the setting is "
            "stable.");
        return;
    case REPORT_VARY_JOINTLY:
        text_addf(
            out,
            "**Repeat it with all seeds varied together** (`design = joint`, `repeats = %s` or more): only "
            "runs of which each has seeds of its own give a verdict on the setting.",
            what->values);
        return;
    case REPORT_EXTEND:
        text_add(out, "**Extend the sweep of ");
        words_code(out, what->key);
        text_addf(out, "**: the best value is at its edge, so a better one may lie beyond. Try %s.",
                  what->values);
        return;
    case REPORT_REFINE:
        text_add(out, "**Refine ");
        words_code(out, what->key);
        text_addf(out, "**: the best value lies inside the sweep. Try its neighbourhood: %s.", what->values);
        return;
    case REPORT_SWEEP_NEXT:
        text_add(out, "**Then ");
        words_code(out, what->key);
        text_addf(
            out,
            "**, the next parameter in the recipe's order (learning rate, batch size, epochs), with the best "
            "value found here: try %s. Keep a change only if %s improves.",
            what->values, english_metric(report));
        return;
    case REPORT_FEWER_EPOCHS:
        text_addf(out,
                  "**Train for fewer epochs**%s, or stop early: validation loss rose while train loss "
                  "still fell, "
                  "which is overfitting. More weight decay also helps.",
                  values);
        return;
    case REPORT_MORE_EPOCHS:
        text_addf(out, "**Train for more epochs**%s: validation loss was still falling at the end.", values);
        return;
    case REPORT_RAISE_RATE:
        text_addf(out,
                  "**Raise the learning rate**%s: neither loss fell, so the steps are too small to learn; "
                  "if that "
                  "does not help, check labels and initialisation.",
                  values);
        return;
    case REPORT_CALM_DOWN:
        text_addf(
            out,
            "**Lower the learning rate**%s or enlarge the batch (`gradient_accumulation_steps` needs no "
            "memory): the loss swings instead of settling.",
            values);
        return;
    case REPORT_SEE_MORE:
        text_add(out,
                 "**Evaluate more often** (a smaller `eval_steps`) or train longer: with so few evaluations "
                 "nobody can tell whether the runs learn.");
        return;
    case REPORT_TRAIN_LONGER:
        text_addf(out,
                  "**Train longer**%s: runs of so few steps (fewer than 50) have hardly begun to learn, "
                  "whatever the "
                  "learning rate. If longer ones learn nothing either, raise it.",
                  values);
        return;
    case REPORT_ONE_CLASS:
        text_add(out,
                 "**Get away from one class**: most runs give every sample the same class although their "
                 "losses move. Try other learning rates, train longer, and look at how many samples each "
                 "class has.");
        return;
    case REPORT_MORE_TIME:
        text_add(out, "**Give runs more time**");
        if (what->values[0] != '\0') text_addf(out, " (`timeout = %s` in `[run]`)", what->values);
        text_add(out, ": some were stopped by the timeout, and a run that is merely slow needs no more than "
                      "that. Fewer at a time (`jobs`) or shorter texts (`max_length`) are faster too.");
        return;
    case REPORT_MORE_VALIDATION:
        text_add(out, "**Get more validation data**");
        if (what->values[0] != '\0') text_addf(out, " (about %s examples)", what->values);
        text_add(out, ": the runs lie apart more because they disagree about single examples of a small "
                      "validation set than because training went otherwise; another batch size would "
                      "change little.");
        return;
    case REPORT_BOTH_CLASSES:
        text_add(out, "**Validate on every class**: a validation set with examples of all classes, as in the "
                      "train data (a held-out part of them, `validation_fraction`, will do).");
        return;
    case REPORT_DECIDE:
        text_addf(
            out,
            "**Repeat a few times more** (`repeats = %s`): if the SD stays what it is, that decides the "
            "calibrated verdict.",
            what->values);
        return;
    case REPORT_STEADY:
        text_add(out, "**Make the runs agree**: a larger batch (`gradient_accumulation_steps` needs no "
                      "memory), cleaner "
                      "labels, or more validation data, on which single samples weigh less.");
        return;
    }
}
