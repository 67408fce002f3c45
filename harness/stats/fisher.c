#include "harness/stats/fisher.h"

#include <gsl/gsl_cdf.h>

double fisher_more(struct fisher_count now, struct fisher_count then)
{
    if (now.n <= 0 || then.n <= 0 || now.hits <= 0) return 1;
    unsigned hits = (unsigned)(now.hits + then.hits), all = (unsigned)(now.n + then.n);
    return gsl_cdf_hypergeometric_Q((unsigned)now.hits - 1, hits, all - hits, (unsigned)now.n);
}
