#include "harness/verify/rerun.h"

#include "harness/run/cells.h"
#include "harness/run/child.h"
#include "harness/run/clock.h"
#include "harness/run/recorder.h"
#include "harness/run/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { ARGUMENTS = 10, NUMBER_BYTES = 24 };

typedef enum status take_line(void *context, char *line, size_t length, struct error *error);

/* A conversation with one trainer. */
struct dialogue {
    struct child child;
    struct signals signals;
    take_line *take;
    void *context;
};

static enum status take_lines(struct dialogue *dialogue, struct error *error)
{
    bool more = true;
    while (more) {
        TRY(child_read(&dialogue->child, &more, error));
        char *line;
        size_t length;
        while (child_next_line(&dialogue->child, &line, &length))
            TRY(dialogue->take(dialogue->context, line, length, error));
        if (child_line_too_long(&dialogue->child))
            return error_set(error, STATUS_BAD_INPUT, "printed a line of more than %d bytes",
                             CHILD_LINE_LIMIT);
    }
    return STATUS_OK;
}

/* Read until the trainer has ended. */
static enum status listen(struct dialogue *dialogue, const struct rerun *rerun, struct error *error)
{
    struct child *child = &dialogue->child;
    double deadline = rerun->timeout > 0 ? clock_now() + rerun->timeout : 0;
    while (!child->ended) {
        struct pollfd descriptors[3] = {{.fd = dialogue->signals.descriptor, .events = POLLIN}};
        size_t count = 1 + child_poll(child, descriptors + 1);
        double left = deadline - clock_now();
        if (deadline > 0 && left <= 0)
            return error_set(error, STATUS_BAD_INPUT, "no end after %g s: killed", rerun->timeout);
        if (poll(descriptors, count, deadline > 0 ? clock_milliseconds(left) : -1) < 0 && errno != EINTR)
            return error_set(error, STATUS_IO, "%s: cannot be waited for: %s", rerun->trainer,
                             strerror(errno));
        if (signals_take(&dialogue->signals) > 0)
            return error_set(error, STATUS_INTERRUPTED, "interrupted while a run was repeated");
        child_check(child);
        TRY(take_lines(dialogue, error));
    }
    return STATUS_OK;
}

/* Start the trainer and give every line that it prints to the dialogue's taker. The child is closed by the
 * caller. */
static enum status talk(struct dialogue *dialogue, const struct rerun *rerun, const char *const argv[],
                        struct error *error)
{
    struct text json = {0};
    struct run_spec spec = *rerun->spec;
    enum status status;
    dialogue->signals.descriptor = -1;
    spec.checkpoint[0] = '\0'; /* all of it anew */
    TRY_TO(done, run_spec_to_json(&spec, &json, error));
    TRY_TO(done, signals_open(&dialogue->signals, error));
    TRY_TO(done, child_start(argv, text_string(&json), &dialogue->child, error));
    status = listen(dialogue, rerun, error);
done:
    signals_close(&dialogue->signals);
    text_free(&json);
    return status;
}

static enum status take_observation(void *context, char *line, size_t length, struct error *error)
{
    return recorder_take(context, line, length, error);
}

static void give_reason(struct run_record *record, const char *reason)
{
    cells_clean(reason, strlen(reason), record->reason, sizeof record->reason);
}

/* It ended without an end line, or refused with one and without a begin. */
static enum status judge(const struct child *child, struct run_record *record, struct error *error)
{
    char words[1024], how[128], reason[1200];
    bool refused = record->has_end && record->end.reason == END_FAILED;
    if (refused && !record->has_begin) return error_set(error, STATUS_BAD_INPUT, "%s", record->end.message);
    if (refused) give_reason(record, record->end.message);
    if (record->has_end) return STATUS_OK;
    child_last_words(child, words, sizeof words);
    child_describe_end(child, how, sizeof how);
    if (!record->has_begin && words[0] != '\0') return error_set(error, STATUS_BAD_INPUT, "%s", words);
    snprintf(reason, sizeof reason, "%s%s%s", how, words[0] == '\0' ? "" : ": ", words);
    give_reason(record, reason);
    return STATUS_OK;
}

/* A fault that never came to pass is said after the end line, by the exit code. */
static enum status check_fault(const struct rerun *rerun, const struct child *child, struct error *error)
{
    char words[1024];
    if (rerun->fault == NULL || child->status == 0) return STATUS_OK;
    child_last_words(child, words, sizeof words);
    if (strstr(words, "fault") == NULL) return STATUS_OK;
    return error_set(error, STATUS_USAGE, "%s", words);
}

enum status rerun_train(const struct rerun *rerun, long steps, struct run_record *record, struct error *error)
{
    struct recorder recorder = {0};
    struct dialogue dialogue = {.take = take_observation, .context = &recorder};
    char number[NUMBER_BYTES];
    const char *argv[ARGUMENTS] = {rerun->trainer};
    int count = 1;
    /* Nothing but the protocol's plain call where that will do: other trainers know no more. */
    if (steps != RERUN_ALL || rerun->fault != NULL) argv[count++] = "run";
    if (steps != RERUN_ALL) {
        snprintf(number, sizeof number, "%ld", steps);
        argv[count++] = "--steps";
        argv[count++] = number;
    }
    if (rerun->fault != NULL) {
        argv[count++] = "--fault";
        argv[count] = rerun->fault;
    }
    struct error cause = {0};
    enum status status = run_spec_id(rerun->spec, recorder.record.id, error);
    if (status == STATUS_OK) status = talk(&dialogue, rerun, argv, &cause);
    if (status == STATUS_BAD_INPUT) {
        child_signal(&dialogue.child, SIGKILL);
        give_reason(&recorder.record, cause.text);
        status = STATUS_OK;
    } else if (status == STATUS_OK) {
        status = judge(&dialogue.child, &recorder.record, error);
        if (status == STATUS_OK) status = check_fault(rerun, &dialogue.child, error);
    } else if (cause.text[0] != '\0') {
        error_set(error, status, "%s", cause.text);
    }
    child_close(&dialogue.child);
    *record = recorder.record;
    return status;
}

struct trace_taker {
    rerun_take *take;
    void *context;
    size_t lines;
};

static enum status take_trace(void *context, char *line, size_t length, struct error *error)
{
    struct trace_taker *taker = context;
    struct trace_line parsed;
    (void)length;
    TRY(trace_line_read(line, &parsed, error));
    taker->lines++;
    enum status status = taker->take(taker->context, &parsed, error);
    trace_line_free(&parsed);
    return status;
}

enum status rerun_trace(const struct rerun *rerun, const struct rerun_question *question, rerun_take *take,
                        void *context, struct error *error)
{
    struct trace_taker taker = {.take = take, .context = context};
    struct dialogue dialogue = {.take = take_trace, .context = &taker};
    char number[NUMBER_BYTES];
    const char *argv[ARGUMENTS] = {rerun->trainer, "trace"};
    int count = 2;
    snprintf(number, sizeof number, "%ld", question->states ? question->steps : question->step);
    if (question->states) argv[count++] = "--states";
    argv[count++] = question->states ? "--steps" : "--step";
    argv[count++] = number;
    if (!question->states && question->dump != NULL) {
        argv[count++] = "--dump";
        argv[count++] = question->dump;
    }
    if (rerun->fault != NULL) {
        argv[count++] = "--fault";
        argv[count] = rerun->fault;
    }
    struct error cause = {0};
    enum status status = talk(&dialogue, rerun, argv, &cause);
    if (status == STATUS_OK && (dialogue.child.status != 0 || taker.lines == 0)) {
        char words[1024], how[128];
        child_last_words(&dialogue.child, words, sizeof words);
        child_describe_end(&dialogue.child, how, sizeof how);
        status = error_set(&cause, STATUS_BAD_INPUT, "%s", words[0] == '\0' ? how : words);
    }
    if (status == STATUS_BAD_INPUT && taker.lines == 0)
        error_set(error, status, "%s gives no trace, so that the operation cannot be named (%s)",
                  rerun->trainer, cause.text);
    else if (status != STATUS_OK)
        error_set(error, status, "%s trace: %s", rerun->trainer, cause.text);
    child_close(&dialogue.child);
    return status;
}
