#include "trainer/saved_settings.h"

#include "base/file.h"
#include "base/json_read.h"
#include "trainer/spec/keys.h"

#include <string.h>

enum { CONFIG_LIMIT = 1 << 20 };

static const char holder[] = "task_specific_params", ours[] = "ftbench";
static const struct {
    const char *section, *name;
} settings_kept[] = {{"data", "max_length"},
                     {"data", "text_column"},
                     {"data", "text_pair_column"},
                     {"data", "label_column"},
                     {"training", "precision"}};
enum { KEPT = sizeof settings_kept / sizeof settings_kept[0] };

/* The object of this name in `from`, made if there is none; NULL: no memory. */
static struct json_object *object_in(struct json_object *from, const char *name)
{
    struct json_object *object = NULL;
    if (from == NULL) return NULL;
    if (json_object_object_get_ex(from, name, &object) && json_object_is_type(object, json_type_object))
        return object;
    object = json_object_new_object();
    if (object == NULL || json_object_object_add(from, name, object) == 0) return object;
    json_object_put(object);
    return NULL;
}

bool saved_settings_put(const struct run_spec *spec, struct json_object *config)
{
    struct json_object *settings = object_in(object_in(config, holder), ours);
    for (int i = 0; i < KEPT && settings != NULL; i++) {
        char value[SPEC_NAME_BYTES];
        const struct key *key = key_find(settings_kept[i].section, settings_kept[i].name);
        key_get(key, spec, value, sizeof value);
        struct json_object *member =
            key->type == KEY_INTEGER ? json_object_new_int(spec->max_length) : json_object_new_string(value);
        if (member == NULL || json_object_object_add(settings, key->name, member) != 0) {
            json_object_put(member);
            return false;
        }
    }
    return settings != NULL;
}

static bool is_given(const struct run_spec *spec, const struct key *key)
{
    const char *field = (const char *)spec + key->offset;
    if (key->type == KEY_CHOICE) return false; /* no command asks for another precision */
    return key->type == KEY_INTEGER ? spec->max_length != 0 : field[0] != '\0';
}

/* NULL: no such setting is kept. */
static const struct key *key_of(const char *member)
{
    for (int i = 0; i < KEPT; i++) {
        if (strcmp(settings_kept[i].name, member) == 0) return key_find(settings_kept[i].section, member);
    }
    return NULL;
}

static enum status take_member(const char *path, const char *name, struct json_object *member,
                               struct run_spec *spec, struct error *error)
{
    struct error problem = {0};
    const struct key *key = key_of(name);
    if (key == NULL)
        return error_set(error, STATUS_BAD_INPUT,
                         "%s: \"%s.%s.%s\" is not known; max_length, text_column, text_pair_column, "
                         "label_column and precision are",
                         path, holder, ours, name);
    if (member == NULL) return STATUS_OK;
    if (!json_object_is_type(member, json_type_string) &&
        !(key->type == KEY_INTEGER && json_object_is_type(member, json_type_int)))
        return error_set(error, STATUS_BAD_INPUT, "%s: \"%s.%s.%s\" must be %s, not %s", path, holder, ours,
                         name, key->type == KEY_INTEGER ? "a whole number" : "a string",
                         json_read_show(member));
    if (is_given(spec, key)) return STATUS_OK;
    if (key_set(key, spec, json_object_get_string(member), &problem) != STATUS_OK)
        return error_set(error, STATUS_BAD_INPUT, "%s: \"%s.%s.%s\": %s", path, holder, ours, name,
                         problem.text);
    return STATUS_OK;
}

static enum status take(const char *path, struct json_object *settings, struct run_spec *spec,
                        struct error *error)
{
    if (settings == NULL) return STATUS_OK;
    if (!json_object_is_type(settings, json_type_object))
        return error_set(error, STATUS_BAD_INPUT, "%s: \"%s.%s\" must be an object, not %s", path, holder,
                         ours, json_read_show(settings));
    json_object_object_foreach(settings, name, member) TRY(take_member(path, name, member, spec, error));
    return STATUS_OK;
}

enum status saved_settings_read(struct run_spec *spec, struct error *error)
{
    char path[FILE_PATH_BYTES];
    struct text content = {0};
    struct json_object *config = NULL, *params = NULL, *settings = NULL;
    struct error problem = {0};
    TRY(file_join(spec->model_path, "config.json", path, sizeof path, error));
    enum status status = file_read(path, CONFIG_LIMIT, &content, error);
    if (status == STATUS_OK) {
        status = json_read_object(text_string(&content), content.length, &config, &problem);
        if (status != STATUS_OK) error_set(error, status, "%s: %s", path, problem.text);
    }
    if (status == STATUS_OK && json_object_object_get_ex(config, holder, &params) &&
        json_object_is_type(params, json_type_object) && json_object_object_get_ex(params, ours, &settings))
        status = take(path, settings, spec, error);
    json_object_put(config);
    text_free(&content);
    return status;
}
