/* schedule.h - the learning rate of each optimiser step, as transformers' get_scheduler computes it.
 *
 * With t = steps done before this one, W warm-up steps, N steps in all: t < W: t / W; after that
 *   linear    (N - t) / (N - W)
 *   cosine    (1 + cos(pi (t - W) / (N - W))) / 2
 *   constant  1   (with a warm-up it is what transformers calls constant_with_warmup)
 * So with a warm-up the first step's rate is 0. Binary64 on the host; rounded to binary32 once, in the
 * optimiser. */
#ifndef FTBENCH_TRAINER_FIT_SCHEDULE_H
#define FTBENCH_TRAINER_FIT_SCHEDULE_H

struct schedule {
    int type;           /* enum scheduler (run_spec.h) */
    double peak;        /* learning_rate */
    long warmup, total; /* steps */
};

/* Learning rate of the step after `done` steps, 0 <= done < total. */
double schedule_rate(const struct schedule *schedule, long done);

#endif
