/* The pool: every number of a job is done exactly once, job after job, by threads that round as they should.
 */
#include "kernels/cpu/threads.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define MOST 5000

struct tally {
    int *done;     /* (MOST) how often each number was done */
    float *halves; /* (MOST) the smallest normal float halved in the thread that did it */
    atomic_int pieces;
};

static void count_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    struct tally *tally = *(struct tally *const *)job;
    volatile float smallest = 0x1p-126f;
    /* ours alone while the piece lasts */
    workspace->panel[0] = (float)begin;
    workspace->block[WORKSPACE_BLOCK - 1] = (float)end;
    for (int i = begin; i < end; i++) {
        tally->done[i]++;
        tally->halves[i] = smallest * 0.5f;
    }
    if (workspace->panel[0] == (float)begin && workspace->block[WORKSPACE_BLOCK - 1] == (float)end)
        atomic_fetch_add(&tally->pieces, 1);
}

static void run_jobs(int threads, int jobs, int pause_every)
{
    struct tally tally = {.done = memory_zeroed(MOST, sizeof(int)),
                          .halves = memory_zeroed(MOST, sizeof(float))};
    struct tally *pointer = &tally;
    struct device_options options = {.threads = threads};
    struct device *device = NULL;
    assert_int_equal(threads_open(&options, &device, NULL), STATUS_OK);
    assert_int_equal(threads_count(device), threads);
    for (int job = 0; job < jobs; job++) {
        int count = job * 37 % 211, grain = job % 9 + 1;
        if (job == jobs - 1) count = MOST;
        memset(tally.done, 0, MOST * sizeof(int));
        atomic_store(&tally.pieces, 0);
        threads_run(device, count, grain, count_piece, &pointer);
        for (int i = 0; i < count; i++) {
            assert_int_equal(tally.done[i], 1);
            assert_true(tally.halves[i] == 0x1p-127f);
        }
        for (int i = count; i < count + 300 && i < MOST; i++)
            assert_int_equal(tally.done[i], 0);
        int pieces = threads == 1 || count <= grain ? count > 0 : (count + grain - 1) / grain;
        assert_int_equal(atomic_load(&tally.pieces), pieces);
        if (pause_every > 0 && job % pause_every == 0) /* long enough for the threads to fall asleep */
            nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    threads_close(device);
    memory_free(tally.done);
    memory_free(tally.halves);
}

static void test_many_small_jobs(void **state)
{
    (void)state;
    run_jobs(1, 50, 0);
    run_jobs(2, 2000, 0);
    run_jobs(3, 2000, 0);
    run_jobs(7, 500, 0);
}

static void test_jobs_after_sleep(void **state)
{
    (void)state;
    run_jobs(2, 60, 1);
    run_jobs(4, 60, 3);
}

static void test_open_and_close_without_work(void **state)
{
    long before = memory_blocks_alive();
    (void)state;
    for (int i = 0; i < 50; i++) {
        struct device_options options = {.threads = i % 4 + 1};
        struct device *device = NULL;
        assert_int_equal(threads_open(&options, &device, NULL), STATUS_OK);
        threads_close(device);
    }
    threads_close(NULL);
    assert_int_equal(memory_blocks_alive(), before);
}

static double thread_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct burner {
    _Atomic double *computed; /* what the pieces measured themselves */
    double seconds;           /* a piece's */
};

static void burn_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct burner *burner = job;
    (void)workspace;
    double began = thread_seconds(), now = began;
    while (now < began + burner->seconds * (end - begin))
        now = thread_seconds();
    double before = atomic_load(burner->computed);
    while (!atomic_compare_exchange_weak(burner->computed, &before, before + (now - began)))
        continue;
}

/* What is computed counts, by whichever thread; that the others wait for it does not. By the threads' own
 * clocks, which stand still while other programs run. */
static void test_processor_seconds(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads++) {
        struct device_options options = {.threads = threads};
        struct device *device = NULL;
        _Atomic double computed = 0;
        struct burner burner = {.computed = &computed, .seconds = 2e-3};
        assert_int_equal(threads_open(&options, &device, NULL), STATUS_OK);
        double began = threads_seconds(device);
        for (int i = 0; i < 10; i++)
            threads_run(device, 2 * threads - 1, 1, burn_piece, &burner); /* so that some must wait */
        double took = threads_seconds(device) - began, expected = atomic_load(&computed);
        assert_true(expected >= 0.019 * (2 * threads - 1));
        assert_true(took > 0.9 * expected && took < 1.3 * expected);
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        assert_true(threads_seconds(device) - began < took + 0.02);
        threads_close(device);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_small_jobs),
        cmocka_unit_test(test_jobs_after_sleep),
        cmocka_unit_test(test_open_and_close_without_work),
        cmocka_unit_test(test_processor_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
