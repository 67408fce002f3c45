#include "trainer/fit/order.h"

#include "kernels/common/philox.h"

void order_of_epoch(uint32_t seed, uint32_t epoch, int32_t *order, int count)
{
    for (int i = 0; i < count; i++)
        order[i] = i;
    uint32_t block = 0;
    for (int i = count - 1; i > 0; i--) {
        uint32_t j = philox_below(seed, STREAM_ORDER, epoch, 0, 0, &block, (uint32_t)i + 1);
        int32_t held = order[i];
        order[i] = order[j];
        order[j] = held;
    }
}
