#include "reports/json.h"

#include "base/json_text.h"
#include "base/number.h"

#include <math.h>
#include <string.h>

/* A file being written: how deep we are, and whether the next member needs a comma before it. */
struct writer {
    struct text *out;
    int depth;
    bool first;
};

static void next(struct writer *writer, const char *name)
{
    if (!writer->first) text_add(writer->out, ",");
    text_add(writer->out, "\n");
    for (int i = 0; i < writer->depth; i++)
        text_add(writer->out, "  ");
    if (name != NULL) {
        json_text_string(writer->out, name);
        text_add(writer->out, ": ");
    }
    writer->first = false;
}

static void begin(struct writer *writer, const char *name, const char *bracket)
{
    if (writer->depth > 0) next(writer, name);
    text_add(writer->out, bracket);
    writer->depth++;
    writer->first = true;
}

static void finish(struct writer *writer, const char *bracket)
{
    writer->depth--;
    if (!writer->first) {
        text_add(writer->out, "\n");
        for (int i = 0; i < writer->depth; i++)
            text_add(writer->out, "  ");
    }
    text_add(writer->out, bracket);
    writer->first = false;
}

static void put_string(struct writer *writer, const char *name, const char *value)
{
    next(writer, name);
    json_text_string(writer->out, value);
}

/* JSON has no NaN and no infinity: what is not finite is null. */
static void put_number(struct writer *writer, const char *name, double value)
{
    char number[NUMBER_TEXT] = "null";
    if (isfinite(value)) number_shortest(value, number);
    next(writer, name);
    text_add(writer->out, number);
}

/* A whole number; below `least` it is not known: null. */
static void put_whole(struct writer *writer, const char *name, int64_t value, int64_t least)
{
    next(writer, name);
    if (value < least)
        text_add(writer->out, "null");
    else
        text_addf(writer->out, "%lld", (long long)value);
}

static void put_truth(struct writer *writer, const char *name, bool value)
{
    next(writer, name);
    text_add(writer->out, value ? "true" : "false");
}

static void put_null(struct writer *writer, const char *name)
{
    next(writer, name);
    text_add(writer->out, "null");
}

/* A list of strings from names joined by ", ". */
static void put_names(struct writer *writer, const char *name, const char *joined)
{
    struct text one = {0};
    begin(writer, name, "[");
    while (*joined != '\0') {
        const char *end = strstr(joined, ", ");
        size_t length = end == NULL ? strlen(joined) : (size_t)(end - joined);
        text_clear(&one);
        text_add_bytes(&one, joined, length);
        put_string(writer, NULL, text_string(&one));
        writer->out->failed = writer->out->failed || one.failed;
        joined += end == NULL ? length : length + 2;
    }
    finish(writer, "]");
    text_free(&one);
}

/* What the sequential test does; empty without one. */
static void put_operating(struct writer *writer, const struct report *report)
{
    begin(writer, "operating", "[");
    for (size_t i = 0; i < report->operating_count; i++) {
        const struct report_operating *point = &report->operating[i];
        begin(writer, NULL, "{");
        put_number(writer, "sd", point->sd);
        put_number(writer, "stable", point->stable);
        put_number(writer, "unstable", point->unstable);
        put_number(writer, "undetermined", point->undetermined);
        put_number(writer, "runs", point->runs);
        finish(writer, "}");
    }
    finish(writer, "]");
}

static void put_asked(struct writer *writer, const struct report *report)
{
    begin(writer, "experiment", "{");
    put_string(writer, "name", report->name);
    put_string(writer, "metric", report->metric);
    put_truth(writer, "lower_is_better", report->lower_is_better);
    put_whole(writer, "repeats", report->repeats, 0);
    put_whole(writer, "least_repeats", report->least_repeats, 0);
    put_string(writer, "design", report->design);
    put_whole(writer, "levels", report->levels, 1);
    put_whole(writer, "seed", report->seed, 0);
    begin(writer, "vary", "[");
    if (report->vary_init) put_string(writer, NULL, "init");
    if (report->vary_order) put_string(writer, NULL, "order");
    if (report->vary_dropout) put_string(writer, NULL, "dropout");
    finish(writer, "]");
    put_number(writer, "max_spread", report->max_spread);
    put_number(writer, "alpha", report->alpha);
    put_number(writer, "sigma0", report->sigma0);
    put_truth(writer, "sequential", report->sequential);
    put_operating(writer, report);
    put_string(writer, "mode", report->one_at_a_time ? "one_at_a_time" : "grid");
    begin(writer, "swept", "[");
    for (size_t i = 0; i < report->sweep_count; i++)
        put_string(writer, NULL, report->sweeps[i]);
    finish(writer, "]");
    begin(writer, "fixed", "{");
    for (size_t i = 0; i < report->fixed_count; i++)
        put_string(writer, report->fixed[i].name, report->fixed[i].value);
    finish(writer, "}");
    finish(writer, "}");

    begin(writer, "model", "{");
    put_string(writer, "name", report->model);
    put_string(writer, "digest", report->model_digest);
    put_string(writer, "init", report->init);
    put_whole(writer, "parameters", report->parameters, 1);
    finish(writer, "}");

    begin(writer, "data", "{");
    put_string(writer, "train", report->train);
    put_string(writer, "train_digest", report->train_digest);
    put_whole(writer, "train_samples", report->train_samples, 0);
    put_string(writer, "validation", report->validation);
    put_string(writer, "validation_digest", report->validation_digest);
    put_number(writer, "validation_fraction", report->validation_fraction);
    put_whole(writer, "split_seed", report->split_seed, 0);
    put_whole(writer, "validation_samples", report->validation_samples, 0);
    put_whole(writer, "max_length", report->max_length, 1);
    begin(writer, "columns", "{");
    for (size_t i = 0; i < report->column_count; i++)
        put_string(writer, report->columns[i].name, report->columns[i].value);
    finish(writer, "}");
    put_whole(writer, "labels", report->labels, 1);
    put_names(writer, "label_names", report->label_names);
    finish(writer, "}");
}

static void put_certainty(struct writer *writer, const struct report_certainty *certainty)
{
    begin(writer, "calibrated", "{");
    put_string(writer, "verdict", report_sureness_name(certainty->verdict));
    put_string(writer, "by_range", report_sureness_name(certainty->by_range));
    put_string(writer, "by_sd", report_sureness_name(certainty->by_sd));
    put_whole(writer, "further", certainty->further, 0);
    put_whole(writer, "further_likely", certainty->further_likely, 0);
    put_whole(writer, "further_by_range", certainty->further_by_range, 0);
    put_whole(writer, "saved", certainty->saved, 0);
    put_number(writer, "sd_low", certainty->sd_low);
    put_number(writer, "sd_high", certainty->sd_high);
    put_number(writer, "mean_bootstrap_low", certainty->mean_low);
    put_number(writer, "mean_bootstrap_high", certainty->mean_high);
    finish(writer, "}");
}

static void put_part(struct writer *writer, const char *name, struct report_part part)
{
    begin(writer, name, "{");
    put_number(writer, "sd", part.sd);
    put_number(writer, "low", part.low);
    put_number(writer, "high", part.high);
    finish(writer, "}");
}

static void put_origin(struct writer *writer, const struct report_origin *origin)
{
    begin(writer, "origin", "{");
    put_part(writer, "between", origin->between);
    put_part(writer, "training", origin->training);
    put_part(writer, "churn", origin->churn);
    put_part(writer, "sampling", origin->sampling);
    put_number(writer, "disagreement", origin->disagreement);
    put_number(writer, "churn_by_thumb", origin->thumb_sd);
    put_number(writer, "examples_needed", origin->examples_needed);
    finish(writer, "}");
}

static void put_streams(struct writer *writer, const struct report_streams *streams)
{
    static const char *const names[REPORT_STREAMS] = {"init", "order", "dropout"};
    if (streams->design == NULL) {
        put_null(writer, "streams");
        return;
    }
    begin(writer, "streams", "{");
    put_string(writer, "design", streams->design);
    for (int i = 0; i < REPORT_STREAMS; i++) {
        const struct report_stream *stream = &streams->streams[i];
        begin(writer, names[i], "{");
        put_whole(writer, "levels", stream->levels, 0);
        put_number(writer, "sd", stream->part.sd);
        put_number(writer, "low", stream->part.low);
        put_number(writer, "high", stream->part.high);
        put_number(writer, "share", stream->share);
        put_number(writer, "rest_sd", stream->rest_sd);
        put_part(writer, "churn", stream->churn);
        put_string(writer, "status", report_stream_status_name(stream->status));
        finish(writer, "}");
    }
    put_part(writer, "interactions", streams->interactions);
    put_number(writer, "interactions_share", streams->interactions_share);
    put_part(writer, "total", streams->total);
    put_part(writer, "churn", streams->churn);
    put_string(writer, "largest", streams->largest < 0 ? "" : names[streams->largest]);
    finish(writer, "}");
}

static void put_agreement(struct writer *writer, const struct report_agreement *agreement)
{
    begin(writer, "agreement", "{");
    put_whole(writer, "n", agreement->n, 0);
    put_string(writer, "class", agreement->n > 0 ? report_class_name(agreement->most) : "");
    put_number(writer, "share", agreement->share);
    put_number(writer, "pairs", agreement->pairs);
    finish(writer, "}");
}

static void put_setting(struct writer *writer, const struct report *report,
                        const struct report_setting *setting)
{
    const struct report_summary *summary = &setting->summary;
    begin(writer, NULL, "{");
    put_string(writer, "label", setting->label);
    begin(writer, "values", "{");
    for (size_t i = 0; i < report->sweep_count; i++)
        put_string(writer, report->sweeps[i], setting->values[i]);
    finish(writer, "}");
    put_whole(writer, "planned", setting->planned, 0);
    put_whole(writer, "done", setting->done, 0);
    put_whole(writer, "failed", setting->failed, 0);
    put_whole(writer, "pending", setting->pending, 0);
    put_whole(writer, "twins", setting->twins, 0);
    put_whole(writer, "unequal_twins", setting->unequal, 0);
    put_whole(writer, "dead_seeds", setting->dead, 0);
    put_whole(writer, "undefined", setting->undefined, 0);
    put_number(writer, "failing_low", setting->failing_low);
    put_number(writer, "failing_high", setting->failing_high);
    put_whole(writer, "n", summary->n, 0);
    put_number(writer, "mean", summary->mean);
    put_number(writer, "variance", summary->variance);
    put_number(writer, "sd", summary->sd);
    put_number(writer, "min", summary->min);
    put_number(writer, "max", summary->max);
    put_number(writer, "spread", summary->spread);
    put_number(writer, "mean_low", summary->low);
    put_number(writer, "mean_high", summary->high);
    put_string(writer, "verdict", report_verdict_name(setting->verdict));
    put_string(writer, "rule", report_verdict_name(setting->rule));
    put_certainty(writer, &setting->certainty);
    put_origin(writer, &setting->origin);
    put_streams(writer, &setting->streams);
    put_truth(writer, "few_seeds", setting->few_seeds);
    put_truth(writer, "left_out", setting->left_out);
    put_truth(writer, "too_short", setting->too_short);
    put_whole(writer, "one_class", setting->one_class, 0);
    put_number(writer, "noisy_passes", setting->noisy_passes);
    put_number(writer, "quiet_fails", setting->quiet_fails);
    begin(writer, "classes", "{");
    for (int i = 0; i < REPORT_CLASSES; i++)
        put_whole(writer, report_class_name((enum report_class)i), setting->classes[i], 0);
    finish(writer, "}");
    begin(writer, "states", "{");
    for (int i = REPORT_PLAIN + 1; i < REPORT_STATES; i++)
        put_whole(writer, report_state_name((enum report_state)i), setting->states[i], 0);
    finish(writer, "}");
    put_agreement(writer, &setting->agreement);
    finish(writer, "}");
}

static void put_recommendation(struct writer *writer, const struct report *report)
{
    bool some = report->recommendation != REPORT_NOTHING;
    begin(writer, "recommendation", "{");
    put_string(writer, "kind", report_recommendation_name(report->recommendation));
    if (some)
        put_string(writer, "setting", report->settings[report->recommended].label);
    else
        put_null(writer, "setting");
    if (some && report->has_runner_up) {
        put_string(writer, "runner_up", report->settings[report->runner_up].label);
        put_truth(writer, "intervals_overlap", report->intervals_overlap);
    } else {
        put_null(writer, "runner_up");
        put_null(writer, "intervals_overlap");
    }
    if (some && report->has_rival)
        put_string(writer, "rival", report->settings[report->rival].label);
    else
        put_null(writer, "rival");
    put_whole(writer, "left_out_settings", report->left_out, 0);
    put_whole(writer, "too_short_settings", report->too_short, 0);
    put_number(writer, "constant_metric", report->constant_metric);
    put_truth(writer, "one_label", report->one_label);
    begin(writer, "advice", "[");
    for (size_t i = 0; i < report->advice_count; i++) {
        const struct report_advice *advice = &report->advice[i];
        begin(writer, NULL, "{");
        put_string(writer, "kind", report_advice_name(advice->kind));
        put_string(writer, "key", advice->key == NULL ? "" : advice->key);
        put_string(writer, "values", advice->values);
        finish(writer, "}");
    }
    finish(writer, "]");
    finish(writer, "}");
}

static void put_comparison(struct writer *writer, const struct report *report)
{
    begin(writer, "comparison", "{");
    put_whole(writer, "comparisons", (int64_t)report->comparisons, 0);
    begin(writer, "others", "[");
    for (size_t i = 0; i < report->encounter_count; i++) {
        const struct report_encounter *encounter = &report->encounters[i];
        begin(writer, NULL, "{");
        put_string(writer, "setting", report->settings[encounter->setting].label);
        put_whole(writer, "pairs", encounter->pairs, 0);
        put_number(writer, "difference", encounter->difference);
        put_number(writer, "low", encounter->low);
        put_number(writer, "high", encounter->high);
        put_number(writer, "bootstrap_low", encounter->boot_low);
        put_number(writer, "bootstrap_high", encounter->boot_high);
        put_number(writer, "p", encounter->p);
        put_number(writer, "adjusted_p", encounter->adjusted_p);
        put_number(writer, "mann_whitney_p", encounter->ranks_p);
        put_number(writer, "mann_whitney_smallest_p", encounter->ranks_smallest);
        put_string(writer, "by_t", report_claim_name(encounter->by_t));
        put_string(writer, "by_bootstrap", report_claim_name(encounter->by_boot));
        put_string(writer, "by_mann_whitney", report_claim_name(encounter->by_ranks));
        put_truth(writer, "disagree", encounter->disagree);
        put_number(writer, "beats", encounter->beats);
        put_number(writer, "beats_low", encounter->beats_low);
        put_number(writer, "beats_high", encounter->beats_high);
        put_string(writer, "verdict", report_comparison_name(encounter->verdict));
        finish(writer, "}");
    }
    finish(writer, "]");
    if (report->has_luck) {
        begin(writer, "best", "{");
        put_string(writer, "setting", report->settings[report->luck.setting].label);
        put_number(writer, "bias", report->luck.bias);
        put_number(writer, "bias_most", report->luck.bias_most);
        put_number(writer, "corrected", report->luck.corrected);
        put_number(writer, "again", report->luck.again);
        finish(writer, "}");
    } else {
        put_null(writer, "best");
    }
    finish(writer, "}");
}

static void put_run(struct writer *writer, const struct report *report, const struct report_run *run)
{
    bool ran = run->outcome != REPORT_PENDING;
    begin(writer, NULL, "{");
    put_string(writer, "id", run->id);
    put_string(writer, "setting", report->settings[run->setting].label);
    put_whole(writer, "repeat", run->repeat + 1, 1);
    put_whole(writer, "seed_init", run->seed_init, 0);
    put_whole(writer, "seed_order", run->seed_order, 0);
    put_whole(writer, "seed_dropout", run->seed_dropout, 0);
    put_string(writer, "outcome", report_outcome_name(run->outcome));
    put_string(writer, "reason", run->reason);
    put_whole(writer, "steps", ran && run->detail[0] == '\0' ? run->steps : -1, 0);
    put_whole(writer, "best_step", ran ? run->best_step : -1, 0);
    put_number(writer, "loss", run->loss);
    put_number(writer, "accuracy", run->accuracy);
    put_number(writer, "precision", run->precision);
    put_number(writer, "recall", run->recall);
    put_number(writer, "f1", run->f1);
    put_number(writer, "f1_macro", run->f1_macro);
    put_truth(writer, "one_class", run->one_class);
    put_string(writer, "class", run->has_class ? report_class_name(run->class) : "");
    put_string(writer, "state", run->has_class ? report_state_name(run->state) : "");
    put_string(writer, "metric_course", report_course_name(run->course));
    begin(writer, "evidence", "{");
    for (size_t i = 0; i < run->evidence_count; i++)
        put_number(writer, run->evidence[i].name, run->evidence[i].value);
    finish(writer, "}");
    put_string(writer, "digest", run->digest);
    finish(writer, "}");
}

void json_summary(const struct report *report, struct text *out)
{
    struct writer writer = {.out = out, .first = true};
    begin(&writer, NULL, "{");
    put_string(&writer, "format", SUMMARY_FORMAT);
    put_whole(&writer, "version", SUMMARY_VERSION, 0);
    put_asked(&writer, report);
    begin(&writer, "settings", "[");
    for (size_t i = 0; i < report->setting_count; i++)
        put_setting(&writer, report, &report->settings[i]);
    finish(&writer, "]");
    put_recommendation(&writer, report);
    put_comparison(&writer, report);
    begin(&writer, "runs", "[");
    for (size_t i = 0; i < report->run_count; i++)
        put_run(&writer, report, &report->runs[i]);
    finish(&writer, "]");
    finish(&writer, "}");
    text_add(out, "\n");
}
