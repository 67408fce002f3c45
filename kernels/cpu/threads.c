/* threads.c - the pool. `gate` is one word: the job's number, whether it may be joined, and how many are
 * inside:
 *
 *     bits 32..63 number of the job    bit 31 open    bits 0..30 threads inside
 *
 * A job's fields are written while the gate is shut and nobody is inside, published by opening the gate, and
 * read only by threads that entered by adding themselves to the open gate; so none can read a job that is no
 * more. */
#include "kernels/cpu/threads.h"

#include "base/memory.h"
#include "kernels/cpu/fp_environment.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

#define GATE_OPEN ((uint64_t)1 << 31)
#define GATE_INSIDE (GATE_OPEN - 1)
#define GATE_JOB ((uint64_t)1 << 32)
#define SPINS                                                                                                \
    2000 /* looks at the gate before a thread sleeps: some 50 microseconds, a step's longest gap             \
          */

enum { LOOK_TIMES = 8 };

struct worker {
    struct device *device;
    struct workspace workspace;
    pthread_t thread;  /* of all but worker 0 */
    atomic_long looks; /* at the gate, in vain */
};

struct device {
    int threads;                   /* the caller included */
    int started;                   /* threads that run and must be joined */
    struct worker *workers;        /* (threads) */
    struct fp_environment callers; /* state of the thread that opened, before it did */
    float *buffers;                /* the workspaces' memory */
    double look_seconds;           /* processor time of a look */

    pool_piece *piece; /* the job */
    const void *job;
    int count, grain;
    atomic_int next; /* first number not taken */

    _Atomic uint64_t gate;
    atomic_int sleepers;       /* threads asleep before the gate */
    atomic_bool caller_sleeps; /* until the last one inside leaves */
    atomic_bool stop;
    pthread_mutex_t mutex; /* only for going to sleep and waking up */
    pthread_cond_t opened, left;
};

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void work(struct device *device, const struct workspace *workspace)
{
    for (;;) {
        int begin = atomic_fetch_add(&device->next, device->grain);
        if (begin >= device->count) return;
        int end = device->count - begin < device->grain ? device->count : begin + device->grain;
        device->piece(device->job, begin, end, workspace);
    }
}

static void leave(struct device *device)
{
    uint64_t before = atomic_fetch_sub(&device->gate, 1);
    if ((before & GATE_INSIDE) == 1 && atomic_load(&device->caller_sleeps)) {
        pthread_mutex_lock(&device->mutex);
        pthread_cond_signal(&device->left);
        pthread_mutex_unlock(&device->mutex);
    }
}

static bool has_news(struct device *device, uint64_t last)
{
    uint64_t gate = atomic_load(&device->gate);
    return atomic_load(&device->stop) || ((gate & GATE_OPEN) != 0 && gate / GATE_JOB != last);
}

static void sleep_before_gate(struct device *device, uint64_t last)
{
    pthread_mutex_lock(&device->mutex);
    atomic_fetch_add(&device->sleepers, 1);
    while (!has_news(device, last))
        pthread_cond_wait(&device->opened, &device->mutex);
    atomic_fetch_sub(&device->sleepers, 1);
    pthread_mutex_unlock(&device->mutex);
}

/* Looks for news that is not there, SPINS times at most; returns how often. */
static int look(struct device *device, uint64_t last)
{
    int spin = 0;
    for (; spin < SPINS && !has_news(device, last); spin++)
        relax();
    return spin;
}

static void *worker_main(void *argument)
{
    struct worker *worker = argument;
    struct device *device = worker->device;
    uint64_t last = 0; /* number of the job done last */
    struct fp_environment inherited;
    fp_environment_enter(&inherited); /* nothing promises that a thread starts with its creator's state */
    for (;;) {
        atomic_fetch_add(&worker->looks, look(device, last));
        if (!has_news(device, last)) sleep_before_gate(device, last);
        if (atomic_load(&device->stop)) return NULL;
        uint64_t gate = atomic_load(&device->gate);
        if ((gate & GATE_OPEN) == 0 || gate / GATE_JOB == last) continue;
        if (!atomic_compare_exchange_strong(&device->gate, &gate, gate + 1)) continue;
        last = gate / GATE_JOB;
        work(device, &worker->workspace);
        leave(device);
    }
}

/* Let sleepers see the open gate, or the end. */
static void wake(struct device *device)
{
    if (atomic_load(&device->sleepers) == 0) return;
    pthread_mutex_lock(&device->mutex);
    pthread_cond_broadcast(&device->opened);
    pthread_mutex_unlock(&device->mutex);
}

static void wait_until_empty(struct device *device)
{
    int spin = 0;
    for (; spin < SPINS && (atomic_load(&device->gate) & GATE_INSIDE) != 0; spin++)
        relax();
    atomic_fetch_add(&device->workers[0].looks, spin);
    if (spin < SPINS) return;
    pthread_mutex_lock(&device->mutex);
    atomic_store(&device->caller_sleeps, true);
    while ((atomic_load(&device->gate) & GATE_INSIDE) != 0)
        pthread_cond_wait(&device->left, &device->mutex);
    atomic_store(&device->caller_sleeps, false);
    pthread_mutex_unlock(&device->mutex);
}

void threads_run(struct device *device, int count, int grain, pool_piece *piece, const void *job)
{
    if (count <= 0) return;
    if (device->threads == 1 || count <= grain) {
        piece(job, 0, count, &device->workers[0].workspace);
        return;
    }
    device->piece = piece;
    device->job = job;
    device->count = count;
    device->grain = grain;
    atomic_store(&device->next, 0);
    uint64_t number = atomic_load(&device->gate) / GATE_JOB + 1;
    atomic_store(&device->gate, (uint64_t)(uint32_t)number * GATE_JOB + GATE_OPEN);
    wake(device);
    work(device, &device->workers[0].workspace);
    atomic_fetch_and(&device->gate, ~GATE_OPEN);
    wait_until_empty(device);
}

int threads_count(const struct device *device)
{
    return device->threads;
}

static double seconds_of(clockid_t clock)
{
    struct timespec now = {0};
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double threads_seconds(struct device *device)
{
    double seconds = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    long looks = atomic_load(&device->workers[0].looks);
    for (int i = 1; i < device->threads; i++) {
        clockid_t clock;
        if (pthread_getcpuclockid(device->workers[i].thread, &clock) == 0) seconds += seconds_of(clock);
        looks += atomic_load(&device->workers[i].looks);
    }
    return seconds - (double)looks * device->look_seconds;
}

/* The shortest of a few: whatever else happens only makes a look longer. No news are possible yet. */
static double time_look(struct device *device)
{
    double shortest = 1;
    for (int i = 0; i < LOOK_TIMES; i++) {
        double began = seconds_of(CLOCK_THREAD_CPUTIME_ID);
        int looks = look(device, 0);
        double took = (seconds_of(CLOCK_THREAD_CPUTIME_ID) - began) / looks;
        if (took < shortest) shortest = took;
    }
    return shortest;
}

enum status threads_open(const struct device_options *options, struct device **opened, struct error *error)
{
    *opened = NULL;
    if (options->threads < 1)
        return error_set(error, STATUS_USAGE, "threads = %d: at least 1 is needed", options->threads);

    size_t threads = (size_t)options->threads;
    bool rounds = options->operands != OPERANDS_FP32;
    size_t workspace = WORKSPACE_PANEL + WORKSPACE_BLOCK + (rounds ? WORKSPACE_ROUNDED : 0);
    struct device *device = memory_zeroed(1, sizeof *device);
    if (device == NULL) return error_no_memory(error, sizeof *device);
    fp_environment_enter(&device->callers);
    pthread_mutex_init(&device->mutex, NULL);
    pthread_cond_init(&device->opened, NULL);
    pthread_cond_init(&device->left, NULL);
    device->threads = options->threads;
    enum status status = fp_environment_check(error);
    if (status != STATUS_OK) {
        threads_close(device);
        return status;
    }
    device->workers = memory_zeroed(threads, sizeof *device->workers);
    device->buffers = memory_aligned(threads * workspace, sizeof *device->buffers);
    if (device->workers == NULL || device->buffers == NULL) {
        threads_close(device);
        return error_no_memory(error,
                               threads * (sizeof *device->workers + workspace * sizeof *device->buffers));
    }
    for (size_t i = 0; i < threads; i++) {
        float *buffer = device->buffers + i * workspace;
        device->workers[i].device = device;
        device->workers[i].workspace =
            (struct workspace){.operands = options->operands,
                               .panel = buffer,
                               .block = buffer + WORKSPACE_PANEL,
                               .rounded = rounds ? buffer + WORKSPACE_PANEL + WORKSPACE_BLOCK : NULL};
    }
    for (int i = 1; i < options->threads; i++) {
        if (pthread_create(&device->workers[i].thread, NULL, worker_main, &device->workers[i]) != 0) {
            threads_close(device);
            return error_set(error, STATUS_IO, "the system refused thread %d of %d: ask for fewer threads",
                             i + 1, options->threads);
        }
        device->started++;
    }
    if (options->threads > 1) device->look_seconds = time_look(device);
    *opened = device;
    return STATUS_OK;
}

void threads_close(struct device *device)
{
    if (device == NULL) return;
    pthread_mutex_lock(&device->mutex);
    atomic_store(&device->stop, true);
    pthread_cond_broadcast(&device->opened);
    pthread_mutex_unlock(&device->mutex);
    for (int i = 1; i <= device->started; i++)
        pthread_join(device->workers[i].thread, NULL);
    pthread_cond_destroy(&device->left);
    pthread_cond_destroy(&device->opened);
    pthread_mutex_destroy(&device->mutex);
    memory_free(device->buffers);
    memory_free(device->workers);
    fp_environment_leave(&device->callers);
    memory_free(device);
}
