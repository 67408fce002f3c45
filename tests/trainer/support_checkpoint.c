#include "tests/trainer/support_checkpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/digest.h"
#include "base/file.h"

void checkpoint_bytes(const char *path, struct text *content)
{
    struct error error = {0};
    text_clear(content);
    if (file_read(path, 0, content, &error) != STATUS_OK) fail_msg("%s", error.text);
}

void checkpoint_put(const char *path, const void *bytes, size_t length)
{
    struct error error = {0};
    if (file_write(path, bytes, length, &error) != STATUS_OK) fail_msg("%s", error.text);
}

void checkpoint_forge(const char *path, const struct text *content)
{
    struct text made = {0};
    text_add_bytes(&made, content->data, content->length - 16);
    struct digest digest = digest_bytes(made.data, made.length);
    for (int b = 0; b < 16; b++) {
        char byte = (char)((b < 8 ? digest.low : digest.high) >> 8 * (b % 8) & 0xff);
        text_add_bytes(&made, &byte, 1);
    }
    checkpoint_put(path, made.data, made.length);
    text_free(&made);
}
