#include "harness/diagnose/classify.h"
#include "harness/diagnose/course.h"
#include "harness/diagnose/remedy.h"
#include "harness/diagnose/seen.h"
#include "harness/logs/training_log.h"
#include "harness/verbs/verb.h"
#include "trainer/spec/wire.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>

static const struct cli_option options[] = {
    {"--json", NULL, "one JSON object a line: file, class, state, evidence, remedy", false},
    {.name = NULL},
};

static void add_object(const char *file, const struct diagnosis *diagnosis, struct text *out)
{
    wire_add_name(out, "file", true);
    wire_add_string(out, file);
    wire_add_name(out, "class", false);
    wire_add_string(out, curve_class_name(diagnosis->class));
    wire_add_name(out, "state", false);
    wire_add_string(out, curve_state_name(diagnosis->state));
    wire_add_name(out, "evidence", false);
    for (size_t i = 0; i < diagnosis->evidence_count; i++) {
        const struct evidence *evidence = &diagnosis->evidence[i];
        wire_add_name(out, evidence->name, i == 0);
        /* JSON proper has neither NaN nor Infinity, and a reader of this may be strict. */
        if (isfinite(evidence->value))
            wire_add_number(out, evidence->value);
        else
            text_add(out, "null");
    }
    text_add(out, "}");
    wire_add_name(out, "remedy", false);
    wire_add_string(out, remedy_sentence(diagnosis));
    text_add(out, "}\n");
}

static void add_block(const char *file, const struct diagnosis *diagnosis, struct text *out)
{
    const char *state = curve_state_name(diagnosis->state);
    text_addf(out, "%s: %s", file, curve_class_name(diagnosis->class));
    if (state[0] != '\0') text_addf(out, " (%s)", state);
    text_add(out, "\n  seen    ");
    seen_describe(diagnosis, "\n          ", out);
    text_addf(out, "\n  remedy  %s\n", remedy_sentence(diagnosis));
}

static enum status diagnose(const char *file, bool as_json, struct error *error)
{
    struct training_log log;
    struct diagnosis diagnosis;
    struct text out = {0};
    enum status status;
    TRY_TO(done, training_log_read(file, &log, error));
    const struct curve curve = training_log_curve(&log);
    const struct metric_curve metric = training_log_metric(&log);
    TRY_TO(done, classify_curve(&curve, &diagnosis, error));
    TRY_TO(done, course_add(&metric, &diagnosis, error));
    if (as_json)
        add_object(file, &diagnosis, &out);
    else
        add_block(file, &diagnosis, &out);
    TRY_TO(done, text_status(&out, error));
    fputs(text_string(&out), stdout);
done:
    text_free(&out);
    training_log_free(&log);
    return status;
}

/* A file that cannot be read does not hide what the others show. */
static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    bool as_json = cli_has(arguments, "--json");
    for (int i = 0; i < arguments->word_count; i++) {
        enum status status = diagnose(arguments->words[i], as_json, error);
        if (status == STATUS_OK) continue;
        if (status == STATUS_NO_MEMORY) return status;
        fflush(stdout);
        fprintf(stderr, "ftbench: %s\n", error->text);
        *exit_code = CLI_USAGE;
    }
    return STATUS_OK;
}

const struct verb diagnose_verb = {
    .name = "diagnose",
    .words = "FILE...",
    .least = 1,
    .most = INT_MAX,
    .summary = "say what loss curves show that another program logged",
    .details = "Each FILE is Hugging Face's trainer_state.json, LLaMA-Factory's trainer_log.jsonl, or a CSV "
               "whose header "
               "names a\n"
               "step (step, epoch), a train loss (loss, train_loss) and a validation loss (eval_loss, "
               "val_loss), perhaps a metric (eval_f1, val_accuracy); - is "
               "standard\n"
               "input. Its class is converged, overfit, stalled, oscillating or undetermined; "
               "docs/diagnose.md says how it "
               "is found.\n"
               "Exit code 2: a file could not be read; the others were diagnosed all the same.\n",
    .options = options,
    .act = act,
};
