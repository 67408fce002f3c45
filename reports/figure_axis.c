#include "reports/figure_axis.h"

#include <math.h>
#include <stdio.h>

void figure_range_take(struct figure_range *range, double value)
{
    if (!isfinite(value)) return;
    if (!(range->low <= value)) range->low = value;
    if (!(range->high >= value)) range->high = value;
}

struct figure_range figure_range_widened(struct figure_range range, double part, double least)
{
    if (!isfinite(range.low)) return (struct figure_range){0, 1};
    const double margin = fmax(part * (range.high - range.low), least);
    return (struct figure_range){range.low - margin, range.high + margin};
}

/* The least of 1, 2, 5, 10... times a power of ten that is not below `least`. */
static double round_step(double least)
{
    static const double steps[] = {1, 2, 5};
    const double decade = pow(10, floor(log10(least)));
    for (int i = 0; i < 3; i++) {
        if (steps[i] * decade >= least * (1 - 1e-9)) return steps[i] * decade;
    }
    return 10 * decade;
}

int figure_axis(struct text *script, char axis, struct figure_range range, int most)
{
    const double step = round_step((range.high - range.low) / most);
    const int decimals = (int)fmax(0, -floor(log10(step) + 1e-9));
    text_addf(script, "set %crange [%.6g:%.6g]\nset %ctics %.6g\n", axis, range.low, range.high, axis, step);
    /* Numbers so small or so large that decimals do not say them have an exponent each. */
    if (decimals > 6 || fmax(fabs(range.low), fabs(range.high)) >= 1e7) {
        text_addf(script, "set format %c '%%g'\n", axis);
        return 12; /* -1.23456e-10 */
    }
    text_addf(script, "set format %c '%%.%df'\n", axis, decimals);
    const int low = snprintf(NULL, 0, "%.*f", decimals, range.low);
    const int high = snprintf(NULL, 0, "%.*f", decimals, range.high);
    return low > high ? low : high;
}
