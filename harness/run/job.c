#include "harness/run/job.h"

#include "harness/run/cells.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum status job_start(const struct plan *plan, const struct job_order *order, struct job *job,
                      struct error *error)
{
    const char *const argv[] = {order->trainer, NULL};
    const struct plan_run *planned = &plan->runs[order->run];
    struct run_spec spec;
    struct text json = {0};
    *job = (struct job){
        .run = order->run, .started = order->now, .timeout = order->timeout, .grace = order->grace};
    struct run_record *record = &job->recorder.record;
    memcpy(record->id, planned->id, sizeof record->id);
    record->setting = planned->setting;
    record->repeat = planned->repeat;
    record->seed_init = planned->seed_init;
    record->seed_order = planned->seed_order;
    record->seed_dropout = planned->seed_dropout;
    plan_run_spec(plan, order->run, &spec);
    snprintf(spec.checkpoint, sizeof spec.checkpoint, "%s", order->checkpoint);
    snprintf(spec.saved_model, sizeof spec.saved_model, "%s", order->saved_model);
    memcpy(job->checkpoint, spec.checkpoint, sizeof job->checkpoint);
    const char *const paths[] = {spec.model_path, spec.train_path, spec.validation_path, spec.checkpoint,
                                 order->trainer};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        folders_add(&job->folders, paths[i]);
    folders_add_current(&job->folders);
    enum status status = run_spec_to_json(&spec, &json, error);
    if (status == STATUS_OK) status = child_start(argv, text_string(&json), &job->child, error);
    job->active = status == STATUS_OK;
    text_free(&json);
    return status;
}

static void find_fault(struct job *job, const struct error *cause)
{
    snprintf(job->fault, sizeof job->fault, "%.*s", (int)sizeof job->fault - 1, cause->text);
    child_signal(&job->child, SIGKILL);
}

static enum status take_lines(struct job *job, bool *news, struct error *error)
{
    char *line;
    size_t length;
    while (job->fault[0] == '\0' && child_next_line(&job->child, &line, &length)) {
        struct error cause = {0};
        enum status status = recorder_take(&job->recorder, line, length, &cause);
        *news = true;
        if (status == STATUS_BAD_INPUT)
            find_fault(job, &cause);
        else if (status != STATUS_OK)
            return error_set(error, status, "%s", cause.text);
    }
    if (job->fault[0] == '\0' && child_line_too_long(&job->child)) {
        struct error cause = {0};
        error_set(&cause, STATUS_BAD_INPUT, "printed a line of more than %d bytes", CHILD_LINE_LIMIT);
        find_fault(job, &cause);
    }
    return STATUS_OK;
}

enum status job_listen(struct job *job, double now, bool *news, struct error *error)
{
    bool more = true;
    *news = false;
    while (more && job->fault[0] == '\0') {
        TRY(child_read(&job->child, &more, error));
        TRY(take_lines(job, news, error));
        more = more && job->child.ended; /* while it lives, the others get their turn */
    }
    bool silent = job->recorder.record.has_end || job->child.output < 0;
    if (silent && job->closing <= 0) job->closing = now;
    return STATUS_OK;
}

void job_limit(struct job *job, double now, double *left)
{
    if (job->timeout > 0 && !job->recorder.record.has_end) {
        double rest = job->started + job->timeout - now;
        if (rest <= 0 && !job->timed_out) {
            job->timed_out = true;
            child_signal(&job->child, SIGKILL);
        }
        if (rest > 0 && rest < *left) *left = rest;
    }
    if (job->closing > 0) {
        double rest = job->closing + job->grace - now;
        if (rest <= 0) {
            job->lingered = !job->recorder.record.has_end;
            child_signal(&job->child, SIGKILL);
        }
        if (rest > 0 && rest < *left) *left = rest;
    }
}

/* " after step 37", " before the first step" */
static void after_step(long step, char *text, size_t size)
{
    if (step > 0)
        snprintf(text, size, " after step %ld", step);
    else
        snprintf(text, size, " before the first step");
}

/* What is said of an end, before folders are left out. */
struct verdict {
    enum run_outcome outcome;
    char reason[1024], detail[1024]; /* as in struct run_record */
};

static void judge_end(const struct observed_end *end, long step, struct verdict *verdict)
{
    const char *colon = end->message[0] == '\0' ? "" : ": ";
    char where[64];
    after_step(end->steps, where, sizeof where);
    if (end->reason == END_DIVERGED) {
        verdict->outcome = RUN_DIVERGED;
        snprintf(verdict->reason, sizeof verdict->reason, "diverged at step %ld%s%s",
                 end->steps > step ? end->steps : step, colon, end->message);
    } else if (end->reason == END_FAILED || end->reason == END_REFUSED) {
        verdict->outcome = RUN_FAILED;
        snprintf(verdict->reason, sizeof verdict->reason, "%s",
                 end->message[0] == '\0' ? "the trainer gave no reason" : end->message);
    } else if (end->reason == END_INTERRUPTED) {
        verdict->outcome = RUN_FAILED;
        snprintf(verdict->reason, sizeof verdict->reason, "stopped from outside");
        snprintf(verdict->detail, sizeof verdict->detail, "%s%s%s", where + 1, colon, end->message);
    } else {
        verdict->outcome = RUN_DONE;
    }
}

/* A trainer that died says why, if at all, with its last line on standard error. Where a signal found it may
 * be chance: the same reason each time, and the rest is detail. */
static void judge_death(const struct job *job, long step, struct verdict *verdict)
{
    char how[128], where[64], words[256];
    after_step(step, where, sizeof where);
    child_last_words(&job->child, words, sizeof words);
    const char *colon = words[0] == '\0' ? "" : ": ";
    if (job->timed_out) {
        verdict->outcome = RUN_TIMED_OUT;
        snprintf(verdict->reason, sizeof verdict->reason, "no end within the timeout of %g s", job->timeout);
        snprintf(verdict->detail, sizeof verdict->detail, "killed%s", where);
        return;
    }
    verdict->outcome = RUN_CRASHED;
    if (job->lingered) {
        snprintf(verdict->reason, sizeof verdict->reason,
                 "closed its output without an end line%s and did not exit: killed%s%s", where, colon, words);
        return;
    }
    child_describe_end(&job->child, how, sizeof how);
    if (WIFSIGNALED(job->child.status)) {
        snprintf(verdict->reason, sizeof verdict->reason, "%s", how);
        snprintf(verdict->detail, sizeof verdict->detail, "%s%s%s", where + 1, colon, words);
        return;
    }
    snprintf(verdict->reason, sizeof verdict->reason, "%s without an end line%s%s%s", how, where, colon,
             words);
}

/* One line, without folders. */
static void tidy(const struct job *job, const char *text, char *field, size_t size)
{
    char names[sizeof((struct verdict *)NULL)->reason];
    folders_strip(&job->folders, text, names, sizeof names);
    cells_clean(names, strlen(names), field, size);
}

void job_judge(struct job *job, double now)
{
    struct run_record *record = &job->recorder.record;
    long step = recorder_last_step(&job->recorder);
    struct verdict verdict = {.outcome = RUN_BAD_OUTPUT};
    record->wall_seconds = now - job->started;
    if (isfinite(record->begin.resumed_seconds) && record->begin.resumed_seconds > 0)
        record->wall_seconds += record->begin.resumed_seconds;
    if (job->fault[0] != '\0') {
        char where[64];
        after_step(step, where, sizeof where);
        snprintf(verdict.reason, sizeof verdict.reason, "%s%s", job->fault, where);
    } else if (record->has_end) {
        judge_end(&record->end, step, &verdict);
    } else {
        judge_death(job, step, &verdict);
    }
    record->outcome = verdict.outcome;
    tidy(job, verdict.reason, record->reason, sizeof record->reason);
    tidy(job, verdict.detail, record->detail, sizeof record->detail);
}

bool job_refused(const struct job *job)
{
    const struct run_record *record = &job->recorder.record;
    return record->has_end && record->end.reason == END_REFUSED && job->checkpoint[0] != '\0' &&
           job->fault[0] == '\0';
}

void job_close(struct job *job)
{
    child_close(&job->child);
    recorder_free(&job->recorder);
    *job = (struct job){.child = {.output = -1, .errors = -1}};
}
