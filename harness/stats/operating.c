#include "harness/stats/operating.h"

#include "harness/stats/stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>

enum {
    POINTS = 100, /* intervals between the nodes of a panel */
    NODES = 32    /* of Gauss and Legendre, for one integral over a panel */
};

/* A density on low..high, known at low + (high - low) / 2 * (1 - cos(pi i / POINTS)): nodes crowd at both
 * ends, where the densities here have roots of their arguments, and between them the density is straight in
 * i. */
struct panel {
    double low, high;
    double density[POINTS + 1];
};

/* Density of q, the sum of squares over sd^2, after `squares` + 1 runs while the test goes on. It bends where
 * the last but one upper bound was: there one panel ends and the next begins. */
struct stage {
    int squares; /* n - 1 */
    double low, high;
    struct panel panel[2];
};

/* Beyond the sum of squares that has this probability there is nothing to integrate. */
#define NOTHING 1e-13

/* What the density is weighed with in an integral over z, q = end - z^2. */
typedef double weight_function(double z);

static double one_more_square(double z)
{
    return 2 * gsl_ran_ugaussian_pdf(z);
}

static double all_of_it(double z)
{
    return 2 * z;
}

static double square_below(double z)
{
    return 2 * z * (1 - 2 * gsl_cdf_ugaussian_Q(z));
}

static double square_above(double z)
{
    return 4 * z * gsl_cdf_ugaussian_Q(z);
}

static double node(const struct panel *panel, int i)
{
    return panel->low + (panel->high - panel->low) / 2 * (1 - cos(M_PI * i / POINTS));
}

static double density_at(const struct panel *panel, double q)
{
    double cosine = 1 - 2 * (q - panel->low) / (panel->high - panel->low);
    double place = acos(fmin(fmax(cosine, -1), 1)) / M_PI * POINTS;
    int base = (int)fmin(fmax(place - 1, 0), POINTS - 3);
    const double *at = panel->density + base;
    double x = place - base; /* the cubic through base .. base + 3, by Lagrange */
    return -at[0] * (x - 1) * (x - 2) * (x - 3) / 6 + at[1] * x * (x - 2) * (x - 3) / 2 -
           at[2] * x * (x - 1) * (x - 3) / 2 + at[3] * x * (x - 1) * (x - 2) / 6;
}

struct integral {
    const gsl_integration_glfixed_table *table;
    const struct stage *stage;
    enum status status; /* of the first node that GSL refused */
    struct error *error;
};

/* Integral of density(end - z^2) weight(z) over the z >= 0 that lie within the stage. */
static double integrate(struct integral *integral, double end, weight_function *weight)
{
    double sum = 0;
    for (int p = 0; p < 2; p++) {
        const struct panel *panel = &integral->stage->panel[p];
        if (!(panel->high > panel->low) || end <= panel->low) continue;
        double from = sqrt(fmax(end - panel->high, 0)), to = sqrt(end - panel->low);
        for (size_t i = 0; i < NODES; i++) {
            double z, share;
            int gsl_status = gsl_integration_glfixed_point(from, to, i, &z, &share, integral->table);
            if (integral->status == STATUS_OK)
                integral->status = stats_check(gsl_status, "operating curve", integral->error);
            if (gsl_status != GSL_SUCCESS) return NAN;
            sum += share * density_at(panel, end - z * z) * weight(z);
        }
    }
    return sum;
}

/* The bounds on q between which the test goes on after squares + 1 runs. */
static void bounds(const struct sequential_plan *plan, double sd, struct stage *stage)
{
    double precisions = 1 / (plan->stable_sd * plan->stable_sd) - 1 / (plan->unstable_sd * plan->unstable_sd);
    double drift = stage->squares * log(plan->unstable_sd / plan->stable_sd);
    double bound = log((1 - plan->error_rate) / plan->error_rate);
    stage->low = fmax(2 * (drift - bound) / precisions / (sd * sd), 0);
    stage->high = 2 * (drift + bound) / precisions / (sd * sd);
}

static void cut(struct stage *stage, double bend)
{
    double most = fmin(stage->high, gsl_cdf_chisq_Qinv(NOTHING, stage->squares));
    double end = fmax(most, stage->low), middle = fmin(fmax(bend, stage->low), end);
    stage->panel[0].low = stage->low;
    stage->panel[0].high = stage->panel[1].low = middle;
    stage->panel[1].high = end;
}

static void first(const struct sequential_plan *plan, double sd, struct stage *stage)
{
    stage->squares = plan->min_runs - 1;
    bounds(plan, sd, stage);
    cut(stage, stage->squares);
    for (int p = 0; p < 2; p++) {
        for (int i = 0; i <= POINTS; i++)
            stage->panel[p].density[i] = gsl_ran_chisq_pdf(node(&stage->panel[p], i), stage->squares);
    }
}

static void advance(struct integral *integral, struct stage *next)
{
    cut(next, integral->stage->high);
    for (int p = 0; p < 2; p++) {
        for (int i = 0; i <= POINTS; i++)
            next->panel[p].density[i] = integrate(integral, node(&next->panel[p], i), one_more_square);
    }
}

static enum status walk(const struct sequential_plan *plan, const gsl_integration_glfixed_table *table,
                        struct operating_point *point, struct error *error)
{
    struct stage stages[2];
    struct integral integral = {.table = table, .status = STATUS_OK, .error = error};
    first(plan, point->sd, &stages[0]);
    point->stable = gsl_cdf_chisq_P(stages[0].low, stages[0].squares);
    point->unstable = gsl_cdf_chisq_Q(stages[0].high, stages[0].squares);
    point->runs = plan->min_runs;
    for (int n = plan->min_runs; n < plan->max_runs && integral.status == STATUS_OK; n++) {
        struct stage *now = &stages[(n - plan->min_runs) % 2], *next = &stages[(n - plan->min_runs + 1) % 2];
        integral.stage = now;
        next->squares = n;
        bounds(plan, point->sd, next);
        point->runs += integrate(&integral, now->high, all_of_it);
        point->stable += integrate(&integral, next->low, square_below);
        point->unstable += integrate(&integral, next->high, square_above);
        advance(&integral, next);
    }
    integral.stage = &stages[(plan->max_runs - plan->min_runs) % 2];
    point->undetermined = integrate(&integral, integral.stage->high, all_of_it);
    return integral.status;
}

/* The error of the integration must not leave the range of a probability. */
static double within(double probability)
{
    return isnan(probability) ? probability : fmin(fmax(probability, 0), 1);
}

enum status operating_point(const struct sequential_plan *plan, double sd, struct operating_point *point,
                            struct error *error)
{
    *point =
        (struct operating_point){.sd = sd, .stable = NAN, .unstable = NAN, .undetermined = NAN, .runs = NAN};
    TRY(sequential_check(plan, error));
    if (!(sd > 0 && isfinite(sd)))
        return error_set(error, STATUS_INTERNAL, "operating curve: an SD of %g is not above 0", sd);
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(NODES);
    if (table == NULL) return error_no_memory(error, 0);
    enum status status = walk(plan, table, point, error);
    gsl_integration_glfixed_table_free(table);
    point->stable = within(point->stable);
    point->unstable = within(point->unstable);
    point->undetermined = within(point->undetermined);
    return status;
}
