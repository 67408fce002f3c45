#include "tests/harness/support_shape.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Noise of a fixed pattern in [-1, 1]. */
static double noise(int i)
{
    return ((i * 37 + 11) % 21 - 10) / 10.0;
}

void shape_make(struct shape *shape, double train_end, double validation_end, double roughness)
{
    memset(shape, 0, sizeof *shape);
    for (int i = 0; i < STEPS; i++) {
        double left = exp(-6.0 * (i + 1) / STEPS);
        double loss = train_end + (0.7 - train_end) * left;
        shape->train[i] = (struct curve_point){i + 1, loss * (1 + roughness * noise(i))};
    }
    for (int i = 0; i < EVALUATIONS; i++) {
        double left = exp(-6.0 * i / (EVALUATIONS - 1));
        double loss = validation_end + (0.7 - validation_end) * left;
        shape->evaluation[i] = (struct curve_point){6 * i, loss * (1 + roughness / 4 * noise(3 * i))};
    }
    shape->curve = (struct curve){.train = shape->train,
                                  .train_count = STEPS,
                                  .evaluation = shape->evaluation,
                                  .evaluation_count = EVALUATIONS};
}

void shape_assert_class(const struct curve *curve, enum curve_class class_of_curve, enum curve_state state)
{
    struct diagnosis d;
    assert_int_equal(classify_curve(curve, &d, NULL), STATUS_OK);
    if (d.class == class_of_curve && d.state == state) return;
    for (size_t i = 0; i < d.evidence_count; i++)
        print_error("%s = %g\n", d.evidence[i].name, d.evidence[i].value);
    fail_msg("class %d, state %d, not %d, %d", (int)d.class, (int)d.state, (int)class_of_curve, (int)state);
}
