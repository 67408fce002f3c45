#include "tensor_peak.h"

#include <stddef.h>
#include <string.h>

/* NVIDIA does not print these numbers for TF32; they are the printed TFLOPS by clock and multiprocessor,
 * which test_tensor_peak.c holds them to. On 8.6 and 8.9 it is the product that counts: GeForce cards have
 * half of what other cards with the same chip have, and so has the L40, but not the L40S. The first that
 * fits. */
int tensor_peak_operations(int major, int minor, const char *name)
{
    static const struct {
        int major, minor;
        const char *part; /* of the name */
        int operations;
    } known[] = {{8, 0, "", 1024},    {8, 6, "GeForce", 256}, {8, 6, "", 512}, {8, 9, "GeForce", 256},
                 {8, 9, "L40S", 512}, {8, 9, "L40", 256},     {8, 9, "", 512}, {9, 0, "", 2048}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].major == major && known[i].minor == minor && strstr(name, known[i].part) != NULL)
            return known[i].operations;
    }
    return 0;
}
