#include "harness/diagnose/noise.h"

#include "harness/stats/paired.h"

#include <math.h>

static bool adds_up(const struct curve *curve, size_t evaluation)
{
    const float *losses = curve->examples[evaluation];
    double sum = 0, loss = curve->evaluation[evaluation].loss;
    for (size_t i = 0; i < curve->example_count; i++)
        sum += (double)losses[i];
    return fabs(sum / (double)curve->example_count - loss) <= 1e-4 * fabs(loss); /* false for NaN */
}

bool noise_is_known(const struct curve *curve)
{
    if (curve->examples == NULL || curve->example_count == 0) return false;
    for (size_t i = 0; i < curve->evaluation_count; i++) {
        if (curve->examples[i] == NULL || !adds_up(curve, i)) return false;
    }
    return true;
}

static double mean_loss(const struct curve *curve, struct evaluations side, size_t example)
{
    double sum = 0;
    for (size_t i = side.from; i < side.to; i++)
        sum += (double)curve->examples[i][example];
    return sum / (double)(side.to - side.from);
}

double noise_between(const struct curve *curve, struct evaluations left, struct evaluations right)
{
    double squares = 0;
    for (size_t i = 0; i < curve->example_count; i++) {
        double difference = mean_loss(curve, left, i) - mean_loss(curve, right, i);
        squares += difference * difference;
    }
    return PAIRED_ERRORS * paired_error(squares, curve->example_count);
}
