#include "base/json_text.h"

#include "base/utf8.h"

#include <string.h>

void json_text_string(struct text *out, const char *string)
{
    size_t length = strlen(string);
    text_add(out, "\"");
    for (size_t i = 0; i < length;) {
        unsigned char c = (unsigned char)string[i];
        size_t size = utf8_decode(string + i, length - i, NULL);
        if (size == 0)
            text_add(out, "\xef\xbf\xbd");
        else if (c == '"' || c == '\\')
            text_addf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            text_addf(out, "\\u%04x", c);
        else
            text_add_bytes(out, string + i, size);
        i += size == 0 ? 1 : size;
    }
    text_add(out, "\"");
}
