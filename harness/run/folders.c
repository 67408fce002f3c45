#include "harness/run/folders.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void add_prefix(struct folders *folders, const char *path, size_t length)
{
    if (length < 2 || length >= SPEC_PATH_BYTES || folders->count == FOLDERS_MOST) return;
    snprintf(folders->prefix[folders->count++], SPEC_PATH_BYTES, "%.*s", (int)length, path);
}

void folders_add(struct folders *folders, const char *path)
{
    size_t length = strlen(path);
    while (length > 0 && path[length - 1] == '/')
        length--; /* models/tiny/ lies in models/ */
    while (length > 0 && path[length - 1] != '/')
        length--;
    add_prefix(folders, path, length);
}

void folders_add_current(struct folders *folders)
{
    char path[SPEC_PATH_BYTES];
    if (getcwd(path, sizeof path - 1) == NULL) return;
    size_t length = strlen(path);
    path[length] = '/';
    add_prefix(folders, path, length + 1);
}

/* Whether a path may start after this character: not in the middle of another. */
static bool ends_word(char before)
{
    return !isalnum((unsigned char)before) && before != '/' && before != '.' && before != '_' &&
           before != '-' && (unsigned char)before < 0x80;
}

/* The longest folder with which the text begins; 0 bytes when there is none. */
static size_t match(const struct folders *folders, const char *text)
{
    size_t longest = 0;
    for (size_t i = 0; i < folders->count; i++) {
        size_t length = strlen(folders->prefix[i]);
        if (length > longest && strncmp(text, folders->prefix[i], length) == 0) longest = length;
    }
    return longest;
}

void folders_strip(const struct folders *folders, const char *text, char *out, size_t size)
{
    size_t filled = 0;
    char before = ' ';
    while (*text != '\0' && filled + 1 < size) {
        /* Once more after each: what lies in the current folder may lie in a folder of the run there. */
        size_t length = ends_word(before) ? match(folders, text) : 0;
        text += length;
        if (length > 0) continue;
        before = *text;
        out[filled++] = *text++;
    }
    out[filled] = '\0';
}
