#include "trainer/text/folder_json.h"

#include "base/file.h"
#include "base/text.h"

#include <string.h>

static const size_t FILE_LIMIT = (size_t)256 << 20;

enum status folder_json_read(const char *folder, const char *name, char path[PATH_MAX],
                             struct json_object **object, struct error *error)
{
    *object = NULL;
    TRY(file_join(folder, name, path, PATH_MAX, error));
    if (!file_exists(path)) return STATUS_OK;
    struct text content = {0};
    struct json_tokener *tokener = NULL;
    enum status status;
    TRY_TO(done, file_read(path, FILE_LIMIT, &content, error));
    tokener = json_tokener_new();
    if (tokener == NULL) {
        status = error_no_memory(error, 0);
        goto done;
    }
    json_tokener_set_flags(tokener, JSON_TOKENER_VALIDATE_UTF8);
    /* The length with the final NUL tells json-c that nothing follows. */
    *object = json_tokener_parse_ex(tokener, text_string(&content), (int)content.length + 1);
    if (json_tokener_get_error(tokener) != json_tokener_success ||
        !json_object_is_type(*object, json_type_object)) {
        json_object_put(*object);
        *object = NULL;
        status = error_set(error, STATUS_BAD_INPUT, "%s: not a JSON object: %s", path,
                           json_tokener_error_desc(json_tokener_get_error(tokener)));
    }
done:
    if (tokener != NULL) json_tokener_free(tokener);
    text_free(&content);
    return status;
}

struct json_object *folder_json_member(const struct json_object *object, const char *key)
{
    struct json_object *member = NULL;
    return json_object_object_get_ex(object, key, &member) ? member : NULL;
}

enum status folder_json_bool(const struct json_object *object, const char *path, const char *key, bool *value,
                             struct error *error)
{
    struct json_object *member = folder_json_member(object, key);
    if (member == NULL) return STATUS_OK;
    if (!json_object_is_type(member, json_type_boolean))
        return error_set(error, STATUS_BAD_INPUT, "%s: %s: true or false is needed", path, key);
    *value = json_object_get_boolean(member);
    return STATUS_OK;
}

enum status folder_json_string(const struct json_object *object, const char *path, const char *key,
                               const char **value, struct error *error)
{
    struct json_object *member = folder_json_member(object, key);
    *value = NULL;
    if (member == NULL) return STATUS_OK;
    if (!json_object_is_type(member, json_type_string))
        return error_set(error, STATUS_BAD_INPUT, "%s: %s: a string is needed", path, key);
    *value = json_object_get_string(member);
    return STATUS_OK;
}

bool folder_json_id(const struct json_object *value, int32_t *id)
{
    if (!json_object_is_type(value, json_type_int)) return false;
    int64_t number = json_object_get_int64(value);
    if (number < 0 || number > INT32_MAX) return false;
    *id = (int32_t)number;
    return true;
}

enum status folder_json_only(const struct json_object *object, const char *path, const char *where,
                             const char *const keys[], struct error *error)
{
    json_object_object_foreach(object, key, value)
    {
        (void)value;
        size_t i = 0;
        while (keys[i] != NULL && strcmp(keys[i], key) != 0)
            i++;
        if (keys[i] == NULL)
            return error_set(error, STATUS_UNSUPPORTED,
                             "%s: %s: the member \"%s\" is not known and might change token ids", path, where,
                             key);
    }
    return STATUS_OK;
}

const char *folder_json_token(struct json_object *member)
{
    struct json_object *content = member;
    if (json_object_is_type(member, json_type_object) &&
        !json_object_object_get_ex(member, "content", &content))
        return NULL;
    return json_object_is_type(content, json_type_string) ? json_object_get_string(content) : NULL;
}
