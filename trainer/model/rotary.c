#include "trainer/model/rotary.h"

#include "kernels/common/elementary64.h"

static double slowed_llama3(const struct rope_scaling *scaling, double frequency)
{
    const double two_pi = 0x1.921fb54442d18p+2;
    double low = scaling->low_frequency_factor, high = scaling->high_frequency_factor;
    double length = scaling->original_positions, wavelength = two_pi / frequency;
    if (wavelength < length / high) return frequency;
    if (wavelength > length / low) return frequency / scaling->factor;
    double smooth = (length / wavelength - low) / (high - low);
    return (1 - smooth) * frequency / scaling->factor + smooth * frequency;
}

double rotary_frequency(const struct model_config *config, int pair)
{
    /* theta^y = exp(y log theta) */
    double frequency = ft_exp(-2.0 * pair / config->head_dim * ft_log(config->rope_theta));
    switch (config->rope_scaling.kind) {
    case ROPE_DEFAULT:
        break;
    case ROPE_LINEAR:
        return frequency / config->rope_scaling.factor;
    case ROPE_LLAMA3:
        return slowed_llama3(&config->rope_scaling, frequency);
    }
    return frequency;
}

size_t rotary_count(const struct model_config *config, int positions)
{
    return (size_t)positions * (size_t)(config->head_dim / 2);
}

void rotary_tables(const struct model_config *config, int positions, float *cosines, float *sines)
{
    int half = config->head_dim / 2;
    for (int i = 0; i < half; i++) {
        double frequency = rotary_frequency(config, i);
        for (int p = 0; p < positions; p++) {
            cosines[p * half + i] = (float)ft_cos(p * frequency);
            sines[p * half + i] = (float)ft_sin(p * frequency);
        }
    }
}
