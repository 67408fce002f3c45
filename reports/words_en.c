#include "reports/words_en.h"

#include "reports/advice_en.h"
#include "reports/answer_en.h"
#include "reports/asked_en.h"
#include "reports/chance_en.h"
#include "reports/curves_en.h"
#include "reports/duel_en.h"
#include "reports/english.h"
#include "reports/lessons_en.h"
#include "reports/parts_en.h"
#include "reports/setting_en.h"
#include "reports/sureness_en.h"

static void metric_axis(const struct report *report, struct text *out)
{
    if (report->in_points)
        text_addf(out, "%s on the validation data (fraction)", english_metric(report));
    else
        text_addf(out, "%s (nats)", english_metric(report));
}

static void title(const struct report *report, struct text *out)
{
    text_add(out, "ftbench report: ");
    words_plain(out, report->name);
}

static const char *outcome(enum report_outcome outcome_of_run)
{
    switch (outcome_of_run) {
    case REPORT_PENDING:
        return "pending";
    case REPORT_DONE:
        return "done";
    case REPORT_DIVERGED:
        return "diverged";
    case REPORT_FAILED:
        return "failed";
    case REPORT_CRASHED:
        return "crashed";
    case REPORT_TIMED_OUT:
        return "timed out";
    case REPORT_BAD_OUTPUT:
        return "bad output";
    }
    return "unknown";
}

static void note(const struct report_note *what, size_t run_count, struct text *out)
{
    text_add(out, "**");
    words_plain(out, what->code);
    text_add(out, "**: ");
    words_plain(out, what->message);
    if ((size_t)what->runs < run_count) text_addf(out, " (%d of %zu runs)", what->runs, run_count);
}

static void metric_title(const struct report *report, const char *key, struct text *out)
{
    text_addf(out, "%s of every run", english_metric(report));
    if (key != NULL) text_addf(out, ", by %s", key);
}

static void metric_explained(const struct report *report, const char *key, struct text *out)
{
    if (key == NULL) {
        text_addf(out, "Each dot is one run's %s.", english_metric(report));
    } else {
        text_addf(out, "Each dot is one run's %s at a value of ", english_metric(report));
        words_code(out, key);
        text_add(out, ".");
    }
    text_addf(out,
              " The bar reaches from the worst run to the best, the dash is the mean: look for a %s "
              "dash with "
              "a short bar.",
              report->lower_is_better ? "low" : "high");
}

static void missing(const struct report_setting *setting, struct text *out)
{
    const char *separator = "";
    if (setting->failed > 0) {
        text_addf(out, "%d of %d failed", setting->failed, setting->planned);
        separator = ", ";
    }
    if (setting->undefined > 0) {
        text_addf(out, "%s%d undefined", separator, setting->undefined);
        separator = ", ";
    }
    if (setting->pending > 0) text_addf(out, "%s%d pending", separator, setting->pending);
}

static void no_figures(const char *reason, struct text *out)
{
    text_add(out, "There are no figures: ");
    words_plain(out, reason);
    text_add(out, ".");
}

const struct words words_en = {
    .phrases =
        {
            [PHRASE_ASKED] = "What was asked",
            [PHRASE_SETTINGS] = "How each setting did",
            [PHRASE_SETTINGS_INTRO] = "One line for each setting, over its finished runs. 1 point is 0.01 of "
                                      "the metric; `-` is undefined.",
            [PHRASE_HOW_TO_READ] = "How to read the columns:",
            [PHRASE_COLUMN_SETTING] = "setting",
            [PHRASE_COLUMN_RUNS] = "n",
            [PHRASE_COLUMN_MEAN] = "mean",
            [PHRASE_COLUMN_SD] = "SD",
            [PHRASE_COLUMN_MIN] = "min",
            [PHRASE_COLUMN_MAX] = "max",
            [PHRASE_COLUMN_SPREAD] = "spread",
            [PHRASE_COLUMN_INTERVAL] = "95% interval of the mean",
            [PHRASE_COLUMN_VERDICT] = "verdict",
            [PHRASE_COLUMN_LUCK] = "noisy one passes",
            [PHRASE_COLUMN_CURVES] = "curves",
            [PHRASE_COLUMN_FAILED] = "failed",
            [PHRASE_POINTS] = "points",
            [PHRASE_EXPLAIN_SETTING] = "the values that were swept; all else is as under \"What was asked\". "
                                       "`base`: nothing was swept, "
                                       "and all is as there.",
            [PHRASE_EXPLAIN_RUNS] =
                "finished runs with different seeds and a metric; everything to the right rests on them.",
            [PHRASE_EXPLAIN_MEAN] = "the average of their metric on the validation data. With "
                                    "`load_best_model_at_end` each run is "
                                    "taken at its best evaluation there, which flatters it a little.",
            [PHRASE_EXPLAIN_SD] =
                "the standard deviation (n - 1): how far a run typically lies from the mean.",
            [PHRASE_EXPLAIN_RANGE] = "the worst and the best run's metric.",
            [PHRASE_EXPLAIN_SPREAD] = "the best run less the worst: what the recipe's rule looks at; of a "
                                      "setting all of whose runs have "
                                      "the same seeds, how far those lie apart.",
            [PHRASE_EXPLAIN_INTERVAL] =
                "where the mean of very many runs would lie, 95 times in 100 "
                "(Student's t): wide when runs are few. It is cut to what the metric can "
                "be, a fraction to 0 .. 1; `-` also where runs that learned nothing are "
                "all equal.",
            [PHRASE_EXPLAIN_CURVES] = "what the loss curves look like, and of how many runs; the classes are "
                                      "explained under \"Loss curves\". *One class*: runs whose result gives "
                                      "every sample the same class, whatever their curves look like.",
            [PHRASE_EXPLAIN_FAILED] =
                "runs that diverged, crashed, timed out, failed or finished without a metric, of all that "
                "have ended (finished ones that repeat seeds or bits once); they are in the verdict and in "
                "no other number of the line. In brackets the "
                "fraction of runs that would fail if there were very many (95% interval, Wilson): with few "
                "runs, none that failed does not mean that none will.",
            [PHRASE_UNDEFINED] = "-",
            [PHRASE_BEST_MARK] = "recommended",
            [PHRASE_METRIC_FIGURE] = "The metric, run by run",
            [PHRASE_LOSS_FIGURE] = "Loss curves",
            [PHRASE_LOSS_EXPLAINED] = "One panel for each setting, all with the same vertical axis; each "
                                      "line is one run. Good: both losses fall "
                                      "and level off close together. Train falls while validation rises: "
                                      "overfit. Neither falls: stalled. Large "
                                      "swings: oscillating.",
            [PHRASE_CURVES_INTRO] = "Every kind of curve that was seen, in how many runs, and what helps.",
            [PHRASE_COLUMN_CLASS] = "curve",
            [PHRASE_COLUMN_COUNT] = "runs",
            [PHRASE_COLUMN_REMEDY] = "remedy",
            [PHRASE_RECOMMENDATION] = "What is recommended, and why",
            [PHRASE_NEXT] = "What to try next",
            [PHRASE_NOTHING_NEXT] = "Nothing in these runs asks for a further experiment.",
            [PHRASE_FAILED_RUNS] = "Failed runs",
            [PHRASE_NO_FAILED_RUNS] = "No run failed.",
            [PHRASE_FAILED_INTRO] = "Each run without a result, with the step it got to and the reason.",
            [PHRASE_COLUMN_RUN] = "run",
            [PHRASE_COLUMN_REPEAT] = "repeat",
            [PHRASE_COLUMN_OUTCOME] = "outcome",
            [PHRASE_COLUMN_STEPS] = "steps",
            [PHRASE_COLUMN_REASON] = "reason",
            [PHRASE_SEEDS] = "Seeds",
            [PHRASE_COLUMN_INIT] = "initial weights",
            [PHRASE_COLUMN_ORDER] = "order",
            [PHRASE_COLUMN_DROPOUT] = "dropout",
            [PHRASE_NOTES] = "Notes from the trainer",
            [PHRASE_ENVIRONMENT] = "Environment",
            [PHRASE_ENVIRONMENT_INTRO] =
                "Where the runs were made, for the record: it does not decide their results.",
            [PHRASE_ENVIRONMENT_FAST] =
                "Where the runs were made. Some operations are not strict: the bits of those runs are those "
                "of "
                "this GPU with these libraries, and are comparable with nothing else but by statistics.",
            [PHRASE_FILES] = "Files",
            [PHRASE_FILES_LIST] =
                "- `runs.csv`: a row for each run: swept values, seeds, outcome, metrics, class, digest.\n"
                "- `summary.json`: this report for programs. It and `runs.csv` are byte-identical when the "
                "experiment is "
                "repeated.\n"
                "- `timings.csv`: a row for each run: times, memory, machine.\n"
                "- `figures/`: the figures (SVG), each with the gnuplot script and data it was made from.\n"
                "- `ftbench.sqlite`: every observation of every run.\n",
            [PHRASE_FIXED] = "Fixed",
            [PHRASE_MODEL] = "Model",
            [PHRASE_DATA] = "Data",
            [PHRASE_SWEEP] = "Swept",
            [PHRASE_REPEATS] = "Repeats",
            [PHRASE_AXIS_STEP] = "optimiser step",
            [PHRASE_AXIS_LOSS] = "loss (nats)",
            [PHRASE_AXIS_LOG_LOSS] = "loss (nats, log scale)",
            [PHRASE_AXIS_LOG] = "log scale",
            [PHRASE_KEY_TRAIN] = "train loss",
            [PHRASE_KEY_EVALUATION] = "validation loss",
            [PHRASE_KEY_MEAN] = "mean of the runs",
            [PHRASE_KEY_RANGE] = "from the worst run to the best",
            [PHRASE_KEY_RUN] = "one run",
            [PHRASE_KEY_RECOMMENDED] = "recommended setting",
            [PHRASE_KEY_LEAST_BAD] = "least bad setting",
            [PHRASE_KEY_LINES] = "(a line for each run)",
        },
    .chance = &chance_en,
    .curves = &curves_en,
    .duel = &duel_en,
    .parts = &parts_en,
    .sureness = &sureness_en,
    .metric = english_metric,
    .metric_axis = metric_axis,
    .title = title,
    .answer = english_answer,
    .model = english_model,
    .data = english_data,
    .sweep = english_sweep,
    .repeats = english_repeats,
    .verdict = english_verdict,
    .verdict_plain = english_verdict_plain,
    .classes = english_classes,
    .failed = english_failed,
    .spread = english_spread,
    .explain_verdict = english_explain_verdict,
    .explain_luck = english_explain_luck,
    .lessons_settings = lessons_en_settings,
    .lessons_curves = lessons_en_curves,
    .class_of_run = english_class_of_run,
    .outcome = outcome,
    .why = english_why,
    .advice = english_advice,
    .seeds = english_seeds,
    .note = note,
    .metric_title = metric_title,
    .metric_explained = metric_explained,
    .missing = missing,
    .no_figures = no_figures,
    .in_short = english_in_short,
};
