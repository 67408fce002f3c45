#include "harness/run/executor.h"

#include "base/file.h"
#include "base/memory.h"
#include "harness/run/cells.h"
#include "harness/run/checkpoints.h"
#include "harness/run/clock.h"
#include "harness/run/job.h"
#include "harness/run/models.h"
#include "harness/run/progress.h"
#include "harness/run/queue.h"
#include "harness/run/signals.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double default_grace = 3;
static const double default_stop_grace = 30;
static const double longest_wait = 3600; /* seconds; without a limit nearer than that */
static const double redraw_wait = 0.25;  /* seconds; so that the time left goes down while nothing happens */

struct executor {
    const struct plan *plan;
    struct store *store;
    const struct executor_options *options;
    struct executor_result *result;
    struct queue queue;
    struct job *jobs; /* (job_count) */
    int job_count;
    struct pollfd *descriptors; /* (1 + 2 * job_count) */
    struct signals signals;
    struct progress *progress;
    int stops;      /* requests to stop so far */
    double kill_at; /* when children that were asked to stop are killed; 0: never */
};

static double grace_of(const struct executor_options *options)
{
    return options->grace > 0 ? options->grace : default_grace;
}

static void forget_checkpoint(const struct executor *executor, size_t run)
{
    const char *folder = executor->options->checkpoints;
    if (folder != NULL) checkpoints_forget(folder, executor->plan->runs[run].id);
}

/* A run that was stored before and is not tried again. What it said is for those who ask how many are needed.
 */
static enum status keep(struct executor *executor, size_t run, enum run_outcome outcome, struct error *error)
{
    struct observed_end end;
    bool has_end = false;
    if (executor->options->demand != NULL)
        TRY(store_load_end(executor->store, executor->plan->runs[run].id, &end, &has_end, error));
    executor->result->kept++;
    queue_keep(&executor->queue, run, outcome, has_end ? &end : NULL);
    forget_checkpoint(executor, run); /* we may have been killed right after storing the run */
    return STATUS_OK;
}

bool executor_keeps(enum run_outcome outcome)
{
    return outcome == RUN_DONE || outcome == RUN_DIVERGED;
}

static enum status find_pending(struct executor *executor, struct error *error)
{
    const struct plan *plan = executor->plan;
    const struct executor_options *options = executor->options;
    TRY(queue_create(plan, options->demand, options->jobs > 1, &executor->queue, error));
    for (size_t i = 0; i < plan->run_count; i++) {
        enum run_outcome outcome;
        TRY(store_run_outcome(executor->store, plan->runs[i].id, &outcome, error));
        if (executor_keeps(outcome)) TRY(keep(executor, i, outcome, error));
    }
    return queue_fill(&executor->queue, error);
}

static enum status make_progress(struct executor *executor, struct error *error)
{
    const struct executor_options *options = executor->options;
    struct progress_options wanted = {
        .out = options->progress,
        .live = progress_live(options->progress),
        .colour = progress_colour(),
        .jobs = executor->job_count,
        .total = executor->result->kept + (int)executor->queue.count,
        .kept = executor->result->kept,
        .more = executor->queue.open,
        .now = clock_now(),
    };
    for (size_t i = 0; i < executor->queue.count; i++)
        wanted.work += queue_work(executor->plan, executor->queue.runs[i]);
    return progress_create(&wanted, &executor->progress, error);
}

static enum status prepare(struct executor *executor, struct error *error)
{
    TRY(find_pending(executor, error));
    if (executor->options->checkpoints != NULL && executor->queue.count > 0)
        TRY(checkpoints_open(executor->options->checkpoints, error));
    int jobs = executor->options->jobs < 1 ? 1 : executor->options->jobs;
    /* A demand asks for one run when one has ended: never for more at a time than at the beginning. */
    if ((size_t)jobs > executor->queue.count) jobs = (int)executor->queue.count;
    executor->jobs = memory_zeroed((size_t)jobs, sizeof *executor->jobs);
    if (executor->jobs == NULL) return error_no_memory(error, (size_t)jobs * sizeof *executor->jobs);
    executor->job_count = jobs;
    size_t descriptors = 1 + 2 * (size_t)jobs;
    executor->descriptors = memory_zeroed(descriptors, sizeof *executor->descriptors);
    if (executor->descriptors == NULL)
        return error_no_memory(error, descriptors * sizeof *executor->descriptors);
    TRY(make_progress(executor, error));
    return signals_open(&executor->signals, error);
}

static int count_active(const struct executor *executor)
{
    int active = 0;
    for (int i = 0; i < executor->job_count; i++)
        active += executor->jobs[i].active;
    return active;
}

/* Start a run in a slot that is free. `again`: its checkpoint was refused a moment ago. */
static enum status start_run(struct executor *executor, int slot, size_t run, bool again, struct error *error)
{
    const struct executor_options *options = executor->options;
    const struct plan_run *planned = &executor->plan->runs[run];
    char checkpoint[SPEC_PATH_BYTES] = "", model[SPEC_PATH_BYTES] = "";
    double now = clock_now();
    if (options->checkpoints != NULL)
        TRY(checkpoints_path(options->checkpoints, planned->id, checkpoint, error));
    if (options->models != NULL) TRY(models_path(options->models, planned->id, model, error));
    if (again && file_exists(checkpoint)) checkpoint[0] = '\0'; /* it could not be set aside */
    struct job_order order = {.trainer = options->trainer,
                              .run = run,
                              .checkpoint = checkpoint,
                              .saved_model = model,
                              .timeout = options->timeout,
                              .grace = grace_of(options),
                              .now = now};
    TRY(job_start(executor->plan, &order, &executor->jobs[slot], error));
    executor->jobs[slot].again = again;
    struct progress_run shown = {.label = executor->plan->settings[planned->setting].label,
                                 .repeat = planned->repeat,
                                 .work = queue_work(executor->plan, run)};
    progress_start(executor->progress, slot, &shown, now);
    return STATUS_OK;
}

static enum status start_jobs(struct executor *executor, struct error *error)
{
    for (int i = 0; i < executor->job_count && executor->stops == 0; i++) {
        size_t run;
        if (executor->jobs[i].active) continue;
        if (!queue_take(&executor->queue, &run)) break;
        TRY(start_run(executor, i, run, false, error));
    }
    return STATUS_OK;
}

static enum status wait_for_news(struct executor *executor, struct error *error)
{
    double left = executor->options->progress != NULL ? redraw_wait : longest_wait, now = clock_now();
    size_t count = 0;
    executor->descriptors[count++] = (struct pollfd){.fd = executor->signals.descriptor, .events = POLLIN};
    for (int i = 0; i < executor->job_count; i++) {
        if (!executor->jobs[i].active) continue;
        /* One that is being killed for its output has nothing more to say; SIGCHLD tells when it is gone. */
        if (executor->jobs[i].fault[0] == '\0')
            count += child_poll(&executor->jobs[i].child, executor->descriptors + count);
        job_limit(&executor->jobs[i], now, &left);
    }
    if (executor->kill_at > 0 && executor->kill_at - now < left) left = executor->kill_at - now;
    if (poll(executor->descriptors, count, clock_milliseconds(left)) < 0 && errno != EINTR)
        return error_set(error, STATUS_IO, "running trainers cannot be waited for: %s", strerror(errno));
    return STATUS_OK;
}

static void signal_all(const struct executor *executor, int number)
{
    for (int i = 0; i < executor->job_count; i++) {
        if (executor->jobs[i].active) child_signal(&executor->jobs[i].child, number);
    }
}

/* The first request asks the children to stop and gives them time; the second kills them. */
static void obey_signals(struct executor *executor)
{
    int before = executor->stops;
    executor->stops += signals_take(&executor->signals);
    if (executor->stops > 0 && before == 0) {
        double grace = executor->options->grace;
        executor->kill_at = clock_now() + (grace > 0 ? grace : default_stop_grace);
        signal_all(executor, SIGTERM);
        progress_say(executor->progress,
                     "interrupted: stopping the running trainers; once more kills them at once");
    }
    bool over = executor->kill_at > 0 && clock_now() >= executor->kill_at;
    if (executor->stops > before ? executor->stops > 1 : over) {
        signal_all(executor, SIGKILL);
        executor->kill_at = 0;
    }
}

/* "learning_rate=0.001, repeat 2: ..." as a line that stays. */
static void say_of(const struct executor *executor, size_t run, const char *what)
{
    const struct plan_run *planned = &executor->plan->runs[run];
    struct text line = {0};
    text_addf(&line, "%s, repeat %d: %s", executor->plan->settings[planned->setting].label,
              planned->repeat + 1, what);
    if (!line.failed) progress_say(executor->progress, text_string(&line));
    text_free(&line);
}

static void say_resumed(const struct executor *executor, struct job *job)
{
    long step = job->recorder.record.begin.resumed_step;
    char what[64];
    if (step <= 0 || job->resumed) return;
    job->resumed = true;
    snprintf(what, sizeof what, "resumed at step %ld", step);
    say_of(executor, job->run, what);
}

/* The run starts at its beginning. The refused checkpoint stays beside it under another name. */
static enum status start_over(struct executor *executor, int index, struct error *error)
{
    struct job *job = &executor->jobs[index];
    size_t run = job->run;
    const char *message = job->recorder.record.end.message;
    char why[sizeof job->recorder.record.end.message], what[SPEC_PATH_BYTES + sizeof why + 64];
    struct error problem = {0};
    cells_clean(message, strlen(message), why, sizeof why);
    bool aside = checkpoints_set_aside(job->checkpoint, &problem) == STATUS_OK;
    snprintf(what, sizeof what, "%s; starting over, %s %s%s", why,
             aside ? "the refused file is kept as" : "without checkpoints:",
             aside ? job->checkpoint : problem.text, aside ? ".refused" : "");
    say_of(executor, run, what);
    job_close(job);
    return start_run(executor, index, run, true, error);
}

/* The job's run is stored: more runs may be needed now. */
static enum status ask_for_more(struct executor *executor, const struct job *job, struct error *error)
{
    struct queue *queue = &executor->queue;
    const struct run_record *record = &job->recorder.record;
    size_t before = queue->count;
    TRY(queue_tell(queue, job->run, record->outcome, record->has_end ? &record->end : NULL, error));
    if (queue->count > before)
        progress_more(executor->progress, (int)(queue->count - before),
                      (double)(queue->count - before) * queue_work(executor->plan, job->run));
    return STATUS_OK;
}

/* A run that was stopped by us has no result: it stays pending, unless it had come to its end by itself. */
static enum status finish_job(struct executor *executor, int index, struct error *error)
{
    struct job *job = &executor->jobs[index];
    struct run_record *record = &job->recorder.record;
    double now = clock_now();
    if (job_refused(job) && !job->again && executor->stops == 0) return start_over(executor, index, error);
    job_judge(job, now);
    if (executor->stops == 0 || executor_keeps(record->outcome)) {
        TRY(store_save_run(executor->store, record, error));
        if (executor_keeps(record->outcome)) forget_checkpoint(executor, job->run);
        if (record->outcome == RUN_DONE)
            executor->result->done++;
        else
            executor->result->failed++;
        progress_finish(executor->progress, index, record, now);
        TRY(ask_for_more(executor, job, error));
    }
    job_close(job);
    return STATUS_OK;
}

static enum status serve_jobs(struct executor *executor, struct error *error)
{
    for (int i = 0; i < executor->job_count; i++) {
        struct job *job = &executor->jobs[i];
        if (!job->active) continue;
        bool news = false;
        child_check(&job->child); /* before listening: what it printed before it ended is then all there */
        TRY(job_listen(job, clock_now(), &news, error));
        if (news) progress_update(executor->progress, i, &job->recorder.record);
        say_resumed(executor, job);
        if (job->child.ended) TRY(finish_job(executor, i, error));
    }
    progress_draw(executor->progress, clock_now());
    return STATUS_OK;
}

static enum status carry_out(struct executor *executor, struct error *error)
{
    for (;;) {
        TRY(start_jobs(executor, error));
        if (count_active(executor) == 0) break;
        TRY(wait_for_news(executor, error));
        obey_signals(executor);
        TRY(serve_jobs(executor, error));
    }
    obey_signals(executor);
    size_t ended = (size_t)(executor->result->done + executor->result->failed);
    executor->result->interrupted = executor->stops > 0 && ended < executor->queue.count;
    return STATUS_OK;
}

enum status executor_run(const struct plan *plan, struct store *store, const struct executor_options *options,
                         struct executor_result *result, struct error *error)
{
    *result = (struct executor_result){0};
    struct executor executor = {
        .plan = plan, .store = store, .options = options, .result = result, .signals.descriptor = -1};
    enum status status = prepare(&executor, error);
    if (status == STATUS_OK) status = carry_out(&executor, error);
    for (int i = 0; i < executor.job_count; i++)
        job_close(&executor.jobs[i]);
    if (options->checkpoints != NULL) checkpoints_close(options->checkpoints);
    progress_free(executor.progress);
    signals_close(&executor.signals);
    memory_free(executor.descriptors);
    memory_free(executor.jobs);
    queue_free(&executor.queue);
    return status;
}
