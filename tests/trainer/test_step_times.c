/* Medians of steps and loops, and when a loop is run, on a machine whose clocks are scripted. */
#include "trainer/step_times.h"

#include "trainer/environment.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static double processor; /* what the device's clock says */
static int copies, blocks;
static enum status health = STATUS_OK;
static struct error error;

static double tell_processor(struct device *device)
{
    (void)device;
    return processor;
}

static enum status allocate(struct device *device, size_t bytes, void **block, struct error *problem)
{
    static char memory;
    (void)device, (void)bytes, (void)problem;
    *block = &memory;
    blocks++;
    return STATUS_OK;
}

static void release(struct device *device, void *block)
{
    (void)device, (void)block;
    blocks--;
}

static void copy(struct device *device, void *to, const void *from, size_t bytes)
{
    (void)device, (void)to, (void)from, (void)bytes;
    copies++;
}

static enum status synchronize(struct device *device, struct error *problem)
{
    (void)device;
    return health == STATUS_OK ? STATUS_OK : error_set(problem, health, "the device has failed");
}

static const struct ops machine = {.processor_seconds = tell_processor,
                                   .allocate = allocate,
                                   .release = release,
                                   .copy = copy,
                                   .synchronize = synchronize};

/* A step that costs `cost` of the processor's time. */
static void step(struct step_times *times, double cost)
{
    double seconds;
    assert_int_equal(step_times_begin(times, &error), STATUS_OK);
    processor += cost;
    assert_int_equal(step_times_end(times, &seconds, &error), STATUS_OK);
    assert_true(seconds >= 0);
}

static void medians_are_those_of_the_steps(void **state)
{
    (void)state;
    struct step_times times;
    struct observed_end end = {0};
    processor = 5;
    assert_int_equal(step_times_open(&machine, NULL, &times, &error), STATUS_OK);
    step_times_report(&times, &end);
    assert_true(end.step_seconds == 0 && end.calibration_processor_seconds == 0);
    const double costs[] = {3, 1, 2, 100};
    for (int i = 0; i < 3; i++)
        step(&times, costs[i]);
    step_times_report(&times, &end);
    assert_true(fabs(end.step_processor_seconds - 2) < 1e-12);
    step(&times, costs[3]);
    step_times_report(&times, &end);
    assert_true(fabs(end.step_processor_seconds - 2.5) < 1e-12);
    assert_true(end.step_seconds > 0 && end.step_seconds < 1); /* the wall's clock is the true one */
    assert_true(end.calibration_seconds > 0);
    assert_int_equal(blocks, 0);
    step_times_close(&times);
}

/* All loops together take no more than their share of the steps, but for the last that was begun. */
static void loops_keep_to_their_share(void **state)
{
    (void)state;
    struct step_times times;
    double seconds;
    assert_int_equal(step_times_open(&machine, NULL, &times, &error), STATUS_OK);
    for (int i = 0; i < 200; i++) {
        double before = times.loop_sum, allowed = STEP_TIMES_SHARE * times.step_sum;
        assert_int_equal(step_times_begin(&times, &error), STATUS_OK);
        assert_true((times.loop_sum > before) == (before <= allowed));
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
        assert_int_equal(step_times_end(&times, &seconds, &error), STATUS_OK);
    }
    assert_true(times.loops.seen >= 1 && times.loops.seen < 200);
    assert_int_equal(times.steps.seen, 200);
    step_times_close(&times);
}

/* More steps than are kept: every second, every fourth; the median of an even course stays in its middle. */
static void long_runs_are_thinned(void **state)
{
    (void)state;
    struct step_times times;
    struct observed_end end = {0};
    const int most = 10 * STEP_TIMES_KEPT;
    processor = 0;
    assert_int_equal(step_times_open(&machine, NULL, &times, &error), STATUS_OK);
    for (int i = 0; i < most; i++)
        step(&times, i);
    step_times_report(&times, &end);
    assert_int_equal(times.steps.seen, most);
    assert_true(times.steps.stride == 16 && times.steps.count == (size_t)most / 16);
    for (size_t i = 0; i < times.steps.count; i++)
        assert_true(fabs(times.steps.kept[i].processor - 16.0 * (double)i) < 1e-6);
    assert_true(fabs(end.step_processor_seconds - most / 2.0) < 16);
    step_times_close(&times);
}

/* A GPU has no processor's clock; its loop copies, and a failure of the device ends the run. */
static void a_gpu_copies(void **state)
{
    (void)state;
    struct step_times times;
    struct observed_end end = {0};
    double seconds;
    processor = NAN;
    copies = 0;
    assert_int_equal(step_times_open(&machine, NULL, &times, &error), STATUS_OK);
    assert_true(copies > 0 && blocks == 2);
    step(&times, 0);
    step_times_report(&times, &end);
    assert_true(end.step_seconds > 0 && end.calibration_seconds > 0);
    assert_true(end.step_processor_seconds == 0 && end.calibration_processor_seconds == 0);
    assert_int_equal(step_times_begin(&times, &error), STATUS_OK);
    health = STATUS_IO;
    assert_int_equal(step_times_end(&times, &seconds, &error), STATUS_IO);
    health = STATUS_OK;
    step_times_close(&times);
    assert_int_equal(blocks, 0);
    times = (struct step_times){0};
    step_times_close(&times);
    step_times_report(&times, &end);
    assert_true(end.step_seconds == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(medians_are_those_of_the_steps),
        cmocka_unit_test(loops_keep_to_their_share),
        cmocka_unit_test(long_runs_are_thinned),
        cmocka_unit_test(a_gpu_copies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
