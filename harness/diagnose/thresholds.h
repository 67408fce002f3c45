/* thresholds.h - every threshold of the classification of loss curves. docs/diagnose.md has the same table
 * with the reasons, and a test that the two agree.
 *
 * All are ratios, so that they hold for any loss. They were set on labelled curves of public fine-tuning
 * logs; none is tuned to a single curve. */
#ifndef FTBENCH_HARNESS_DIAGNOSE_THRESHOLDS_H
#define FTBENCH_HARNESS_DIAGNOSE_THRESHOLDS_H

struct thresholds {
    double fall;          /* a loss that falls by less has not learned */
    double fall_alone;    /* validation that falls while train does not must fall by so much to count */
    double rise;          /* validation this far above its minimum has turned ... */
    double noise;         /* ... and by so many times what the curve moves from one evaluation to the next */
    double end;           /* validation that ends no further above its lowest ends at it */
    double floor;         /* of the first loss: what validation does below that is of no consequence */
    double train_floor;   /* of the first loss: train loss below counts as that */
    double surge;         /* validation loss rises to so many times its level and comes back */
    double train_surge;   /* the same of train loss */
    double train_wave;    /* a rise of train loss that lasts for two of twenty blocks and goes back */
    double swing;         /* mean size of a zigzag in log loss */
    double flips;         /* part of the steps that turn */
    double path;          /* length of the way over its net change */
    double collapse_fall; /* what must have been learned before it can be lost */
    double rebound;       /* the part of the fall that is lost again */
    double trend;         /* change over the last quarter that is worth more epochs */
};

extern const struct thresholds thresholds;

#endif
