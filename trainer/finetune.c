#include "trainer/finetune.h"

#include "trainer/environment.h"
#include "trainer/fast_note.h"
#include "trainer/fit/clip.h"
#include "trainer/fit/early_stop.h"
#include "trainer/fit/evaluation.h"
#include "trainer/fit/order.h"
#include "trainer/fit/schedule.h"
#include "trainer/keeper.h"
#include "trainer/measure.h"
#include "trainer/run_notes.h"
#include "trainer/saved_model.h"
#include "trainer/session.h"
#include "trainer/step_times.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The state of the loop besides the session's. */
struct loop {
    struct session session;
    const struct finetune_sink *sink;
    const volatile sig_atomic_t *stop;
    struct schedule schedule;
    struct run_state state;
    struct keeper keeper;
    double began; /* this part of the run */
    struct step_times times;
    struct text tensors;    /* names, for `begin`; empty when they are not recorded */
    double earlier_seconds; /* wall time of the parts before */
    bool resumed;           /* there was a part before */
    bool refused;           /* there was a checkpoint that cannot be gone on from */
    bool fast;              /* its arithmetic is, and then: */
    struct observed_note fast_note;
    bool complained; /* it was said that a checkpoint cannot be written */
};

static enum status say(struct loop *loop, const struct observation *observation, struct error *error)
{
    if (observation->kind != OBSERVATION_BEGIN && observation->kind != OBSERVATION_END)
        TRY(keeper_note(&loop->keeper, observation, error));
    return loop->sink->take(loop->sink->context, observation, error);
}

static enum status say_note(struct loop *loop, const char *code, struct error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static enum status say_note(struct loop *loop, const char *code, struct error *error, const char *format, ...)
{
    struct observation note = {.kind = OBSERVATION_NOTE};
    snprintf(note.as.note.code, sizeof note.as.note.code, "%s", code);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(note.as.note.message, sizeof note.as.note.message, format, arguments);
    va_end(arguments);
    return say(loop, &note, error);
}

/* As run_notes_say wants it. */
static enum status take_note(void *context, const char *code, const char *message, struct error *error)
{
    return say_note(context, code, error, "%s", message);
}

static void copy_metrics(struct observed_end *end, const struct observed_evaluation *from)
{
    end->best_step = from->step;
    end->loss = from->loss;
    end->accuracy = from->accuracy;
    end->precision = from->precision;
    end->recall = from->recall;
    end->f1 = from->f1;
    end->f1_macro = from->f1_macro;
}

/* The digest chain goes on over an evaluation: each sample's loss, and the digest of weights and moments. */
static void chain_evaluation(struct loop *loop, const struct observed_evaluation *evaluation,
                             struct digest weights)
{
    loop->state.chain =
        digest_chain(loop->state.chain, digest_floats(evaluation->losses, (size_t)evaluation->count));
    loop->state.chain = digest_chain(loop->state.chain, weights);
}

/* Evaluate after `step` steps. The model before training (step 0) is evaluated for the curve, but it is no
 * result of training: it is neither the best model nor counted by early stopping. */
static enum status evaluate(struct loop *loop, long step, struct error *error)
{
    struct session *session = &loop->session;
    struct observation observation = {.kind = OBSERVATION_EVALUATION};
    struct observed_evaluation *evaluation = &observation.as.evaluation;
    double began = environment_seconds();
    evaluation->step = step;
    evaluation->epoch = (double)step / (double)session->epoch_steps;
    enum status status =
        evaluation_run(&session->model, &session->batch, &session->data.validation, evaluation, error);
    if (status == STATUS_OK) {
        struct digest weights = transformer_digest(&session->model, session->scratch);
        digest_text(weights, evaluation->digest);
        chain_evaluation(loop, evaluation, weights);
        if (step > 0) {
            evaluation->best = early_stop_improved(&loop->state.best, evaluation);
            early_stop_improved(&loop->state.early, evaluation);
            if (evaluation->best && session->spec.load_best_model_at_end)
                transformer_keep_best(&session->model);
            if (evaluation->best || !session->spec.load_best_model_at_end || loop->state.end.best_step < 0)
                copy_metrics(&loop->state.end, evaluation);
        }
        loop->state.end.evaluation_seconds += environment_seconds() - began;
        status = say(loop, &observation, error);
    }
    observation_free(&observation);
    return status;
}

static enum status diverged(long step, const char *what, double value, struct error *error)
{
    return error_set(error, STATUS_DIVERGED,
                     "%s is %s at step %ld; a lower learning_rate or a smaller max_grad_norm helps", what,
                     isnan(value) ? "NaN" : "infinite", step);
}

/* Where steps that overflow are left out: is this one, and is it of any use to go on? */
static enum status judge_overflow(struct loop *loop, long step, struct observed_step *seen,
                                  struct error *error)
{
    struct loss_scale *scale = &loop->state.loss_scale;
    seen->skipped = !isfinite(seen->loss) || !isfinite(seen->grad_norm);
    if (!seen->skipped) {
        loss_scale_keep(scale);
        return STATUS_OK;
    }
    loss_scale_overflow(scale, seen->loss);
    const char *reason = loss_scale_hopeless(scale);
    if (reason == NULL) return STATUS_OK;
    return error_set(error, STATUS_DIVERGED,
                     "%s, at step %ld; precision = bf16 or fp32 or a lower learning_rate helps", reason,
                     step);
}

/* May the step be taken? */
static enum status judge_step(struct loop *loop, long step, struct observed_step *seen, struct error *error)
{
    if (loop->state.loss_scale.dynamic) return judge_overflow(loop, step, seen, error);
    if (!isfinite(seen->loss)) return diverged(step, "the training loss", (double)seen->loss, error);
    if (!isfinite(seen->grad_norm))
        return diverged(step, "the gradient norm", (double)seen->grad_norm, error);
    return STATUS_OK;
}

/* The digest chain goes on over a step, with the sums of squares that are in the link. */
static void chain_step(struct loop *loop, const struct observed_step *seen)
{
    float *link = loop->session.link;
    size_t count = (size_t)loop->session.model.layout.count + 2;
    link[0] = seen->loss;
    link[1] = seen->grad_norm;
    if (loop->state.loss_scale.dynamic) {
        link[count++] = (float)seen->loss_scale;
        link[count++] = seen->skipped ? 1.0f : 0.0f;
    }
    loop->state.chain = digest_chain(loop->state.chain, digest_floats(link, count));
}

/* One optimiser step, the `step`-th (1 first), on order[from .. from + count - 1]. */
static enum status take_step(struct loop *loop, long step, int from, int count, struct error *error)
{
    struct session *session = &loop->session;
    struct transformer *model = &session->model;
    struct observation observation = {.kind = OBSERVATION_STEP, .as.step.train_loss = (double)NAN};
    struct observed_step *seen = &observation.as.step;
    double seconds;
    TRY(step_times_begin(&loop->times, error));

    session_gradients(session, from, count, (uint32_t)(step - 1), loop->state.loss_scale.scale);
    float *sums = session->link + 2;
    session->ops->sum_squares(session->device, model->gradients, model->layout.count, model->layout.begin,
                              sums);
    TRY(session->ops->synchronize(session->device, error));
    double sum = 0.0;
    for (int i = 0; i < count; i++)
        sum += (double)session->losses[i];
    seen->loss_scale = loop->state.loss_scale.scale;
    double norm = clip_norm(sums, model->layout.count) / seen->loss_scale;
    seen->loss = (float)(sum / count);
    seen->grad_norm = (float)norm;
    TRY(judge_step(loop, step, seen, error));

    seen->learning_rate = schedule_rate(&loop->schedule, step - 1 - loop->state.end.skipped_steps);
    if (seen->skipped)
        loop->state.end.skipped_steps++;
    else
        optimiser_update(&session->optimiser, model, seen->learning_rate,
                         clip_factor(norm, session->spec.max_grad_norm) / seen->loss_scale);
    chain_step(loop, seen);
    TRY(step_times_end(&loop->times, &seconds, error));
    loop->state.end.train_seconds += seconds;

    seen->step = step;
    seen->epoch = (double)step / (double)session->epoch_steps;
    digest_text(loop->state.chain, seen->digest);
    if (session->spec.record_tensors) {
        seen->tensor_count = model->layout.count;
        seen->sums = sums;
    }
    if (isfinite(seen->loss)) {
        loop->state.logged_sum += (double)seen->loss;
        loop->state.logged_steps++;
    }
    seen->logged = step % session->spec.logging_steps == 0 || step == session->total_steps;
    if (seen->logged) {
        if (loop->state.logged_steps > 0)
            seen->train_loss = loop->state.logged_sum / (double)loop->state.logged_steps;
        loop->state.logged_sum = 0.0;
        loop->state.logged_steps = 0;
    }
    loop->state.end.steps = step;
    return say(loop, &observation, error);
}

static bool evaluation_due(const struct session *session, long step)
{
    if (step == session->total_steps) return true;
    long every = session->spec.eval_steps > 0 ? session->spec.eval_steps : session->epoch_steps;
    return step % every == 0;
}

/* Wall time and memory of all parts up to now. */
static void take_time(struct loop *loop)
{
    struct observed_end *end = &loop->state.end;
    int64_t peak = environment_peak_memory();
    end->seconds = loop->earlier_seconds + environment_seconds() - loop->began;
    if (peak > end->peak_memory_bytes) end->peak_memory_bytes = peak;
}

/* A checkpoint that cannot be written (a full disk) does not end the run: that is said once. */
static enum status save(struct loop *loop, struct error *error)
{
    struct observation note = {.kind = OBSERVATION_NOTE, .as.note.code = "checkpoint"};
    struct error problem = {0};
    take_time(loop);
    if (keeper_save(&loop->keeper, &problem) == STATUS_OK || loop->complained) return STATUS_OK;
    loop->complained = true;
    snprintf(note.as.note.message, sizeof note.as.note.message,
             "no checkpoint could be written after step %ld, the run goes on without: %.400s",
             loop->state.end.steps, problem.text);
    return say(loop, &note, error);
}

static enum status train(struct loop *loop, struct error *error)
{
    struct session *session = &loop->session;
    int samples = session->data.train.count, per_step = run_spec_step_samples(&session->spec);
    long first = loop->state.end.steps + 1;
    if (!loop->resumed) TRY(evaluate(loop, 0, error));
    for (long step = first; step <= session->total_steps; step++) {
        if (loop->stop != NULL && *loop->stop) {
            TRY(save(loop, error));
            return error_set(error, STATUS_INTERRUPTED, "stopped before step %ld of %ld", step,
                             session->total_steps);
        }
        if (keeper_due(&loop->keeper)) TRY(save(loop, error));
        long in_epoch = (step - 1) % session->epoch_steps;
        if (in_epoch == 0 || step == first)
            order_of_epoch(session->spec.seed_order, (uint32_t)((step - 1) / session->epoch_steps),
                           session->order, samples);
        int from = (int)(in_epoch * per_step);
        int count = samples - from < per_step ? samples - from : per_step;
        TRY(take_step(loop, step, from, count, error));
        if (!evaluation_due(session, step)) continue;
        TRY(evaluate(loop, step, error));
        if (early_stop_due(&loop->state.early)) {
            loop->state.end.reason = step < session->total_steps ? END_EARLY_STOPPED : END_COMPLETED;
            break;
        }
    }
    if (loop->state.end.skipped_steps == loop->state.end.steps)
        return error_set(
            error, STATUS_DIVERGED,
            "not one of the %ld steps could be taken: each overflowed in fp16; precision = bf16 or "
            "fp32 or a lower learning_rate helps",
            loop->state.end.steps);
    if (session->spec.load_best_model_at_end && loop->state.best.seen) {
        transformer_restore_best(&session->model);
        loop->state.chain =
            digest_chain(loop->state.chain, transformer_digest(&session->model, session->scratch));
    }
    return STATUS_OK;
}

/* A model that cannot be written (a full disk) is no fault of the run, whose result stands. */
static enum status save_model(struct loop *loop, struct error *error)
{
    const char *folder = loop->session.spec.saved_model;
    struct error problem = {0};
    if (folder[0] == '\0' || saved_model_write(&loop->session, folder, &problem) == STATUS_OK)
        return STATUS_OK;
    return say_note(loop, "model", error, "the trained model could not be saved: %.400s", problem.text);
}

static int reason_of(enum status status, int otherwise)
{
    switch (status) {
    case STATUS_OK:
        return otherwise;
    case STATUS_DIVERGED:
        return END_DIVERGED;
    case STATUS_INTERRUPTED:
        return END_INTERRUPTED;
    default:
        return END_FAILED;
    }
}

static void no_metrics(struct observed_end *end)
{
    double nan = (double)NAN;
    *end = (struct observed_end){.reason = END_COMPLETED,
                                 .best_step = -1,
                                 .loss = nan,
                                 .accuracy = nan,
                                 .precision = nan,
                                 .recall = nan,
                                 .f1 = nan,
                                 .f1_macro = nan};
}

/* The end line; `error` is what ended the run when `status` is not OK. */
static enum status say_end(struct loop *loop, enum status status, struct error *error)
{
    if (loop->refused) no_metrics(&loop->state.end);
    take_time(loop);
    struct observation end = {.kind = OBSERVATION_END, .as.end = loop->state.end};
    end.as.end.reason = loop->refused ? END_REFUSED : reason_of(status, loop->state.end.reason);
    end.as.end.message[0] = '\0';
    if (status != STATUS_OK && error != NULL)
        snprintf(end.as.end.message, sizeof end.as.end.message, "%.500s", error->text);
    digest_text(loop->state.chain, end.as.end.digest);
    step_times_report(&loop->times, &end.as.end);
    if (status == STATUS_OK) return say(loop, &end, error);
    (void)say(loop, &end, NULL); /* the first failure is the one to report */
    return status;
}

static void loop_prepare(struct loop *loop)
{
    const struct run_spec *spec = &loop->session.spec;
    struct observed_begin begin;
    session_describe(&loop->session, &begin);
    loop->fast = fast_note_make(spec, &begin, &loop->fast_note);
    loop->schedule = (struct schedule){.type = spec->lr_scheduler_type,
                                       .peak = spec->learning_rate,
                                       .warmup = loop->session.warmup_steps,
                                       .total = loop->session.total_steps};
    loop->state.loss_scale = loss_scale_start(spec->precision);
    loop->state.best = (struct early_stop){.metric = spec->metric_for_best_model};
    loop->state.early =
        (struct early_stop){.metric = spec->early_stopping_metric, .patience = spec->early_stopping_patience};
}

static enum status say_begin(struct loop *loop, double step_seconds, double evaluation_seconds,
                             struct error *error)
{
    struct observation begin = {.kind = OBSERVATION_BEGIN};
    session_describe(&loop->session, &begin.as.begin);
    begin.as.begin.tensors = loop->tensors.data;
    begin.as.begin.step_seconds = step_seconds;
    begin.as.begin.evaluation_seconds = evaluation_seconds;
    begin.as.begin.resumed_step = loop->state.end.steps;
    begin.as.begin.resumed_seconds = loop->earlier_seconds;
    begin.as.begin.validation_labels = loop->session.data.validation.labels;
    begin.as.begin.labelled = loop->session.data.validation.count;
    TRY(say(loop, &begin, error));
    if (loop->resumed) return keeper_recall(&loop->keeper, loop->sink->take, loop->sink->context, error);
    if (loop->fast) {
        const struct observation note = {.kind = OBSERVATION_NOTE, .as.note = loop->fast_note};
        TRY(say(loop, &note, error));
    }
    return run_notes_say(&loop->session, take_note, loop, error);
}

/* From the checkpoint, where there is one. */
static enum status resume(struct loop *loop, struct error *error)
{
    TRY(keeper_open(&loop->session, &loop->state, &loop->keeper, error));
    enum status status = keeper_resume(&loop->keeper, &loop->resumed, error);
    if (status == STATUS_OK && loop->fast)
        status = keeper_recall(&loop->keeper, fast_note_check, &loop->fast_note, error);
    loop->refused = status != STATUS_OK && status != STATUS_NO_MEMORY;
    if (status == STATUS_OK) loop->earlier_seconds = loop->state.end.seconds;
    return status;
}

static void loop_close(struct loop *loop)
{
    text_free(&loop->state.curve);
    text_free(&loop->tensors);
    step_times_close(&loop->times);
    session_close(&loop->session);
}

/* The names that `begin` says, and the clocks. */
static enum status introduce(struct loop *loop, struct error *error)
{
    struct session *session = &loop->session;
    if (session->spec.record_tensors) layout_names(&session->model.layout, &loop->tensors);
    TRY(text_status(&loop->tensors, error));
    return step_times_open(session->ops, session->device, &loop->times, error);
}

enum status finetune_run(const struct run_spec *spec, const struct finetune_sink *sink,
                         const volatile sig_atomic_t *stop, struct error *error)
{
    struct loop loop = {.sink = sink, .stop = stop, .began = environment_seconds()};
    no_metrics(&loop.state.end);
    enum status status = session_open(spec, sink->trace, &loop.session, error);
    if (status == STATUS_OK) {
        loop_prepare(&loop);
        status = resume(&loop, error);
    }
    if (status == STATUS_OK) status = introduce(&loop, error);
    if (status == STATUS_OK) status = say_begin(&loop, 0.0, 0.0, error);
    if (status == STATUS_OK) status = train(&loop, error);
    if (status == STATUS_OK) status = save_model(&loop, error);
    status = say_end(&loop, status, error);
    loop_close(&loop);
    return status;
}

enum status finetune_plan(const struct run_spec *spec, bool measure, const struct finetune_sink *sink,
                          struct error *error)
{
    struct loop loop = {.sink = sink, .began = environment_seconds()};
    double step_seconds = 0.0, evaluation_seconds = 0.0;
    no_metrics(&loop.state.end);
    enum status status = session_open(spec, sink->trace, &loop.session, error);
    if (status == STATUS_OK) loop_prepare(&loop);
    if (status == STATUS_OK && measure) status = measure_step(&loop.session, &step_seconds, error);
    if (status == STATUS_OK && measure)
        status = measure_evaluation(&loop.session, &evaluation_seconds, error);
    if (status == STATUS_OK) status = say_begin(&loop, step_seconds, evaluation_seconds, error);
    if (status == STATUS_OK && measure) status = run_notes_classes(&loop.session, take_note, &loop, error);
    status = say_end(&loop, status, error);
    loop_close(&loop);
    return status;
}
