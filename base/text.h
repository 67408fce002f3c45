/* text.h - a string that grows. Always NUL-terminated once something was added; `data` is NULL before that.
 * After a failed allocation `failed` is set, later additions do nothing, and text_status reports it once: so
 * a writer may add a hundred pieces and check at the end. */
#ifndef FTBENCH_BASE_TEXT_H
#define FTBENCH_BASE_TEXT_H

#include "base/status.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct text {
    char *data;      /* owned; NULL when empty */
    size_t length;   /* bytes, without the NUL */
    size_t capacity; /* bytes allocated */
    bool failed;     /* an allocation failed: the content is incomplete */
};

void text_free(struct text *text);  /* frees and empties */
void text_clear(struct text *text); /* empties, keeps the memory */
void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const void *bytes, size_t count);
void text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_addv(struct text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Append the word as a shell reads it back: bare when it may be, else in single quotes. */
void text_add_shell_word(struct text *text, const char *word);

/* The content, "" when empty. Valid until the next addition. */
const char *text_string(const struct text *text);

/* STATUS_OK, or STATUS_NO_MEMORY when an addition failed. */
enum status text_status(const struct text *text, struct error *error);

#endif
