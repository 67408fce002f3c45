#include "trainer/text/charsmap.h"

#include "trainer/text/unicode.h"

#include <string.h>

enum { WHOLE_CLUSTER_BYTES = 6, UNIT_BYTES = 4 };

static uint32_t number_at(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

enum status charsmap_open(const char *bytes, size_t length, const char *path, struct charsmap *map,
                          struct error *error)
{
    const unsigned char *start = (const unsigned char *)bytes;
    size_t trie = length < UNIT_BYTES ? 0 : number_at(start);
    if (trie == 0 || trie % UNIT_BYTES != 0 || trie >= length - UNIT_BYTES || bytes[length - 1] != '\0')
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: the normaliser's table (precompiled_charsmap) of %zu bytes is damaged", path,
                         length);
    *map = (struct charsmap){.units = start + UNIT_BYTES,
                             .unit_count = trie / UNIT_BYTES,
                             .texts = bytes + UNIT_BYTES + trie,
                             .text_bytes = length - UNIT_BYTES - trie};
    return STATUS_OK;
}

/* A unit: a label in the lowest byte (the highest bit marks a leaf's value), whether a leaf hangs below it in
 * bit 8, and where its children are, relative to it, in the rest (Darts-clone, DoubleArrayUnit). */
static uint32_t unit_offset(uint32_t unit)
{
    return unit >> 10 << ((unit & 0x200) >> 6);
}

/* What the shortest start of the bytes that is in the table becomes; NULL when none is. */
static const char *find(const struct charsmap *map, const char *bytes, size_t length)
{
    size_t node = unit_offset(number_at(map->units));
    for (size_t i = 0; i < length && bytes[i] != '\0'; i++) {
        node ^= (unsigned char)bytes[i];
        if (node >= map->unit_count) return NULL;
        uint32_t unit = number_at(map->units + UNIT_BYTES * node);
        if ((unit & 0x800000FFu) != (unsigned char)bytes[i]) return NULL;
        node ^= unit_offset(unit);
        if ((unit >> 8 & 1) == 0) continue;
        if (node >= map->unit_count) return NULL;
        size_t place = number_at(map->units + UNIT_BYTES * node) & 0x7FFFFFFFu;
        return place < map->text_bytes ? map->texts + place : NULL;
    }
    return NULL;
}

/* The texts of a damaged table may be no UTF-8. */
static void add_replacement(struct text *normalised, const char *replacement)
{
    size_t length = strlen(replacement);
    if (unicode_is_valid(replacement, length))
        text_add_bytes(normalised, replacement, length);
    else
        text_add(normalised, "\357\277\275");
}

void charsmap_apply(const struct charsmap *map, const char *text, size_t length, struct text *normalised)
{
    for (size_t at = 0; at < length;) {
        size_t end = at + unicode_cluster(text + at, length - at);
        const char *whole = end - at < WHOLE_CLUSTER_BYTES ? find(map, text + at, end - at) : NULL;
        if (whole != NULL) {
            add_replacement(normalised, whole);
            at = end;
        }
        while (at < end) {
            int32_t point;
            bool valid;
            size_t used = unicode_decode(text + at, end - at, &point, &valid);
            const char *replacement = find(map, text + at, used);
            if (replacement != NULL)
                add_replacement(normalised, replacement);
            else
                text_add_bytes(normalised, text + at, used);
            at += used;
        }
    }
}
