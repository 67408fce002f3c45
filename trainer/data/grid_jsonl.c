#include "trainer/data/grid.h"

#include "trainer/text/unicode.h"

#include <json-c/json.h>
#include <string.h>

static bool is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (strchr(" \t\r", bytes[i]) == NULL || bytes[i] == '\0') return false;
    }
    return true;
}

/* Why a member cannot be a cell; NULL when it can. */
static const char *member_fault(struct json_object *member, bool is_label)
{
    switch (json_object_get_type(member)) {
    case json_type_string:
        return NULL;
    case json_type_int:
    case json_type_boolean:
        if (is_label) return NULL;
        break;
    case json_type_null:
        return "is null";
    default:
        break;
    }
    return is_label ? "is neither a string nor a whole number" : "is not a string";
}

enum { SHOWN_MEMBERS = 12, SHOWN_BYTES = 40 };

/* The members that are there are listed once, with the first bad row. */
static void note_missing(const struct json_object *object, const struct grid_members *members, int missing,
                         int line, struct bad_rows *bad)
{
    if (bad->count > 0) {
        bad_rows_add(bad, line, "no member \"%s\"", members->names[missing]);
        return;
    }
    struct text there = {0};
    int shown = 0;
    json_object_object_foreach(object, name, value)
    {
        (void)value;
        if (shown++ >= SHOWN_MEMBERS) break;
        text_add(&there, shown == 1 ? "" : ", ");
        unicode_quote(name, strlen(name), SHOWN_BYTES, &there);
    }
    bad_rows_add(bad, line, "no member \"%s\" (%s); there %s: %s", members->names[missing],
                 members->said[missing], shown == 1 ? "is" : "are",
                 shown == 0 ? "none" : text_string(&there));
    text_free(&there);
}

static enum status add_object(const struct json_object *object, const struct grid_members *members,
                              struct grid *grid, struct bad_rows *bad, int line, struct error *error)
{
    for (int i = 0; i < members->count; i++) {
        struct json_object *member = NULL;
        if (!json_object_object_get_ex(object, members->names[i], &member)) {
            note_missing(object, members, i, line, bad);
            return STATUS_OK;
        }
        const char *fault = member_fault(member, members->labelled && i == members->count - 1);
        if (fault != NULL) {
            bad_rows_add(bad, line, "\"%s\" %s", members->names[i], fault);
            return STATUS_OK;
        }
    }
    for (int i = 0; i < members->count; i++) {
        struct json_object *member = NULL;
        json_object_object_get_ex(object, members->names[i], &member);
        const char *value = json_object_get_string(member);
        if (value == NULL) return error_no_memory(error, 0);
        size_t length = json_object_is_type(member, json_type_string)
                            ? (size_t)json_object_get_string_len(member)
                            : strlen(value);
        size_t begin = grid->bytes.length;
        text_add_bytes(&grid->bytes, value, length);
        TRY(grid_add_cell(grid, begin, length, error));
    }
    return grid_end_row(grid, line, error);
}

static enum status add_line(struct json_tokener *tokener, const char *bytes, size_t length,
                            const struct grid_members *members, struct grid *grid, struct bad_rows *bad,
                            int line, struct error *error)
{
    json_tokener_reset(tokener);
    struct json_object *object = json_tokener_parse_ex(tokener, bytes, (int)length);
    enum json_tokener_error fault = json_tokener_get_error(tokener);
    enum status status = STATUS_OK;
    if (fault == json_tokener_continue)
        bad_rows_add(bad, line, "the JSON ends too early");
    else if (fault != json_tokener_success)
        bad_rows_add(bad, line, "not valid JSON (%s)", json_tokener_error_desc(fault));
    else if (!is_blank(bytes + json_tokener_get_parse_end(tokener),
                       length - json_tokener_get_parse_end(tokener)))
        bad_rows_add(bad, line, "something follows the JSON value");
    else if (!json_object_is_type(object, json_type_object))
        bad_rows_add(bad, line, "not a JSON object; each line must be one");
    else
        status = add_object(object, members, grid, bad, line, error);
    json_object_put(object);
    return status;
}

enum status grid_read_jsonl(const struct text *content, const struct grid_members *members, struct grid *grid,
                            struct bad_rows *bad, struct error *error)
{
    struct json_tokener *tokener = json_tokener_new();
    if (tokener == NULL) return error_no_memory(error, 0);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
    const char *bytes = text_string(content);
    enum status status = STATUS_OK;
    int line = 1;
    for (size_t begin = 0; begin < content->length && status == STATUS_OK; line++) {
        const char *newline = memchr(bytes + begin, '\n', content->length - begin);
        size_t stop = newline == NULL ? content->length : (size_t)(newline - bytes), length = stop - begin;
        if (length > GRID_LINE_BYTES)
            bad_rows_add(bad, line, "longer than %d bytes", GRID_LINE_BYTES);
        else if (!is_blank(bytes + begin, length))
            status = add_line(tokener, bytes + begin, length, members, grid, bad, line, error);
        begin = stop + 1;
    }
    json_tokener_free(tokener);
    if (status == STATUS_OK) status = text_status(&grid->bytes, error);
    return status;
}
