/* loss.c - cross entropy over a few classes: a handful of rows, in the calling thread. */
#include "kernels/cpu/families.h"

#include "kernels/common/elementary.h"

void CPU_FN(cross_entropy)(struct device *device, int samples, int classes, const float *logits,
                           const int32_t *labels, float scale, float *losses, float *dlogits)
{
    (void)device;
    for (int b = 0; b < samples; b++) {
        const float *x = logits + (size_t)b * (size_t)classes;
        float maximum = x[0];
        for (int c = 1; c < classes; c++)
            maximum = ft_maxf(x[c], maximum);
        float sum = 0.0f;
        for (int c = 0; c < classes; c++)
            sum = sum + ft_expf(x[c] - maximum);
        losses[b] = ft_logf(sum) - (x[labels[b]] - maximum);
        if (dlogits == NULL) continue;
        float *dx = dlogits + (size_t)b * (size_t)classes;
        for (int c = 0; c < classes; c++) {
            float target = c == labels[b] ? 1.0f : 0.0f;
            dx[c] = (ft_expf(x[c] - maximum) / sum - target) * scale;
        }
    }
}
