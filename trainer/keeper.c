#include "trainer/keeper.h"

#include "base/file.h"
#include "base/memory.h"
#include "trainer/environment.h"
#include "trainer/spec/content.h"

#include <stdio.h>
#include <string.h>

/* Seconds of training for each second of writing, at least. */
static const double share = 20;

/* The digests of the spec, or of what is there, which is the same: the session has checked it. */
static enum status identify(const struct run_spec *spec, struct checkpoint_identity *identity,
                            struct error *error)
{
    TRY(run_spec_id(spec, identity->run_id, error));
    bool file = spec->validation_path[0] != '\0';
    struct run_spec *filled = memory_zeroed(1, sizeof *filled);
    if (filled == NULL) return error_no_memory(error, sizeof *filled);
    *filled = *spec;
    enum status status = STATUS_OK;
    if (spec->model_digest[0] == '\0' || spec->train_digest[0] == '\0' ||
        (file && spec->validation_digest[0] == '\0'))
        status = content_fill(filled, error);
    memcpy(identity->model_digest, filled->model_digest, DIGEST_TEXT);
    memcpy(identity->train_digest, filled->train_digest, DIGEST_TEXT);
    memcpy(identity->validation_digest, filled->validation_digest, DIGEST_TEXT);
    memory_free(filled);
    return status;
}

enum status keeper_open(struct session *session, struct run_state *state, struct keeper *keeper,
                        struct error *error)
{
    const struct run_spec *spec = &session->spec;
    *keeper = (struct keeper){.keeps = spec->checkpoint[0] != '\0',
                              .checkpoint = {.model = &session->model,
                                             .optimiser = &session->optimiser,
                                             .state = state,
                                             .scratch = session->scratch,
                                             .keeps_best = spec->load_best_model_at_end},
                              .path = spec->checkpoint,
                              .steps = spec->checkpoint_steps,
                              .seconds = spec->checkpoint_seconds,
                              .written_at = environment_seconds(),
                              .written_step = -1};
    return keeper->keeps ? identify(spec, &keeper->checkpoint.identity, error) : STATUS_OK;
}

static enum status take_nothing(void *context, const struct observation *observation, struct error *error)
{
    (void)context;
    (void)observation;
    (void)error;
    return STATUS_OK;
}

enum status keeper_resume(struct keeper *keeper, bool *resumed, struct error *error)
{
    *resumed = false;
    if (!keeper->keeps || !file_exists(keeper->path)) return STATUS_OK;
    TRY(checkpoint_read(keeper->path, &keeper->checkpoint, error));
    /* Another version of the program may have written lines that this one does not read: better now than in
     * the middle of saying them. */
    TRY(keeper_recall(keeper, take_nothing, NULL, error));
    keeper->written_step = keeper->checkpoint.state->end.steps;
    *resumed = true;
    return STATUS_OK;
}

bool keeper_due(const struct keeper *keeper)
{
    if (!keeper->keeps) return false;
    long step = keeper->checkpoint.state->end.steps;
    if (keeper->steps > 0 && step > 0 && step % keeper->steps == 0) return true;
    double passed = environment_seconds() - keeper->written_at;
    return keeper->seconds > 0 && passed >= keeper->seconds && passed >= share * keeper->cost;
}

enum status keeper_save(struct keeper *keeper, struct error *error)
{
    if (!keeper->keeps || keeper->checkpoint.state->end.steps == keeper->written_step) return STATUS_OK;
    double began = environment_seconds();
    enum status status = checkpoint_write(keeper->path, &keeper->checkpoint, error);
    keeper->written_at = environment_seconds();
    keeper->cost = keeper->written_at - began;
    if (status == STATUS_OK) keeper->written_step = keeper->checkpoint.state->end.steps;
    return status;
}

enum status keeper_note(struct keeper *keeper, const struct observation *observation, struct error *error)
{
    if (!keeper->keeps) return STATUS_OK;
    return observation_write(observation, &keeper->checkpoint.state->curve, error);
}

enum status keeper_recall(const struct keeper *keeper,
                          enum status (*take)(void *context, const struct observation *observation,
                                              struct error *error),
                          void *context, struct error *error)
{
    char *line = keeper->checkpoint.state->curve.data;
    enum status status = STATUS_OK;
    while (line != NULL && *line != '\0' && status == STATUS_OK) {
        char *end = strchr(line, '\n');
        if (end == NULL)
            return error_set(
                error, STATUS_BAD_INPUT,
                "%s: a line of the checkpoint's curve has no end; delete it to start the run over",
                keeper->path);
        struct observation observation;
        struct error problem = {0};
        *end = '\0'; /* for as long as the line is read */
        status = observation_read(line, &observation, &problem);
        *end = '\n';
        if (status == STATUS_NO_MEMORY) return error_set(error, status, "%s", problem.text);
        if (status != STATUS_OK)
            return error_set(
                error, status,
                "%s: the checkpoint's curve cannot be read: %.500s; delete it to start the run over",
                keeper->path, problem.text);
        status = take(context, &observation, error);
        observation_free(&observation);
        line = end + 1;
    }
    return status;
}
