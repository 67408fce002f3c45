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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_small_jobs),
        cmocka_unit_test(test_jobs_after_sleep),
        cmocka_unit_test(test_open_and_close_without_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
