#include "harness/stats/stats.h"

#include <gsl/gsl_errno.h>

void stats_init(void)
{
    gsl_set_error_handler_off();
}

enum status stats_check(int gsl_status, const char *what, struct error *error)
{
    if (gsl_status == GSL_SUCCESS) return STATUS_OK;
    if (gsl_status == GSL_ENOMEM) return error_no_memory(error, 0);
    return error_set(error, STATUS_INTERNAL, "%s: %s", what, gsl_strerror(gsl_status));
}
