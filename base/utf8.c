#include "base/utf8.h"

#include <string.h>

size_t utf8_decode(const char *bytes, size_t length, uint32_t *point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *c = (const unsigned char *)bytes;
    if (length == 0) return 0;
    size_t size = c[0] < 0x80 ? 1 : c[0] >> 5 == 6 ? 2 : c[0] >> 4 == 14 ? 3 : c[0] >> 3 == 30 ? 4 : 0;
    if (size == 0 || size > length) return 0;
    uint32_t value = size == 1 ? c[0] : c[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if (c[i] >> 6 != 2) return 0;
        value = value << 6 | (c[i] & 0x3fu);
    }
    if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return 0;
    if (point != NULL) *point = value;
    return size;
}

struct range {
    uint32_t first, last;
};

static int in_ranges(uint32_t point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (point >= ranges[i].first && point <= ranges[i].last) return 1;
    }
    return 0;
}

/* Blocks of Unicode that East Asian Width calls wide, and of combining marks: whole blocks, which is what
 * terminals do too for what people write in labels and messages. */
int utf8_width(uint32_t point)
{
    static const struct range none[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},
                                        {0x610, 0x61a},   {0x64b, 0x65f},   {0x1ab0, 0x1aff},
                                        {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x20d0, 0x20ff},
                                        {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};
    static const struct range wide[] = {
        {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},  {0xa960, 0xa97c}, {0xac00, 0xd7a3},
        {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},  {0xffe0, 0xffe6}, {0x1f300, 0x1f64f},
        {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
    if (in_ranges(point, none, sizeof none / sizeof *none)) return 0;
    return in_ranges(point, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

int utf8_columns(const char *text)
{
    size_t length = strlen(text);
    int columns = 0;
    for (size_t used = 0; used < length;) {
        uint32_t point = '?';
        size_t step = utf8_decode(text + used, length - used, &point);
        columns += utf8_width(point);
        used += step == 0 ? 1 : step;
    }
    return columns;
}
