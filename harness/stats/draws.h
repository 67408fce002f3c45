/* draws.h - the random numbers of the statistics room: a cursor over Philox4x32-10. The same seed and purpose
 * give the same numbers on every machine, so that a bootstrap interval in a report is reproducible. */
#ifndef FTBENCH_HARNESS_STATS_DRAWS_H
#define FTBENCH_HARNESS_STATS_DRAWS_H

#include <stdint.h>

/* What is drawn for: different purposes never share numbers, even under the same seed. */
enum draws_purpose {
    DRAWS_BOOTSTRAP = 1,  /* resamples of one sample, or of the first of two */
    DRAWS_SECOND = 2,     /* resamples of the second of two samples */
    DRAWS_SELECTION = 3,  /* resamples of many settings */
    DRAWS_SIMULATION = 4, /* made-up runs: tests of error rates */
    DRAWS_ORDER = 5       /* orders of a series */
};

/* Owned by the caller, copied freely: a copy repeats the original's numbers. */
struct draws {
    uint32_t seed, purpose, block, high;
    uint32_t word[4];
    int left; /* words not yet used */
};

struct draws draws_begin(uint32_t seed, enum draws_purpose purpose);

/* A whole number in [0, bound), bound >= 1, without bias (Lemire 2019: multiply and reject). */
uint32_t draws_below(struct draws *draws, uint32_t bound);

/* Uniform on (0, 1), never either end. */
double draws_uniform(struct draws *draws);

/* Standard normal (Box and Muller 1958). */
double draws_normal(struct draws *draws);

#endif
