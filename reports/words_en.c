#include "reports/words_en.h"

#include "reports/advice_en.h"
#include "reports/answer_en.h"
#include "reports/sureness_en.h"
#include "reports/chance_en.h"
#include "reports/curves_en.h"
#include "reports/duel_en.h"
#include "reports/english.h"
#include "reports/lessons_en.h"
#include "reports/parts_en.h"

#include <math.h>
#include <string.h>

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

static void model(const struct report *report, struct text *out)
{
    words_code(out, report->model);
    text_addf(out, ", weights %s", report->init);
    if (report->parameters > 0) text_addf(out, ", %lld trainable numbers", (long long)report->parameters);
}

/* What the classes are called, and which of them F1 speaks of: of two the second, of more all. */
static void labels(const struct report *report, struct text *out)
{
    const char *second = strstr(report->label_names, ", ");
    if (report->labels == 0) return;
    text_addf(out, ", %d labels", report->labels);
    if (report->label_names[0] != '\0') text_add(out, ": ");
    words_plain(out, report->label_names);
    if (report->labels == 2 && second != NULL) {
        text_add(out, " (F1, precision and recall are of ");
        words_plain(out, second + 2);
        text_add(out, ")");
    } else if (report->labels > 2) {
        text_add(out, " (F1, precision and recall are the plain means over them)");
    }
}

static void data(const struct report *report, struct text *out)
{
    text_add(out, "train ");
    words_code(out, report->train);
    if (report->train_samples >= 0) text_addf(out, " (%ld samples)", report->train_samples);
    text_add(out, ", validation ");
    if (report->validation[0] != '\0')
        words_code(out, report->validation);
    else
        text_addf(out, "%g of it, held out by the split seed %u", report->validation_fraction,
                  (unsigned)report->split_seed);
    if (report->validation_samples >= 0) {
        text_addf(out, " (%ld samples", report->validation_samples);
        if (report->in_points && report->validation_samples > 0)
            text_addf(out, ": one sample more or less right is worth about %.2f points",
                      100.0 / (double)report->validation_samples);
        text_add(out, ")");
    }
    labels(report, out);
    if (report->max_length > 0)
        text_addf(out, ", texts of at most %d tokens (`max_length`)", report->max_length);
    for (size_t i = 0; i < report->column_count; i++) {
        text_addf(out, ", %s ", report->columns[i].name);
        words_code(out, report->columns[i].value);
    }
}

static void sweep(const struct report *report, struct text *out)
{
    if (report->sweep_count == 0) {
        text_add(out, "nothing: one setting, to see how much its runs differ");
        return;
    }
    for (size_t key = 0; key < report->sweep_count; key++) {
        text_add(out, key > 0 ? "; " : "");
        words_code(out, report->sweeps[key]);
        text_add(out, " over ");
        bool first = true;
        for (size_t i = 0; i < report->setting_count; i++) {
            const char *value = report->settings[i].values[key];
            bool seen = false;
            for (size_t j = 0; j < i && !seen; j++)
                seen = strcmp(report->settings[j].values[key], value) == 0;
            if (seen) continue;
            text_add(out, first ? "" : ", ");
            words_plain(out, value);
            first = false;
        }
    }
    text_addf(out, " (%zu setting%s", report->setting_count, english_plural((long)report->setting_count));
    if (report->sweep_count > 1)
        text_add(out, report->one_at_a_time ? ", one parameter at a time" : ", every combination");
    text_add(out, ")");
}

static void repeats(const struct report *report, struct text *out)
{
    if (report->sequential)
        text_addf(out, "%d to %d runs of each setting, as many as a sequential test needed",
                  report->least_repeats, report->repeats);
    else
        text_addf(out, "%d run%s of each setting", report->repeats, english_plural(report->repeats));
    text_addf(out, ", judged by %s; from run to run other seeds for: ", english_metric(report));
    english_streams(report, true, out);
    if (report->shared_seeds)
        text_addf(out, " (`design = %s`, %d seeds of each)", report->design, report->levels);
}

static void put_verdict(const struct report_setting *setting, const char *strong, struct text *out)
{
    const char *separator = " (";
    switch (setting->verdict) {
    case REPORT_STABLE:
        text_add(out, "stable");
        break;
    case REPORT_UNSTABLE:
        text_add(out, "unstable");
        break;
    case REPORT_UNDEFINED:
        text_add(out, "undefined");
        break;
    }
    if (setting->few_seeds && setting->summary.n > 0) {
        text_addf(out, "%sonly %d run%s", separator, setting->summary.n, english_plural(setting->summary.n));
        separator = ", ";
    }
    if (setting->verdict == REPORT_UNSTABLE && setting->certainty.verdict == REPORT_SURE_STABLE &&
        setting->failed + setting->undefined == 0) {
        text_addf(out, "%scalibrated: stable", separator);
        separator = ", ";
    }
    if (setting->failed > 0) {
        text_addf(out, "%s%s%d failed%s", separator, strong, setting->failed, strong);
        separator = ", ";
    }
    if (setting->undefined > 0) {
        text_addf(out, "%s%s%d without a metric%s", separator, strong, setting->undefined, strong);
        separator = ", ";
    }
    if (setting->verdict != setting->rule && setting->rule == REPORT_STABLE) {
        text_addf(out, "%sthe other %d agree", separator, setting->summary.n);
        separator = ", ";
    }
    if (setting->pending > 0) {
        text_addf(out, "%s%d pending", separator, setting->pending);
        separator = ", ";
    }
    if (setting->left_out) {
        text_addf(out, "%s%s%s%s", separator, strong, setting->too_short ? "too short to tell" : "left out",
                  strong);
        separator = ", ";
    }
    if (separator[0] == ',') text_add(out, ")");
}

static void verdict(const struct report_setting *setting, struct text *out)
{
    put_verdict(setting, "**", out);
}

static void verdict_plain(const struct report_setting *setting, struct text *out)
{
    put_verdict(setting, "", out);
}

static const char *state_name(enum report_state state)
{
    switch (state) {
    case REPORT_STILL_IMPROVING:
        return "still improving";
    case REPORT_VAL_FLAT:
        return "validation flat";
    case REPORT_NEVER_GENERALISED:
        return "validation never improved";
    case REPORT_ROSE:
        return "rose instead";
    case REPORT_COLLAPSED:
        return "collapsed";
    case REPORT_STATE_DIVERGED:
        return "diverged";
    case REPORT_TOO_SHORT:
        return "too short to tell";
    case REPORT_NO_VALIDATION:
        return "no validation";
    case REPORT_PLAIN:
    case REPORT_STATES:
        break;
    }
    return "";
}

static void classes(const struct report_setting *setting, struct text *out)
{
    const char *separator = "";
    for (int i = 0; i < REPORT_CLASSES; i++) {
        if (setting->classes[i] == 0) continue;
        text_addf(out, "%s%s %d", separator, report_class_name((enum report_class)i), setting->classes[i]);
        separator = ", ";
    }
    const char *opening = " (";
    for (int i = REPORT_PLAIN + 1; i < REPORT_STATES; i++) {
        if (setting->states[i] == 0) continue;
        text_addf(out, "%s%s %d", opening, state_name((enum report_state)i), setting->states[i]);
        opening = ", ";
    }
    if (opening[0] == ',') text_add(out, ")");
    if (separator[0] == '\0') text_add(out, "-");
    if (setting->one_class > 0) text_addf(out, "; one class %d", setting->one_class);
}

/* Of what the interval rests on: a finished run that repeats the seeds or bits of another says nothing of how
 * often a run fails. */
static void failed(const struct report_setting *setting, struct text *out)
{
    int failing = setting->failed + setting->undefined, counted = failing + setting->summary.n;
    if (counted == 0) text_add(out, "-");
    if (counted > 0) text_addf(out, "%d of %d", failing, counted);
    if (!isnan(setting->failing_low))
        text_addf(out, " (%.0f .. %.0f%%)", 100 * setting->failing_low, 100 * setting->failing_high);
}

/* Of one setting's runs. Runs of the same seeds have a spread too, which is what they were made for; one run
 * alone has a range of 0, which would read as if runs agreed. */
static void spread(const struct report *report, const struct report_setting *setting, struct text *out)
{
    bool alone = setting->summary.n < 2;
    if (alone && setting->twins > 0 && setting->unequal == 0)
        text_addf(out, "exactly 0 (%d runs of the same seeds)", setting->twins + 1);
    else
        words_spread(out, report, alone ? NAN : setting->summary.spread);
}

static void explain_verdict(const struct report *report, struct text *out)
{
    text_add(out, "*stable* when the runs pass the recipe's rule, a spread of at most ");
    english_amount(out, report, report->max_spread);
    text_addf(
        out,
        ", and none failed or finished without %s; *unstable* when they do not or one did; *undefined* with "
        "fewer than two runs, or of runs that share seeds by design. A setting of which some runs fail is "
        "not stable, however well the others "
        "agree. *Calibrated: stable*: it fails the rule, and the calibrated verdict, which allows for the "
        "number of runs, is stable all the same; such a setting counts as stable. *Left out*: most of its "
        "runs stalled, oscillate or give every sample the same class; runs "
        "that "
        "learn nothing agree with each other, so it is not recommended, however stable. *Too short to tell*: "
        "nor is one whose curves are mostly undetermined.",
        english_metric(report));
}

static void explain_luck(const struct report *report, struct text *out)
{
    text_add(out, "what the rule is worth: how often a setting that is far too noisy (a true SD of ");
    english_amount(out, report, report->noisy_sd);
    text_add(out, ") would pass it with this many runs. The smaller, the more a *stable* means.");
    if (report->sequential)
        text_add(out, " It is not said here (`-`), because it holds for a number of runs that was fixed "
                      "beforehand, and here that number followed from the values; the calibrated verdict "
                      "below allows for that.");
    for (size_t i = 0; i < report->setting_count; i++) {
        const struct report_setting *setting = &report->settings[i];
        bool seen = isnan(setting->quiet_fails);
        for (size_t j = 0; j < i && !seen; j++)
            seen = report->settings[j].summary.n == setting->summary.n;
        if (seen) continue;
        text_add(out, " The rule also errs the other way: a setting with a true SD of only ");
        english_amount(out, report, report->quiet_sd);
        text_add(out, " fails it ");
        words_percent(out, setting->quiet_fails);
        text_addf(out, " of the time with %d runs.", setting->summary.n);
    }
}

static void class_of_run(enum report_class class_of, enum report_state state, struct text *out)
{
    text_add(out, report_class_name(class_of));
    if (state != REPORT_PLAIN) text_addf(out, ", %s", state_name(state));
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

static void seeds(const struct report *report, struct text *out)
{
    text_addf(
        out,
        "Every seed derives from the experiment's seed %u and the number of the repeat, never from the "
        "setting: "
        "repeat 1 of one setting starts from the same seeds as repeat 1 of every other, so that settings are "
        "compared fairly. Varied from repeat to repeat: ",
        (unsigned)report->seed);
    english_streams(report, true, out);
    text_add(out, ". The same in all repeats: ");
    english_streams(report, false, out);
    text_add(out, ".");
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
    .model = model,
    .data = data,
    .sweep = sweep,
    .repeats = repeats,
    .verdict = verdict,
    .verdict_plain = verdict_plain,
    .classes = classes,
    .failed = failed,
    .spread = spread,
    .explain_verdict = explain_verdict,
    .explain_luck = explain_luck,
    .lessons_settings = lessons_en_settings,
    .lessons_curves = lessons_en_curves,
    .class_of_run = class_of_run,
    .outcome = outcome,
    .why = english_why,
    .advice = english_advice,
    .seeds = seeds,
    .note = note,
    .metric_title = metric_title,
    .metric_explained = metric_explained,
    .missing = missing,
    .no_figures = no_figures,
    .in_short = english_in_short,
};
