/* words.h - every sentence of a report in one language, so that a second language is a second table like
 * words_en.
 *
 * Fixed text is in `phrases`; a sentence that is made of numbers and names is a function that appends it,
 * without a line end. Text that came from outside (labels, keys, reasons) goes through words_code or
 * words_plain, so that it cannot break the Markdown around it. */
#ifndef FTBENCH_REPORTS_WORDS_H
#define FTBENCH_REPORTS_WORDS_H

#include "base/text.h"
#include "reports/report.h"

enum phrase {
    PHRASE_ASKED,
    PHRASE_SETTINGS,
    PHRASE_SETTINGS_INTRO,
    PHRASE_HOW_TO_READ,
    PHRASE_COLUMN_SETTING,
    PHRASE_COLUMN_RUNS,
    PHRASE_COLUMN_MEAN,
    PHRASE_COLUMN_SD,
    PHRASE_COLUMN_MIN,
    PHRASE_COLUMN_MAX,
    PHRASE_COLUMN_SPREAD,
    PHRASE_COLUMN_INTERVAL,
    PHRASE_COLUMN_VERDICT,
    PHRASE_COLUMN_LUCK,
    PHRASE_COLUMN_CURVES,
    PHRASE_COLUMN_FAILED,
    PHRASE_POINTS,
    PHRASE_EXPLAIN_SETTING,
    PHRASE_EXPLAIN_RUNS,
    PHRASE_EXPLAIN_MEAN,
    PHRASE_EXPLAIN_SD,
    PHRASE_EXPLAIN_RANGE,
    PHRASE_EXPLAIN_SPREAD,
    PHRASE_EXPLAIN_INTERVAL,
    PHRASE_EXPLAIN_CURVES,
    PHRASE_EXPLAIN_FAILED,
    PHRASE_UNDEFINED,
    PHRASE_BEST_MARK,
    PHRASE_METRIC_FIGURE,
    PHRASE_LOSS_FIGURE,
    PHRASE_LOSS_EXPLAINED,
    PHRASE_CURVES_INTRO,
    PHRASE_COLUMN_CLASS,
    PHRASE_COLUMN_COUNT,
    PHRASE_COLUMN_REMEDY,
    PHRASE_RECOMMENDATION,
    PHRASE_NEXT,
    PHRASE_NOTHING_NEXT,
    PHRASE_FAILED_RUNS,
    PHRASE_NO_FAILED_RUNS,
    PHRASE_FAILED_INTRO,
    PHRASE_COLUMN_RUN,
    PHRASE_COLUMN_REPEAT,
    PHRASE_COLUMN_OUTCOME,
    PHRASE_COLUMN_STEPS,
    PHRASE_COLUMN_REASON,
    PHRASE_SEEDS,
    PHRASE_COLUMN_INIT,
    PHRASE_COLUMN_ORDER,
    PHRASE_COLUMN_DROPOUT,
    PHRASE_NOTES,
    PHRASE_ENVIRONMENT,
    PHRASE_ENVIRONMENT_INTRO,
    PHRASE_ENVIRONMENT_FAST,
    PHRASE_FILES,
    PHRASE_FILES_LIST,
    PHRASE_FIXED,
    PHRASE_MODEL,
    PHRASE_DATA,
    PHRASE_SWEEP,
    PHRASE_REPEATS,
    PHRASE_AXIS_STEP,
    PHRASE_AXIS_LOSS,
    PHRASE_AXIS_LOG_LOSS,
    PHRASE_AXIS_LOG,
    PHRASE_KEY_TRAIN,
    PHRASE_KEY_EVALUATION,
    PHRASE_KEY_MEAN,
    PHRASE_KEY_RANGE,
    PHRASE_KEY_RUN,
    PHRASE_KEY_RECOMMENDED,
    PHRASE_KEY_LEAST_BAD,
    PHRASE_KEY_LINES,
    PHRASES
};

/* The words of how sure the report is (sureness.h). */
struct sureness_words {
    const char *heading, *column_recipe, *column_verdict, *column_range, *column_further, *column_likely,
        *column_spared, *column_student, *column_bootstrap;
    /* A sentence for each column. */
    const char *explain_recipe, *explain_range, *explain_further, *explain_likely, *explain_spared,
        *explain_sd, *explain_student, *explain_bootstrap;
    /* A setting's verdicts, with what must be said beside them: that it is left out. */
    void (*recipe)(const struct report_setting *setting, struct text *out);
    void (*calibrated)(const struct report_setting *setting, struct text *out);
    /* What the spread alone says, and how many runs would decide it. */
    void (*by_range)(const struct report_certainty *certainty, struct text *out);
    /* A number of runs to add. */
    void (*further)(int runs, struct text *out);
    /* A setting's calibrated verdict and what would decide it, without Markdown. */
    void (*sure_plain)(const struct report_setting *setting, struct text *out);
    /* The column of the SD's interval, with its level and unit. */
    void (*column_sd)(const struct report *report, struct text *out);
    void (*intro)(const struct report *report, struct text *out);
    void (*explain_verdict)(const struct report *report, struct text *out);
    /* How many runs a sequential test spared, in a sentence; nothing when there was none. */
    void (*spared)(const struct report *report, struct text *out);
    /* Of what the sequential test does by the true SD (report.operating). */
    void (*operating_intro)(const struct report *report, struct text *out);
    const char *column_true_sd, *column_stable, *column_unstable, *column_undetermined, *column_mean_runs;
};

/* The words of where the spread comes from (parts.h). */
struct parts_words {
    const char *heading, *column_between, *column_training, *column_churn, *column_thumb, *column_sampling,
        *column_disagreement, *column_needed;
    /* A sentence for each column; what the intervals in brackets are. */
    const char *explain_between, *explain_training, *explain_churn, *explain_thumb, *explain_sampling,
        *explain_disagreement, *explain_needed;
    const char *no_labels, *too_few; /* a sentence where the parts are not known because the labels are not */
    void (*intro)(const struct report *report, struct text *out);
};

/* The words of how the recommended setting compares with the others (duel.h). */
struct duel_words {
    const char *heading, *column_difference, *column_interval, *column_bootstrap, *column_p, *column_ranks,
        *column_beats, *column_verdict;
    const char *explain_difference, *explain_interval, *explain_bootstrap, *explain_ranks, *explain_beats,
        *explain_verdict;
    const char *inconclusive; /* in place of Mann-Whitney's p when runs are too few for it */
    void (*intro)(const struct report *report, struct text *out);
    void (*explain_p)(const struct report *report, struct text *out);
    const char *(*verdict)(enum report_comparison comparison);
    /* Whether the three ways to look say the same, and of which settings not; a paragraph. */
    void (*agreement)(const struct report *report, struct text *out);
    /* What the luck of the best setting is; a paragraph. */
    void (*luck)(const struct report *report, struct text *out);
};

/* The words of which chance makes the difference (chance.h). */
struct chance_words {
    const char *heading, *intro, *column_source, *column_levels, *column_sd, *column_share, *column_answer,
        *interactions, *total;
    const char *sources[REPORT_STREAMS];
    const char *(*status)(enum report_stream_status status);
    /* What the columns and their words mean; `alone`: sources were varied one at a time. */
    void (*how_to_read)(const struct report *report, bool alone, struct text *out);
    /* Which source does how much in one setting, and whether that is sure; sentences without Markdown. */
    void (*answer)(const struct report *report, const struct report_setting *setting, struct text *out);
    /* What that means for whoever repeats runs, a blank before it; nothing when nothing differs. */
    void (*practice)(const struct report *report, const struct report_setting *setting, struct text *out);
};

/* The words of what the loss curves show, and of how far runs agree on it (curves.h). */
struct curves_words {
    const char *agreement_heading, *agreement_intro, *column_curves, *column_most, *column_share,
        *column_pairs;
    const char *runs_heading, *runs_intro, *column_best_step, *column_decided, *column_digest, *one_class;
    /* Whether the metric fell where runs overfit; a paragraph, nothing where that is not known of any. */
    void (*overfit)(const struct report *report, struct text *out);
    /* "7 of 8 runs converged, 1 overfit; two runs drawn at random agree 75% of the time", and what to make of
     * it. Of a setting with two curves at least. */
    void (*agreement)(const struct report *report, const struct report_setting *setting, struct text *out);
    /* What stands for a long table until it is unfolded. */
    void (*fold)(size_t runs, struct text *out);
};

struct words {
    const char *phrases[PHRASES];
    const struct chance_words *chance;
    const struct curves_words *curves;
    const struct duel_words *duel;
    const struct parts_words *parts;
    const struct sureness_words *sureness;

    /* The metric's name as people write it: "F1". */
    const char *(*metric)(const struct report *report);
    /* The metric's name on an axis, with its unit: "F1 on the validation data (fraction)". */
    void (*metric_axis)(const struct report *report, struct text *out);
    /* The report's title. */
    void (*title)(const struct report *report, struct text *out);
    /* The first paragraph: what was asked, what is recommended, whether that can be trusted. */
    void (*answer)(const struct report *report, struct text *out);
    /* What was asked, one line each. */
    void (*model)(const struct report *report, struct text *out);
    void (*data)(const struct report *report, struct text *out);
    void (*sweep)(const struct report *report, struct text *out);
    void (*repeats)(const struct report *report, struct text *out);
    /* A setting's verdict with what must be said beside it: few seeds, failed or missing runs. */
    void (*verdict)(const struct report_setting *setting, struct text *out);
    /* The same without Markdown, for a terminal. */
    void (*verdict_plain)(const struct report_setting *setting, struct text *out);
    /* "converged 2 (still improving 1), overfit 1". */
    void (*classes)(const struct report_setting *setting, struct text *out);
    /* "1 of 3", with the missing ones. */
    void (*failed)(const struct report_setting *setting, struct text *out);
    void (*spread)(const struct report *report, const struct report_setting *setting, struct text *out);
    /* What the column of the verdict means, and that of its worth. */
    void (*explain_verdict)(const struct report *report, struct text *out);
    void (*explain_luck)(const struct report *report, struct text *out);
    void (*lessons_settings)(const struct report *report, struct text *out); /* a paragraph, or nothing */
    void (*lessons_curves)(const struct report *report, struct text *out); /* a sentence, a blank before it */
    /* One run's class with its fine state: "converged, still improving". */
    void (*class_of_run)(enum report_class class_of_run, enum report_state state, struct text *out);
    const char *(*outcome)(enum report_outcome outcome);
    /* Why the recommended setting is recommended; a paragraph. */
    void (*why)(const struct report *report, struct text *out);
    /* One thing to try. */
    void (*advice)(const struct report *report, const struct report_advice *advice, struct text *out);
    void (*seeds)(const struct report *report, struct text *out);
    void (*note)(const struct report_note *note, size_t run_count, struct text *out);
    /* A metric figure's title, not Markdown; `key` as below. */
    void (*metric_title)(const struct report *report, const char *key, struct text *out);
    /* What a figure shows, for a learner; `key` is the swept parameter, NULL when nothing is swept. */
    void (*metric_explained)(const struct report *report, const char *key, struct text *out);
    /* In a figure: "2 of 3 failed", "1 pending"; nothing when all are done. */
    void (*missing)(const struct report_setting *setting, struct text *out);
    /* Why there are no figures. */
    void (*no_figures)(const char *reason, struct text *out);
    /* The recommendation in one sentence without Markdown, for a terminal. */
    void (*in_short)(const struct report *report, struct text *out);
};

/* Append text from outside as a Markdown code span; `|` is escaped so that it may stand in a table. */
void words_code(struct text *out, const char *value);

/* Append text from outside as ordinary Markdown text: what Markdown or HTML would interpret is escaped. */
void words_plain(struct text *out, const char *value);

/* Append a swept value as a person would write it: small numbers with an exponent when that is shorter, 3e-4
 * for 0.0003. */
void words_short(struct text *out, const char *value);

/* A value of the metric: four digits, "-" when undefined. */
void words_value(struct text *out, double value);

/* An SD or a spread of the metric: in points with two digits when the report is in points, else like a value.
 */
void words_spread(struct text *out, const struct report *report, double value);

/* A probability in whole percent: "24%", "<1%", ">99%", "-" when undefined. */
void words_percent(struct text *out, double probability);

#endif
