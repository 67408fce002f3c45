#include "harness/stats/agreement.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { CLASSES = 4 };

static void assert_agreement(const int counts[CLASSES], int n, size_t modal, double share, double pairs)
{
    const struct agreement found = agreement_measure(counts, CLASSES);
    assert_int_equal(found.n, n);
    assert_int_equal(found.modal, modal);
    assert_true(isnan(share) ? isnan(found.share) : fabs(found.share - share) < 1e-15);
    assert_true(isnan(pairs) ? isnan(found.pairs) : fabs(found.pairs - pairs) < 1e-15);
}

/* Counted by hand: 7 of one class make 21 of 28 pairs. */
static void some_agree(void **state)
{
    (void)state;
    assert_agreement((const int[]){7, 1, 0, 0}, 8, 0, 0.875, 0.75);
    assert_agreement((const int[]){0, 2, 0, 3}, 5, 3, 0.6, 4.0 / 10);
    assert_agreement((const int[]){0, 2, 2, 0}, 4, 1, 0.5, 2.0 / 6);
}

static void all_and_none(void **state)
{
    (void)state;
    assert_agreement((const int[]){0, 0, 5, 0}, 5, 2, 1, 1);
    assert_agreement((const int[]){1, 1, 1, 1}, 4, 0, 0.25, 0);
}

static void undefined(void **state)
{
    (void)state;
    assert_agreement((const int[]){0, 1, 0, 0}, 1, 1, 1, NAN);
    assert_agreement((const int[]){0, 0, 0, 0}, 0, 0, NAN, NAN);
}

/* It is the fraction of equal pairs, by looking at every pair; and does not depend on n on average: over all
 * ways to draw 3 of 6 runs its mean is that of the 6. */
static void every_pair(void **state)
{
    (void)state;
    static const int classes[] = {0, 0, 0, 1, 1, 3};
    int counts[CLASSES] = {0}, same = 0, pairs = 0, draws = 0;
    double sum = 0;
    for (int i = 0; i < 6; i++) {
        counts[classes[i]]++;
        for (int j = 0; j < i; j++) {
            pairs++;
            same += classes[i] == classes[j];
            for (int k = 0; k < j; k++) {
                int drawn[CLASSES] = {0};
                drawn[classes[i]]++;
                drawn[classes[j]]++;
                drawn[classes[k]]++;
                sum += agreement_measure(drawn, CLASSES).pairs;
                draws++;
            }
        }
    }
    double whole = agreement_measure(counts, CLASSES).pairs;
    assert_true(fabs(whole - (double)same / pairs) < 1e-15);
    assert_true(fabs(whole - sum / draws) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_agree),
        cmocka_unit_test(all_and_none),
        cmocka_unit_test(undefined),
        cmocka_unit_test(every_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
