#include "reports/csv.h"

#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A field, with its comma unless it is the row's first. RFC 4180: quoted when it holds a comma, a quote or a
 * line end; quotes inside are doubled. */
static void add_field(struct text *out, bool *first, const char *value)
{
    if (!*first) text_add(out, ",");
    *first = false;
    if (value[strcspn(value, ",\"\r\n")] == '\0') {
        text_add(out, value);
        return;
    }
    text_add(out, "\"");
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '"') text_add(out, "\"");
        text_add_bytes(out, c, 1);
    }
    text_add(out, "\"");
}

static void add_number(struct text *out, bool *first, double value)
{
    char number[NUMBER_TEXT] = "";
    if (!isnan(value)) number_shortest(value, number);
    add_field(out, first, number);
}

/* A whole number; below `least` it is not known and the field is empty. */
static void add_whole(struct text *out, bool *first, int64_t value, int64_t least)
{
    char number[NUMBER_TEXT] = "";
    if (value >= least) snprintf(number, sizeof number, "%lld", (long long)value);
    add_field(out, first, number);
}

static void add_header(struct text *out, bool *first, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_field(out, first, names[i]);
}

static void add_run(const struct report *report, const struct report_run *run, struct text *out)
{
    const struct report_setting *setting = &report->settings[run->setting];
    bool first = true, ran = run->outcome != REPORT_PENDING;
    add_field(out, &first, run->id);
    add_field(out, &first, setting->label);
    for (size_t i = 0; i < report->sweep_count; i++)
        add_field(out, &first, setting->values[i]);
    add_whole(out, &first, run->repeat + 1, 1);
    add_whole(out, &first, run->seed_init, 0);
    add_whole(out, &first, run->seed_order, 0);
    add_whole(out, &first, run->seed_dropout, 0);
    add_field(out, &first, report_outcome_name(run->outcome));
    add_field(out, &first, run->reason);
    add_whole(out, &first, ran && run->detail[0] == '\0' ? run->steps : -1, 0);
    add_whole(out, &first, ran ? run->best_step : -1, 0);
    const double metrics[] = {run->loss, run->accuracy, run->precision, run->recall, run->f1, run->f1_macro};
    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++)
        add_number(out, &first, metrics[i]);
    add_field(out, &first, run->has_class ? report_class_name(run->class) : "");
    add_field(out, &first, run->has_class ? report_state_name(run->state) : "");
    add_field(out, &first, run->digest);
    text_add(out, "\n");
}

void csv_runs(const struct report *report, struct text *out)
{
    static const char *const before[] = {"run_id", "setting"};
    static const char *const after[] = {"repeat",    "seed_init", "seed_order", "seed_dropout", "outcome",
                                        "reason",    "steps",     "best_step",  "loss",         "accuracy",
                                        "precision", "recall",    "f1",         "f1_macro",     "class",
                                        "state",     "digest"};
    bool first = true;
    add_header(out, &first, before, sizeof before / sizeof before[0]);
    add_header(out, &first, report->sweeps, report->sweep_count);
    add_header(out, &first, after, sizeof after / sizeof after[0]);
    text_add(out, "\n");
    for (size_t i = 0; i < report->run_count; i++)
        add_run(report, &report->runs[i], out);
}

void csv_timings(const struct report *report, struct text *out)
{
    static const char *const names[] = {"run_id",
                                        "setting",
                                        "repeat",
                                        "wall_seconds",
                                        "train_seconds",
                                        "evaluation_seconds",
                                        "steps_per_second",
                                        "peak_memory_bytes",
                                        "threads",
                                        "isa",
                                        "backend",
                                        "cpu",
                                        "host",
                                        "detail"};
    bool header = true;
    add_header(out, &header, names, sizeof names / sizeof names[0]);
    text_add(out, "\n");
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        const struct report_timing *timing = &run->timing;
        bool first = true;
        add_field(out, &first, run->id);
        add_field(out, &first, report->settings[run->setting].label);
        add_whole(out, &first, run->repeat + 1, 1);
        add_number(out, &first, timing->wall_seconds);
        add_number(out, &first, timing->train_seconds);
        add_number(out, &first, timing->evaluation_seconds);
        add_number(out, &first, timing->steps_per_second);
        add_whole(out, &first, timing->peak_memory_bytes, 0);
        add_whole(out, &first, timing->threads, 1);
        add_field(out, &first, timing->isa);
        add_field(out, &first, timing->backend);
        add_field(out, &first, timing->cpu);
        add_field(out, &first, timing->host);
        add_field(out, &first, run->detail);
        text_add(out, "\n");
    }
}
