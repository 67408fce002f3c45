#include "harness/questions.h"

#include "base/memory.h"
#include "harness/run/estimate.h"
#include "harness/run/executor.h"
#include "harness/sequence.h"

#include <stdio.h>
#include <string.h>

void questions_print_notes(struct questions *questions, const char *lines)
{
    struct text *seen = &questions->seen;
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");
        struct text line = {0};
        text_add(&line, "\n");
        text_add_bytes(&line, lines, length);
        text_add(&line, "\n");
        if (length > 0 && !line.failed && strstr(text_string(seen), line.data) == NULL) {
            fprintf(stderr, "note: %.*s\n", (int)length, lines);
            text_add(seen, line.data);
        }
        text_free(&line);
        lines += length + (lines[length] == '\n');
    }
}

/* "ftbench-trainer 0.1.0" is ftbench-trainer: what another version changes in the bits is told by the numeric
 * version in the runs' ids. */
static size_t name_length(const char *program)
{
    return strcspn(program, " ");
}

static bool same_program(const char *a, const char *b)
{
    size_t length = name_length(a);
    return length == name_length(b) && strncmp(a, b, length) == 0;
}

/* The trainer's file has the name that the program gives itself. */
static bool is_called(const char *path, const char *program)
{
    const char *slash = strrchr(path, '/');
    return same_program(slash == NULL ? path : slash + 1, program);
}

/* Tell the sequence of what is kept: the rest is trained as far as it is needed. */
static enum status find_kept(struct questions *questions, struct store *store, bool *kept,
                             struct sequence *sequence, struct error *error)
{
    const struct plan *plan = questions->plan;
    for (size_t i = 0; i < plan->run_count; i++) {
        const char *id = plan->runs[i].id;
        struct observed_end end;
        enum run_outcome outcome;
        bool has_end = false;
        TRY(store_run_outcome(store, id, &outcome, error));
        kept[i] = executor_keeps(outcome);
        if (!kept[i]) continue;
        if (questions->kept++ == 0) TRY(store_run_program(store, id, questions->program, error));
        TRY(store_load_end(store, id, &end, &has_end, error));
        sequence_tell(sequence, i, outcome, has_end ? &end : NULL);
    }
    return STATUS_OK;
}

/* Mark the settings with a run that is needed and not kept; `pending`: there is one. */
static enum status find_wanted(struct questions *questions, const bool *kept, const struct sequence *sequence,
                               bool *pending, struct error *error)
{
    const struct plan *plan = questions->plan;
    *pending = false;
    for (size_t i = 0; i < plan->run_count; i++) {
        struct sequence_answer answer;
        size_t setting = (size_t)plan->runs[i].setting;
        if (kept[i] || questions->wanted[setting]) continue;
        TRY(sequence_setting(sequence, setting, &answer, error));
        questions->wanted[setting] = plan->runs[i].repeat < answer.wanted;
        *pending = *pending || questions->wanted[setting];
    }
    return STATUS_OK;
}

enum status questions_limit(struct questions *questions, struct store *store, struct error *error)
{
    const struct plan *plan = questions->plan;
    struct sequence *sequence = NULL;
    bool pending = false, *kept = memory_zeroed(plan->run_count, sizeof *kept);
    enum status status = STATUS_OK;
    questions->wanted = memory_zeroed(plan->setting_count, sizeof questions->wanted[0]);
    if (questions->wanted == NULL || kept == NULL) {
        status = error_no_memory(error, plan->setting_count + plan->run_count);
        goto done;
    }
    TRY_TO(done, sequence_create(plan, &sequence, error));
    TRY_TO(done, find_kept(questions, store, kept, sequence, error));
    TRY_TO(done, find_wanted(questions, kept, sequence, &pending, error));
    /* Only the program itself can say which it is, where that is not plain. */
    if (!pending && !is_called(questions->trainer, questions->program)) questions->wanted[0] = true;
done:
    sequence_free(sequence);
    memory_free(kept);
    return status;
}

static enum status check_program(const struct questions *questions, const char *program, struct error *error)
{
    if (questions->kept == 0 || same_program(questions->program, program)) return STATUS_OK;
    return error_set(
        error, STATUS_BAD_INPUT,
        "%s: the runs in it are of the trainer '%.*s', the one asked for now is '%.*s'; give another "
        "--output, or name the former by [run] trainer",
        questions->plan->experiment.output, (int)name_length(questions->program), questions->program,
        (int)name_length(program), program);
}

/* The first run of a setting speaks for all of them. */
static enum status ask_of(struct questions *questions, size_t setting, struct error *error)
{
    const struct plan *plan = questions->plan;
    struct run_spec spec;
    struct text notes = {0};
    struct error problem = {0};
    plan_run_spec(plan, setting * (size_t)plan->experiment.repeats, &spec);
    enum status status = estimate_run(questions->trainer, &spec, questions->measure, plan->experiment.timeout,
                                      &questions->begins[setting], &notes, &problem);
    questions_print_notes(questions, text_string(&notes));
    text_free(&notes);
    if (status == STATUS_OK) return check_program(questions, questions->begins[setting].program, error);
    char place[512];
    config_place(questions->config, problem.text, place, sizeof place);
    const char *label = plan->setting_count > 1 ? plan->settings[setting].label : "";
    return error_set(error, status, "%s%s%s%s%s%s", place, place[0] == '\0' ? "" : ": ", problem.text,
                     label[0] == '\0' ? "" : " (setting ", label, label[0] == '\0' ? "" : ")");
}

enum status questions_ask(struct questions *questions, struct error *error)
{
    size_t count = questions->plan->setting_count;
    questions->begins = memory_zeroed(count, sizeof questions->begins[0]);
    if (questions->begins == NULL) return error_no_memory(error, count * sizeof questions->begins[0]);
    for (size_t i = 0; i < count; i++) {
        if (questions->wanted == NULL || questions->wanted[i]) TRY(ask_of(questions, i, error));
    }
    return STATUS_OK;
}

void questions_free(struct questions *questions)
{
    memory_free(questions->wanted);
    memory_free(questions->begins);
    text_free(&questions->seen);
    *questions = (struct questions){0};
}
