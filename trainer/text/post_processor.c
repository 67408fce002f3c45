#include "trainer/text/post_processor.h"

#include "trainer/text/folder_json.h"

#include <string.h>

struct reading {
    const char *path;
    struct token_frame *frame;
    bool framed;   /* one of the processors has set the frame */
    bool typeless; /* type_ids do not matter */
};

static enum status refuse(const struct reading *reading, const char *what, struct error *error)
{
    return error_set(error, STATUS_UNSUPPORTED, "%s: post_processor: %s", reading->path, what);
}

static enum status add_id(const struct reading *reading, int32_t id, struct frame_part *part,
                          struct error *error)
{
    if (part->count == FRAME_TOKENS)
        return refuse(reading, "more than 4 special tokens at one place are not supported", error);
    part->ids[part->count++] = id;
    return STATUS_OK;
}

/* ["[SEP]", 102] */
static enum status read_pair(const struct reading *reading, const struct json_object *object, const char *key,
                             struct frame_part *part, struct error *error)
{
    struct json_object *pair = folder_json_member(object, key);
    if (!json_object_is_type(pair, json_type_array) || json_object_array_length(pair) != 2 ||
        !folder_json_id(json_object_array_get_idx(pair, 1), &part->ids[0]))
        return error_set(error, STATUS_BAD_INPUT, "%s: post_processor: %s: [token, id] is needed",
                         reading->path, key);
    part->count = 1;
    return STATUS_OK;
}

static enum status read_cls_sep(struct reading *reading, const struct json_object *object, bool roberta,
                                struct error *error)
{
    static const char *const keys[] = {"type", "sep", "cls", "trim_offsets", "add_prefix_space", NULL};
    TRY(folder_json_only(object, reading->path, "post_processor", keys, error));
    struct frame_part cls = {0}, sep = {0};
    TRY(read_pair(reading, object, "cls", &cls, error));
    TRY(read_pair(reading, object, "sep", &sep, error));
    struct frame_part between = sep;
    if (roberta) TRY(add_id(reading, sep.ids[0], &between, error));
    *reading->frame = (struct token_frame){.before = cls,
                                           .after = sep,
                                           .pair_before = cls,
                                           .between = between,
                                           .pair_after = sep,
                                           .second_type = roberta ? 0 : 1};
    return STATUS_OK;
}

static enum status add_special(const struct reading *reading, const struct json_object *tokens,
                               const char *name, struct frame_part *part, struct error *error)
{
    struct json_object *ids = folder_json_member(
        json_object_is_type(tokens, json_type_object) ? folder_json_member(tokens, name) : NULL, "ids");
    size_t count = json_object_is_type(ids, json_type_array) ? json_object_array_length(ids) : 0;
    for (size_t i = 0; i < count; i++) {
        int32_t id;
        if (!folder_json_id(json_object_array_get_idx(ids, i), &id)) count = 0;
        if (count > 0) TRY(add_id(reading, id, part, error));
    }
    return count > 0
               ? STATUS_OK
               : error_set(error, STATUS_BAD_INPUT, "%s: post_processor: special_tokens: \"%s\" has no ids",
                           reading->path, name);
}

/* A template is [special...] A [special...] (B [special...]): parts[0], [1], [2] are what stands before A,
 * behind A, behind B; types[] those of A's tokens and parts[0], of parts[1], of B and parts[2]. */
static enum status read_template(const struct reading *reading, const struct json_object *template,
                                 const struct json_object *tokens, bool pair, struct frame_part parts[3],
                                 int32_t types[3], struct error *error)
{
    static const char *const order[] = {"A", "B"};
    bool typed[3] = {false, false, false};
    int texts = 0;
    size_t count = json_object_is_type(template, json_type_array) ? json_object_array_length(template) : 0;
    for (size_t i = 0; i < count; i++) {
        struct json_object *item = json_object_array_get_idx(template, i), *special = NULL, *text = NULL;
        if (json_object_is_type(item, json_type_object)) {
            special = folder_json_member(item, "SpecialToken");
            text = folder_json_member(item, "Sequence");
        }
        struct json_object *one = special != NULL ? special : text;
        const char *id = NULL;
        int32_t type = 0;
        if (json_object_is_type(one, json_type_object))
            TRY(folder_json_string(one, reading->path, "id", &id, error));
        if (id == NULL || !folder_json_id(folder_json_member(one, "type_id"), &type))
            return error_set(error, STATUS_BAD_INPUT,
                             "%s: post_processor: a template of SpecialToken and Sequence, each with id and "
                             "type_id, is needed",
                             reading->path);
        if (text != NULL) {
            if (texts == (pair ? 2 : 1) || strcmp(id, order[texts]) != 0)
                return refuse(reading, "a template other than A, or A and then B, is not supported", error);
            texts++;
        } else {
            TRY(add_special(reading, tokens, id, &parts[texts], error));
        }
        if (reading->typeless) type = 0;
        if (type > 1) return refuse(reading, "a type_id other than 0 and 1 is not supported", error);
        const int place = special != NULL ? texts : texts == 1 ? 0 : 2;
        if (typed[place] && types[place] != type)
            return refuse(reading, "tokens of one place with different type_id are not supported", error);
        types[place] = type;
        typed[place] = true;
    }
    if (texts != (pair ? 2 : 1))
        return refuse(reading, "a template other than A, or A and then B, is not supported", error);
    if (types[0] != 0)
        return refuse(reading, "a first text with a type_id other than 0 is not supported", error);
    return STATUS_OK;
}

static enum status read_templates(struct reading *reading, const struct json_object *object,
                                  struct error *error)
{
    static const char *const keys[] = {"type", "single", "pair", "special_tokens", NULL};
    TRY(folder_json_only(object, reading->path, "post_processor", keys, error));
    const struct json_object *tokens = folder_json_member(object, "special_tokens");
    struct frame_part single[3] = {0}, pair[3] = {0};
    int32_t single_types[3] = {0}, pair_types[3] = {0};
    TRY(read_template(reading, folder_json_member(object, "single"), tokens, false, single, single_types,
                      error));
    if (single_types[1] != 0)
        return refuse(reading, "a single text with type_ids other than 0 is not supported", error);
    TRY(read_template(reading, folder_json_member(object, "pair"), tokens, true, pair, pair_types, error));
    *reading->frame = (struct token_frame){.before = single[0],
                                           .after = single[1],
                                           .pair_before = pair[0],
                                           .between = pair[1],
                                           .between_type = pair_types[1],
                                           .pair_after = pair[2],
                                           .second_type = pair_types[2]};
    return STATUS_OK;
}

static enum status read_one(struct reading *reading, const struct json_object *object, struct error *error)
{
    const char *type = NULL;
    if (json_object_is_type(object, json_type_object))
        TRY(folder_json_string(object, reading->path, "type", &type, error));
    if (type == NULL)
        return error_set(error, STATUS_BAD_INPUT, "%s: post_processor: an object with a \"type\" is needed",
                         reading->path);
    if (strcmp(type, "ByteLevel") == 0) return STATUS_OK;
    if (strcmp(type, "Sequence") == 0 && !reading->framed) {
        struct json_object *list = folder_json_member(object, "processors");
        size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
        for (size_t i = 0; i < count; i++)
            TRY(read_one(reading, json_object_array_get_idx(list, i), error));
        return STATUS_OK;
    }
    if (reading->framed) return refuse(reading, "a second frame in a Sequence is not supported", error);
    reading->framed = true;
    if (strcmp(type, "TemplateProcessing") == 0) return read_templates(reading, object, error);
    if (strcmp(type, "RobertaProcessing") == 0) return read_cls_sep(reading, object, true, error);
    if (strcmp(type, "BertProcessing") == 0) return read_cls_sep(reading, object, false, error);
    return error_set(error, STATUS_UNSUPPORTED,
                     "%s: post_processor: %s is not supported; TemplateProcessing, BertProcessing, "
                     "RobertaProcessing, ByteLevel and Sequence are",
                     reading->path, type);
}

enum status post_processor_read(const struct json_object *object, const char *path, struct token_frame *frame,
                                struct error *error)
{
    /* Without a template the second text has type 1. */
    *frame = (struct token_frame){.second_type = 1};
    struct reading reading = {.path = path, .frame = frame};
    return object == NULL ? STATUS_OK : read_one(&reading, object, error);
}

enum status post_processor_read_typeless(const struct json_object *object, const char *path,
                                         struct token_frame *frame, struct error *error)
{
    *frame = (struct token_frame){.second_type = 0};
    struct reading reading = {.path = path, .frame = frame, .typeless = true};
    if (object != NULL) TRY(read_one(&reading, object, error));
    frame->between_type = frame->second_type = 0;
    return STATUS_OK;
}

enum status token_frame_check(const struct token_frame *frame, int32_t vocabulary, const char *path,
                              struct error *error)
{
    const struct frame_part *parts[] = {&frame->before, &frame->after, &frame->pair_before, &frame->between,
                                        &frame->pair_after};
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        for (int i = 0; i < parts[p]->count; i++) {
            if (parts[p]->ids[i] < 0 || parts[p]->ids[i] >= vocabulary)
                return error_set(error, STATUS_BAD_INPUT,
                                 "%s: a special token around a text has the id %d; ids are below %d", path,
                                 parts[p]->ids[i], vocabulary);
        }
    }
    return STATUS_OK;
}
