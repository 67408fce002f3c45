#include "trainer/text/sentencepiece_config.h"

#include "base/file.h"
#include "base/memory.h"
#include "trainer/text/folder_json.h"
#include "trainer/text/tokenizer_kind.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A folder's files, parsed; NULL for those that are not there. */
struct files {
    struct json_object *tokenizer_config, *config, *special_tokens_map, *added_tokens, *tokenizer;
    char tokenizer_config_path[PATH_MAX], config_path[PATH_MAX], special_tokens_map_path[PATH_MAX],
        added_tokens_path[PATH_MAX], tokenizer_path[PATH_MAX];
};

static enum status files_read(const char *folder, struct files *files, struct error *error)
{
    TRY(folder_json_read(folder, "tokenizer_config.json", files->tokenizer_config_path,
                         &files->tokenizer_config, error));
    TRY(folder_json_read(folder, "config.json", files->config_path, &files->config, error));
    TRY(folder_json_read(folder, "special_tokens_map.json", files->special_tokens_map_path,
                         &files->special_tokens_map, error));
    TRY(folder_json_read(folder, "added_tokens.json", files->added_tokens_path, &files->added_tokens, error));
    return folder_json_read(folder, "tokenizer.json", files->tokenizer_path, &files->tokenizer, error);
}

static void files_free(struct files *files)
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

/* The class that transformers takes: tokenizer_class, else what goes with model_type, else with the file.
 * *from_json is set where transformers 5 takes tokenizer.json as it is. */
static enum status choose_class(const char *folder, const struct files *files,
                                struct sentencepiece_rules *rules, bool *from_json, struct error *error)
{
    static const char *const llama[] = {"LlamaTokenizer", "LlamaTokenizerFast", "llama", NULL};
    static const char *const xlm_roberta[] = {"XLMRobertaTokenizer", "XLMRobertaTokenizerFast", "xlm-roberta",
                                              NULL};
    static const char *const camembert[] = {"CamembertTokenizer", "CamembertTokenizerFast", "camembert",
                                            NULL};
    static const char *const mistral[] = {"mistral", "mixtral", NULL};
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
    *from_json = is_mistral || (class == NULL && files->tokenizer != NULL);
    const char *name = class;
    if (name == NULL && model_type != NULL) name = is_mistral ? "llama" : model_type;
    bool tokenizer_model;
    TRY(has_file(folder, "tokenizer.model", &tokenizer_model, error));
    if (name == NULL) name = tokenizer_model ? "llama" : "xlm-roberta";
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
    if (rules->class != SENTENCEPIECE_LLAMA) *from_json = false;
    if (*from_json && files->tokenizer == NULL)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: a tokenizer.model of a %s model is not supported without tokenizer.json, which "
                         "says what stands before a text",
                         folder, model_type);
    const char *file = rules->class == SENTENCEPIECE_LLAMA ? "tokenizer.model" : "sentencepiece.bpe.model";
    TRY(file_join(folder, file, rules->model_path, sizeof rules->model_path, error));
    if (!file_exists(rules->model_path))
        return error_set(error, STATUS_BAD_INPUT, "%s: no such file; the tokenizer's class reads it",
                         rules->model_path);
    return STATUS_OK;
}

/* Switches that change ids, at the values that are computed. */
static enum status check_switches(const struct json_object *object, const char *path, struct error *error)
{
    static const char *const off[] = {"split_special_tokens", "do_lower_case", "fix_mistral_regex", NULL};
    for (const char *const *key = off; *key != NULL; key++) {
        bool on = false;
        TRY(folder_json_bool(object, path, *key, &on, error));
        if (on)
            return error_set(error, STATUS_UNSUPPORTED, "%s: %s = true is not supported; false is", path,
                             *key);
    }
    const char *side;
    TRY(folder_json_string(object, path, "truncation_side", &side, error));
    if (side != NULL && strcmp(side, "right") != 0)
        return error_set(error, STATUS_UNSUPPORTED, "%s: truncation_side must be \"right\"", path);
    const struct json_object *settings = folder_json_member(object, "sp_model_kwargs");
    if (settings != NULL &&
        !(json_object_is_type(settings, json_type_object) && json_object_object_length(settings) == 0))
        return error_set(error, STATUS_UNSUPPORTED, "%s: sp_model_kwargs is not supported unless empty",
                         path);
    if (folder_json_member(object, "auto_map") != NULL)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: auto_map, a tokenizer with code of its own, is not "
                         "supported",
                         path);
    return STATUS_OK;
}

/* Add a token that is a string or an object (tokenizers.AddedToken); `path` and `where` name it. */
static enum status add_token(struct sentencepiece_rules *rules, struct json_object *member, int32_t id,
                             const char *path, const char *where, struct error *error)
{
    struct json_object *content = member;
    bool single_word = false;
    struct literal_token token = {.id = id};
    if (json_object_is_type(member, json_type_object)) {
        content = folder_json_member(member, "content");
        bool special = false;
        TRY(folder_json_bool(member, path, "special", &special, error));
        /* What tokenizers.AddedToken takes when it is not said. */
        token.normalized = !special;
        TRY(folder_json_bool(member, path, "lstrip", &token.strip_left, error));
        TRY(folder_json_bool(member, path, "rstrip", &token.strip_right, error));
        TRY(folder_json_bool(member, path, "normalized", &token.normalized, error));
        TRY(folder_json_bool(member, path, "single_word", &single_word, error));
    }
    if (!json_object_is_type(content, json_type_string))
        return error_set(error, STATUS_BAD_INPUT, "%s: %s: a token is a string or has one in \"content\"",
                         path, where);
    const char *text = json_object_get_string(content);
    token.content = memory_copy_string(text);
    if (token.content == NULL) return error_no_memory(error, strlen(text) + 1);
    token.length = (size_t)json_object_get_string_len(content);
    enum status status = STATUS_OK;
    if (token.length == 0 || strlen(text) != token.length)
        status = error_set(error, STATUS_BAD_INPUT, "%s: %s: a token that is empty or holds a zero byte",
                           path, where);
    else if (single_word)
        status = error_set(error, STATUS_UNSUPPORTED,
                           "%s: token \"%s\" has single_word = true, which is not supported", path, text);
    else if (token.normalized && rules->class != SENTENCEPIECE_LLAMA)
        status = error_set(
            error, STATUS_UNSUPPORTED,
            "%s: token \"%s\" has normalized = true, which is supported for LlamaTokenizer only", path, text);
    else
        status = literal_tokens_add(&rules->added, &token, error);
    memory_free(token.content);
    return status;
}

static enum status add_numbered(struct sentencepiece_rules *rules, const char *number,
                                struct json_object *token, const char *path, struct error *error)
{
    char *end;
    errno = 0;
    long id = strtol(number, &end, 10);
    if (errno != 0 || end == number || *end != '\0' || id < 0 || id > INT32_MAX)
        return error_set(error, STATUS_BAD_INPUT, "%s: an added token has the id \"%s\"", path, number);
    return add_token(rules, token, (int32_t)id, path, number, error);
}

/* added_tokens_decoder or, where it is not given, added_tokens.json: token to id. */
static enum status read_added(struct sentencepiece_rules *rules, const struct files *files,
                              struct error *error)
{
    struct json_object *decoder = files->tokenizer_config == NULL
                                      ? NULL
                                      : folder_json_member(files->tokenizer_config, "added_tokens_decoder");
    if (decoder != NULL && !json_object_is_type(decoder, json_type_object))
        return error_set(error, STATUS_BAD_INPUT, "%s: added_tokens_decoder: an object is needed",
                         files->tokenizer_config_path);
    if (decoder != NULL) {
        json_object_object_foreach(decoder, number, token)
            TRY(add_numbered(rules, number, token, files->tokenizer_config_path, error));
        return STATUS_OK;
    }
    if (files->added_tokens != NULL) {
        json_object_object_foreach(files->added_tokens, content, number)
        {
            struct json_object *token = json_object_new_string(content);
            if (token == NULL) return error_no_memory(error, 0);
            enum status status =
                add_numbered(rules, json_object_get_string(number), token, files->added_tokens_path, error);
            json_object_put(token);
            if (status != STATUS_OK) return status;
        }
    }
    struct json_object *list =
        files->tokenizer == NULL ? NULL : folder_json_member(files->tokenizer, "added_tokens");
    for (size_t i = 0; json_object_is_type(list, json_type_array) && i < json_object_array_length(list);
         i++) {
        struct json_object *token = json_object_array_get_idx(list, i);
        struct json_object *number =
            json_object_is_type(token, json_type_object) ? folder_json_member(token, "id") : NULL;
        TRY(add_numbered(rules, number == NULL ? "?" : json_object_get_string(number), token,
                         files->tokenizer_path, error));
    }
    return STATUS_OK;
}

/* bos_token and the like: special_tokens_map.json, where it counts, before tokenizer_config.json. */
static enum status read_named(struct sentencepiece_rules *rules, const struct files *files, bool has_decoder,
                              bool has_defaults, struct error *error)
{
    static const char *const keys[NAMED_TOKENS] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                                   "pad_token", "cls_token", "mask_token"};
    static const char *const fairseq[NAMED_TOKENS] = {"<s>",   "</s>", "<unk>", "</s>",
                                                      "<pad>", "<s>",  "<mask>"};
    for (int i = 0; i < NAMED_TOKENS; i++) {
        struct json_object *token = NULL;
        const char *path = files->special_tokens_map_path;
        bool said = !has_decoder && files->special_tokens_map != NULL &&
                    json_object_object_get_ex(files->special_tokens_map, keys[i], &token);
        if (!said && files->tokenizer_config != NULL) {
            path = files->tokenizer_config_path;
            said = json_object_object_get_ex(files->tokenizer_config, keys[i], &token);
        }
        const char *name = token == NULL ? NULL : folder_json_token(token);
        if (token != NULL && name == NULL)
            return error_set(error, STATUS_BAD_INPUT, "%s: %s: a token is a string or has one in \"content\"",
                             path, keys[i]);
        if (!said && has_defaults && (rules->class != SENTENCEPIECE_LLAMA || i <= NAMED_UNK))
            name = fairseq[i];
        if (rules->class != SENTENCEPIECE_LLAMA && (name == NULL || strcmp(name, fairseq[i]) != 0))
            return error_set(error, STATUS_UNSUPPORTED, "%s: %s is \"%s\"; only %s is supported", path,
                             keys[i], name == NULL ? "null" : name, fairseq[i]);
        if (name == NULL) continue;
        rules->names[i] = memory_copy_string(name);
        if (rules->names[i] == NULL) return error_no_memory(error, strlen(name) + 1);
        if (literal_tokens_find(&rules->added, name, strlen(name)) != NULL) continue;
        const struct literal_token plain = {.content = rules->names[i],
                                            .length = strlen(name),
                                            .id = TOKEN_NONE,
                                            .strip_left =
                                                rules->class == SENTENCEPIECE_CAMEMBERT && i == NAMED_MASK};
        if (token != NULL && json_object_is_type(token, json_type_object))
            TRY(add_token(rules, token, TOKEN_NONE, path, keys[i], error));
        else
            TRY(literal_tokens_add(&rules->added, &plain, error));
    }
    return STATUS_OK;
}

/* Lists of further special tokens may only say again what is known: which ids they would get differs between
 * versions of transformers. */
static enum status check_further(const struct sentencepiece_rules *rules, const struct json_object *object,
                                 const char *path, struct error *error)
{
    static const char *const keys[] = {"additional_special_tokens", "extra_special_tokens", NULL};
    for (const char *const *key = keys; *key != NULL; key++) {
        struct json_object *list = folder_json_member(object, *key);
        if (list == NULL) continue;
        if (json_object_is_type(list, json_type_object) && json_object_object_length(list) == 0) continue;
        if (!json_object_is_type(list, json_type_array))
            return error_set(error, STATUS_UNSUPPORTED, "%s: %s: a list is supported, nothing else", path,
                             *key);
        for (size_t i = 0; i < json_object_array_length(list); i++) {
            const char *name = folder_json_token(json_object_array_get_idx(list, i));
            if (name == NULL || literal_tokens_find(&rules->added, name, strlen(name)) == NULL)
                return error_set(error, STATUS_UNSUPPORTED,
                                 "%s: %s has \"%s\", which added_tokens_decoder lacks: its id is not known",
                                 path, *key, name == NULL ? "?" : name);
        }
    }
    return STATUS_OK;
}

static bool is_type(struct json_object *object, const char *type)
{
    if (!json_object_is_type(object, json_type_object)) return false;
    const char *name = json_object_get_string(folder_json_member(object, "type"));
    return name != NULL && strcmp(name, type) == 0;
}

/* The frame that tokenizer.json's post_processor says: TemplateProcessing of bos? text eos?, or none. */
static enum status read_template(struct sentencepiece_rules *rules, const struct files *files,
                                 struct error *error)
{
    struct json_object *processor = folder_json_member(files->tokenizer, "post_processor");
    if (processor == NULL) return STATUS_OK;
    struct json_object *single = folder_json_member(processor, "single");
    bool known = is_type(processor, "TemplateProcessing") && json_object_is_type(single, json_type_array);
    bool text = false;
    for (size_t i = 0; known && i < json_object_array_length(single); i++) {
        struct json_object *part = json_object_array_get_idx(single, i), *special = NULL;
        if (!json_object_is_type(part, json_type_object)) {
            known = false;
        } else if (json_object_object_get_ex(part, "Sequence", &special)) {
            known = !text;
            text = true;
        } else {
            special = folder_json_member(part, "SpecialToken");
            const char *name = json_object_is_type(special, json_type_object)
                                   ? json_object_get_string(folder_json_member(special, "id"))
                                   : NULL;
            const char *wanted = rules->names[text ? NAMED_EOS : NAMED_BOS];
            bool *adds = text ? &rules->add_eos : &rules->add_bos;
            known = name != NULL && wanted != NULL && strcmp(name, wanted) == 0 && !*adds;
            *adds = true;
        }
    }
    if (known && text) return STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED,
                     "%s: post_processor: TemplateProcessing of bos_token, text, eos_token is supported; "
                     "nothing else",
                     files->tokenizer_path);
}

/* What tokenizer.json puts before a text: the two forms that the Llama family has. */
static enum status read_prefix(struct sentencepiece_rules *rules, const struct files *files,
                               struct error *error)
{
    struct json_object *normalizer = folder_json_member(files->tokenizer, "normalizer");
    struct json_object *pre_tokenizer = folder_json_member(files->tokenizer, "pre_tokenizer");
    if (normalizer == NULL && is_type(pre_tokenizer, "Metaspace")) {
        bool split = true;
        const char *scheme;
        TRY(folder_json_bool(pre_tokenizer, files->tokenizer_path, "split", &split, error));
        TRY(folder_json_string(pre_tokenizer, files->tokenizer_path, "prepend_scheme", &scheme, error));
        if (!split && scheme != NULL) {
            rules->prefix = strcmp(scheme, "first") == 0    ? PREFIX_FIRST
                            : strcmp(scheme, "always") == 0 ? PREFIX_EACH
                                                            : PREFIX_NEVER;
            return STATUS_OK;
        }
    }
    struct json_object *steps =
        is_type(normalizer, "Sequence") ? folder_json_member(normalizer, "normalizers") : NULL;
    if (pre_tokenizer == NULL && json_object_is_type(steps, json_type_array) &&
        json_object_array_length(steps) == 2 && is_type(json_object_array_get_idx(steps, 0), "Prepend") &&
        is_type(json_object_array_get_idx(steps, 1), "Replace")) {
        rules->prefix = PREFIX_ALWAYS;
        return STATUS_OK;
    }
    return error_set(
        error, STATUS_UNSUPPORTED,
        "%s: normalizer and pre_tokenizer: Prepend with Replace, or Metaspace without split, are "
        "supported for Mistral",
        files->tokenizer_path);
}

static enum status read_frame(struct sentencepiece_rules *rules, const struct files *files, bool from_json,
                              struct error *error)
{
    const struct json_object *config = files->tokenizer_config;
    const char *path = files->tokenizer_config_path;
    bool legacy = false, prefix_space = true, said = false;
    if (config != NULL) {
        TRY(folder_json_bool(config, path, "legacy", &legacy, error));
        TRY(folder_json_bool(config, path, "add_prefix_space", &prefix_space, error));
        said = json_object_object_get_ex(config, "add_bos_token", NULL) ||
               json_object_object_get_ex(config, "add_eos_token", NULL);
    }
    rules->prefix = !prefix_space ? PREFIX_NEVER : legacy ? PREFIX_EACH : PREFIX_FIRST;
    if (rules->class != SENTENCEPIECE_LLAMA) {
        if (prefix_space) rules->prefix = PREFIX_EACH;
        if (said)
            return error_set(error, STATUS_UNSUPPORTED,
                             "%s: add_bos_token and add_eos_token are supported for LlamaTokenizer only",
                             path);
        return STATUS_OK;
    }
    if (from_json) TRY(read_prefix(rules, files, error));
    if (said) {
        TRY(folder_json_bool(config, path, "add_bos_token", &rules->add_bos, error));
        return folder_json_bool(config, path, "add_eos_token", &rules->add_eos, error);
    }
    return files->tokenizer == NULL ? STATUS_OK : read_template(rules, files, error);
}

enum status sentencepiece_config_read(const char *folder, struct sentencepiece_rules *rules,
                                      struct error *error)
{
    *rules = (struct sentencepiece_rules){0};
    struct files files = {0};
    bool from_json;
    enum status status;
    TRY_TO(done, files_read(folder, &files, error));
    const struct json_object *config = files.tokenizer_config;
    TRY_TO(done, choose_class(folder, &files, rules, &from_json, error));
    if (config != NULL) TRY_TO(done, check_switches(config, files.tokenizer_config_path, error));
    TRY_TO(done, read_added(rules, &files, error));
    bool has_decoder = config != NULL && folder_json_member(config, "added_tokens_decoder") != NULL;
    TRY_TO(done, read_named(rules, &files, has_decoder, !from_json, error));
    if (config != NULL) TRY_TO(done, check_further(rules, config, files.tokenizer_config_path, error));
    if (!has_decoder && files.special_tokens_map != NULL)
        TRY_TO(done, check_further(rules, files.special_tokens_map, files.special_tokens_map_path, error));
    TRY_TO(done, read_frame(rules, &files, from_json, error));
done:
    files_free(&files);
    return status;
}

/* Whether tokenizer.json, in its object of pieces and ids or its list of pieces and scores, has this piece at
 * this place. */
static bool is_listed(struct json_object *vocabulary, const struct piece *piece, int place)
{
    struct json_object *entry = NULL;
    char name[1024];
    if (json_object_is_type(vocabulary, json_type_array)) {
        entry = json_object_array_get_idx(vocabulary, (size_t)place);
        if (!json_object_is_type(entry, json_type_array)) return false;
        entry = json_object_array_get_idx(entry, 0);
        return json_object_is_type(entry, json_type_string) &&
               (size_t)json_object_get_string_len(entry) == piece->length &&
               memcmp(json_object_get_string(entry), piece->bytes, piece->length) == 0;
    }
    if (piece->length >= sizeof name) return false;
    memcpy(name, piece->bytes, piece->length);
    name[piece->length] = '\0';
    return json_object_object_get_ex(vocabulary, name, &entry) && json_object_is_type(entry, json_type_int) &&
           json_object_get_int64(entry) == place;
}

enum status sentencepiece_config_check(const char *folder, const struct piece *pieces, int count,
                                       struct error *error)
{
    char path[PATH_MAX];
    struct json_object *tokenizer;
    TRY(folder_json_read(folder, "tokenizer.json", path, &tokenizer, error));
    if (tokenizer == NULL) return STATUS_OK;
    struct json_object *model = folder_json_member(tokenizer, "model"), *vocabulary = NULL;
    if (json_object_is_type(model, json_type_object)) vocabulary = folder_json_member(model, "vocab");
    size_t listed = json_object_is_type(vocabulary, json_type_array) ? json_object_array_length(vocabulary)
                    : json_object_is_type(vocabulary, json_type_object)
                        ? (size_t)json_object_object_length(vocabulary)
                        : 0;
    enum status status = STATUS_OK;
    if (listed != (size_t)count)
        status = error_set(error, STATUS_UNSUPPORTED,
                           "%s: has %zu pieces, the .model file beside it makes %d; they must be the same",
                           path, listed, count);
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        if (!is_listed(vocabulary, &pieces[i], i))
            status = error_set(error, STATUS_UNSUPPORTED,
                               "%s: piece %d is not that of the .model file beside it; they must be the same",
                               path, i);
    }
    json_object_put(tokenizer);
    return status;
}

void sentencepiece_rules_free(struct sentencepiece_rules *rules)
{
    literal_tokens_free(&rules->added);
    for (int i = 0; i < NAMED_TOKENS; i++)
        memory_free(rules->names[i]);
    *rules = (struct sentencepiece_rules){0};
}
