#include "trainer/step_times.h"

#include "trainer/environment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Some 0.3 ms on a CPU of today, and as many copies as take some 0.05 ms on a GPU. */
enum { LOOP_NUMBERS = 1024, LOOP_ROUNDS = 1500, LOOP_COPIES = 16, LOOP_COPY_BYTES = 1 << 20 };

static struct two_times now(const struct step_times *times)
{
    return (struct two_times){environment_seconds(), times->ops->processor_seconds(times->device)};
}

static struct two_times since(const struct step_times *times, struct two_times began)
{
    struct two_times ended = now(times);
    return (struct two_times){ended.wall - began.wall, ended.processor - began.processor};
}

/* All numbers approach 1, so none is ever slow to compute with. */
static void compute(void)
{
    static float numbers[LOOP_NUMBERS];
    static volatile float sink; /* nobody may leave the loop out */
    memset(numbers, 0, sizeof numbers);
    for (int round = 0; round < LOOP_ROUNDS; round++) {
        for (int i = 0; i < LOOP_NUMBERS; i++)
            numbers[i] = numbers[i] * 0.5f + 0.5f;
        sink = numbers[round % LOOP_NUMBERS];
    }
    (void)sink;
}

static enum status run_loop(struct step_times *times, struct error *error)
{
    if (times->from == NULL) {
        compute();
        return STATUS_OK;
    }
    for (int i = 0; i < LOOP_COPIES; i++)
        times->ops->copy(times->device, times->to, times->from, LOOP_COPY_BYTES);
    return times->ops->synchronize(times->device, error);
}

/* Keeps it if its turn has come; a full sample is thinned to every second one. */
static void add(struct time_sample *sample, struct two_times time)
{
    if (sample->stride == 0) sample->stride = 1;
    if (sample->count == STEP_TIMES_KEPT) {
        for (size_t i = 0; i < STEP_TIMES_KEPT / 2; i++)
            sample->kept[i] = sample->kept[2 * i];
        sample->count = STEP_TIMES_KEPT / 2;
        sample->stride *= 2;
    }
    if (sample->seen++ % sample->stride == 0) sample->kept[sample->count++] = time;
}

enum status step_times_open(const struct ops *ops, struct device *device, struct step_times *times,
                            struct error *error)
{
    *times = (struct step_times){.ops = ops, .device = device};
    if (isnan(ops->processor_seconds(device))) {
        TRY(ops->allocate(device, LOOP_COPY_BYTES, &times->from, error));
        TRY(ops->allocate(device, LOOP_COPY_BYTES, &times->to, error));
    }
    return run_loop(times, error);
}

void step_times_close(struct step_times *times)
{
    if (times->ops == NULL) return;
    if (times->from != NULL) times->ops->release(times->device, times->from);
    if (times->to != NULL) times->ops->release(times->device, times->to);
    *times = (struct step_times){.ops = NULL};
}

enum status step_times_begin(struct step_times *times, struct error *error)
{
    if (times->loop_sum <= STEP_TIMES_SHARE * times->step_sum) {
        struct two_times began = now(times);
        TRY(run_loop(times, error));
        struct two_times took = since(times, began);
        times->loop_sum += took.wall;
        add(&times->loops, took);
    }
    times->began = now(times);
    return STATUS_OK;
}

enum status step_times_end(struct step_times *times, double *seconds, struct error *error)
{
    TRY(times->ops->synchronize(times->device, error));
    struct two_times took = since(times, times->began);
    times->step_sum += took.wall;
    add(&times->steps, took);
    *seconds = took.wall;
    return STATUS_OK;
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* 0 of none, and where a clock says nothing. */
static double median(const struct time_sample *sample, bool processor)
{
    double values[STEP_TIMES_KEPT];
    if (sample->count == 0) return 0;
    for (size_t i = 0; i < sample->count; i++)
        values[i] = processor ? sample->kept[i].processor : sample->kept[i].wall;
    if (isnan(values[0])) return 0;
    qsort(values, sample->count, sizeof values[0], compare);
    return (values[(sample->count - 1) / 2] + values[sample->count / 2]) / 2;
}

void step_times_report(const struct step_times *times, struct observed_end *end)
{
    end->step_seconds = median(&times->steps, false);
    end->step_processor_seconds = median(&times->steps, true);
    end->calibration_seconds = median(&times->loops, false);
    end->calibration_processor_seconds = median(&times->loops, true);
}
