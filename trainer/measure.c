#include "trainer/measure.h"

#include "trainer/environment.h"
#include "trainer/fit/evaluation.h"
#include "trainer/fit/loss_scale.h"
#include "trainer/fit/optimiser.h"
#include "trainer/fit/order.h"

#include <math.h>

/* Steady enough for an estimate: the fastest of a few steps, at most about half a second of them. */
enum status measure_step(struct session *session, double *seconds, struct error *error)
{
    int per_step = run_spec_step_samples(&session->spec), samples = session->data.train.count;
    int count = per_step < samples ? per_step : samples;
    const double scale = loss_scale_start(session->spec.precision).scale;
    double began = environment_seconds(), fastest = INFINITY;
    order_of_epoch(session->spec.seed_order, 0, session->order, samples);
    for (int repeat = 0; repeat < 8 && environment_seconds() - began < 0.5; repeat++) {
        double start = environment_seconds();
        int from = repeat * count + count <= samples ? repeat * count : 0;
        session_gradients(session, from, count, (uint32_t)repeat, scale);
        session->ops->sum_squares(session->device, session->model.gradients, session->model.layout.count,
                                  session->model.layout.begin, session->link);
        optimiser_update(&session->optimiser, &session->model, 0.0, 1.0 / scale);
        TRY(session->ops->synchronize(session->device, error));
        double took = environment_seconds() - start;
        if (took < fastest) fastest = took;
    }
    *seconds = fastest;
    return STATUS_OK;
}

enum status measure_evaluation(struct session *session, double *seconds, struct error *error)
{
    struct samples part = session->data.validation;
    if (part.count > 64) part.count = 64;
    struct observation observation = {.kind = OBSERVATION_EVALUATION};
    double start = environment_seconds();
    enum status status =
        evaluation_run(&session->model, &session->batch, &part, &observation.as.evaluation, error);
    *seconds = (environment_seconds() - start) * session->data.validation.count / part.count;
    observation_free(&observation);
    return status;
}
