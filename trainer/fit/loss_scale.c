#include "trainer/fit/loss_scale.h"

#include "trainer/spec/run_spec.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

enum { GROWTH_INTERVAL = 2000, MOST_BAD_LOSSES = 8 };

static const double initial = 65536.0, growth = 2.0, backoff = 0.5, least = 0x1p-24;

struct loss_scale loss_scale_start(int precision)
{
    bool dynamic = precision == PRECISION_FP16;
    return (struct loss_scale){.dynamic = dynamic, .scale = dynamic ? initial : 1.0};
}

void loss_scale_keep(struct loss_scale *scale)
{
    scale->bad_losses = 0;
    if (!scale->dynamic || ++scale->good_steps < GROWTH_INTERVAL) return;
    scale->good_steps = 0;
    if (scale->scale * growth <= (double)FLT_MAX) scale->scale *= growth;
}

void loss_scale_overflow(struct loss_scale *scale, float loss)
{
    scale->good_steps = 0;
    scale->scale *= backoff;
    scale->bad_losses = isfinite(loss) ? 0 : scale->bad_losses + 1;
}

const char *loss_scale_hopeless(const struct loss_scale *scale)
{
    if (scale->bad_losses >= MOST_BAD_LOSSES) return "the loss of 8 steps in a row is not finite in fp16";
    if (scale->scale < least) return "gradients overflow in fp16 even with a loss scale of 2^-24";
    return NULL;
}
