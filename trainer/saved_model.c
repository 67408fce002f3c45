#include "trainer/saved_model.h"

#include "base/file.h"
#include "base/json_read.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "trainer/model/pretrained.h"
#include "trainer/saved_settings.h"
#include "trainer/spec/content.h"
#include "trainer/weights/safetensors.h"
#include "trainer/weights/weights_files.h"

#include <stdio.h>
#include <string.h>

enum { CONFIG_LIMIT = 1 << 20 };

/* What transformers calls the classifier of each model_type. */
static const struct {
    const char *type, *architecture;
} architectures[] = {{"bert", "BertForSequenceClassification"},
                     {"roberta", "RobertaForSequenceClassification"},
                     {"xlm-roberta", "XLMRobertaForSequenceClassification"},
                     {"camembert", "CamembertForSequenceClassification"},
                     {"distilbert", "DistilBertForSequenceClassification"},
                     {"llama", "LlamaForSequenceClassification"},
                     {"mistral", "MistralForSequenceClassification"},
                     {"qwen2", "Qwen2ForSequenceClassification"}};

static enum status write_weights(struct session *session, const char *folder, struct error *error)
{
    const struct layout *layout = &session->model.layout;
    char path[FILE_PATH_BYTES];
    TRY(file_join(folder, WEIGHTS_FILE, path, sizeof path, error));
    size_t count = (size_t)layout->count;
    struct safetensors_source *sources = memory_zeroed(count, sizeof *sources);
    if (sources == NULL) return error_no_memory(error, count * sizeof *sources);
    session->ops->download(session->device, session->scratch, session->model.weights,
                           (size_t)layout->total * sizeof *session->scratch);
    enum status status = session->ops->synchronize(session->device, error);
    for (size_t t = 0; t < count; t++) {
        const struct tensor *tensor = &layout->tensors[t];
        sources[t].name = tensor->name;
        sources[t].rank = pretrained_shape(tensor, sources[t].shape);
        sources[t].values = session->scratch + tensor->offset;
    }
    if (status == STATUS_OK) status = safetensors_write(path, sources, count, error);
    memory_free(sources);
    return status;
}

static enum status copy_file(const char *from, const char *to, const char *name, struct error *error)
{
    char source[FILE_PATH_BYTES], target[FILE_PATH_BYTES];
    struct text content = {0};
    TRY(file_join(from, name, source, sizeof source, error));
    TRY(file_join(to, name, target, sizeof target, error));
    if (!file_exists(source)) return STATUS_OK;
    enum status status = file_read(source, 0, &content, error);
    if (status == STATUS_OK) status = file_write(target, text_string(&content), content.length, error);
    text_free(&content);
    return status;
}

/* json-c's calls fail for want of memory alone. */
static bool put(struct json_object *object, const char *name, struct json_object *value)
{
    if (value != NULL && json_object_object_add(object, name, value) == 0) return true;
    json_object_put(value);
    return false;
}

/* A label is the file's bytes, and JSON is UTF-8. */
static struct json_object *label_object(const char *label)
{
    struct text clean = {0};
    size_t length = strlen(label);
    for (size_t i = 0, size; i < length; i += size == 0 ? 1 : size) {
        size = utf8_decode(label + i, length - i, NULL);
        if (size == 0)
            text_add(&clean, "\xef\xbf\xbd");
        else
            text_add_bytes(&clean, label + i, size);
    }
    struct json_object *object = clean.failed ? NULL : json_object_new_string(text_string(&clean));
    text_free(&clean);
    return object;
}

static bool put_labels(const struct dataset *data, struct json_object *config)
{
    struct json_object *names = json_object_new_object(), *numbers = json_object_new_object();
    bool well = names != NULL && numbers != NULL;
    for (int c = 0; c < data->classes && well; c++) {
        char index[16];
        snprintf(index, sizeof index, "%d", c);
        struct json_object *name = label_object(data->label_names[c]);
        well = name != NULL && put(numbers, json_object_get_string(name), json_object_new_int(c));
        well = put(names, index, name) && well;
    }
    well = put(config, "id2label", names) && well;
    return put(config, "label2id", numbers) && well;
}

/* transformers 4 writes torch_dtype, 5 dtype; each is right only if it says what the file holds. */
static bool put_dtype(struct json_object *config)
{
    bool newer = json_object_object_get_ex(config, "dtype", NULL);
    bool older = json_object_object_get_ex(config, "torch_dtype", NULL) || !newer;
    return (!newer || put(config, "dtype", json_object_new_string("float32"))) &&
           (!older || put(config, "torch_dtype", json_object_new_string("float32")));
}

static bool put_architecture(struct json_object *config)
{
    struct json_object *type = NULL;
    json_object_object_get_ex(config, "model_type", &type);
    json_object_object_del(config, "architectures"); /* the pre-trained model's is wrong now */
    for (size_t i = 0; i < sizeof architectures / sizeof architectures[0]; i++) {
        const char *name = type == NULL ? NULL : json_object_get_string(type);
        if (name == NULL || strcmp(architectures[i].type, name) != 0) continue;
        struct json_object *list = json_object_new_array();
        struct json_object *word = json_object_new_string(architectures[i].architecture);
        if (list == NULL || word == NULL || json_object_array_add(list, word) != 0) {
            json_object_put(list);
            json_object_put(word);
            return false;
        }
        return put(config, "architectures", list);
    }
    return true; /* AutoModelForSequenceClassification goes by model_type */
}

/* Without a tokenizer.json transformers goes by a class. Where no file names one it guesses by model_type,
 * and not always the class that made the ids which the model was trained with. */
static bool put_tokenizer_class(const char *class, struct json_object *config)
{
    struct json_object *given = NULL;
    json_object_object_get_ex(config, "tokenizer_class", &given);
    return class == NULL || given != NULL || put(config, "tokenizer_class", json_object_new_string(class));
}

static enum status edit_config(const struct session *session, struct json_object *config, struct text *json,
                               struct error *error)
{
    bool well = put_architecture(config) && saved_settings_put(&session->spec, config) &&
                put_labels(&session->data, config) && put_dtype(config) &&
                put_tokenizer_class(session->tokenizer_class, config) &&
                put(config, "num_labels", json_object_new_int(session->data.classes)) &&
                put(config, "problem_type", json_object_new_string("single_label_classification"));
    const char *text =
        !well ? NULL
              : json_object_to_json_string_ext(config, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
                                                           JSON_C_TO_STRING_NOSLASHESCAPE);
    if (text == NULL) return error_no_memory(error, 0);
    text_add(json, text);
    text_add(json, "\n");
    return text_status(json, error);
}

static enum status write_config(const struct session *session, const char *folder, struct error *error)
{
    char source[FILE_PATH_BYTES], target[FILE_PATH_BYTES];
    struct text content = {0}, json = {0};
    struct json_object *config = NULL;
    struct error problem = {0};
    TRY(file_join(session->spec.model_path, "config.json", source, sizeof source, error));
    TRY(file_join(folder, "config.json", target, sizeof target, error));
    enum status status = file_read(source, CONFIG_LIMIT, &content, error);
    if (status == STATUS_OK) {
        status = json_read_object(text_string(&content), content.length, &config, &problem);
        if (status != STATUS_OK) error_set(error, status, "%s: %s", source, problem.text);
    }
    if (status == STATUS_OK) status = edit_config(session, config, &json, error);
    if (status == STATUS_OK) status = file_write(target, json.data, json.length, error);
    json_object_put(config);
    text_free(&content);
    text_free(&json);
    return status;
}

enum status saved_model_write(struct session *session, const char *folder, struct error *error)
{
    TRY(file_make_directories(folder, error));
    TRY(write_weights(session, folder, error));
    for (size_t i = 0; content_tokenizer_file(i) != NULL; i++)
        TRY(copy_file(session->spec.model_path, folder, content_tokenizer_file(i), error));
    return write_config(session, folder, error);
}
