/* support_advice.h - a sweep of the learning rate, for tests of what is advised after it. */
#ifndef FTBENCH_TESTS_HARNESS_SUPPORT_ADVICE_H
#define FTBENCH_TESTS_HARNESS_SUPPORT_ADVICE_H

#include "harness/diagnose/advice.h"

#include <stddef.h>

/* Over three values, three good runs of each, of which `best` is recommended. */
struct situation advice_sweep(struct recommendation *recommendation, size_t best);

/* The advice of a kind, or NULL. */
const struct advice *advice_find(const struct advice *advice, size_t count, enum advice_kind kind);

/* Fail unless it is there, of this key and with these values. */
void advice_assert_values(const struct advice *advice, const char *key, const char *values);

#endif
