/* arithmetic.h - the device functions for numbers that round as IEEE-754 says, and integers.
 *
 * What is not here does not compile: approximate functions (__expf, __fdividef), atomics on floats, min and
 * max of floats. A file compiled with this needs -ffp-contract=off. */
#ifndef FTBENCH_SHIM_ARITHMETIC_H
#define FTBENCH_SHIM_ARITHMETIC_H

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <type_traits>

static inline float __fmaf_rn(float a, float b, float c)
{
    return __builtin_fmaf(a, b, c);
}
static inline float __fadd_rn(float a, float b)
{
    return a + b;
}
static inline float __fsub_rn(float a, float b)
{
    return a - b;
}
static inline float __fmul_rn(float a, float b)
{
    return a * b;
}
static inline float __fdiv_rn(float a, float b)
{
    return a / b;
}
static inline float __frcp_rn(float a)
{
    return 1.0f / a;
}
static inline float __fsqrt_rn(float a)
{
    return __builtin_sqrtf(a);
}
static inline double __fma_rn(double a, double b, double c)
{
    return __builtin_fma(a, b, c);
}
static inline double __dadd_rn(double a, double b)
{
    return a + b;
}
static inline double __dsub_rn(double a, double b)
{
    return a - b;
}
static inline double __dmul_rn(double a, double b)
{
    return a * b;
}
static inline double __ddiv_rn(double a, double b)
{
    return a / b;
}
static inline double __dsqrt_rn(double a)
{
    return __builtin_sqrt(a);
}
static inline float __int2float_rn(int a)
{
    return static_cast<float>(a);
}
static inline float __uint2float_rn(unsigned a)
{
    return static_cast<float>(a);
}
static inline float __double2float_rn(double a)
{
    return static_cast<float>(a);
}

template <class To, class From> static inline To shim_bits(From from)
{
    static_assert(sizeof(To) == sizeof(From), "a cast of bits keeps the size");
    To to;
    memcpy(&to, &from, sizeof to);
    return to;
}
static inline int __float_as_int(float a)
{
    return shim_bits<int>(a);
}
static inline unsigned __float_as_uint(float a)
{
    return shim_bits<unsigned>(a);
}
static inline float __int_as_float(int a)
{
    return shim_bits<float>(a);
}
static inline float __uint_as_float(unsigned a)
{
    return shim_bits<float>(a);
}

static inline unsigned __umulhi(unsigned a, unsigned b)
{
    return static_cast<unsigned>((static_cast<uint64_t>(a) * b) >> 32);
}
static inline int __popc(unsigned a)
{
    return __builtin_popcount(a);
}
static inline int __clz(int a)
{
    return a == 0 ? 32 : __builtin_clz(static_cast<unsigned>(a));
}
static inline int __ffs(int a)
{
    return __builtin_ffs(a);
}

template <class T> using shim_integer = typename std::enable_if<std::is_integral<T>::value, T>::type;
template <class T> static inline shim_integer<T> min(T a, T b)
{
    return b < a ? b : a;
}
template <class T> static inline shim_integer<T> max(T a, T b)
{
    return a < b ? b : a;
}

/* Atomics, on integers only: a sum of floats in no order has no bits that could be named. */
template <class T> using shim_same = typename std::common_type<T>::type; /* not deduced */
template <class T> static inline shim_integer<T> atomicAdd(T *at, shim_same<T> value)
{
    return __atomic_fetch_add(at, value, __ATOMIC_RELAXED);
}
template <class T> static inline shim_integer<T> atomicOr(T *at, shim_same<T> value)
{
    return __atomic_fetch_or(at, value, __ATOMIC_RELAXED);
}
template <class T> static inline shim_integer<T> atomicAnd(T *at, shim_same<T> value)
{
    return __atomic_fetch_and(at, value, __ATOMIC_RELAXED);
}
template <class T> static inline shim_integer<T> atomicExch(T *at, shim_same<T> value)
{
    return __atomic_exchange_n(at, value, __ATOMIC_RELAXED);
}
template <class T> static inline shim_integer<T> atomicCAS(T *at, shim_same<T> old, shim_same<T> value)
{
    __atomic_compare_exchange_n(at, &old, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    return old;
}
template <class T> static inline shim_integer<T> atomicMax(T *at, shim_same<T> value)
{
    T old = __atomic_load_n(at, __ATOMIC_RELAXED);
    while (old < value &&
           !__atomic_compare_exchange_n(at, &old, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
    return old;
}
template <class T> static inline shim_integer<T> atomicMin(T *at, shim_same<T> value)
{
    T old = __atomic_load_n(at, __ATOMIC_RELAXED);
    while (value < old &&
           !__atomic_compare_exchange_n(at, &old, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
    return old;
}

template <class T> static inline T __ldg(const T *at)
{
    return *at;
}
template <class T> static inline T __ldcg(const T *at)
{
    return *at;
}
template <class T> static inline T __ldcs(const T *at)
{
    return *at;
}
template <class T> static inline void __stcg(T *at, T value)
{
    *at = value;
}
template <class T> static inline void __stcs(T *at, T value)
{
    *at = value;
}

#endif
