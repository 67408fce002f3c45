/* support_fake.h - what the fake cuBLAS of this build remembers. */
#ifndef FTBENCH_TESTS_SUPPORT_FAKE_H
#define FTBENCH_TESTS_SUPPORT_FAKE_H

#include "fake_cublas.h"

/* The library's own record, not a copy; the test fails when there is no such library. */
struct fake_record *record_of_fake(void);

#endif
