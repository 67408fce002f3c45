/* A caller that flushes subnormals, rounds elsewhere or traps gets the contract's bits all the same, and its
 * own state back afterwards. */
#include "kernels/cpu/fp_environment.h"

#include "support_check.h"
#include "support_oracle.h"

#include "base/memory.h"
#include "kernels/common/elementary.h"
#include "kernels/cpu/threads.h"

#include <fenv.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>

#include <cmocka.h>

/* States that a caller may have; false when this machine has no such. */
struct habit {
    const char *name;
    int rounding;           /* of <fenv.h> */
    unsigned x86_mxcsr;     /* bits to set */
    unsigned x86_unmasked;  /* MXCSR mask bits to clear */
    unsigned short x86_x87; /* control word; 0: as it is */
    unsigned long arm_fpcr; /* bits to set */
};

static const struct habit habits[] = {
    {.name = "default", .rounding = FE_TONEAREST},
    {.name = "up", .rounding = FE_UPWARD},
    {.name = "down", .rounding = FE_DOWNWARD},
    {.name = "toward zero", .rounding = FE_TOWARDZERO},
    {.name = "FTZ", .rounding = FE_TONEAREST, .x86_mxcsr = 0x8000, .arm_fpcr = 1ul << 24},
    {.name = "DAZ", .rounding = FE_TONEAREST, .x86_mxcsr = 0x40, .arm_fpcr = 1ul << 24},
    {.name = "FTZ, DAZ and up", .rounding = FE_UPWARD, .x86_mxcsr = 0x8040, .arm_fpcr = 1ul << 24},
    {.name = "all traps", .rounding = FE_TONEAREST, .x86_unmasked = 0x1f80, .x86_x87 = 0x340},
    {.name = "x87 at 24 bits", .rounding = FE_TONEAREST, .x86_x87 = 0x07f},
};

enum { HABITS = sizeof habits / sizeof *habits };

static void take_up(const struct habit *habit)
{
    fesetround(habit->rounding);
#if defined(__x86_64__)
    unsigned mxcsr = (__builtin_ia32_stmxcsr() | habit->x86_mxcsr) & ~habit->x86_unmasked;
    unsigned short x87 = habit->x86_x87;
    __builtin_ia32_ldmxcsr(mxcsr & ~0x3fu);
    if (x87 != 0) __asm__ volatile("fnclex; fldcw %0" : : "m"(x87));
#elif defined(__aarch64__)
    unsigned long fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    __asm__ volatile("msr fpcr, %0" : : "r"(fpcr | habit->arm_fpcr));
#endif
}

static bool same(const struct fp_environment *a, const struct fp_environment *b)
{
    return a->control == b->control && a->x87 == b->x87;
}

/* The same but for exception flags that are up (MXCSR bits 0 to 5; FPCR has none there). */
static bool alike(const struct fp_environment *a, const struct fp_environment *b)
{
    return (a->control & ~(uint64_t)0x3f) == (b->control & ~(uint64_t)0x3f) && a->x87 == b->x87;
}

static void test_enter_and_leave(void **state)
{
    (void)state;
    struct fp_environment normal, habitual, inside, nested, after;
    fp_environment_enter(&normal);
    fp_environment_read(&normal);
    for (int i = 0; i < HABITS; i++) {
        take_up(&habits[i]);
        fp_environment_read(&habitual);
        struct fp_environment saved, again;
        fp_environment_enter(&saved);
        fp_environment_read(&inside);
        enum status works = fp_environment_check(NULL);
        fp_environment_enter(&again);
        fp_environment_leave(&again);
        fp_environment_read(&nested);
        volatile float third =
            1.0f / 3.0f * (float)(i + 1); /* raises inexact, which no trap may hear of later */
        fp_environment_leave(&saved);
        fp_environment_read(&after);
        fp_environment_leave(&normal);
        assert_true(third > 0);
        assert_int_equal(works, STATUS_OK);
        assert_true(same(&after, &habitual));
        assert_true(same(&saved, &habitual));
        assert_true(alike(&nested, &inside));
        assert_true(alike(&inside, &normal));
        if (i > 0 && i < 7) assert_false(alike(&habitual, &normal)); /* the habit was there to be seen */
    }
}

/* The check sees what it is for. */
static void test_check_refuses(void **state)
{
    (void)state;
    struct fp_environment normal;
    struct error error = {0};
    fp_environment_enter(&normal);
    fp_environment_read(&normal);
    for (int i = 0; i < HABITS; i++) {
        bool rounds_elsewhere = habits[i].rounding != FE_TONEAREST;
        bool flushes = (habits[i].x86_mxcsr | habits[i].arm_fpcr) != 0;
        if (habits[i].x86_unmasked != 0) continue; /* the check itself would trap */
        take_up(&habits[i]);
        enum status status = fp_environment_check(&error);
        fp_environment_leave(&normal);
        assert_int_equal(status, rounds_elsewhere || flushes ? STATUS_UNSUPPORTED : STATUS_OK);
        if (flushes) assert_non_null(strstr(error.text, "subnormal"));
        if (rounds_elsewhere && !flushes) assert_non_null(strstr(error.text, "nearest"));
    }
}

enum { WIDTH = 61, RESULTS = 4 };

struct trial {
    struct batch batch;
    size_t count;
    float *a, *b;
};

static void run(const struct ops *ops, struct device *device, const struct trial *trial, float *results)
{
    const struct rows *rows = &trial->batch.rows;
    ops->add(device, rows, WIDTH, trial->a, trial->b, results);
    ops->gelu_forward(device, rows, WIDTH, trial->a, results + trial->count);
    ops->tanh_backward(device, rows, WIDTH, trial->a, trial->b, results + 2 * trial->count);
    ops->tanh_forward(device, rows, WIDTH, trial->b, results + 3 * trial->count);
}

/* Results that are subnormal, inexact and tiny, from a caller of each habit, with each table and 1 and 3
 * threads. */
static void test_ops_have_the_contract_bits(void **state)
{
    (void)state;
    const int lengths[] = {90, 7, 120};
    struct trial trial = {.batch = batch_make(lengths, 3, 0)};
    trial.count = (size_t)trial.batch.rows.tokens * WIDTH;
    trial.a = values_make(trial.count, 1, 14.0f);
    trial.b = values_make(trial.count, 2, 0x1p-126f);
    values_spice(trial.a, trial.count, 3);
    float *expected = memory_zeroed(RESULTS * trial.count, sizeof *expected);
    float *got = memory_zeroed(RESULTS * trial.count, sizeof *got);
    int subnormal = 0;
    run(&oracle_ops, NULL, &trial, expected);
    for (size_t i = 0; i < RESULTS * trial.count; i++)
        subnormal += fpclassify(expected[i]) == FP_SUBNORMAL;
    assert_true(subnormal > 1000);
    struct fp_environment normal;
    fp_environment_read(&normal);
    for (int table = 0; ops_list[table] != NULL; table++) {
        const struct ops *ops = ops_list[table];
        if (!ops->usable() || ops->overrides[0] != '\0') continue;
        for (int i = 0; i < HABITS * 2; i++) {
            struct device_options options = {.threads = i % 2 == 0 ? 1 : 3};
            struct device *device = NULL;
            struct fp_environment before, after;
            take_up(&habits[i / 2]);
            fp_environment_read(&before);
            enum status status = ops->open(&options, &device, NULL);
            if (status == STATUS_OK) run(ops, device, &trial, got);
            ops->close(device);
            fp_environment_read(&after);
            fp_environment_leave(&normal);
            assert_int_equal(status, STATUS_OK);
            assert_true(same(&after, &before));
            assert_same_values(expected, got, RESULTS * trial.count, habits[i / 2].name);
        }
    }
    memory_free(trial.a);
    memory_free(trial.b);
    memory_free(expected);
    memory_free(got);
    batch_free(&trial.batch);
}

enum { POOL = 4 };

struct roll {
    atomic_int present;
    struct fp_environment found[POOL];
    bool works[POOL];
};

/* Waits until every thread of the pool has a piece, so that each takes one. */
static void report_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    struct roll *roll = *(struct roll *const *)job;
    (void)workspace;
    (void)end;
    atomic_fetch_add(&roll->present, 1);
    while (atomic_load(&roll->present) < POOL)
        continue;
    fp_environment_read(&roll->found[begin]);
    roll->works[begin] = fp_environment_check(NULL) == STATUS_OK;
}

static void test_every_thread_of_the_pool(void **state)
{
    (void)state;
    struct fp_environment normal, clean;
    fp_environment_enter(&normal);
    fp_environment_read(&clean);
    for (int i = 0; i < HABITS; i++) {
        struct roll roll = {0};
        struct roll *pointer = &roll;
        struct device_options options = {.threads = POOL};
        struct device *device = NULL;
        take_up(&habits[i]);
        enum status status = threads_open(&options, &device, NULL);
        if (status == STATUS_OK) threads_run(device, POOL, 1, report_piece, &pointer);
        threads_close(device);
        fp_environment_leave(&normal);
        assert_int_equal(status, STATUS_OK);
        for (int k = 0; k < POOL; k++) {
            assert_true(roll.works[k]);
            assert_true(alike(&roll.found[k], &clean));
        }
    }
}

/* A device that cannot be opened leaves the state alone. */
static void test_failed_open_gives_it_back(void **state)
{
    (void)state;
    struct fp_environment normal;
    fp_environment_enter(&normal);
    fp_environment_read(&normal);
    for (long n = 1; n <= 3; n++) {
        struct device_options options = {.threads = 2};
        struct device *device = NULL;
        struct fp_environment before, after;
        take_up(&habits[6]);
        fp_environment_read(&before);
        memory_fail_from(n);
        enum status status = threads_open(&options, &device, NULL);
        memory_fail_from(0);
        fp_environment_read(&after);
        fp_environment_leave(&normal);
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_true(same(&after, &before));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_enter_and_leave),
        cmocka_unit_test(test_check_refuses),
        cmocka_unit_test(test_ops_have_the_contract_bits),
        cmocka_unit_test(test_every_thread_of_the_pool),
        cmocka_unit_test(test_failed_open_gives_it_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
