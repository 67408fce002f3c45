#include "tests/trainer/support_weights.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"

#include <string.h>

void weights_write(const struct folder *folder, const char *name, const char *header, const void *data,
                   size_t bytes, char path[1024])
{
    struct text file = {0};
    uint64_t length = strlen(header);
    for (int i = 0; i < 8; i++) {
        char byte = (char)(length >> 8 * i & 0xff);
        text_add_bytes(&file, &byte, 1);
    }
    text_add(&file, header);
    text_add_bytes(&file, data, bytes);
    assert_false(file.failed);
    folder_write(folder, name, file.data, file.length, path);
    text_free(&file);
}
