#include "trainer/fit/clip.h"

#include <math.h>

double clip_norm(const float *sums_of_squares, int tensors)
{
    double sum = 0.0;
    for (int t = 0; t < tensors; t++)
        sum += (double)sums_of_squares[t];
    return sqrt(sum);
}

double clip_factor(double norm, double max_norm)
{
    if (!(max_norm > 0.0)) return 1.0;
    double factor = max_norm / (norm + 1e-6);
    return factor < 1.0 ? factor : 1.0;
}
