#include "trainer/weights/half.h"

#include <string.h>

static float from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint32_t to_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

float half_from_float16(uint16_t bits)
{
    const uint32_t sign = (uint32_t)(bits >> 15) << 31, exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
    if (exponent == 0x1f) return from_bits(sign | 0x7f800000u | fraction << 13);
    /* zero and subnormals: fraction * 2^-24, a product that is a normal float32 or zero */
    if (exponent == 0) return from_bits(sign | to_bits((float)fraction * 0x1p-24f));
    return from_bits(sign | (exponent + 127 - 15) << 23 | fraction << 13);
}

float half_from_bfloat16(uint16_t bits)
{
    return from_bits((uint32_t)bits << 16);
}
