#include "harness/run/estimate.h"

#include "harness/run/child.h"
#include "harness/run/clock.h"
#include "harness/run/recorder.h"
#include "harness/run/signals.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* A conversation with one trainer that is asked for a plan. */
struct inquiry {
    struct child child;
    struct recorder recorder;
    struct signals signals;
    double deadline; /* on the clock; 0: none */
};

static enum status take_lines(struct inquiry *inquiry, struct error *error)
{
    bool more = true;
    while (more) {
        TRY(child_read(&inquiry->child, &more, error));
        char *line;
        size_t length;
        while (child_next_line(&inquiry->child, &line, &length)) {
            TRY(recorder_take(&inquiry->recorder, line, length, error));
        }
        if (child_line_too_long(&inquiry->child))
            return error_set(error, STATUS_BAD_INPUT, "printed a line of more than %d bytes",
                             CHILD_LINE_LIMIT);
    }
    return STATUS_OK;
}

/* Read until the trainer has ended. */
static enum status listen(struct inquiry *inquiry, const char *trainer, double timeout, struct error *error)
{
    struct child *child = &inquiry->child;
    while (!child->ended) {
        struct pollfd descriptors[3] = {{.fd = inquiry->signals.descriptor, .events = POLLIN}};
        size_t count = 1 + child_poll(child, descriptors + 1);
        double left = inquiry->deadline - clock_now();
        if (inquiry->deadline > 0 && left <= 0)
            return error_set(error, STATUS_IO, "%s plan: no answer after %g s: killed", trainer, timeout);
        if (poll(descriptors, count, inquiry->deadline > 0 ? clock_milliseconds(left) : -1) < 0 &&
            errno != EINTR)
            return error_set(error, STATUS_IO, "%s plan: cannot be waited for: %s", trainer, strerror(errno));
        if (signals_take(&inquiry->signals) > 0)
            return error_set(error, STATUS_INTERRUPTED,
                             "interrupted while the trainer was asked for its plan");
        child_check(child);
        struct error cause = {0};
        enum status status = take_lines(inquiry, &cause);
        if (status != STATUS_OK) return error_set(error, status, "%s plan: %s", trainer, cause.text);
    }
    return STATUS_OK;
}

/* A trainer that refuses says why in its end line, or as programs do on standard error with an exit code. */
static enum status judge(const struct inquiry *inquiry, const char *trainer, struct error *error)
{
    const struct run_record *record = &inquiry->recorder.record;
    bool refused = record->has_end && record->end.reason != END_COMPLETED;
    if (refused && record->end.message[0] != '\0')
        return error_set(error, STATUS_BAD_INPUT, "%s", record->end.message);
    if (!refused && record->has_begin && inquiry->child.status == 0) return STATUS_OK;
    char words[1024], how[128];
    child_last_words(&inquiry->child, words, sizeof words);
    child_describe_end(&inquiry->child, how, sizeof how);
    if (words[0] != '\0') return error_set(error, STATUS_BAD_INPUT, "%s", words);
    return error_set(error, STATUS_BAD_INPUT, "%s plan: gave no plan: %s", trainer, how);
}

enum status estimate_run(const char *trainer, const struct run_spec *spec, bool measure, double timeout,
                         struct observed_begin *begin, struct text *notes, struct error *error)
{
    const char *const argv[] = {trainer, "plan", measure ? "--measure" : NULL, NULL};
    struct inquiry inquiry = {.signals.descriptor = -1, .recorder.plan = true};
    struct text json = {0};
    enum status status;
    TRY_TO(done, run_spec_to_json(spec, &json, error));
    TRY_TO(done, signals_open(&inquiry.signals, error));
    TRY_TO(done, child_start(argv, text_string(&json), &inquiry.child, error));
    if (timeout > 0) inquiry.deadline = clock_now() + timeout;
    TRY_TO(done, listen(&inquiry, trainer, timeout, error));
    TRY_TO(done, judge(&inquiry, trainer, error));
    *begin = inquiry.recorder.record.begin;
    begin->validation_labels = NULL; /* the recorder's */
    begin->tensors = NULL;
    begin->labelled = 0;
    for (size_t i = 0; i < inquiry.recorder.record.note_count; i++)
        text_addf(notes, "%s\n", inquiry.recorder.record.notes[i].message);
    status = text_status(notes, error);
done:
    child_close(&inquiry.child);
    signals_close(&inquiry.signals);
    recorder_free(&inquiry.recorder);
    text_free(&json);
    return status;
}
