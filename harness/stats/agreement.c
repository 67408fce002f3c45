#include "harness/stats/agreement.h"

#include <math.h>

struct agreement agreement_measure(const int *counts, size_t classes)
{
    struct agreement agreement = {.share = NAN, .pairs = NAN};
    double same = 0;
    for (size_t i = 0; i < classes; i++) {
        agreement.n += counts[i];
        same += (double)counts[i] * (counts[i] - 1);
        if (counts[i] > counts[agreement.modal]) agreement.modal = i;
    }
    double n = agreement.n;
    if (n > 0) agreement.share = counts[agreement.modal] / n;
    if (n > 1) agreement.pairs = same / (n * (n - 1));
    return agreement;
}
