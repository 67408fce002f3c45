#include "support_simulation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

int simulation_count(int usual)
{
    const char *factor = getenv("FTBENCH_SIMULATE");
    long times = factor != NULL ? strtol(factor, NULL, 10) : 1;
    return usual * (int)(times < 1 ? 1 : times > 1000 ? 1000 : times);
}

static double four_errors(double rate, int count)
{
    return 4 * sqrt(fmax(rate * (1 - rate), 0) / count);
}

void simulation_assert_rate(const char *what, int hits, int count, double expected, double slack)
{
    double rate = (double)hits / count, allowed = four_errors(expected, count) + slack;
    print_message("%s: %.4f of %d, expected %.4f +- %.4f\n", what, rate, count, expected, allowed);
    if (!(fabs(rate - expected) <= allowed)) fail_msg("%s: a rate of %.4f", what, rate);
}

void simulation_assert_at_most(const char *what, int hits, int count, double limit)
{
    double rate = (double)hits / count, allowed = limit + four_errors(limit, count);
    print_message("%s: %.4f of %d, at most %.4f\n", what, rate, count, allowed);
    if (!(rate <= allowed)) fail_msg("%s: a rate of %.4f", what, rate);
}

void simulation_fill(struct draws *draws, double mean, double sd, double *values, int count)
{
    for (int i = 0; i < count; i++)
        values[i] = mean + sd * draws_normal(draws);
}
