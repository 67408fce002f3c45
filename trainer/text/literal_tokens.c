#include "trainer/text/literal_tokens.h"

#include "base/memory.h"
#include "trainer/text/unicode.h"

#include <string.h>

const struct literal_token *literal_tokens_find(const struct literal_tokens *added, const char *content,
                                                size_t length)
{
    for (int i = 0; i < added->count; i++) {
        const struct literal_token *token = &added->tokens[i];
        if (token->length == length && memcmp(token->content, content, length) == 0) return token;
    }
    return NULL;
}

enum status literal_tokens_add(struct literal_tokens *added, const struct literal_token *token,
                               struct error *error)
{
    const struct literal_token *held = literal_tokens_find(added, token->content, token->length);
    if (held != NULL) {
        struct literal_token *old = &added->tokens[held - added->tokens];
        char *content = old->content;
        *old = *token;
        old->content = content;
        return STATUS_OK;
    }
    if ((size_t)added->count == added->capacity) {
        size_t capacity = added->capacity == 0 ? 16 : 2 * added->capacity;
        struct literal_token *tokens = memory_resize(added->tokens, capacity, sizeof *tokens);
        if (tokens == NULL) return error_no_memory(error, capacity * sizeof *tokens);
        added->tokens = tokens;
        added->capacity = capacity;
    }
    char *content = memory_zeroed(token->length + 1, 1);
    if (content == NULL) return error_no_memory(error, token->length + 1);
    memcpy(content, token->content, token->length);
    added->tokens[added->count] = *token;
    added->tokens[added->count].content = content;
    added->count++;
    added->starts[(unsigned char)content[0]] = true;
    return STATUS_OK;
}

static const struct literal_token *longest_at(const struct literal_tokens *added, bool normalized,
                                              const char *text, size_t length)
{
    const struct literal_token *longest = NULL;
    for (int i = 0; i < added->count; i++) {
        const struct literal_token *token = &added->tokens[i];
        if (token->normalized == normalized && token->length > 0 && token->length <= length &&
            (longest == NULL || token->length > longest->length) &&
            memcmp(token->content, text, token->length) == 0)
            longest = token;
    }
    return longest;
}

/* Where the white space before `end` begins; not before `begin`. */
static size_t strip_left(const char *text, size_t begin, size_t end)
{
    size_t kept = begin;
    for (size_t at = begin; at < end;) {
        int32_t point;
        bool valid;
        at += unicode_decode(text + at, end - at, &point, &valid);
        if (!unicode_is_white(point)) kept = at;
    }
    return kept;
}

static size_t strip_right(const char *text, size_t begin, size_t length)
{
    for (size_t at = begin; at < length;) {
        int32_t point;
        bool valid;
        size_t used = unicode_decode(text + at, length - at, &point, &valid);
        if (!unicode_is_white(point)) return at;
        at += used;
    }
    return length;
}

/* Whether neither side of text[begin..end] is part of a word. */
static bool stands_alone(const char *text, size_t length, size_t begin, size_t end)
{
    int32_t point;
    bool valid;
    if (begin > 0) {
        size_t before = begin - 1;
        while (before > 0 && ((unsigned char)text[before] & 0xC0) == 0x80)
            before--;
        unicode_decode(text + before, begin - before, &point, &valid);
        if (unicode_is_word(point)) return false;
    }
    if (end == length) return true;
    unicode_decode(text + end, length - end, &point, &valid);
    return !unicode_is_word(point);
}

struct literal_piece literal_tokens_next(const struct literal_tokens *added, bool normalized,
                                         const char *text, size_t length, size_t at)
{
    for (size_t place = at; place < length; place++) {
        if (!added->starts[(unsigned char)text[place]]) continue;
        const struct literal_token *token = longest_at(added, normalized, text + place, length - place);
        if (token == NULL) continue;
        if (token->single_word && !stands_alone(text, length, place, place + token->length)) {
            place += token->length - 1;
            continue;
        }
        size_t begin = token->strip_left ? strip_left(text, at, place) : place;
        if (begin > at) return (struct literal_piece){.token = NULL, .begin = at, .end = begin};
        size_t end = place + token->length;
        if (token->strip_right) end = strip_right(text, end, length);
        return (struct literal_piece){.token = token, .begin = begin, .end = end};
    }
    return (struct literal_piece){.token = NULL, .begin = at, .end = length};
}

void literal_tokens_free(struct literal_tokens *added)
{
    for (int i = 0; i < added->count; i++)
        memory_free(added->tokens[i].content);
    memory_free(added->tokens);
    *added = (struct literal_tokens){0};
}
