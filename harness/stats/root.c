#include "harness/stats/root.h"

#include "harness/stats/stats.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_roots.h>

enum { MOST_STEPS = 200 }; /* bisection alone would need about 100 for 1e-14 of a range of 1e16 */

enum status root_find(const struct root_problem *problem, double *x, struct error *error)
{
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    if (solver == NULL) return error_no_memory(error, 0);
    gsl_function function = {.function = problem->function, .params = problem->context};
    int gsl_status = gsl_root_fsolver_set(solver, &function, problem->low, problem->high);
    for (int step = 0; gsl_status == GSL_SUCCESS && step < MOST_STEPS; step++) {
        gsl_status = gsl_root_fsolver_iterate(solver);
        if (gsl_status != GSL_SUCCESS) break;
        gsl_status = gsl_root_test_interval(gsl_root_fsolver_x_lower(solver),
                                            gsl_root_fsolver_x_upper(solver), 1e-14, 1e-11);
        if (gsl_status != GSL_CONTINUE) break;
        gsl_status = step + 1 < MOST_STEPS ? GSL_SUCCESS : GSL_EMAXITER;
    }
    *x = gsl_root_fsolver_root(solver);
    gsl_root_fsolver_free(solver);
    return stats_check(gsl_status, problem->what, error);
}
