#include "harness/run/job.h"

#include "harness/run/cells.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

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
    memcpy(job->checkpoint, spec.checkpoint, sizeof job->checkpoint);
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

static void judge_end(struct run_record *record, long step, char *reason, size_t size)
{
    const struct observed_end *end = &record->end;
    const char *colon = end->message[0] == '\0' ? "" : ": ";
    char where[64];
    after_step(end->steps, where, sizeof where);
    if (end->reason == END_DIVERGED) {
        record->outcome = RUN_DIVERGED;
        snprintf(reason, size, "diverged at step %ld%s%s", end->steps > step ? end->steps : step, colon,
                 end->message);
    } else if (end->reason == END_FAILED || end->reason == END_REFUSED) {
        record->outcome = RUN_FAILED;
        snprintf(reason, size, "%s", end->message[0] == '\0' ? "the trainer gave no reason" : end->message);
    } else if (end->reason == END_INTERRUPTED) {
        record->outcome = RUN_FAILED;
        snprintf(reason, size, "stopped from outside%s%s%s", where, colon, end->message);
    } else {
        record->outcome = RUN_DONE;
        reason[0] = '\0';
    }
}

/* A trainer that died says why, if at all, with its last line on standard error. */
static void judge_death(const struct job *job, struct run_record *record, long step, char *reason,
                        size_t size)
{
    char how[128], where[64], words[256];
    after_step(step, where, sizeof where);
    child_last_words(&job->child, words, sizeof words);
    const char *colon = words[0] == '\0' ? "" : ": ";
    if (job->timed_out) {
        record->outcome = RUN_TIMED_OUT;
        snprintf(reason, size, "no end after %g s: killed%s", job->timeout, where);
        return;
    }
    record->outcome = RUN_CRASHED;
    if (job->lingered) {
        snprintf(reason, size, "closed its output without an end line%s and did not exit: killed%s%s", where,
                 colon, words);
        return;
    }
    child_describe_end(&job->child, how, sizeof how);
    bool by_signal = strncmp(how, "killed", strlen("killed")) == 0;
    snprintf(reason, size, "%s%s%s%s%s", how, by_signal ? "" : " without an end line", where, colon, words);
}

void job_judge(struct job *job, double now)
{
    struct run_record *record = &job->recorder.record;
    long step = recorder_last_step(&job->recorder);
    char reason[1024];
    record->wall_seconds = now - job->started;
    if (isfinite(record->begin.resumed_seconds) && record->begin.resumed_seconds > 0)
        record->wall_seconds += record->begin.resumed_seconds;
    if (job->fault[0] != '\0') {
        char where[64];
        after_step(step, where, sizeof where);
        record->outcome = RUN_BAD_OUTPUT;
        snprintf(reason, sizeof reason, "%s%s", job->fault, where);
    } else if (record->has_end) {
        judge_end(record, step, reason, sizeof reason);
    } else {
        judge_death(job, record, step, reason, sizeof reason);
    }
    cells_clean(reason, strlen(reason), record->reason, sizeof record->reason);
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
