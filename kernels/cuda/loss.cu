/* loss.cu - cross entropy over a few classes: a thread a sample.
 *
 * One launch; a handful of rows, so the time is that of the launch. */
#include "kernels/cuda/families.h"

#include "kernels/common/elementary.h"
#include "kernels/cuda/device.h"

#define THREADS 64

static __global__ void __launch_bounds__(THREADS)
    cross_entropy(int samples, int classes, const float *logits, const int32_t *labels, float scale,
                  float *losses, float *dlogits)
{
    const unsigned sample = blockIdx.x * THREADS + threadIdx.x;
    if (sample >= (unsigned)samples) return;
    const float *x = logits + (size_t)sample * (size_t)classes;
    const int label = labels[sample];
    float maximum = x[0];
    for (int c = 1; c < classes; c++)
        maximum = ft_maxf(x[c], maximum);
    float sum = 0.0f;
    for (int c = 0; c < classes; c++)
        sum = sum + ft_expf(x[c] - maximum);
    losses[sample] = ft_logf(sum) - (x[label] - maximum);
    if (dlogits == NULL) return;
    float *dx = dlogits + (size_t)sample * (size_t)classes;
    for (int c = 0; c < classes; c++)
        dx[c] = (ft_expf(x[c] - maximum) / sum - (c == label ? 1.0f : 0.0f)) * scale;
}

extern "C" void cuda_cross_entropy(struct device *device, int samples, int classes, const float *logits,
                                   const int32_t *labels, float scale, float *losses, float *dlogits)
{
    if (samples <= 0) return;
    CUDA_RUN(device, "cross_entropy", cross_entropy, ((unsigned)samples + THREADS - 1) / THREADS, THREADS, 0,
             samples, classes, logits, labels, scale, losses, dlogits);
}
