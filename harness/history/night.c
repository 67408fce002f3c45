#include "harness/history/night.h"

#include "base/file.h"
#include "base/json_read.h"
#include "base/memory.h"
#include "base/number.h"
#include "harness/collect.h"
#include "harness/stats/median.h"
#include "harness/store/store.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void digest_to(const struct text *text, char digest[DIGEST_TEXT])
{
    digest_text(digest_bytes(text_string(text), text->length), digest);
}

/* One line of what only this run has; a failed run may be tried again, so a finished one names the night. */
static enum status identify(const struct report *report, char identity[DIGEST_TEXT], struct error *error)
{
    const struct report_run *first = NULL;
    struct text line = {0};
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (run->outcome == REPORT_PENDING) continue;
        if (first == NULL || (first->outcome != REPORT_DONE && run->outcome == REPORT_DONE)) first = run;
    }
    if (first == NULL) return error_set(error, STATUS_USAGE, "no run has ended yet");
    text_addf(&line, "%s %s %.17g %.17g", first->id, first->digest, first->timing.wall_seconds,
              first->timing.train_seconds);
    digest_to(&line, identity);
    enum status status = text_status(&line, error);
    text_free(&line);
    return status;
}

/* A run's chain of digests does not hold its metrics, which follow from the weights by code that may change.
 */
static void put_end(const struct report_run *run, struct text *bits)
{
    const double numbers[] = {run->loss, run->accuracy, run->precision, run->recall, run->f1, run->f1_macro};
    text_add(bits, run->digest);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char number[NUMBER_TEXT];
        number_shortest(numbers[i], number);
        text_addf(bits, " %s", number);
    }
    text_add(bits, "\n");
}

/* Digests of what the setting's runs were asked, and of what they came to. */
static enum status digest_runs(const struct report *report, size_t index, struct history_setting *setting,
                               struct error *error)
{
    struct text asked = {0}, bits = {0};
    bool known = true;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        if (run->setting != index || run->outcome == REPORT_PENDING) continue;
        text_addf(&asked, "%s\n", run->id);
        if (run->outcome == REPORT_DONE)
            put_end(run, &bits);
        else if (run->outcome == REPORT_DIVERGED)
            text_addf(&bits, "diverged %ld\n", run->steps);
        else
            known = false; /* a crash or a timeout says nothing of the bits */
    }
    digest_to(&asked, setting->asked);
    if (known && bits.length > 0) digest_to(&bits, setting->bits);
    enum status status = text_status(&asked, error);
    if (status == STATUS_OK) status = text_status(&bits, error);
    text_free(&asked);
    text_free(&bits);
    return status;
}

/* Whether every run of the setting that says its loop says it by the processor's clock too, and one does. */
static bool by_processor(const struct report *report, size_t index)
{
    int wall = 0, processor = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_timing *timing = &report->runs[i].timing;
        if (report->runs[i].setting != index) continue;
        wall += timing->calibration_seconds > 0;
        processor += timing->calibration_processor_seconds > 0 && timing->step_processor_seconds > 0;
    }
    return processor > 0 && processor == wall;
}

static enum status fill_times(const struct report *report, size_t index, struct history_setting *setting,
                              struct error *error)
{
    double *steps = memory_zeroed(report->run_count, 2 * sizeof *steps), *loops = steps + report->run_count;
    const bool processor = by_processor(report, index);
    size_t step_count = 0, loop_count = 0;
    if (steps == NULL) return error_no_memory(error, report->run_count * 2 * sizeof *steps);
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_timing *timing = &report->runs[i].timing;
        if (report->runs[i].setting != index) continue;
        const double step = processor ? timing->step_processor_seconds : timing->step_seconds,
                     loop = processor ? timing->calibration_processor_seconds : timing->calibration_seconds;
        if (step > 0) steps[step_count++] = step;
        if (loop > 0) loops[loop_count++] = loop;
    }
    snprintf(setting->clock, sizeof setting->clock, "%s", processor ? "processor" : "wall");
    enum status status = median_value(steps, step_count, &setting->step_seconds, error);
    if (status == STATUS_OK) status = median_value(loops, loop_count, &setting->calibration_seconds, error);
    memory_free(steps);
    return status;
}

static enum status fill_setting(const struct report *report, size_t index, struct history_setting *setting,
                                struct error *error)
{
    const struct report_setting *from = &report->settings[index];
    const struct report_summary *summary = &from->summary;
    *setting = (struct history_setting){
        .runs = from->done + from->failed,
        .n = summary->n,
        .failed = from->failed + from->undefined,
        .mean = summary->mean,
        .low = summary->low,
        .high = summary->high,
        .sd = summary->sd,
        .spread = summary->spread,
        .converged = from->classes[REPORT_CONVERGED],
        .overfit = from->classes[REPORT_OVERFIT],
        .stalled = from->classes[REPORT_STALLED],
        .oscillating = from->classes[REPORT_OSCILLATING],
        .undetermined = from->classes[REPORT_UNDETERMINED],
    };
    snprintf(setting->label, sizeof setting->label, "%s", from->label);
    TRY(fill_times(report, index, setting, error));
    return digest_runs(report, index, setting, error);
}

#define TAKE(field, place)                                                                                   \
    snprintf(night->field, sizeof night->field, "%s", text_string(&findings->places[place]))

static void fill_environment(const struct findings *findings, struct history_night *night)
{
    TAKE(commit, PLACE_COMMIT);
    TAKE(program, PLACE_PROGRAM);
    TAKE(backend, PLACE_BACKEND);
    TAKE(isa, PLACE_ISA);
    TAKE(cpu, PLACE_CPU);
    TAKE(gpu, PLACE_GPU);
    TAKE(libraries, PLACE_LIBRARIES);
    TAKE(host, PLACE_HOST);
    TAKE(threads, PLACE_THREADS);
    night->strict = !findings->report.fast;
    for (size_t i = 0; i < findings->plan.setting_count; i++)
        night->strict = night->strict && findings->plan.settings[i].spec.arithmetic == ARITHMETIC_STRICT;
}

#undef TAKE

static enum status fill(const char *folder, const struct findings *findings, struct history_record *record,
                        struct error *error)
{
    const struct report *report = &findings->report;
    struct history_night *night = &record->night;
    int pending = 0;
    for (size_t i = 0; i < report->setting_count; i++)
        pending += report->settings[i].pending;
    if (pending > 0)
        return error_set(error, STATUS_USAGE,
                         "%s is not finished: %d of its runs are not there yet; ftbench run goes on with "
                         "them, and then it can be a night of the history",
                         folder, pending);
    snprintf(night->experiment, sizeof night->experiment, "%s", report->name);
    night->metric = findings->plan.experiment.metric;
    TRY(identify(report, night->identity, error));
    TRY(plan_numeric_version(&findings->plan, &night->numeric_version, error));
    fill_environment(findings, night);
    record->settings = memory_zeroed(report->setting_count, sizeof *record->settings);
    if (record->settings == NULL)
        return error_no_memory(error, report->setting_count * sizeof *record->settings);
    for (size_t i = 0; i < report->setting_count; i++) {
        TRY(fill_setting(report, i, &record->settings[i], error));
        record->setting_count++;
    }
    return STATUS_OK;
}

static void take_word(struct json_object *object, const char *name, char *word, size_t size)
{
    struct json_object *value = NULL;
    if (json_object_object_get_ex(object, name, &value) && json_object_is_type(value, json_type_string))
        snprintf(word, size, "%s", json_object_get_string(value));
}

/* What the last check of the folder said. */
static enum status read_check(const char *folder, struct history_night *night, struct error *error)
{
    enum { MOST_BYTES = 64 * 1024 * 1024 };
    char path[SPEC_PATH_BYTES];
    struct text content = {0};
    struct json_object *object = NULL;
    struct error wrong = {0};
    TRY(file_join(folder, "check.json", path, sizeof path, error));
    if (!file_exists(path)) return STATUS_OK;
    enum status status = file_read(path, MOST_BYTES, &content, error);
    if (status == STATUS_OK) {
        status = json_read_object(text_string(&content), content.length, &object, &wrong);
        if (status != STATUS_OK) error_set(error, status, "%s: %s", path, wrong.text);
    }
    if (status == STATUS_OK) {
        take_word(object, "answer", night->verdict, sizeof night->verdict);
        take_word(object, "baseline", night->baseline, sizeof night->baseline);
        json_object_put(object);
    }
    text_free(&content);
    return status;
}

enum status night_read(const char *folder, struct history_record *record, struct error *error)
{
    struct store *store = NULL;
    struct findings findings;
    *record = (struct history_record){0};
    TRY(store_open(folder, STORE_READ, &store, error));
    enum status status = collect_findings(store, &findings, error);
    store_close(store);
    if (status != STATUS_OK) return status;
    status = fill(folder, &findings, record, error);
    if (status == STATUS_OK) status = read_check(folder, &record->night, error);
    findings_free(&findings);
    return status;
}
