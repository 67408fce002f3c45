#include "trainer/fit/evaluation.h"

#include "base/memory.h"
#include "kernels/common/elementary64.h"
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

static void softmax(const float *logits, int classes, double *probabilities)
{
    const double greatest = (double)logits[first_greatest(logits, classes)];
    double sum = 0.0;
    for (int c = 0; c < classes; c++) {
        probabilities[c] = ft_exp((double)logits[c] - greatest);
        sum += probabilities[c];
    }
    for (int c = 0; c < classes; c++)
        probabilities[c] /= sum;
}

enum status evaluation_answer(struct transformer *model, struct batch *batch, const struct samples *samples,
                              const struct answers *answers, struct error *error)
{
    const struct pass pass = {.training = false};
    const struct batch_limits *limits = &model->limits;
    const int classes = model->classes;
    enum status status = STATUS_OK;
    float *logits = memory_zeroed((size_t)limits->samples * (size_t)classes, sizeof *logits);
    int32_t *index = memory_zeroed((size_t)limits->samples, sizeof *index);
    if (logits == NULL || index == NULL)
        TRY_TO(done, error_no_memory(error, (size_t)limits->samples * (size_t)classes * sizeof *logits));
    for (int from = 0; from < samples->count;) {
        int now = capacity_fitting(limits, samples, from);
        for (int b = 0; b < now; b++)
            index[b] = from + b;
        batch_fill(batch, samples, index, now, 0);
        classifier_forward(model, batch, &pass);
        classifier_loss(model, batch, 0.0f, &pass, answers->losses + from);
        classifier_logits(model, batch, logits);
        TRY_TO(done, model->ops->synchronize(model->device, error));
        for (int b = 0; b < now; b++) {
            answers->predictions[from + b] = first_greatest(logits + b * classes, classes);
            if (answers->probabilities != NULL)
                softmax(logits + b * classes, classes,
                        answers->probabilities + (size_t)(from + b) * (size_t)classes);
        }
        from += now;
    }
done:
    memory_free(logits);
    memory_free(index);
    return status;
}

enum status evaluation_measure(const int32_t *labels, int classes, struct observed_evaluation *evaluation,
                               struct error *error)
{
    double sum = 0.0;
    for (int i = 0; i < evaluation->count; i++)
        sum += (double)evaluation->losses[i];
    evaluation->loss = evaluation->count > 0 ? sum / (double)evaluation->count : (double)NAN;
    struct metrics metrics;
    TRY(metrics_compute(labels, evaluation->predictions, evaluation->count, classes, &metrics, error));
    evaluation->accuracy = metrics.accuracy;
    evaluation->precision = metrics.precision;
    evaluation->recall = metrics.recall;
    evaluation->f1 = metrics.f1;
    evaluation->f1_macro = metrics.f1_macro;
    return STATUS_OK;
}

enum status evaluation_run(struct transformer *model, struct batch *batch, const struct samples *samples,
                           struct observed_evaluation *evaluation, struct error *error)
{
    size_t count = (size_t)samples->count;
    evaluation->count = samples->count;
    evaluation->predictions = memory_zeroed(count, sizeof *evaluation->predictions);
    evaluation->losses = memory_zeroed(count, sizeof *evaluation->losses);
    if (evaluation->predictions == NULL || evaluation->losses == NULL)
        return error_no_memory(error, count * 8);
    const struct answers answers = {.predictions = evaluation->predictions, .losses = evaluation->losses};
    TRY(evaluation_answer(model, batch, samples, &answers, error));
    return evaluation_measure(samples->labels, model->classes, evaluation, error);
}
