#include "harness/dry_run.h"

#include "base/bytes.h"
#include "base/duration.h"
#include "harness/listing.h"
#include "harness/needs.h"
#include "harness/plan/design.h"

#include <math.h>
#include <string.h>

long dry_run_evaluations(const struct run_spec *spec, const struct observed_begin *begin)
{
    long every = spec->eval_steps > 0 ? spec->eval_steps : begin->epoch_steps;
    if (every < 1) every = begin->total_steps > 0 ? begin->total_steps : 1;
    return 1 + (begin->total_steps + every - 1) / every;
}

double dry_run_seconds(const struct run_spec *spec, const struct observed_begin *begin)
{
    return (double)begin->total_steps * begin->step_seconds +
           (double)dry_run_evaluations(spec, begin) * begin->evaluation_seconds;
}

double dry_run_total(const struct plan *plan, const struct observed_begin *begins, int repeats)
{
    enum { MOST_JOBS = 1024 };
    double free_at[MOST_JOBS] = {0};
    int jobs = plan->experiment.jobs < 1           ? 1
               : plan->experiment.jobs > MOST_JOBS ? MOST_JOBS
                                                   : plan->experiment.jobs;
    double end = 0;
    for (size_t i = 0; i < plan->run_count; i++) {
        int setting = plan->runs[i].setting, next = 0;
        if (plan->runs[i].repeat >= repeats) continue;
        for (int job = 1; job < jobs; job++) {
            if (free_at[job] < free_at[next]) next = job;
        }
        free_at[next] += dry_run_seconds(&plan->settings[setting].spec, &begins[setting]);
        end = fmax(end, free_at[next]);
    }
    return end;
}

void dry_run_short_curves(const struct plan *plan, const struct observed_begin *begins, struct text *line)
{
    enum { NEEDED = 4 }; /* harness/diagnose/classify.h, with that before training */
    for (size_t i = 0; i < plan->setting_count; i++) {
        const long steps = begins[i].total_steps;
        const long evaluations = dry_run_evaluations(&plan->settings[i].spec, &begins[i]);
        if (steps < NEEDED || evaluations >= NEEDED) continue; /* not asked, or too short in any case */
        text_addf(
            line,
            "%ld evaluations a run%s%s%s: fewer than %d are too short for a verdict on the loss curve; set "
            "[training] eval_steps = %ld or less\n",
            evaluations, plan->setting_count > 1 ? " (setting " : "",
            plan->setting_count > 1 ? plan->settings[i].label : "", plan->setting_count > 1 ? ")" : "",
            NEEDED, steps / NEEDED);
        return;
    }
}

static enum status print_settings(const struct plan *plan, const struct observed_begin *begins, FILE *out,
                                  struct error *error)
{
    struct listing listing = {.columns = 8};
    static const char *const heads[] = {"setting",     "training rows", "validation rows", "steps", "warm-up",
                                        "evaluations", "time",          "memory"};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        listing_add(&listing, "%s", heads[i]);
    for (size_t i = 0; i < plan->setting_count; i++) {
        const struct run_spec *spec = &plan->settings[i].spec;
        const struct observed_begin *begin = &begins[i];
        char duration[DURATION_TEXT], memory[BYTES_TEXT];
        duration_text(dry_run_seconds(spec, begin), duration, sizeof duration);
        bytes_text(needs_bytes(begin), memory, sizeof memory);
        listing_add(&listing, "%s", plan->settings[i].label);
        listing_add(&listing, "%ld", begin->train_samples);
        listing_add(&listing, "%ld", begin->validation_samples);
        listing_add(&listing, "%ld", begin->total_steps);
        listing_add(&listing, "%ld", begin->warmup_steps);
        listing_add(&listing, "%ld", dry_run_evaluations(spec, begin));
        listing_add(&listing, "%s", duration);
        listing_add(&listing, "%s", memory);
    }
    enum status status = listing_print(&listing, true, out, error);
    listing_free(&listing);
    return status;
}

static enum status print_runs(const struct plan *plan, FILE *out, struct error *error)
{
    struct listing listing = {.columns = 6};
    static const char *const heads[] = {"run", "setting", "repeat", "seed of init", "of order", "of dropout"};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        listing_add(&listing, "%s", heads[i]);
    for (size_t i = 0; i < plan->run_count; i++) {
        const struct plan_run *run = &plan->runs[i];
        listing_add(&listing, "%s", run->id);
        listing_add(&listing, "%s", plan->settings[run->setting].label);
        listing_add(&listing, "%d", run->repeat + 1);
        listing_add(&listing, "%u", (unsigned)run->seed_init);
        listing_add(&listing, "%u", (unsigned)run->seed_order);
        listing_add(&listing, "%u", (unsigned)run->seed_dropout);
    }
    enum status status = listing_print(&listing, true, out, error);
    listing_free(&listing);
    return status;
}

/* "3", "3..10", "25 (latin, 5 levels)". */
static void add_repeats(const struct experiment *experiment, struct text *text)
{
    if (experiment_is_sequential(experiment)) text_addf(text, "%d..", experiment->span.least);
    text_addf(text, "%d", experiment->repeats);
    if (experiment->design != DESIGN_JOINT)
        text_addf(text, " (%s, %d levels)", design_name(experiment->design), experiment->levels);
}

/* "about 8.5 s for 4 runs"; for a span "about 8.5 s for 6 runs to 25 s for 20". */
static void add_estimate(const struct plan *plan, const struct observed_begin *begins, struct text *text)
{
    const struct experiment *experiment = &plan->experiment;
    char least[DURATION_TEXT], most[DURATION_TEXT];
    duration_text(dry_run_total(plan, begins, experiment->repeats), most, sizeof most);
    if (experiment_is_sequential(experiment)) {
        size_t runs = plan->setting_count * (size_t)experiment->span.least;
        duration_text(dry_run_total(plan, begins, experiment->span.least), least, sizeof least);
        text_addf(text, "about %s for %zu runs to %s for %zu", least, runs, most, plan->run_count);
    } else {
        text_addf(text, "about %s for %zu run%s", most, plan->run_count, plan->run_count == 1 ? "" : "s");
    }
}

enum status dry_run_print(const struct plan *plan, const struct observed_begin *begins, const char *trainer,
                          FILE *out, struct error *error)
{
    const struct experiment *experiment = &plan->experiment;
    struct text repeats = {0}, estimate = {0}, memory = {0};
    char one[BYTES_TEXT], all[BYTES_TEXT];
    double largest = needs_bytes(needs_largest(plan, begins));
    size_t runs = needs_at_once(plan);
    enum status status;
    bytes_text(largest, one, sizeof one);
    bytes_text(largest * (double)runs, all, sizeof all);
    needs_describe(plan, begins, &memory);
    add_repeats(experiment, &repeats);
    add_estimate(plan, begins, &estimate);
    TRY_TO(done, text_status(&repeats, error));
    TRY_TO(done, text_status(&estimate, error));
    TRY_TO(done, text_status(&memory, error));
    fprintf(out, "experiment: %s\nsettings: %zu, repeats: %s, runs: ", experiment->name, plan->setting_count,
            text_string(&repeats));
    if (experiment_is_sequential(experiment))
        fprintf(out, "%zu to ", plan->setting_count * (size_t)experiment->span.least);
    fprintf(out, "%zu\ntrainer: %s\noutput: %s\n\n", plan->run_count, trainer, experiment->output);
    TRY_TO(done, print_settings(plan, begins, out, error));
    fputc('\n', out);
    TRY_TO(done, print_runs(plan, out, error));
    fprintf(out, "\nestimate: %s, %zu at a time with %d thread%s each; at most %s a run, %s at once\n",
            text_string(&estimate), runs, experiment->base.threads, experiment->base.threads == 1 ? "" : "s",
            one, all);
    fputs(text_string(&memory), out);
done:
    text_free(&memory);
    text_free(&repeats);
    text_free(&estimate);
    return status;
}
