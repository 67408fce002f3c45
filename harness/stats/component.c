#include "harness/stats/component.h"

#include "harness/stats/intervals.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* How far, relative to itself, a mean square may lie above (g) and below (h) its expectation. */
struct margin {
    double g, h;
};

static struct margin margin_of(double df, double tail)
{
    return (struct margin){.g = 1 - df / gsl_cdf_chisq_Qinv(tail, df),
                           .h = df / gsl_cdf_chisq_Pinv(tail, df) - 1};
}

struct component component_undefined(void)
{
    return (struct component){NAN, NAN, NAN, NAN, NAN, NAN};
}

static double square(double x)
{
    return x * x;
}

/* The terms for the pairs of an added mean square q and a subtracted one r, which make the bounds of a
 * difference of two agree with the F test. */
static void add_pair(const struct mean_square *q, const struct mean_square *r, double tail, double *below,
                     double *above)
{
    double product = q->coefficient * q->value * -r->coefficient * r->value;
    struct margin of_q = margin_of(q->df, tail), of_r = margin_of(r->df, tail);
    double high = gsl_cdf_fdist_Qinv(tail, q->df, r->df), low = gsl_cdf_fdist_Pinv(tail, q->df, r->df);
    *below += product * (square(high - 1) - square(of_q.g * high) - square(of_r.h)) / high;
    *above += product * (square(1 - low) - square(of_q.h * low) - square(of_r.g)) / low;
}

static double root(double variance)
{
    return isnan(variance) ? variance : sqrt(fmax(variance, 0));
}

enum status component_estimate(const struct mean_square *terms, size_t count, double confidence,
                               struct component *component, struct error *error)
{
    *component = component_undefined();
    TRY(interval_check_confidence(confidence, "variance component", error));
    if (count > COMPONENT_MOST_TERMS)
        return error_set(error, STATUS_INTERNAL, "variance component: %zu terms, more than %d", count,
                         COMPONENT_MOST_TERMS);
    double tail = (1 - confidence) / 2, variance = 0, below = 0, above = 0;
    for (size_t i = 0; i < count; i++) {
        const struct mean_square *term = &terms[i];
        if (isnan(term->value) || !(term->df >= 1)) return STATUS_OK;
        struct margin margin = margin_of(term->df, tail);
        double part = term->coefficient * term->value;
        variance += part;
        below += square(part * (part > 0 ? margin.g : margin.h));
        above += square(part * (part > 0 ? margin.h : margin.g));
        for (size_t j = 0; j < count; j++) {
            if (term->coefficient > 0 && terms[j].coefficient < 0 && terms[j].df >= 1)
                add_pair(term, &terms[j], tail, &below, &above);
        }
    }
    component->variance = variance;
    component->low = variance - sqrt(fmax(below, 0));
    component->high = variance + sqrt(fmax(above, 0));
    if (!isfinite(component->low) || !isfinite(component->high)) {
        *component = component_undefined();
        return error_set(error, STATUS_INTERNAL, "variance component: its interval is not finite");
    }
    component->sd = root(component->variance);
    component->sd_low = root(component->low);
    component->sd_high = root(component->high);
    return STATUS_OK;
}
