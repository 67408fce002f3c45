#include "harness/stats/paired.h"

#include <math.h>

double paired_error(double squares, size_t n)
{
    return n > 0 ? sqrt(squares) / (double)n : NAN;
}
