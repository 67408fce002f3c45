#include "harness/run/cells.h"

#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* C0, DEL and C1 controls, line and paragraph separators, and the marks that turn the direction of writing.
 */
static int is_control(uint32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x2028 || point == 0x2029 ||
           (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

void cells_clean(const char *bytes, size_t length, char *text, size_t size)
{
    static const char more[] = "...";
    if (size < sizeof more) {
        if (size > 0) text[0] = '\0';
        return;
    }
    size_t used = 0, room_for_more = 0; /* the last place where "..." still fits */
    for (size_t i = 0; i < length;) {
        uint32_t point = 0;
        size_t step = utf8_decode(bytes + i, length - i, &point);
        int replaced = step == 0 || is_control(point);
        size_t width = replaced ? 1 : step;
        if (used + width >= size) {
            memcpy(text + room_for_more, more, sizeof more);
            return;
        }
        if (replaced)
            text[used] = '?';
        else
            memcpy(text + used, bytes + i, width);
        used += width;
        i += step == 0 ? 1 : step;
        if (used + sizeof more <= size) room_for_more = used;
    }
    text[used] = '\0';
}

size_t cells_fit(const char *text, int columns)
{
    size_t length = strlen(text), used = 0;
    for (int width = 0; used < length;) {
        uint32_t point = '?';
        size_t step = utf8_decode(text + used, length - used, &point);
        width += utf8_width(point);
        if (width > columns) break;
        used += step == 0 ? 1 : step;
    }
    return used;
}
