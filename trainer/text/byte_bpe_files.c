#include "trainer/text/byte_bpe_files.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "trainer/text/byte_bpe.h"
#include "trainer/text/fast_settings.h"
#include "trainer/text/folder_json.h"

#include <string.h>

static const size_t FILE_LIMIT = (size_t)256 << 20;

enum named { NAMED_BOS, NAMED_EOS, NAMED_UNK, NAMED_SEP, NAMED_PAD, NAMED_CLS, NAMED_MASK, NAMED };
static const char *const named_keys[NAMED] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                              "pad_token", "cls_token", "mask_token"};

enum files_class { FILES_GPT2, FILES_ROBERTA, FILES_QWEN2, FILES_CLASSES };
static const char *const class_names[FILES_CLASSES][3] = {
    {"GPT2Tokenizer", "GPT2TokenizerFast", "gpt2"},
    {"RobertaTokenizer", "RobertaTokenizerFast", "roberta"},
    {"Qwen2Tokenizer", "Qwen2TokenizerFast", "qwen2"},
};

struct reading {
    struct byte_bpe *bpe;
    struct json_object *config, *map,
        *added; /* tokenizer_config, special_tokens_map, added_tokens; or NULL */
    char config_path[PATH_MAX], map_path[PATH_MAX], added_path[PATH_MAX];
    enum files_class class;
    bool has_decoder; /* tokenizer_config.json lists the added tokens */
};

static bool take_class(const char *name, enum files_class *class)
{
    for (int c = 0; c < FILES_CLASSES; c++) {
        for (int i = 0; i < 3; i++) {
            if (strcmp(name, class_names[c][i]) != 0) continue;
            *class = (enum files_class)c;
            return true;
        }
    }
    return false;
}

static enum status read_class(const char *folder, struct reading *reading, struct error *error)
{
    char path[PATH_MAX];
    struct json_object *config;
    TRY(folder_json_read(folder, "config.json", path, &config, error));
    const char *class = NULL, *shown = NULL;
    enum status status = STATUS_OK;
    if (reading->config != NULL)
        TRY_TO(done,
               folder_json_string(reading->config, reading->config_path, "tokenizer_class", &class, error));
    if (class == NULL && config != NULL)
        TRY_TO(done, folder_json_string(config, path, "tokenizer_class", &class, error));
    if (class == NULL && config != NULL)
        TRY_TO(done, folder_json_string(config, path, "model_type", &class, error));
    shown = class == NULL ? "missing" : class;
    status =
        take_class(shown, &reading->class)
            ? STATUS_OK
            : error_set(error, STATUS_UNSUPPORTED,
                        "%s: vocab.json and merges.txt with a tokenizer_class that is %s; GPT2Tokenizer, "
                        "RobertaTokenizer and Qwen2Tokenizer are supported, others need a tokenizer.json",
                        folder, shown);
done:
    json_object_put(config);
    return status;
}

static enum status refuse_line(const char *path, int line, const char *why, struct error *error)
{
    return error_set(error, STATUS_BAD_INPUT, "%s:%d: %s", path, line, why);
}

/* Lines "a b"; those that begin with "#version" are skipped. */
static enum status add_merges(char *bytes, const char *path, struct byte_pairs *pairs, struct error *error)
{
    int32_t rank = 0;
    int line = 1;
    for (char *at = bytes; *at != '\0'; line++) {
        char *end = strchr(at, '\n'), *next = end == NULL ? at + strlen(at) : end + 1;
        size_t length = end == NULL ? strlen(at) : (size_t)(end - at);
        if (length > 0 && at[length - 1] == '\r') length--;
        const char *space = memchr(at, ' ', length);
        if (strncmp(at, "#version", 8) != 0) {
            if (space == NULL || memchr(space + 1, ' ', length - (size_t)(space + 1 - at)) != NULL)
                return refuse_line(path, line, "two tokens with a space between them are needed", error);
            const size_t left = (size_t)(space - at);
            TRY(byte_pairs_add(pairs, at, left, space + 1, length - left - 1, rank++, path, error));
        }
        at = next;
    }
    return STATUS_OK;
}

static enum status read_merges(const char *folder, struct byte_pairs *pairs, struct error *error)
{
    char path[PATH_MAX];
    struct text content = {0};
    TRY(file_join(folder, "merges.txt", path, sizeof path, error));
    enum status status = file_read(path, FILE_LIMIT, &content, error);
    if (status == STATUS_OK && strlen(text_string(&content)) != content.length)
        status = error_set(error, STATUS_BAD_INPUT, "%s: holds a NUL", path);
    if (status == STATUS_OK && content.data != NULL) status = add_merges(content.data, path, pairs, error);
    text_free(&content);
    return status;
}

static enum status read_vocabulary(const char *folder, struct byte_bpe *bpe, struct error *error)
{
    char path[PATH_MAX];
    struct json_object *vocabulary;
    TRY(folder_json_read(folder, "vocab.json", path, &vocabulary, error));
    enum status status = byte_bpe_set_vocabulary(bpe, vocabulary, path, "the file", error);
    json_object_put(vocabulary);
    return status;
}

static enum status refuse_key(const char *path, const char *key, struct error *error)
{
    return error_set(error, STATUS_BAD_INPUT, "%s: \"%s\": an added token and its id are needed", path, key);
}

/* Tokens with ids, in the order of their ids. `decoder`: {"id": {token}}, else {"token": id}. */
static enum status read_listed(struct reading *reading, struct json_object *list, const char *path,
                               bool decoder, struct error *error)
{
    for (int64_t after = -1;;) {
        struct literal_token next = {.id = TOKEN_NONE};
        int64_t best = INT64_MAX;
        json_object_object_foreach(list, key, value)
        {
            struct literal_token token = {.content = key, .length = strlen(key)};
            int64_t id;
            if (decoder) {
                TRY(fast_settings_token(value, path, &token, error));
                if (!number_parse_integer(key, &id) || id < 0 || id > INT32_MAX)
                    return refuse_key(path, key, error);
                token.id = (int32_t)id;
            } else if (!folder_json_id(value, &token.id)) {
                return refuse_key(path, key, error);
            }
            if (token.id <= after || token.id >= best) continue;
            best = token.id;
            next = token;
        }
        if (next.id == TOKEN_NONE) return STATUS_OK;
        TRY(byte_bpe_add_token(reading->bpe, &next, path, error));
        after = best;
    }
}

/* A token of the settings, from the file that has it; *content is the class's default otherwise. */
static enum status find_named(const struct reading *reading, enum named which, struct json_object **value,
                              const char **content, const char **path, struct error *error)
{
    static const char end[] = "<|endoftext|>";
    static const char *const defaults[FILES_CLASSES][NAMED] = {
        {end, end, end, NULL, NULL, NULL, NULL},
        {"<s>", "</s>", "<unk>", "</s>", "<pad>", "<s>", "<mask>"},
        {NULL, end, end, NULL, end, NULL, NULL},
    };
    *value = NULL;
    *path = reading->map_path;
    if (reading->map != NULL && !reading->has_decoder)
        *value = folder_json_member(reading->map, named_keys[which]);
    if (*value == NULL && reading->config != NULL) {
        *value = folder_json_member(reading->config, named_keys[which]);
        *path = reading->config_path;
    }
    *content = *value == NULL ? defaults[reading->class][which] : folder_json_token(*value);
    if (*value != NULL && (*content == NULL || (*content)[0] == '\0'))
        return error_set(error, STATUS_BAD_INPUT, "%s: %s: a token is needed", *path, named_keys[which]);
    return STATUS_OK;
}

static enum status read_named(struct reading *reading, int32_t ids[NAMED], struct error *error)
{
    for (int i = 0; i < NAMED; i++) {
        struct json_object *value;
        const char *content, *path;
        ids[i] = TOKEN_NONE;
        TRY(find_named(reading, (enum named)i, &value, &content, &path, error));
        if (content == NULL) continue;
        const struct literal_token *held =
            literal_tokens_find(&reading->bpe->added, content, strlen(content));
        if (held == NULL) {
            struct literal_token token = {.content = (char *)(uintptr_t)content, .length = strlen(content)};
            if (json_object_is_type(value, json_type_object))
                TRY(fast_settings_token(value, path, &token, error));
            token.id = TOKEN_NONE;
            token.normalized = false;
            TRY(byte_bpe_add_token(reading->bpe, &token, path, error));
            held = literal_tokens_find(&reading->bpe->added, content, strlen(content));
        }
        ids[i] = held->id;
    }
    return STATUS_OK;
}

static enum status check_lists(const struct reading *reading, const struct json_object *object,
                               const char *path, struct error *error)
{
    static const char *const lists[] = {"additional_special_tokens", "extra_special_tokens"};
    for (size_t i = 0; object != NULL && i < sizeof lists / sizeof *lists; i++) {
        struct json_object *list = folder_json_member(object, lists[i]);
        size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
        bool known = list == NULL || json_object_is_type(list, json_type_array);
        for (size_t j = 0; j < count; j++) {
            const char *content = folder_json_token(json_object_array_get_idx(list, j));
            known = known && content != NULL &&
                    literal_tokens_find(&reading->bpe->added, content, strlen(content)) != NULL;
        }
        if (!known)
            return error_set(error, STATUS_UNSUPPORTED,
                             "%s: %s has tokens that are in no list with ids; added_tokens_decoder is needed",
                             path, lists[i]);
    }
    return STATUS_OK;
}

static struct frame_part part_of(int32_t first, int32_t second)
{
    struct frame_part part = {0};
    if (first != TOKEN_NONE) part.ids[part.count++] = first;
    if (second != TOKEN_NONE) part.ids[part.count++] = second;
    return part;
}

/* RoBERTa's is RobertaProcessing; that of the others is what add_bos_token and add_eos_token (default false)
 * say. */
static enum status read_frame(const struct reading *reading, const int32_t ids[NAMED],
                              struct token_frame *frame, struct error *error)
{
    static const char *const switches[] = {"add_bos_token", "add_eos_token"};
    const bool roberta = reading->class == FILES_ROBERTA;
    bool on[2] = {false, false};
    for (int i = 0; i < 2 && reading->config != NULL; i++) {
        TRY(folder_json_bool(reading->config, reading->config_path, switches[i], &on[i], error));
        if (roberta && folder_json_member(reading->config, switches[i]) != NULL)
            return error_set(error, STATUS_UNSUPPORTED, "%s: %s is not supported with RobertaTokenizer",
                             reading->config_path, switches[i]);
    }
    const int32_t first = roberta ? ids[NAMED_CLS] : on[0] ? ids[NAMED_BOS] : TOKEN_NONE;
    const int32_t last = roberta ? ids[NAMED_SEP] : on[1] ? ids[NAMED_EOS] : TOKEN_NONE;
    *frame = (struct token_frame){.before = part_of(first, TOKEN_NONE),
                                  .after = part_of(last, TOKEN_NONE),
                                  .pair_before = part_of(first, TOKEN_NONE),
                                  .between = roberta ? part_of(last, last) : part_of(last, first),
                                  .pair_after = part_of(last, TOKEN_NONE),
                                  .second_type = roberta ? 0 : 1,
                                  .between_type = 0};
    if (!roberta && on[0] && on[1])
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: add_bos_token and add_eos_token at once are not supported",
                         reading->config_path);
    if (!roberta && on[0]) frame->between_type = 1;
    return STATUS_OK;
}

static enum status read_switches(const struct reading *reading, bool *prefix_space, struct error *error)
{
    const char *path = reading->config_path, *side;
    bool split = false;
    if (reading->config == NULL) return STATUS_OK;
    TRY(folder_json_bool(reading->config, path, "add_prefix_space", prefix_space, error));
    TRY(folder_json_bool(reading->config, path, "split_special_tokens", &split, error));
    TRY(folder_json_string(reading->config, path, "truncation_side", &side, error));
    if (split || (side != NULL && strcmp(side, "right") != 0))
        return error_set(error, STATUS_UNSUPPORTED, "%s: %s is not supported", path,
                         split ? "split_special_tokens = true" : "truncation_side other than \"right\"");
    return STATUS_OK;
}

static enum status read_all(const char *folder, struct reading *reading, struct tokenizer_kind *kind,
                            struct error *error)
{
    TRY(folder_json_read(folder, "tokenizer_config.json", reading->config_path, &reading->config, error));
    TRY(folder_json_read(folder, "special_tokens_map.json", reading->map_path, &reading->map, error));
    TRY(folder_json_read(folder, "added_tokens.json", reading->added_path, &reading->added, error));
    TRY(read_class(folder, reading, error));
    bool prefix_space = false;
    TRY(read_switches(reading, &prefix_space, error));
    TRY(read_vocabulary(folder, reading->bpe, error));
    TRY(read_merges(folder, &reading->bpe->pairs, error));
    reading->bpe->nfc = reading->class == FILES_QWEN2;
    if (reading->class == FILES_QWEN2)
        TRY(pre_tokenizer_qwen2(prefix_space, &reading->bpe->pre_tokenizer, error));
    else
        TRY(pre_tokenizer_gpt2(prefix_space, &reading->bpe->pre_tokenizer, error));
    struct json_object *decoder =
        reading->config == NULL ? NULL : folder_json_member(reading->config, "added_tokens_decoder");
    reading->has_decoder = json_object_is_type(decoder, json_type_object);
    if (reading->has_decoder)
        TRY(read_listed(reading, decoder, reading->config_path, true, error));
    else if (reading->added != NULL)
        TRY(read_listed(reading, reading->added, reading->added_path, false, error));
    int32_t ids[NAMED];
    TRY(read_named(reading, ids, error));
    TRY(check_lists(reading, reading->config, reading->config_path, error));
    if (!reading->has_decoder) TRY(check_lists(reading, reading->map, reading->map_path, error));
    struct token_frame frame;
    TRY(read_frame(reading, ids, &frame, error));
    TRY(byte_bpe_finish(reading->bpe, &frame, folder, kind, error));
    kind->class_name = class_names[reading->class][0];
    return STATUS_OK;
}

enum status byte_bpe_files_open(const char *folder, struct tokenizer_kind *kind, struct error *error)
{
    struct reading reading = {.bpe = memory_zeroed(1, sizeof *reading.bpe)};
    if (reading.bpe == NULL) return error_no_memory(error, sizeof *reading.bpe);
    enum status status = read_all(folder, &reading, kind, error);
    json_object_put(reading.config);
    json_object_put(reading.map);
    json_object_put(reading.added);
    if (status != STATUS_OK) byte_bpe_free(reading.bpe);
    return status;
}
