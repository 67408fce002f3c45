/* device.h - which devices have a context. */
#ifndef FTBENCH_SHIM_DEVICE_H
#define FTBENCH_SHIM_DEVICE_H

/* A call needs a context of the device that is selected, and makes it. */
void device_context();

#endif
