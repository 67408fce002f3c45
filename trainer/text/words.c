#include "trainer/text/words.h"

#include "trainer/text/unicode_eight.h"

static void add_point(struct text *text, int32_t point)
{
    char bytes[UNICODE_UTF8_BYTES];
    text_add_bytes(text, bytes, unicode_encode(point, bytes));
}

static void add_clean(struct text *clean, const struct word_rules *rules, int32_t point)
{
    if (point == 0 || point == UNICODE_REPLACEMENT || unicode_eight_is_control(point)) return;
    if (unicode_is_space(point)) {
        text_add_bytes(clean, " ", 1);
        return;
    }
    if (rules->split_cjk && unicode_eight_is_cjk(point)) {
        text_add_bytes(clean, " ", 1);
        add_point(clean, point);
        text_add_bytes(clean, " ", 1);
        return;
    }
    if (!rules->lower) {
        add_point(clean, point);
        return;
    }
    add_point(clean, unicode_lower(point));
    /* The one letter whose full lower case is two code points: I with dot above (Unicode SpecialCasing.txt).
     */
    if (point == 0x0130) add_point(clean, 0x0307);
}

enum status words_prepare(struct words *words, const struct word_rules *rules, const char *text,
                          size_t length, struct error *error)
{
    text_clear(&words->clean);
    for (size_t at = 0; at < length;) {
        int32_t point;
        bool valid;
        at += unicode_decode(text + at, length - at, &point, &valid);
        add_clean(&words->clean, rules, point);
    }
    TRY(text_status(&words->clean, error));
    if (!rules->strip_accents) return unicode_points(&words->clean, &words->points, error);
    TRY(unicode_normalize(&words->clean, false, &words->points, error));
    struct code_points *points = &words->points;
    size_t kept = 0;
    for (size_t i = 0; i < points->count; i++) {
        if (!unicode_eight_is_mark(points->values[i])) points->values[kept++] = points->values[i];
    }
    points->count = kept;
    return STATUS_OK;
}

/* Line and paragraph separators are white space that cleaning lets pass: they are neither control characters
 * nor category Zs. */
static bool is_gap(int32_t point)
{
    return point == ' ' || point == 0x2028 || point == 0x2029;
}

bool words_next(const struct words *words, size_t *begin, size_t *at)
{
    const int32_t *points = words->points.values;
    size_t count = words->points.count, i = *at;
    while (i < count && is_gap(points[i]))
        i++;
    if (i == count) return false;
    *begin = i;
    if (unicode_eight_is_punctuation(points[i])) {
        *at = i + 1;
        return true;
    }
    while (i < count && !is_gap(points[i]) && !unicode_eight_is_punctuation(points[i]))
        i++;
    *at = i;
    return true;
}

void words_free(struct words *words)
{
    text_free(&words->clean);
    code_points_free(&words->points);
}
