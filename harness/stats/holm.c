#include "harness/stats/holm.h"

#include "base/memory.h"

#include <gsl/gsl_sort.h>
#include <math.h>

enum status holm_adjust(const double *p, size_t count, double *adjusted, struct error *error)
{
    double *known = memory_zeroed(count, sizeof *known);
    size_t *order = memory_zeroed(count, sizeof *order), *place = memory_zeroed(count, sizeof *place);
    enum status status = STATUS_OK;
    if (known == NULL || order == NULL || place == NULL) {
        status = error_no_memory(error, count * (sizeof *known + sizeof *order + sizeof *place));
        goto done;
    }
    size_t asked = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(p[i])) {
            adjusted[i] = NAN;
            continue;
        }
        place[asked] = i;
        known[asked++] = p[i];
    }
    gsl_sort_index(order, known, 1, asked);
    double least = 0;
    for (size_t i = 0; i < asked; i++) {
        least = fmax(least, fmin(known[order[i]] * (double)(asked - i), 1));
        adjusted[place[order[i]]] = least;
    }
done:
    memory_free(known);
    memory_free(order);
    memory_free(place);
    return status;
}
