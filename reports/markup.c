#include "reports/markup.h"

#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* What a byte becomes; NULL: itself. */
typedef const char *replacement(unsigned char c);

static const char unknown[] = "\xef\xbf\xbd";

/* XML knows no code points FFFE and FFFF either. */
static bool has_no_place(const char *string, size_t size)
{
    uint32_t point = 0;
    if (size == 0) return true;
    utf8_decode(string, size, &point);
    return point == 0xfffe || point == 0xffff;
}

static void put(struct text *out, const char *string, replacement *replace)
{
    size_t length = strlen(string);
    for (size_t i = 0; i < length;) {
        size_t size = utf8_decode(string + i, length - i, NULL);
        const char *other = has_no_place(string + i, size) ? unknown : replace((unsigned char)string[i]);
        if (other != NULL)
            text_add(out, other);
        else
            text_add_bytes(out, string + i, size);
        i += size == 0 ? 1 : size;
    }
}

static const char *for_xml(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\t':
    case '\n':
        return " "; /* as an attribute's reader would make of it */
    default:
        return c < 0x20 || c == 0x7f ? unknown : NULL;
    }
}

static const char *for_markdown(unsigned char c)
{
    switch (c) {
    case '|':
        return "\\|";
    case '\\':
        return "\\\\";
    case '`':
        return "\\`";
    case '*':
        return "\\*";
    case '_':
        return "\\_";
    case '[':
        return "\\[";
    case ']':
        return "\\]";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '@':
        return "&#64;"; /* nobody is told of it */
    case '#':
        return "\\#";
    default:
        return c < 0x20 || c == 0x7f ? " " : NULL;
    }
}

static const char *for_message(unsigned char c)
{
    switch (c) {
    case '%':
        return "%25";
    case '\r':
        return "%0D";
    case '\n':
        return "%0A";
    default:
        return c < 0x20 || c == 0x7f ? unknown : NULL;
    }
}

static const char *for_property(unsigned char c)
{
    return c == ':' ? "%3A" : c == ',' ? "%2C" : for_message(c);
}

void markup_xml(struct text *out, const char *string)
{
    put(out, string, for_xml);
}

void markup_markdown(struct text *out, const char *string)
{
    put(out, string, for_markdown);
}

void markup_workflow(struct text *out, const char *string, bool property)
{
    put(out, string, property ? for_property : for_message);
}
