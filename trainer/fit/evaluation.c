#include "trainer/fit/evaluation.h"

#include "base/memory.h"
#include "trainer/data/capacity.h"
#include "trainer/fit/metrics.h"
#include "trainer/model/classifier.h"

#include <math.h>

static int32_t first_greatest(const float *logits, int classes)
{
    int best = 0;
    for (int c = 1; c < classes; c++) {
        if (logits[c] > logits[best]) best = c;
    }
    return best;
}

enum status evaluation_run(struct transformer *model, struct batch *batch, const struct samples *samples,
                           struct observed_evaluation *evaluation, struct error *error)
{
    const struct pass pass = {.training = false};
    const struct batch_limits *limits = &model->limits;
    size_t count = (size_t)samples->count;
    enum status status = STATUS_OK;
    float *logits = memory_zeroed((size_t)limits->samples * (size_t)model->classes, sizeof *logits);
    int32_t *index = memory_zeroed((size_t)limits->samples, sizeof *index);
    evaluation->count = samples->count;
    evaluation->predictions = memory_zeroed(count, sizeof *evaluation->predictions);
    evaluation->losses = memory_zeroed(count, sizeof *evaluation->losses);
    if (logits == NULL || index == NULL || evaluation->predictions == NULL || evaluation->losses == NULL)
        TRY_TO(done, error_no_memory(error, count * 8));

    for (int from = 0; from < samples->count;) {
        int now = capacity_fitting(limits, samples, from);
        for (int b = 0; b < now; b++)
            index[b] = from + b;
        batch_fill(batch, samples, index, now, 0);
        classifier_forward(model, batch, &pass);
        classifier_loss(model, batch, 0.0f, &pass, evaluation->losses + from);
        classifier_logits(model, batch, logits);
        TRY_TO(done, model->ops->synchronize(model->device, error));
        for (int b = 0; b < now; b++)
            evaluation->predictions[from + b] = first_greatest(logits + b * model->classes, model->classes);
        from += now;
    }
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += (double)evaluation->losses[i];
    evaluation->loss = count > 0 ? sum / (double)count : (double)NAN;
    struct metrics metrics;
    TRY_TO(done, metrics_compute(samples->labels, evaluation->predictions, samples->count, model->classes,
                                 &metrics, error));
    evaluation->accuracy = metrics.accuracy;
    evaluation->precision = metrics.precision;
    evaluation->recall = metrics.recall;
    evaluation->f1 = metrics.f1;
    evaluation->f1_macro = metrics.f1_macro;
done:
    memory_free(logits);
    memory_free(index);
    return status;
}
