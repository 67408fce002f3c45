#include "trainer/text/split_pattern.h"

#include "base/memory.h"
#include "trainer/text/pattern_syntax.h"
#include "trainer/text/unicode.h"
#include "trainer/text/unicode_later.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

/* Of one match: steps, nested backtracking, KiB. A step takes some nanoseconds, so a pattern that is
 * catastrophic for some text fails within about a second. */
enum { MATCH_STEPS = 10000000, MATCH_HEAP_KIB = 1 << 20 };

struct split_pattern {
    pcre2_general_context *memory;
    pcre2_match_context *limits;
    pcre2_code *code;
};

enum status spans_add(struct spans *spans, struct span span, struct error *error)
{
    if (spans->count == spans->capacity) {
        size_t capacity = spans->capacity == 0 ? 64 : spans->capacity * 2;
        struct span *values = memory_resize(spans->values, capacity, sizeof *values);
        if (values == NULL) return error_no_memory(error, capacity * sizeof *values);
        spans->values = values;
        spans->capacity = capacity;
    }
    spans->values[spans->count++] = span;
    return STATUS_OK;
}

void spans_free(struct spans *spans)
{
    memory_free(spans->values);
    *spans = (struct spans){0};
}

static void *take_memory(size_t size, void *unused)
{
    (void)unused;
    return memory_zeroed(size, 1);
}

static void give_memory(void *block, void *unused)
{
    (void)unused;
    memory_free(block);
}

static enum status refuse_pattern(const char *path, int code, size_t offset, struct error *error)
{
    char reason[128];
    if (code == PCRE2_ERROR_NOMEMORY || code == PCRE2_ERROR_HEAP_FAILED) return error_no_memory(error, 0);
    if (pcre2_get_error_message(code, (PCRE2_UCHAR *)reason, sizeof reason) < 0) reason[0] = '\0';
    return error_set(error, STATUS_BAD_INPUT,
                     "%s: pre_tokenizer: the regular expression cannot be read at its byte %zu: %s", path,
                     offset, reason);
}

enum status split_pattern_compile(const char *pattern, bool literal, const char *path,
                                  struct split_pattern **compiled, struct error *error)
{
    *compiled = NULL;
    if (!literal) TRY(pattern_syntax_check(pattern, path, error));
    struct split_pattern *made = memory_zeroed(1, sizeof *made);
    if (made == NULL) return error_no_memory(error, sizeof *made);
    pcre2_compile_context *context = NULL;
    enum status status = STATUS_OK;
    made->memory = pcre2_general_context_create(take_memory, give_memory, NULL);
    if (made->memory != NULL) {
        made->limits = pcre2_match_context_create(made->memory);
        context = pcre2_compile_context_create(made->memory);
    }
    if (context == NULL || made->limits == NULL) {
        status = error_no_memory(error, 0);
        goto done;
    }
    pcre2_set_newline(context, PCRE2_NEWLINE_LF); /* what '.' does not match */
    pcre2_set_match_limit(made->limits, MATCH_STEPS);
    pcre2_set_depth_limit(made->limits, MATCH_STEPS);
    pcre2_set_heap_limit(made->limits, MATCH_HEAP_KIB);
    int code;
    PCRE2_SIZE offset;
    const uint32_t options = literal ? PCRE2_UTF | PCRE2_LITERAL : PCRE2_UTF | PCRE2_UCP;
    made->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, &code, &offset, context);
    if (made->code == NULL) status = refuse_pattern(path, code, offset, error);
done:
    pcre2_compile_context_free(context);
    if (status != STATUS_OK) {
        split_pattern_free(made);
        return status;
    }
    *compiled = made;
    return STATUS_OK;
}

void split_pattern_free(struct split_pattern *pattern)
{
    if (pattern == NULL) return;
    pcre2_code_free(pattern->code);
    pcre2_match_context_free(pattern->limits);
    pcre2_general_context_free(pattern->memory);
    memory_free(pattern);
}

static enum status refuse_match(int code, size_t length, struct error *error)
{
    char reason[128];
    if (code == PCRE2_ERROR_NOMEMORY) return error_no_memory(error, 0);
    if (pcre2_get_error_message(code, (PCRE2_UCHAR *)reason, sizeof reason) < 0) reason[0] = '\0';
    return error_set(error, STATUS_BAD_INPUT,
                     "the tokenizer's regular expression fails on a text of %zu bytes: %s", length, reason);
}

/* Where the reference takes an empty match: not where the last match ended; there it goes on a character
 * later. */
static enum status find_all(const struct split_pattern *pattern, pcre2_match_data *found, const char *matched,
                            size_t length, struct spans *spans, struct error *error)
{
    const PCRE2_SIZE *place = pcre2_get_ovector_pointer(found);
    size_t from = 0, covered = 0;
    bool before = false;
    while (from <= length) {
        int code = pcre2_match(pattern->code, (PCRE2_SPTR)matched, length, from, PCRE2_NO_UTF_CHECK, found,
                               pattern->limits);
        if (code == PCRE2_ERROR_NOMATCH) break;
        if (code < 0) return refuse_match(code, length, error);
        size_t begin = place[0], end = place[1];
        if (begin == end && before && end == covered) {
            if (from == length) break;
            int32_t point;
            bool valid;
            from += unicode_decode(matched + from, length - from, &point, &valid);
            continue;
        }
        if (covered < begin) TRY(spans_add(spans, (struct span){.begin = covered, .end = begin}, error));
        TRY(spans_add(spans, (struct span){.begin = begin, .end = end, .match = true}, error));
        from = covered = end;
        before = true;
    }
    if (covered < length) TRY(spans_add(spans, (struct span){.begin = covered, .end = length}, error));
    return STATUS_OK;
}

enum status split_pattern_spans(const struct split_pattern *pattern, const char *text, size_t length,
                                struct text *copy, struct spans *spans, struct error *error)
{
    spans->count = 0;
    const char *matched;
    TRY(unicode_stand_in_text(text, length, copy, &matched, error));
    pcre2_match_data *found = pcre2_match_data_create(1, pattern->memory);
    if (found == NULL) return error_no_memory(error, 0);
    enum status status = find_all(pattern, found, matched, length, spans, error);
    pcre2_match_data_free(found);
    return status;
}
