#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/file.h"
#include "tests/trainer/support_golden_ids.h"
#include "trainer/text/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHOLE = 1 << 20 };

void lines_read(const char *path, struct lines *lines)
{
    *lines = (struct lines){0};
    assert_int_equal(file_read(path, 0, &lines->content, NULL), STATUS_OK);
    for (char *at = lines->content.data, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        *end = '\0';
        assert_true(lines->count < GOLDEN_LINES);
        lines->line[lines->count++] = at;
    }
}

const char *golden_bytes(const char *digits, struct text *bytes)
{
    text_clear(bytes);
    text_add(bytes, "");
    for (; digits[0] != ' ' && digits[0] != '\0'; digits += 2) {
        const char pair[3] = {digits[0], digits[1], '\0'};
        char byte = (char)strtol(pair, NULL, 16);
        text_add_bytes(bytes, &byte, 1);
    }
    return digits;
}

static void check_line(const struct tokenizer *tokenizer, const char *given, const char *wanted,
                       int max_length, const char *where)
{
    struct text first = {0}, second = {0}, got = {0};
    struct encoding encoding = {0};
    struct error error = {0};
    bool pair = *golden_bytes(given, &first) == ' ';
    if (pair) golden_bytes(strchr(given, ' ') + 1, &second);
    if (tokenizer_encode(tokenizer, text_string(&first), first.length, pair ? text_string(&second) : NULL,
                         second.length, max_length, &encoding, &error) != STATUS_OK)
        fail_msg("%s: \"%s\": %s", where, text_string(&first), error.text);
    for (int i = 0; i < encoding.length; i++) {
        text_addf(&got, "%s%d", i == 0 ? "" : " ", (int)encoding.ids[i]);
        assert_in_range(encoding.ids[i], 0, tokenizer_vocabulary(tokenizer) - 1);
    }
    const bool typed = strchr(wanted, '/') != NULL;
    if (typed) text_add(&got, "/");
    for (int i = 0; i < encoding.length; i++) {
        if (typed)
            text_addf(&got, "%d", (int)encoding.types[i]);
        else
            assert_int_equal(encoding.types[i], 0);
    }
    assert_false(encoding.replaced);
    if (strcmp(text_string(&got), wanted) != 0)
        fail_msg("%s: \"%s\" %s\nids    %s\nwanted %s", where, text_string(&first), given, text_string(&got),
                 wanted);
    text_free(&first);
    text_free(&second);
    text_free(&got);
    encoding_free(&encoding);
}

void golden_ids_check(const char *folder, const char *texts_path, const char *ids_path, int texts_count)
{
    static struct lines texts, ids;
    struct tokenizer *tokenizer;
    struct error error = {0};
    if (tokenizer_open(folder, &tokenizer, &error) != STATUS_OK) fail_msg("%s", error.text);
    lines_read(texts_path, &texts);
    lines_read(ids_path, &ids);
    assert_int_equal(texts.count, texts_count);
    assert_int_equal(ids.count, texts.count + 3 * (1 + GOLDEN_AT_START + GOLDEN_AT_END));
    for (int i = 0; i < texts.count; i++)
        check_line(tokenizer, texts.line[i], ids.line[i], WHOLE, ids_path);
    for (int at = texts.count; at < ids.count;) {
        int max_length;
        assert_int_equal(sscanf(ids.line[at++], "max_length %d", &max_length), 1);
        for (int i = 0; i < GOLDEN_AT_START + GOLDEN_AT_END; i++) {
            int text = i < GOLDEN_AT_START ? i : i - GOLDEN_AT_START + texts.count - GOLDEN_AT_END;
            check_line(tokenizer, texts.line[text], ids.line[at++], max_length, ids_path);
        }
    }
    text_free(&texts.content);
    text_free(&ids.content);
    tokenizer_close(tokenizer);
}

void golden_changed(const char *path, const char *from, const char *to, struct text *made)
{
    struct text content = {0};
    assert_int_equal(file_read(path, 0, &content, NULL), STATUS_OK);
    const char *found = strstr(text_string(&content), from);
    if (found == NULL) fail_msg("%s has no %s", path, from);
    text_clear(made);
    text_add_bytes(made, content.data, (size_t)(found - content.data));
    text_add(made, to);
    text_add(made, found + strlen(from));
    text_free(&content);
}
