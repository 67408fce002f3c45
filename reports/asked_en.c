#include "reports/asked_en.h"

#include "reports/english.h"
#include "reports/words.h"

#include <string.h>

void english_model(const struct report *report, struct text *out)
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

void english_data(const struct report *report, struct text *out)
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

void english_sweep(const struct report *report, struct text *out)
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

void english_repeats(const struct report *report, struct text *out)
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

void english_seeds(const struct report *report, struct text *out)
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
