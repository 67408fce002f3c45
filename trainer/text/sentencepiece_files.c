#include "trainer/text/sentencepiece_files.h"

#include "base/file.h"
#include "trainer/text/folder_json.h"

#include <string.h>

enum status sentencepiece_files_read(const char *folder, struct sentencepiece_files *files,
                                     struct error *error)
{
    *files = (struct sentencepiece_files){0};
    TRY(folder_json_read(folder, "tokenizer_config.json", files->tokenizer_config_path,
                         &files->tokenizer_config, error));
    TRY(folder_json_read(folder, "config.json", files->config_path, &files->config, error));
    TRY(folder_json_read(folder, "special_tokens_map.json", files->special_tokens_map_path,
                         &files->special_tokens_map, error));
    TRY(folder_json_read(folder, "added_tokens.json", files->added_tokens_path, &files->added_tokens, error));
    return folder_json_read(folder, "tokenizer.json", files->tokenizer_path, &files->tokenizer, error);
}

void sentencepiece_files_free(struct sentencepiece_files *files)
{
    json_object_put(files->tokenizer_config);
    json_object_put(files->config);
    json_object_put(files->special_tokens_map);
    json_object_put(files->added_tokens);
    json_object_put(files->tokenizer);
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(name, *names) == 0) return true;
    }
    return false;
}

static enum status has_file(const char *folder, const char *name, bool *has, struct error *error)
{
    char path[PATH_MAX];
    TRY(file_join(folder, name, path, sizeof path, error));
    *has = file_exists(path);
    return STATUS_OK;
}

/* Whether tokenizer.json's pieces have scores. */
static bool is_unigram(const struct json_object *tokenizer)
{
    const struct json_object *model = tokenizer == NULL ? NULL : folder_json_member(tokenizer, "model");
    return json_object_is_type(model, json_type_object) &&
           json_object_is_type(folder_json_member(model, "vocab"), json_type_array);
}

enum status sentencepiece_files_class(const char *folder, const struct sentencepiece_files *files,
                                      struct sentencepiece_rules *rules, bool *from_json, struct error *error)
{
    static const char *const llama[] = {"LlamaTokenizer", "LlamaTokenizerFast", "llama", NULL};
    static const char *const xlm_roberta[] = {"XLMRobertaTokenizer", "XLMRobertaTokenizerFast", "xlm-roberta",
                                              NULL};
    static const char *const camembert[] = {"CamembertTokenizer", "CamembertTokenizerFast", "camembert",
                                            NULL};
    static const char *const mistral[] = {"mistral", "mixtral", NULL};
    static const char *const filed[] = {"TokenizersBackend", "PreTrainedTokenizerFast", NULL};
    const char *class = NULL, *model_type = NULL, *path = files->tokenizer_config_path;
    if (files->tokenizer_config != NULL)
        TRY(folder_json_string(files->tokenizer_config, path, "tokenizer_class", &class, error));
    if (files->config != NULL) {
        TRY(folder_json_string(files->config, files->config_path, "model_type", &model_type, error));
        if (class == NULL) {
            path = files->config_path;
            TRY(folder_json_string(files->config, path, "tokenizer_class", &class, error));
        }
    }
    const bool is_mistral = model_type != NULL && is_one_of(model_type, mistral);
    bool tokenizer_model, other_model, third_model;
    TRY(has_file(folder, "tokenizer.model", &tokenizer_model, error));
    TRY(has_file(folder, "sentencepiece.bpe.model", &other_model, error));
    TRY(has_file(folder, "spiece.model", &third_model, error));
    rules->pieces_from_json = !tokenizer_model && !other_model && !third_model;
    const bool no_class = rules->pieces_from_json && class != NULL && is_one_of(class, filed);
    const bool by_file = no_class || (rules->pieces_from_json && class == NULL && model_type == NULL);
    *from_json = is_mistral || by_file || (class == NULL && files->tokenizer != NULL);
    const char *name = no_class ? NULL : class;
    if (name == NULL && !no_class && model_type != NULL) name = is_mistral ? "llama" : model_type;
    if (name == NULL)
        name = rules->pieces_from_json ? (is_unigram(files->tokenizer) ? "xlm-roberta" : "llama")
               : tokenizer_model       ? "llama"
                                       : "xlm-roberta";
    if (is_one_of(name, llama))
        rules->class = SENTENCEPIECE_LLAMA;
    else if (is_one_of(name, xlm_roberta))
        rules->class = SENTENCEPIECE_XLM_ROBERTA;
    else if (is_one_of(name, camembert))
        rules->class = SENTENCEPIECE_CAMEMBERT;
    else
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: %s is \"%s\"; of the SentencePiece tokenizers LlamaTokenizer, "
                         "XLMRobertaTokenizer and CamembertTokenizer are supported",
                         class == NULL ? files->config_path : path,
                         class == NULL ? "model_type" : "tokenizer_class", name);
    if (rules->class != SENTENCEPIECE_LLAMA && !by_file) *from_json = false;
    rules->as_filed = *from_json;
    if (*from_json && files->tokenizer == NULL)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: a tokenizer.model of a %s model is not supported without tokenizer.json, which "
                         "says what stands before a text",
                         folder, model_type);
    const char *file = rules->pieces_from_json               ? "tokenizer.json"
                       : rules->class == SENTENCEPIECE_LLAMA ? "tokenizer.model"
                                                             : "sentencepiece.bpe.model";
    TRY(file_join(folder, file, rules->model_path, sizeof rules->model_path, error));
    if (!file_exists(rules->model_path))
        return error_set(error, STATUS_BAD_INPUT, "%s: no such file; the tokenizer's class reads it",
                         rules->model_path);
    return STATUS_OK;
}
