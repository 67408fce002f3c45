#include "kernels/cpu/fp_environment.h"

#include <float.h>

#if defined(__x86_64__)

#include <xmmintrin.h>

/* Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, 8.1.5 and 10.2.3 */
enum {
    MXCSR_STRICT = 0x1f80, /* all exceptions masked, to nearest, FTZ (0x8000) and DAZ (0x40) off */
    MXCSR_FLAGS = 0x3f,
    X87_STRICT = 0x37f, /* all exceptions masked, to nearest, 64 bits of significand */
    X87_MASKS = 0x3f
};

void fp_environment_read(struct fp_environment *now)
{
    *now = (struct fp_environment){.control = _mm_getcsr()};
    __asm__ volatile("fnstcw %0" : "=m"(now->x87));
}

void fp_environment_enter(struct fp_environment *saved)
{
    const uint16_t x87 = X87_STRICT;
    fp_environment_read(saved);
    _mm_setcsr(MXCSR_STRICT | ((uint32_t)saved->control & MXCSR_FLAGS));
    __asm__ volatile("fldcw %0" : : "m"(x87));
}

void fp_environment_leave(const struct fp_environment *saved)
{
    _mm_setcsr((uint32_t)saved->control);
    if ((saved->x87 & X87_MASKS) != X87_MASKS)
        __asm__ volatile("fnclex"); /* else raised flags fire at once */
    __asm__ volatile("fldcw %0" : : "m"(saved->x87));
}

#elif defined(__aarch64__)

/* Arm Architecture Reference Manual, FPCR: all zero is to nearest, no FZ, no FIZ, no default NaN, no traps.
 * Flags are in another register (FPSR), which no trap looks at. */
void fp_environment_read(struct fp_environment *now)
{
    *now = (struct fp_environment){0};
    __asm__ volatile("mrs %0, fpcr" : "=r"(now->control));
}

void fp_environment_enter(struct fp_environment *saved)
{
    fp_environment_read(saved);
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)0));
}

void fp_environment_leave(const struct fp_environment *saved)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(saved->control));
}

#else

#include <fenv.h>

void fp_environment_read(struct fp_environment *now)
{
    *now = (struct fp_environment){.control = (uint64_t)fegetround()};
}

void fp_environment_enter(struct fp_environment *saved)
{
    fp_environment_read(saved);
    fesetround(FE_TONEAREST);
}

void fp_environment_leave(const struct fp_environment *saved)
{
    fesetround((int)saved->control);
}

#endif

enum status fp_environment_check(struct error *error)
{
    volatile float smallest = FLT_MIN, half = 0.5f, one = 1.0f, tiny = FLT_EPSILON / 4;
    volatile float subnormal = smallest * half, restored = subnormal / half;
    volatile float above = one + tiny, below = one - tiny;
    if (restored != smallest)
        return error_set(
            error, STATUS_UNSUPPORTED,
            "this thread flushes subnormal numbers to zero (FTZ or DAZ is set) and cannot be told not to; "
            "strict arithmetic needs them kept");
    if (above != one || below != one)
        return error_set(
            error, STATUS_UNSUPPORTED,
            "this thread does not round to nearest and cannot be told to; strict arithmetic needs it");
    return STATUS_OK;
}
