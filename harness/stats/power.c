#include "harness/stats/power.h"

#include "harness/stats/root.h"
#include "harness/stats/stability.h"
#include "harness/stats/stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

enum { NODES = 48 }; /* of Gauss and Legendre, for one smooth piece */

/* A squared error that has less than this probability to be smaller, or larger, is not integrated. */
#define NOTHING 1e-12

/* The share of one side is integrated for as many of its standard deviations on either side. */
#define SHARE_REACH 10

struct integral {
    const struct power_design *design;
    const gsl_integration_glfixed_table *table;
    struct welch_test *test; /* not for pairs */
    double drop;
    double deviation; /* true standard error of the difference */
    enum status status;
    struct error *error;
};

/* The i-th node of [from, to] and its share; false when GSL refuses. */
static bool node(struct integral *integral, double from, double to, int i, double *x, double *share)
{
    int gsl_status = gsl_integration_glfixed_point(from, to, (size_t)i, x, share, integral->table);
    if (integral->status == STATUS_OK)
        integral->status = stats_check(gsl_status, "power of a check", integral->error);
    return integral->status == STATUS_OK;
}

/* How large a standard error must be times to lie beyond a bound: at alpha, and after Holm's first step. */
struct quantiles {
    double within, worse;
};

static struct quantiles quantiles_of_pairs(const struct power_design *design)
{
    return (struct quantiles){gsl_cdf_tdist_Qinv(design->alpha, design->n - 1),
                              gsl_cdf_tdist_Qinv(design->alpha / design->settings, design->n - 1)};
}

static struct quantiles quantiles_of_sides(const struct integral *integral, double share)
{
    const struct power_design *design = integral->design;
    return (struct quantiles){welch_quantile(integral->test, share, design->alpha),
                              welch_quantile(integral->test, share, design->alpha / design->settings)};
}

/* The answers where the standard error is known. Within: the lower bound is not below -margin. Worse: it is,
 * and the difference lies below 0 by more than chance. */
static struct power_point given(const struct integral *integral, const struct quantiles *quantiles,
                                double standard_error)
{
    double border = -integral->design->margin + quantiles->within * standard_error;
    double worst = fmin(border, -quantiles->worse * standard_error);
    return (struct power_point){.worse = gsl_cdf_ugaussian_P((worst + integral->drop) / integral->deviation),
                                .within =
                                    gsl_cdf_ugaussian_Q((border + integral->drop) / integral->deviation)};
}

/* Add the answers over standard errors scale * x, x^2 chi-square of `squares` degrees of freedom, weighed
 * with `weight`. Where the two bounds of `given` cross, one panel ends and the next begins. */
static void over_errors(struct integral *integral, int squares, double scale, struct quantiles quantiles,
                        double weight, struct power_point *sum)
{
    double low = sqrt(gsl_cdf_chisq_Pinv(NOTHING, squares)),
           high = sqrt(gsl_cdf_chisq_Qinv(NOTHING, squares));
    double bend = integral->design->margin / (quantiles.within + quantiles.worse) / scale;
    double middle = fmin(fmax(bend, low), high);
    for (int panel = 0; panel < 2; panel++) {
        for (int i = 0; i < NODES; i++) {
            double x, share;
            if (!node(integral, panel == 0 ? low : middle, panel == 0 ? middle : high, i, &x, &share)) return;
            const struct power_point here = given(integral, &quantiles, scale * x);
            double density = weight * share * 2 * x * gsl_ran_chisq_pdf(x * x, squares);
            sum->worse += density * here.worse;
            sum->within += density * here.within;
        }
    }
}

static void pairs(struct integral *integral, struct power_point *sum)
{
    const struct power_design *design = integral->design;
    int freedom = design->n - 1;
    integral->deviation = design->sd / sqrt(design->n);
    over_errors(integral, freedom, integral->deviation / sqrt(freedom), quantiles_of_pairs(design), 1, sum);
}

/* The sides' sums of squares are q b and q (1 - b) times their variances, q chi-square of all degrees of
 * freedom, b beta and independent of q; b = sin^2 of an angle, whose density has no roots at its ends. */
static void welch(struct integral *integral, struct power_point *sum)
{
    const struct power_design *design = integral->design;
    int now = design->n - 1, base = design->base_n - 1, all = now + base;
    double part_now = design->sd * design->sd / design->n,
           part_base = design->base_sd * design->base_sd / design->base_n;
    double middle = asin(sqrt((double)now / all)), reach = SHARE_REACH / sqrt(2.0 * all);
    double low = fmax(middle - reach, 0), high = fmin(middle + reach, M_PI_2);
    double constant = M_LN2 - gsl_sf_lnbeta(now / 2.0, base / 2.0);
    integral->deviation = sqrt(part_now + part_base);
    for (int i = 0; i < NODES; i++) {
        double angle, share;
        if (!node(integral, low, high, i, &angle, &share)) return;
        double sine = sin(angle), cosine = cos(angle);
        double density = exp(constant + (now - 1) * log(sine) + (base - 1) * log(cosine));
        double of_now = part_now / now * sine * sine, of_base = part_base / base * cosine * cosine;
        const struct quantiles quantiles = quantiles_of_sides(integral, of_now / (of_now + of_base));
        over_errors(integral, all, sqrt(of_now + of_base), quantiles, share * density, sum);
    }
}

static bool is_positive(double value)
{
    return value > 0 && isfinite(value);
}

static enum status check_design(const struct power_design *design, struct error *error)
{
    bool runs = design->n >= STABILITY_ENOUGH_RUNS &&
                (design->paired || design->base_n >= STABILITY_ENOUGH_RUNS) && design->settings >= 1;
    bool numbers = is_positive(design->sd) && (design->paired || is_positive(design->base_sd)) &&
                   design->alpha > 0 && design->alpha < 0.5 && design->margin >= 0;
    if (runs && numbers) return STATUS_OK;
    return error_set(error, STATUS_INTERNAL,
                     "power of a check: %d and %d runs, SDs %g and %g, alpha %g, margin %g are no design",
                     design->n, design->base_n, design->sd, design->base_sd, design->alpha, design->margin);
}

/* The error of the integration must not leave the range of a probability. */
static double probability_of(double sum)
{
    return fmin(fmax(sum, 0), 1);
}

enum status power_point(const struct power_design *design, double drop, struct power_point *point,
                        struct error *error)
{
    struct integral integral = {.design = design, .drop = drop, .error = error};
    struct welch_test own;
    struct power_point sum = {0};
    *point = (struct power_point){.worse = NAN, .within = NAN, .undecided = NAN};
    TRY(check_design(design, error));
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(NODES);
    if (table == NULL) return error_no_memory(error, 0);
    integral.table = table;
    if (design->paired) {
        pairs(&integral, &sum);
    } else {
        integral.test = welch_tests_find(design->tests, design->n, design->base_n, &own);
        welch(&integral, &sum);
    }
    gsl_integration_glfixed_table_free(table);
    if (integral.status != STATUS_OK) return integral.status;
    point->worse = probability_of(sum.worse);
    point->within = probability_of(sum.within);
    point->undecided = probability_of(1 - sum.worse - sum.within);
    return STATUS_OK;
}

struct search {
    const struct power_design *design;
    double probability;
    enum status status;
    struct error *error;
};

static double missing(double drop, void *context)
{
    struct search *search = context;
    struct power_point point;
    if (search->status == STATUS_OK)
        search->status = power_point(search->design, drop, &point, search->error);
    return search->status == STATUS_OK ? point.worse - search->probability : NAN;
}

enum status power_detectable(const struct power_design *design, double probability, double *drop,
                             struct error *error)
{
    struct welch_tests tests = {0};
    struct power_design remembering = *design;
    if (remembering.tests == NULL) remembering.tests = &tests;
    struct search search = {.design = &remembering, .probability = probability, .error = error};
    *drop = NAN;
    TRY(check_design(design, error));
    if (!(probability > design->alpha && probability < 1))
        return error_set(error, STATUS_INTERNAL, "power of a check: %g is not between alpha and 1",
                         probability);
    struct root_problem problem = {.function = missing,
                                   .context = &search,
                                   .low = 0,
                                   .high = design->sd + design->margin,
                                   .what = "detectable drop"};
    while (missing(problem.high, &search) < 0)
        problem.high *= 2;
    enum status status = root_find(&problem, drop, error);
    return search.status != STATUS_OK ? search.status : status;
}

enum status power_false_alarm(const struct power_design *design, double *probability, struct error *error)
{
    struct power_point point;
    *probability = NAN;
    TRY(power_point(design, 0, &point, error));
    *probability = 1 - gsl_pow_int(1 - point.worse, design->settings);
    return STATUS_OK;
}

enum status power_of_spread(const struct power_design *design, double ratio, double spread_margin,
                            double *probability, struct error *error)
{
    *probability = NAN;
    TRY(check_design(design, error));
    if (!is_positive(ratio))
        return error_set(error, STATUS_INTERNAL, "power of a check: a ratio of SDs of %g", ratio);
    double now = design->n - 1, base = design->paired ? now : design->base_n - 1;
    double shown = gsl_cdf_fdist_Qinv(design->alpha / design->settings, now, base);
    double matters = spread_margin * spread_margin * gsl_cdf_fdist_Pinv(design->alpha, now, base);
    *probability = gsl_cdf_fdist_Q(fmax(shown, matters) / (ratio * ratio), now, base);
    return STATUS_OK;
}
