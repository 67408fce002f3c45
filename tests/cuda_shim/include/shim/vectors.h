/* vectors.h - CUDA's small structs, aligned as on the device. */
#ifndef FTBENCH_SHIM_VECTORS_H
#define FTBENCH_SHIM_VECTORS_H

struct uint3 {
    unsigned x, y, z;
};

struct dim3 {
    unsigned x, y, z;
    constexpr dim3(unsigned vx = 1, unsigned vy = 1, unsigned vz = 1) : x(vx), y(vy), z(vz) {}
};

#define SHIM_VECTORS(type, name)                                                                             \
    struct alignas(2 * sizeof(type)) name##2                                                                 \
    {                                                                                                        \
        type x, y;                                                                                           \
    };                                                                                                       \
    struct alignas(4 * sizeof(type)) name##4                                                                 \
    {                                                                                                        \
        type x, y, z, w;                                                                                     \
    };                                                                                                       \
    static inline name##2 make_##name##2(type x, type y)                                                     \
    {                                                                                                        \
        return {x, y};                                                                                       \
    }                                                                                                        \
    static inline name##4 make_##name##4(type x, type y, type z, type w)                                     \
    {                                                                                                        \
        return {x, y, z, w};                                                                                 \
    }

SHIM_VECTORS(float, float)
SHIM_VECTORS(int, int)
SHIM_VECTORS(unsigned, uint)

#undef SHIM_VECTORS

#endif
