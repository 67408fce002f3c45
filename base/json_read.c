#include "base/json_read.h"

#include "base/utf8.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

/* What json-c, strict as it is, would take: strings in single quotes, control characters in strings, and
 * bytes that only look like UTF-8 (overlong forms, surrogates). NULL when there is none, else what stands at
 * *at. */
static const char *find_fault(const char *json, size_t length, size_t *at)
{
    bool in_string = false;
    size_t size;
    for (*at = 0; *at < length; *at += size) {
        const char c = json[*at];
        size = utf8_decode(json + *at, length - *at, NULL);
        if (size == 0) return "no UTF-8";
        if (in_string && (unsigned char)c < 0x20) return "a control character in a string";
        if (!in_string && c == '\'') return "a single quote";
        if (in_string && c == '\\' && *at + 1 < length && (json[*at + 1] == '"' || json[*at + 1] == '\\'))
            size = 2;
        else if (c == '"')
            in_string = !in_string;
    }
    return NULL;
}

enum status json_read_object(const char *json, size_t length, struct json_object **object,
                             struct error *error)
{
    *object = NULL;
    if (length >= INT_MAX) return error_set(error, STATUS_BAD_INPUT, "JSON of %zu bytes is too long", length);
    if (memchr(json, '\0', length) != NULL)
        return error_set(error, STATUS_BAD_INPUT, "not JSON: a NUL at byte %zu", strlen(json));
    size_t at;
    const char *fault = find_fault(json, length, &at);
    if (fault != NULL) return error_set(error, STATUS_BAD_INPUT, "not JSON: %s at byte %zu", fault, at);
    struct json_tokener *tokener = json_tokener_new();
    if (tokener == NULL) return error_no_memory(error, 0);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    /* The final NUL tells json-c that there is no more to come. */
    struct json_object *parsed = json_tokener_parse_ex(tokener, json, (int)length + 1);
    enum json_tokener_error problem = json_tokener_get_error(tokener);
    size_t end = json_tokener_get_parse_end(tokener);
    json_tokener_free(tokener);
    enum status status = STATUS_OK;
    if (problem != json_tokener_success)
        status = error_set(error, STATUS_BAD_INPUT, "not JSON: %s at byte %zu",
                           json_tokener_error_desc(problem), end);
    else if (!json_object_is_type(parsed, json_type_object))
        status = error_set(error, STATUS_BAD_INPUT, "not a JSON object");
    if (status != STATUS_OK) {
        json_object_put(parsed);
        return status;
    }
    *object = parsed;
    return STATUS_OK;
}

/* Members of an object and of all objects inside it. The depth is limited by json-c. */
static size_t count_members(struct json_object *value)
{
    size_t count = 0;
    if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, name, member)
        {
            (void)name;
            count += 1 + count_members(member);
        }
    } else if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++)
            count += count_members(json_object_array_get_idx(value, i));
    }
    return count;
}

/* Each member of the text has one colon outside strings, so that counting these finds what json-c dropped. */
enum status json_read_check_names(const char *json, struct json_object *object, struct error *error)
{
    size_t colons = 0;
    bool in_string = false, has_nul = false; /* the string that was last seen */
    for (const char *c = json; *c != '\0'; c++) {
        if (in_string && *c == '\\' && c[1] != '\0') {
            has_nul = has_nul || strncmp(c, "\\u0000", 6) == 0;
            c++;
        } else if (*c == '"') {
            in_string = !in_string;
            if (in_string) has_nul = false;
        } else if (*c == ':' && !in_string) {
            colons++;
            if (has_nul)
                return error_set(error, STATUS_BAD_INPUT, "the name before byte %zu has a NUL",
                                 (size_t)(c - json));
        }
    }
    if (colons != count_members(object)) return error_set(error, STATUS_BAD_INPUT, "a member is given twice");
    return STATUS_OK;
}

const char *json_read_show(struct json_object *value)
{
    return json_object_to_json_string_ext(value, JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE);
}
