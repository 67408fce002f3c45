/* isa.c - what this machine can run; __builtin_cpu_supports also asks whether the system saves the registers.
 */
#include "kernels/cpu/isa.h"

bool isa_usable_portable(void)
{
    return true;
}

#if defined(__x86_64__)
bool isa_usable_avx2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

bool isa_usable_avx512(void)
{
    return isa_usable_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
}
#else
bool isa_usable_avx2(void)
{
    return false;
}
bool isa_usable_avx512(void)
{
    return false;
}
#endif
