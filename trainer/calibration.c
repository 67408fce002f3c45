#include "trainer/calibration.h"

#include "trainer/environment.h"

#include <stddef.h>

/* What the products read and write, of the device. Zeros are as fast as any numbers: no operation here looks
 * at its values. */
struct calibration {
    void *x, *w, *y;
};

static enum status allocate(const struct ops *ops, struct device *device, struct calibration *calibration,
                            struct error *error)
{
    const size_t row = CALIBRATION_WIDTH * sizeof(float);
    TRY(ops->allocate(device, CALIBRATION_TOKENS * row, &calibration->x, error));
    TRY(ops->allocate(device, CALIBRATION_WIDTH * row, &calibration->w, error));
    return ops->allocate(device, CALIBRATION_TOKENS * row, &calibration->y, error);
}

static void release(const struct ops *ops, struct device *device, const struct calibration *calibration)
{
    if (calibration->x != NULL) ops->release(device, calibration->x);
    if (calibration->w != NULL) ops->release(device, calibration->w);
    if (calibration->y != NULL) ops->release(device, calibration->y);
}

static enum status time_once(const struct ops *ops, struct device *device,
                             const struct calibration *calibration, double *seconds, struct error *error)
{
    const int32_t first[2] = {0, CALIBRATION_TOKENS}, start[1] = {0};
    const struct rows rows = {.tokens = CALIBRATION_TOKENS,
                              .storage_rows = CALIBRATION_TOKENS,
                              .samples = 1,
                              .contiguous = true,
                              .first = first,
                              .start = start};
    double began = environment_seconds();
    for (int i = 0; i < CALIBRATION_PRODUCTS; i++)
        ops->linear_forward(device, &rows, CALIBRATION_WIDTH, CALIBRATION_WIDTH, calibration->x,
                            calibration->w, NULL, calibration->y);
    TRY(ops->synchronize(device, error));
    *seconds = environment_seconds() - began;
    return STATUS_OK;
}

/* Insertion: there are five. */
static double median_of(double times[CALIBRATION_TIMES])
{
    for (int i = 1; i < CALIBRATION_TIMES; i++) {
        double time = times[i];
        int at = i;
        for (; at > 0 && times[at - 1] > time; at--)
            times[at] = times[at - 1];
        times[at] = time;
    }
    return times[CALIBRATION_TIMES / 2];
}

enum status calibration_measure(const struct ops *ops, struct device *device, double *seconds,
                                struct error *error)
{
    struct calibration calibration = {0};
    double times[CALIBRATION_TIMES], first;
    enum status status;
    TRY_TO(done, allocate(ops, device, &calibration, error));
    TRY_TO(done,
           time_once(ops, device, &calibration, &first, error)); /* memory and threads are there after it */
    for (int i = 0; i < CALIBRATION_TIMES; i++)
        TRY_TO(done, time_once(ops, device, &calibration, &times[i], error));
    *seconds = median_of(times);
done:
    release(ops, device, &calibration);
    return status;
}
