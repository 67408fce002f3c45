#include "trainer/session.h"

#include "base/memory.h"
#include "trainer/environment.h"
#include "trainer/fitting.h"
#include "trainer/model/classifier.h"
#include "trainer/model/hf_config.h"
#include "trainer/model/pretrained.h"
#include "trainer/model_tokenizer.h"
#include "trainer/spec/content.h"
#include "trainer/text/unicode.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum status open_device(struct session *session, struct error *error)
{
    TRY(backend_open(&session->spec, &session->ops, &session->device, &session->choice, error));
    if (session->trace != NULL) trace_wrap(session->trace, &session->ops, &session->device);
    return STATUS_OK;
}

static enum status read_data(struct session *session, struct error *error)
{
    const struct run_spec *spec = &session->spec;
    TRY(hf_config_read(spec->model_path, &session->config, error));
    if (spec->dropout >= 0) hf_config_set_dropout(&session->config, spec->dropout);
    struct tokenizer *tokenizer = NULL;
    TRY(model_tokenizer_open(spec, &session->config, &tokenizer, error));
    session->tokenizer_class = tokenizer_class_name(tokenizer);
    enum status status = dataset_load(spec, tokenizer, &session->data, error);
    tokenizer_close(tokenizer);
    return status;
}

/* A machine that is asked for more than it has does not say no: it swaps, or kills the largest process. So it
 * is asked first. */
static enum status plan_memory(struct session *session, struct error *error)
{
    struct fitting fitting = {.spec = &session->spec, .data = &session->data, .config = &session->config};
    TRY(layout_count(&session->config, session->data.classes, &fitting.numbers, error));
    TRY(fitting_plan(&fitting, &session->limits, &session->plan, error));
    memory_room_find(session->ops, session->device, &session->room);
    session->memory_before = environment_memory();
    return fitting_check(&fitting, &session->plan, &session->room, error);
}

static enum status allocate_host(struct session *session, struct error *error)
{
    size_t step = (size_t)run_spec_step_samples(&session->spec);
    if (step > (size_t)session->data.train.count) step = (size_t)session->data.train.count;
    session->order = memory_zeroed((size_t)session->data.train.count, sizeof *session->order);
    session->losses = memory_zeroed(step, sizeof *session->losses);
    session->link = memory_zeroed((size_t)session->model.layout.count + 4, sizeof *session->link);
    session->scratch = memory_aligned((size_t)session->model.layout.total, sizeof *session->scratch);
    if (session->order == NULL || session->losses == NULL || session->link == NULL ||
        session->scratch == NULL)
        return error_no_memory(error, (unsigned long long)session->model.layout.total * sizeof(float));
    return STATUS_OK;
}

/* From the folder, or drawn. */
static enum status set_weights(struct session *session, struct error *error)
{
    const struct pretrained_draws draws = {.config = &session->config, .seed = session->spec.seed_init};
    const struct class_names classes = {.count = session->data.classes,
                                        .names = (const char *const *)session->data.label_names};
    struct transformer *model = &session->model;
    if (session->spec.init == INIT_PRETRAINED)
        TRY(pretrained_fill(session->spec.model_path, &model->layout, &draws, &classes, session->scratch,
                            &session->drawn, &session->numbers, error));
    else
        layout_init_random(&model->layout, draws.config, draws.seed, session->scratch);
    return transformer_upload(model, session->scratch, error);
}

enum status session_open(const struct run_spec *spec, struct trace *trace, struct session *session,
                         struct error *error)
{
    *session = (struct session){.spec = *spec, .trace = trace};
    enum status status = run_spec_check(spec, error);
    if (status == STATUS_OK) status = content_check(spec, error);
    if (status == STATUS_OK) status = open_device(session, error);
    if (status == STATUS_OK) status = read_data(session, error);
    if (status == STATUS_OK) status = plan_memory(session, error);
    if (status == STATUS_OK)
        status = batch_create(session->ops, session->device, &session->limits, &session->batch, error);
    if (status == STATUS_OK)
        status = transformer_create(session->ops, session->device, &session->config, session->data.classes,
                                    &session->limits, fitting_keeping(spec), &session->model, error);
    if (status == STATUS_OK) status = allocate_host(session, error);
    if (status == STATUS_OK) status = set_weights(session, error);
    if (status == STATUS_OK && trace != NULL) status = trace_attach(trace, &session->model, error);
    if (status != STATUS_OK) {
        session_close(session);
        return status;
    }
    session->epoch_steps = run_spec_epoch_steps(spec, session->data.train.count);
    session->total_steps = run_spec_total_steps(spec, session->data.train.count);
    session->warmup_steps = run_spec_warmup_steps(spec, session->data.train.count);
    session->optimiser = (struct optimiser){.beta1 = spec->adam_beta1,
                                            .beta2 = spec->adam_beta2,
                                            .epsilon = spec->adam_epsilon,
                                            .weight_decay = spec->weight_decay,
                                            .power1 = 1.0,
                                            .power2 = 1.0};
    return STATUS_OK;
}

void session_close(struct session *session)
{
    memory_free(session->order);
    memory_free(session->losses);
    memory_free(session->link);
    memory_free(session->scratch);
    text_free(&session->drawn);
    text_free(&session->numbers);
    if (session->batch.ops != NULL) batch_free(&session->batch);
    transformer_free(&session->model);
    dataset_free(&session->data);
    if (session->ops != NULL) session->ops->close(session->device);
    *session = (struct session){0};
}

/* A label is the file's bytes: only what can be printed leaves the trainer. No memory: no more names. */
static void name_labels(const struct dataset *data, struct observed_begin *begin)
{
    enum { NAME_BYTES = 80 };
    struct text name = {0};
    for (int c = 0; c < data->classes && !name.failed; c++) {
        text_clear(&name);
        unicode_quote(data->label_names[c], strlen(data->label_names[c]), NAME_BYTES, &name);
        if (!name.failed) observed_begin_name(begin, text_string(&name));
    }
    text_free(&name);
}

/* The most that the process will have held of the machine's memory: program, data and tokens, which are there
 * before the model, and all that comes on top. What data took while they were read can be more, beside a
 * small model. */
static int64_t memory_of(const struct session *session)
{
    const int64_t device = session->room.shared ? (int64_t)memory_plan_device(&session->plan) : 0;
    const int64_t held = session->memory_before + session->plan.host + device,
                  peak = environment_peak_memory();
    return held > peak ? held : peak;
}

static void describe_device(const struct session *session, struct observed_begin *begin)
{
    struct device_description description = {.gpu = ""};
    session->ops->describe(session->device, &description);
    snprintf(begin->gpu, sizeof begin->gpu, "%s", description.gpu);
    snprintf(begin->libraries, sizeof begin->libraries, "%s", description.libraries);
    snprintf(begin->overrides, sizeof begin->overrides, "%s", session->ops->overrides);
    snprintf(begin->choice, sizeof begin->choice, "%.250s", session->choice.reason);
}

static void describe_memory(const struct session *session, struct observed_begin *begin)
{
    const struct memory_plan *plan = &session->plan;
    begin->memory_bytes = memory_of(session);
    begin->weights_bytes = plan->weights;
    begin->gradients_bytes = plan->gradients;
    begin->moments_bytes = plan->moments;
    begin->best_bytes = plan->best;
    begin->activations_bytes = plan->activations;
    begin->batch_bytes = plan->batch;
    if (session->room.shared) return;
    begin->device_memory_bytes = (int64_t)memory_plan_device(plan);
    begin->device_free_bytes = isnan(session->room.device) ? 0 : (int64_t)session->room.device;
}

void session_describe(const struct session *session, struct observed_begin *begin)
{
    *begin = (struct observed_begin){
        .train_samples = session->data.train.count,
        .validation_samples = session->data.validation.count,
        .labels = session->data.classes,
        .total_steps = session->total_steps,
        .epoch_steps = session->epoch_steps,
        .warmup_steps = session->warmup_steps,
        .parameters = session->model.layout.total,
        .threads = session->spec.threads,
    };
    describe_memory(session, begin);
    name_labels(&session->data, begin);
    environment_describe(begin);
    snprintf(begin->backend, sizeof begin->backend, "%s", session->ops->name);
    snprintf(begin->isa, sizeof begin->isa, "%s", session->ops->isa);
    describe_device(session, begin);
    (void)run_spec_id(&session->spec, begin->run_id, NULL);
}

void session_gradients(struct session *session, int from, int count, uint32_t draw, double scale)
{
    const struct pass pass = {.training = true, .dropout_seed = session->spec.seed_dropout, .draw = draw};
    const float each = (float)(scale / count);
    int pass_samples = run_spec_pass_samples(&session->spec);
    if (session->trace != NULL) trace_step(session->trace, (long)draw + 1);
    transformer_zero_gradients(&session->model);
    for (int done = 0; done < count;) {
        int now = count - done < pass_samples ? count - done : pass_samples;
        batch_fill(&session->batch, &session->data.train, session->order + from + done, now, done);
        classifier_forward(&session->model, &session->batch, &pass);
        classifier_loss(&session->model, &session->batch, each, &pass, session->losses + done);
        done += now;
    }
}
