#include "trainer/text/unicode.h"

#include "base/memory.h"
#include "trainer/text/unicode_later.h"

#include <utf8proc.h>

size_t unicode_decode(const char *bytes, size_t length, int32_t *point, bool *valid)
{
    utf8proc_int32_t value = 0;
    utf8proc_ssize_t used =
        utf8proc_iterate((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)length, &value);
    *valid = used > 0;
    *point = used > 0 ? value : UNICODE_REPLACEMENT;
    return used > 0 ? (size_t)used : 1;
}

bool unicode_is_valid(const char *bytes, size_t length)
{
    bool valid = true;
    for (size_t at = 0; at < length && valid;) {
        int32_t point;
        at += unicode_decode(bytes + at, length - at, &point, &valid);
    }
    return valid;
}

size_t unicode_cluster(const char *bytes, size_t length)
{
    int32_t before, point, state = 0;
    bool valid;
    size_t at = unicode_decode(bytes, length, &before, &valid);
    while (at < length) {
        size_t used = unicode_decode(bytes + at, length - at, &point, &valid);
        if (utf8proc_grapheme_break_stateful(before, point, &state)) break;
        before = point;
        at += used;
    }
    return at;
}

void unicode_repair(const char *bytes, size_t length, struct text *repaired)
{
    for (size_t at = 0; at < length;) {
        int32_t point;
        bool valid;
        size_t used = unicode_decode(bytes + at, length - at, &point, &valid);
        if (valid)
            text_add_bytes(repaired, bytes + at, used);
        else
            text_add(repaired, "\357\277\275");
        at += used;
    }
}

size_t unicode_encode(int32_t point, char bytes[UNICODE_UTF8_BYTES])
{
    return (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)bytes);
}

size_t unicode_prefix(const char *bytes, size_t length, size_t limit)
{
    if (length <= limit) return length;
    /* The byte after the cut must begin a character; one has at most three continuation bytes. */
    size_t cut = limit;
    while (cut > 0 && limit - cut < UNICODE_UTF8_BYTES - 1 && ((unsigned char)bytes[cut] & 0xC0) == 0x80)
        cut--;
    return cut;
}

void unicode_quote(const char *bytes, size_t length, size_t limit, struct text *quoted)
{
    const size_t shown = unicode_prefix(bytes, length, limit);
    for (size_t at = 0; at < shown;) {
        int32_t point;
        bool valid;
        size_t used = unicode_decode(bytes + at, shown - at, &point, &valid);
        if (!valid)
            text_addf(quoted, "\\x%02X", (unsigned)(unsigned char)bytes[at]);
        else if (point < 0x20 || unicode_is_control(point))
            text_addf(quoted, "\\u{%X}", (unsigned)point);
        else
            text_add_bytes(quoted, bytes + at, used);
        at += used;
    }
    if (shown < length) text_add(quoted, "...");
}

bool unicode_is_control(int32_t point)
{
    if (point == '\t' || point == '\n' || point == '\r') return false;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
        return true;
    default:
        return false;
    }
}

bool unicode_is_space(int32_t point)
{
    return point == '\t' || point == '\n' || point == '\r' ||
           utf8proc_category(point) == UTF8PROC_CATEGORY_ZS;
}

bool unicode_is_white(int32_t point)
{
    return (point >= 9 && point <= 13) || point == 0x20 || point == 0x85 || point == 0xA0 ||
           point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 || point == 0x2029 ||
           point == 0x202F || point == 0x205F || point == 0x3000;
}

bool unicode_is_punctuation(int32_t point)
{
    if ((point >= 33 && point <= 47) || (point >= 58 && point <= 64) || (point >= 91 && point <= 96) ||
        (point >= 123 && point <= 126))
        return true;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
        return true;
    default:
        return false;
    }
}

bool unicode_is_cjk(int32_t point)
{
    return (point >= 0x4E00 && point <= 0x9FFF) || (point >= 0x3400 && point <= 0x4DBF) ||
           (point >= 0x20000 && point <= 0x2A6DF) || (point >= 0x2A700 && point <= 0x2B73F) ||
           (point >= 0x2B740 && point <= 0x2B81F) || (point >= 0x2B820 && point <= 0x2CEAF) ||
           (point >= 0xF900 && point <= 0xFAFF) || (point >= 0x2F800 && point <= 0x2FA1F);
}

bool unicode_is_mark(int32_t point)
{
    return utf8proc_category(point) == UTF8PROC_CATEGORY_MN;
}

bool unicode_is_word(int32_t point)
{
    point = unicode_stand_in(point);
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_PC:
        return true;
    default:
        /* Joiners, and the letters in circles and squares, which are symbols yet alphabetic. */
        return point == 0x200C || point == 0x200D || (point >= 0x24B6 && point <= 0x24E9) ||
               (point >= 0x1F130 && point <= 0x1F149) || (point >= 0x1F150 && point <= 0x1F169) ||
               (point >= 0x1F170 && point <= 0x1F189);
    }
}

int32_t unicode_lower(int32_t point)
{
    return utf8proc_tolower(point);
}

static enum status points_reserve(struct code_points *points, size_t capacity, struct error *error)
{
    if (capacity <= points->capacity) return STATUS_OK;
    int32_t *values = memory_resize(points->values, capacity, sizeof *values);
    if (values == NULL) return error_no_memory(error, capacity * sizeof *values);
    points->values = values;
    points->capacity = capacity;
    return STATUS_OK;
}

enum status unicode_normalize(const struct text *utf8, bool compose, struct code_points *points,
                              struct error *error)
{
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text_string(utf8);
    utf8proc_ssize_t length = (utf8proc_ssize_t)utf8->length;
    /* Asked without a buffer, utf8proc says how many code points there will be. It wants one more value of
     * room. */
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE;
    points->count = 0;
    utf8proc_ssize_t needed = utf8proc_decompose(bytes, length, NULL, 0, options);
    if (needed < 0)
        return error_set(error, STATUS_INTERNAL, "normalising a text: %s", utf8proc_errmsg(needed));
    TRY(points_reserve(points, (size_t)needed + 1, error));
    needed = utf8proc_decompose(bytes, length, points->values, needed, options);
    if (needed >= 0 && compose)
        needed = utf8proc_normalize_utf32(points->values, needed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (needed < 0)
        return error_set(error, STATUS_INTERNAL, "normalising a text: %s", utf8proc_errmsg(needed));
    points->count = (size_t)needed;
    return STATUS_OK;
}

enum status unicode_points(const struct text *utf8, struct code_points *points, struct error *error)
{
    TRY(points_reserve(points, utf8->length, error));
    points->count = 0;
    for (size_t at = 0; at < utf8->length;) {
        bool valid;
        at += unicode_decode(utf8->data + at, utf8->length - at, &points->values[points->count++], &valid);
    }
    return STATUS_OK;
}

void code_points_free(struct code_points *points)
{
    memory_free(points->values);
    *points = (struct code_points){0};
}
