#include "reports/json.h"

#include "base/json_text.h"
#include "reports/check_json.h"
#include "reports/json_writer.h"

#include <math.h>
#include <string.h>

/* A list of strings from names joined by ", ". */
static void put_names(struct json_writer *writer, const char *name, const char *joined)
{
    struct text one = {0};
    json_begin(writer, name, "[");
    while (*joined != '\0') {
        const char *end = strstr(joined, ", ");
        size_t length = end == NULL ? strlen(joined) : (size_t)(end - joined);
        text_clear(&one);
        text_add_bytes(&one, joined, length);
        json_put_string(writer, NULL, text_string(&one));
        writer->out->failed = writer->out->failed || one.failed;
        joined += end == NULL ? length : length + 2;
    }
    json_finish(writer, "]");
    text_free(&one);
}

/* What the sequential test does; empty without one. */
static void put_operating(struct json_writer *writer, const struct report *report)
{
    json_begin(writer, "operating", "[");
    for (size_t i = 0; i < report->operating_count; i++) {
        const struct report_operating *point = &report->operating[i];
        json_begin(writer, NULL, "{");
        json_put_number(writer, "sd", point->sd);
        json_put_number(writer, "stable", point->stable);
        json_put_number(writer, "unstable", point->unstable);
        json_put_number(writer, "undetermined", point->undetermined);
        json_put_number(writer, "runs", point->runs);
        json_finish(writer, "}");
    }
    json_finish(writer, "]");
}

static void put_asked(struct json_writer *writer, const struct report *report)
{
    json_begin(writer, "experiment", "{");
    json_put_string(writer, "name", report->name);
    json_put_string(writer, "metric", report->metric);
    json_put_truth(writer, "lower_is_better", report->lower_is_better);
    json_put_whole(writer, "repeats", report->repeats, 0);
    json_put_whole(writer, "least_repeats", report->least_repeats, 0);
    json_put_string(writer, "design", report->design);
    json_put_whole(writer, "levels", report->levels, 1);
    json_put_whole(writer, "seed", report->seed, 0);
    json_begin(writer, "vary", "[");
    if (report->vary_init) json_put_string(writer, NULL, "init");
    if (report->vary_order) json_put_string(writer, NULL, "order");
    if (report->vary_dropout) json_put_string(writer, NULL, "dropout");
    json_finish(writer, "]");
    json_put_number(writer, "max_spread", report->max_spread);
    json_put_number(writer, "alpha", report->alpha);
    json_put_number(writer, "sigma0", report->sigma0);
    json_put_truth(writer, "sequential", report->sequential);
    put_operating(writer, report);
    json_put_string(writer, "mode", report->one_at_a_time ? "one_at_a_time" : "grid");
    json_begin(writer, "swept", "[");
    for (size_t i = 0; i < report->sweep_count; i++)
        json_put_string(writer, NULL, report->sweeps[i]);
    json_finish(writer, "]");
    json_begin(writer, "fixed", "{");
    for (size_t i = 0; i < report->fixed_count; i++)
        json_put_string(writer, report->fixed[i].name, report->fixed[i].value);
    json_finish(writer, "}");
    json_finish(writer, "}");

    json_begin(writer, "model", "{");
    json_put_string(writer, "name", report->model);
    json_put_string(writer, "digest", report->model_digest);
    json_put_string(writer, "init", report->init);
    json_put_whole(writer, "parameters", report->parameters, 1);
    json_finish(writer, "}");

    json_begin(writer, "data", "{");
    json_put_string(writer, "train", report->train);
    json_put_string(writer, "train_digest", report->train_digest);
    json_put_whole(writer, "train_samples", report->train_samples, 0);
    json_put_string(writer, "validation", report->validation);
    json_put_string(writer, "validation_digest", report->validation_digest);
    json_put_number(writer, "validation_fraction", report->validation_fraction);
    json_put_whole(writer, "split_seed", report->split_seed, 0);
    json_put_whole(writer, "validation_samples", report->validation_samples, 0);
    json_put_whole(writer, "max_length", report->max_length, 1);
    json_begin(writer, "columns", "{");
    for (size_t i = 0; i < report->column_count; i++)
        json_put_string(writer, report->columns[i].name, report->columns[i].value);
    json_finish(writer, "}");
    json_put_whole(writer, "labels", report->labels, 1);
    put_names(writer, "label_names", report->label_names);
    json_finish(writer, "}");
}

static void put_certainty(struct json_writer *writer, const struct report_certainty *certainty)
{
    json_begin(writer, "calibrated", "{");
    json_put_string(writer, "verdict", report_sureness_name(certainty->verdict));
    json_put_string(writer, "by_range", report_sureness_name(certainty->by_range));
    json_put_string(writer, "by_sd", report_sureness_name(certainty->by_sd));
    json_put_whole(writer, "further", certainty->further, 0);
    json_put_whole(writer, "further_likely", certainty->further_likely, 0);
    json_put_whole(writer, "further_by_range", certainty->further_by_range, 0);
    json_put_whole(writer, "saved", certainty->saved, 0);
    json_put_number(writer, "sd_low", certainty->sd_low);
    json_put_number(writer, "sd_high", certainty->sd_high);
    json_put_number(writer, "mean_bootstrap_low", certainty->mean_low);
    json_put_number(writer, "mean_bootstrap_high", certainty->mean_high);
    json_finish(writer, "}");
}

static void put_part(struct json_writer *writer, const char *name, struct report_part part)
{
    json_begin(writer, name, "{");
    json_put_number(writer, "sd", part.sd);
    json_put_number(writer, "low", part.low);
    json_put_number(writer, "high", part.high);
    json_finish(writer, "}");
}

static void put_origin(struct json_writer *writer, const struct report_origin *origin)
{
    json_begin(writer, "origin", "{");
    put_part(writer, "between", origin->between);
    put_part(writer, "training", origin->training);
    put_part(writer, "churn", origin->churn);
    put_part(writer, "sampling", origin->sampling);
    json_put_number(writer, "disagreement", origin->disagreement);
    json_put_number(writer, "churn_by_thumb", origin->thumb_sd);
    json_put_number(writer, "examples_needed", origin->examples_needed);
    json_finish(writer, "}");
}

static void put_streams(struct json_writer *writer, const struct report_streams *streams)
{
    static const char *const names[REPORT_STREAMS] = {"init", "order", "dropout"};
    if (streams->design == NULL) {
        json_put_null(writer, "streams");
        return;
    }
    json_begin(writer, "streams", "{");
    json_put_string(writer, "design", streams->design);
    for (int i = 0; i < REPORT_STREAMS; i++) {
        const struct report_stream *stream = &streams->streams[i];
        json_begin(writer, names[i], "{");
        json_put_whole(writer, "levels", stream->levels, 0);
        json_put_number(writer, "sd", stream->part.sd);
        json_put_number(writer, "low", stream->part.low);
        json_put_number(writer, "high", stream->part.high);
        json_put_number(writer, "share", stream->share);
        json_put_number(writer, "rest_sd", stream->rest_sd);
        put_part(writer, "churn", stream->churn);
        json_put_string(writer, "status", report_stream_status_name(stream->status));
        json_finish(writer, "}");
    }
    put_part(writer, "interactions", streams->interactions);
    json_put_number(writer, "interactions_share", streams->interactions_share);
    put_part(writer, "total", streams->total);
    put_part(writer, "churn", streams->churn);
    json_put_string(writer, "largest", streams->largest < 0 ? "" : names[streams->largest]);
    json_finish(writer, "}");
}

static void put_agreement(struct json_writer *writer, const struct report_agreement *agreement)
{
    json_begin(writer, "agreement", "{");
    json_put_whole(writer, "n", agreement->n, 0);
    json_put_string(writer, "class", agreement->n > 0 ? report_class_name(agreement->most) : "");
    json_put_number(writer, "share", agreement->share);
    json_put_number(writer, "pairs", agreement->pairs);
    json_finish(writer, "}");
}

static void put_setting(struct json_writer *writer, const struct report *report,
                        const struct report_setting *setting)
{
    const struct report_summary *summary = &setting->summary;
    json_begin(writer, NULL, "{");
    json_put_string(writer, "label", setting->label);
    json_begin(writer, "values", "{");
    for (size_t i = 0; i < report->sweep_count; i++)
        json_put_string(writer, report->sweeps[i], setting->values[i]);
    json_finish(writer, "}");
    json_put_whole(writer, "planned", setting->planned, 0);
    json_put_whole(writer, "done", setting->done, 0);
    json_put_whole(writer, "failed", setting->failed, 0);
    json_put_whole(writer, "pending", setting->pending, 0);
    json_put_whole(writer, "twins", setting->twins, 0);
    json_put_whole(writer, "unequal_twins", setting->unequal, 0);
    json_put_whole(writer, "dead_seeds", setting->dead, 0);
    json_put_whole(writer, "undefined", setting->undefined, 0);
    json_put_number(writer, "failing_low", setting->failing_low);
    json_put_number(writer, "failing_high", setting->failing_high);
    json_put_whole(writer, "n", summary->n, 0);
    json_put_number(writer, "mean", summary->mean);
    json_put_number(writer, "variance", summary->variance);
    json_put_number(writer, "sd", summary->sd);
    json_put_number(writer, "min", summary->min);
    json_put_number(writer, "max", summary->max);
    json_put_number(writer, "spread", summary->spread);
    json_put_number(writer, "mean_low", summary->low);
    json_put_number(writer, "mean_high", summary->high);
    json_put_string(writer, "verdict", report_verdict_name(setting->verdict));
    json_put_string(writer, "rule", report_verdict_name(setting->rule));
    put_certainty(writer, &setting->certainty);
    put_origin(writer, &setting->origin);
    put_streams(writer, &setting->streams);
    json_put_truth(writer, "few_seeds", setting->few_seeds);
    json_put_truth(writer, "left_out", setting->left_out);
    json_put_truth(writer, "too_short", setting->too_short);
    json_put_whole(writer, "one_class", setting->one_class, 0);
    json_put_number(writer, "noisy_passes", setting->noisy_passes);
    json_put_number(writer, "quiet_fails", setting->quiet_fails);
    json_begin(writer, "classes", "{");
    for (int i = 0; i < REPORT_CLASSES; i++)
        json_put_whole(writer, report_class_name((enum report_class)i), setting->classes[i], 0);
    json_finish(writer, "}");
    json_begin(writer, "states", "{");
    for (int i = REPORT_PLAIN + 1; i < REPORT_STATES; i++)
        json_put_whole(writer, report_state_name((enum report_state)i), setting->states[i], 0);
    json_finish(writer, "}");
    put_agreement(writer, &setting->agreement);
    json_finish(writer, "}");
}

static void put_recommendation(struct json_writer *writer, const struct report *report)
{
    bool some = report->recommendation != REPORT_NOTHING;
    json_begin(writer, "recommendation", "{");
    json_put_string(writer, "kind", report_recommendation_name(report->recommendation));
    if (some)
        json_put_string(writer, "setting", report->settings[report->recommended].label);
    else
        json_put_null(writer, "setting");
    if (some && report->has_runner_up) {
        json_put_string(writer, "runner_up", report->settings[report->runner_up].label);
        json_put_truth(writer, "intervals_overlap", report->intervals_overlap);
    } else {
        json_put_null(writer, "runner_up");
        json_put_null(writer, "intervals_overlap");
    }
    if (some && report->has_rival)
        json_put_string(writer, "rival", report->settings[report->rival].label);
    else
        json_put_null(writer, "rival");
    json_put_whole(writer, "left_out_settings", report->left_out, 0);
    json_put_whole(writer, "too_short_settings", report->too_short, 0);
    json_put_number(writer, "constant_metric", report->constant_metric);
    json_put_truth(writer, "one_label", report->one_label);
    json_begin(writer, "advice", "[");
    for (size_t i = 0; i < report->advice_count; i++) {
        const struct report_advice *advice = &report->advice[i];
        json_begin(writer, NULL, "{");
        json_put_string(writer, "kind", report_advice_name(advice->kind));
        json_put_string(writer, "key", advice->key == NULL ? "" : advice->key);
        json_put_string(writer, "values", advice->values);
        json_finish(writer, "}");
    }
    json_finish(writer, "]");
    json_finish(writer, "}");
}

static void put_comparison(struct json_writer *writer, const struct report *report)
{
    json_begin(writer, "comparison", "{");
    json_put_whole(writer, "comparisons", (int64_t)report->comparisons, 0);
    json_begin(writer, "others", "[");
    for (size_t i = 0; i < report->encounter_count; i++) {
        const struct report_encounter *encounter = &report->encounters[i];
        json_begin(writer, NULL, "{");
        json_put_string(writer, "setting", report->settings[encounter->setting].label);
        json_put_whole(writer, "pairs", encounter->pairs, 0);
        json_put_number(writer, "difference", encounter->difference);
        json_put_number(writer, "low", encounter->low);
        json_put_number(writer, "high", encounter->high);
        json_put_number(writer, "bootstrap_low", encounter->boot_low);
        json_put_number(writer, "bootstrap_high", encounter->boot_high);
        json_put_number(writer, "p", encounter->p);
        json_put_number(writer, "adjusted_p", encounter->adjusted_p);
        json_put_number(writer, "mann_whitney_p", encounter->ranks_p);
        json_put_number(writer, "mann_whitney_smallest_p", encounter->ranks_smallest);
        json_put_string(writer, "by_t", report_claim_name(encounter->by_t));
        json_put_string(writer, "by_bootstrap", report_claim_name(encounter->by_boot));
        json_put_string(writer, "by_mann_whitney", report_claim_name(encounter->by_ranks));
        json_put_truth(writer, "disagree", encounter->disagree);
        json_put_number(writer, "beats", encounter->beats);
        json_put_number(writer, "beats_low", encounter->beats_low);
        json_put_number(writer, "beats_high", encounter->beats_high);
        json_put_string(writer, "verdict", report_comparison_name(encounter->verdict));
        json_finish(writer, "}");
    }
    json_finish(writer, "]");
    if (report->has_luck) {
        json_begin(writer, "best", "{");
        json_put_string(writer, "setting", report->settings[report->luck.setting].label);
        json_put_number(writer, "bias", report->luck.bias);
        json_put_number(writer, "bias_most", report->luck.bias_most);
        json_put_number(writer, "corrected", report->luck.corrected);
        json_put_number(writer, "again", report->luck.again);
        json_finish(writer, "}");
    } else {
        json_put_null(writer, "best");
    }
    json_finish(writer, "}");
}

static void put_run(struct json_writer *writer, const struct report *report, const struct report_run *run)
{
    bool ran = run->outcome != REPORT_PENDING;
    json_begin(writer, NULL, "{");
    json_put_string(writer, "id", run->id);
    json_put_string(writer, "setting", report->settings[run->setting].label);
    json_put_whole(writer, "repeat", run->repeat + 1, 1);
    json_put_whole(writer, "seed_init", run->seed_init, 0);
    json_put_whole(writer, "seed_order", run->seed_order, 0);
    json_put_whole(writer, "seed_dropout", run->seed_dropout, 0);
    json_put_string(writer, "outcome", report_outcome_name(run->outcome));
    json_put_string(writer, "reason", run->reason);
    json_put_whole(writer, "steps", ran && run->detail[0] == '\0' ? run->steps : -1, 0);
    json_put_whole(writer, "skipped_steps", ran && run->detail[0] == '\0' ? run->skipped_steps : -1, 0);
    json_put_whole(writer, "best_step", ran ? run->best_step : -1, 0);
    json_put_number(writer, "loss", run->loss);
    json_put_number(writer, "accuracy", run->accuracy);
    json_put_number(writer, "precision", run->precision);
    json_put_number(writer, "recall", run->recall);
    json_put_number(writer, "f1", run->f1);
    json_put_number(writer, "f1_macro", run->f1_macro);
    json_put_truth(writer, "one_class", run->one_class);
    json_put_string(writer, "class", run->has_class ? report_class_name(run->class) : "");
    json_put_string(writer, "state", run->has_class ? report_state_name(run->state) : "");
    json_put_string(writer, "metric_course", report_course_name(run->course));
    json_begin(writer, "evidence", "{");
    for (size_t i = 0; i < run->evidence_count; i++)
        json_put_number(writer, run->evidence[i].name, run->evidence[i].value);
    json_finish(writer, "}");
    json_put_string(writer, "digest", run->digest);
    json_finish(writer, "}");
}

void json_summary(const struct report *report, struct text *out)
{
    struct json_writer writer = {.out = out, .first = true};
    json_begin(&writer, NULL, "{");
    json_put_string(&writer, "format", SUMMARY_FORMAT);
    json_put_whole(&writer, "version", SUMMARY_VERSION, 0);
    put_asked(&writer, report);
    json_begin(&writer, "settings", "[");
    for (size_t i = 0; i < report->setting_count; i++)
        put_setting(&writer, report, &report->settings[i]);
    json_finish(&writer, "]");
    put_recommendation(&writer, report);
    put_comparison(&writer, report);
    json_begin(&writer, "runs", "[");
    for (size_t i = 0; i < report->run_count; i++)
        put_run(&writer, report, &report->runs[i]);
    json_finish(&writer, "]");
    if (report->check != NULL) check_json_member(report->check, &writer);
    json_finish(&writer, "}");
    text_add(out, "\n");
}
