#include "trainer/fit/schedule.h"

#include "kernels/common/elementary64.h"
#include "trainer/spec/run_spec.h"

static double fraction(const struct schedule *schedule, long done)
{
    if (done < schedule->warmup) return (double)done / (double)schedule->warmup;
    long left = schedule->total - schedule->warmup;
    double span = (double)(left > 0 ? left : 1);
    switch ((enum scheduler)schedule->type) {
    case SCHEDULER_LINEAR:
        return done < schedule->total ? (double)(schedule->total - done) / span : 0.0;
    case SCHEDULER_COSINE:
        return 0.5 * (1.0 + ft_cos(3.14159265358979323846 * (double)(done - schedule->warmup) / span));
    case SCHEDULER_CONSTANT:
        return 1.0;
    }
    return 1.0;
}

double schedule_rate(const struct schedule *schedule, long done)
{
    return schedule->peak * fraction(schedule, done);
}
