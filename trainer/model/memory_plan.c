#include "trainer/model/memory_plan.h"

#include "base/bytes.h"
#include "base/machine.h"
#include "trainer/model/rotary.h"

#include <math.h>
#include <string.h>

void memory_plan_make(const struct model_config *config, int64_t numbers, int classes,
                      const struct batch_limits *limits, enum keeping keeping, struct memory_plan *plan)
{
    const int64_t block = numbers * (int64_t)sizeof(float);
    *plan = (struct memory_plan){
        .weights = block,
        .activations = (int64_t)activations_bytes(config, classes, limits, keeping),
        .batch = batch_device_bytes(limits),
        .host = block + batch_host_bytes(limits),
    };
    if (model_config_is_decoder(config))
        plan->batch += (int64_t)(2 * rotary_count(config, limits->max_length) * sizeof(float));
    if (keeping == KEEP_NOTHING) return;
    plan->gradients = plan->best = block;
    plan->moments = 2 * block;
}

double memory_plan_device(const struct memory_plan *plan)
{
    return (double)plan->weights + (double)plan->gradients + (double)plan->moments + (double)plan->best +
           (double)plan->activations + (double)plan->batch;
}

double memory_room_keep_back(double available)
{
    return fmin(available, fmax(0.03 * available, 256.0 * 1024 * 1024));
}

void memory_room_find(const struct ops *ops, struct device *device, struct memory_room *room)
{
    room->shared = strcmp(ops->name, "cpu") == 0;
    room->device = ops->memory(device);
    room->kept_back = room->shared || isnan(room->device) ? 0 : memory_room_keep_back(room->device);
    room->device -= room->kept_back;
    room->machine = room->shared ? room->device : machine_memory();
}

bool memory_plan_fits(const struct memory_plan *plan, const struct memory_room *room,
                      struct memory_shortage *shortage)
{
    const double device = memory_plan_device(plan), host = (double)plan->host;
    struct memory_shortage found = {
        .of_device = true, .place = "", .needed = device + host, .available = room->device};
    if (!room->shared && device > room->device)
        found = (struct memory_shortage){true, " on the GPU", device, room->device, room->kept_back};
    else if (!room->shared)
        found = (struct memory_shortage){false, " on the machine", host, room->machine, 0};
    if (!(found.needed > found.available)) return true;
    if (shortage != NULL) *shortage = found;
    return false;
}

enum status memory_shortage_refuse(const struct memory_shortage *shortage, const char *advice,
                                   struct error *error)
{
    char needed[BYTES_TEXT], available[BYTES_TEXT], all[BYTES_TEXT];
    bytes_text(shortage->needed, needed, sizeof needed);
    bytes_text(shortage->available, available, sizeof available);
    bytes_text(shortage->available + shortage->kept_back, all, sizeof all);
    if (shortage->kept_back > 0)
        return error_set(error, STATUS_NO_MEMORY,
                         "%s of memory are needed%s and %s can be used of %s free; %s", needed,
                         shortage->place, available, all, advice);
    return error_set(error, STATUS_NO_MEMORY, "%s of memory are needed%s and %s are free; %s", needed,
                     shortage->place, available, advice);
}
