#include "base/text.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

void text_free(struct text *text)
{
    memory_free(text->data);
    *text = (struct text){0};
}

void text_clear(struct text *text)
{
    text->length = 0;
    text->failed = false;
    if (text->data != NULL) text->data[0] = '\0';
}

static bool text_reserve(struct text *text, size_t extra)
{
    if (text->failed) return false;
    size_t needed = text->length + extra + 1;
    if (needed <= text->capacity) return true;
    size_t capacity = text->capacity < 128 ? 128 : text->capacity;
    while (capacity < needed)
        capacity *= 2;
    char *data = memory_resize(text->data, capacity, 1);
    if (data == NULL) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void text_add_bytes(struct text *text, const void *bytes, size_t count)
{
    if (!text_reserve(text, count)) return;
    if (count > 0) memcpy(text->data + text->length, bytes, count);
    text->length += count;
    text->data[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string));
}

void text_addv(struct text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length >= 0 && text_reserve(text, (size_t)length)) {
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_addf(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_addv(text, format, arguments);
    va_end(arguments);
}

void text_add_shell_word(struct text *text, const char *word)
{
    static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
    size_t length = strlen(word);
    if (length > 0 && strspn(word, bare) == length) {
        text_add(text, word);
        return;
    }
    text_add(text, "'");
    for (const char *c = word; *c != '\0'; c++) {
        if (*c == '\'')
            text_add(text, "'\\''"); /* closes, adds a quote, opens again */
        else
            text_add_bytes(text, c, 1);
    }
    text_add(text, "'");
}

const char *text_string(const struct text *text)
{
    return text->data == NULL ? "" : text->data;
}

enum status text_status(const struct text *text, struct error *error)
{
    return text->failed ? error_no_memory(error, 0) : STATUS_OK;
}
