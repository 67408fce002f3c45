#include "trainer/text/sentencepiece.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "trainer/text/charsmap.h"
#include "trainer/text/folder_json.h"
#include "trainer/text/piece_json.h"
#include "trainer/text/piece_pairs.h"
#include "trainer/text/sentencepiece_config.h"
#include "trainer/text/sentencepiece_json.h"
#include "trainer/text/sentencepiece_model.h"
#include "trainer/text/sentencepiece_vocabulary.h"
#include "trainer/text/unicode.h"

#include <limits.h>
#include <string.h>

static const char SPACE_SIGN[] = "\342\226\201"; /* U+2581 */
enum { SPACE_SIGN_BYTES = 3 };

struct sentencepiece {
    struct sentencepiece_rules rules; /* `id` of the added tokens is now the vocabulary's */
    struct piece_file file;
    struct charsmap charsmap;
    bool has_charsmap;
    struct sentencepiece_model *model; /* NULL where `pairs` merges */
    struct piece_pairs pairs;          /* BPE of a tokenizer.json */
    int vocabulary;
};

/* What is needed while one text is encoded. */
struct encoder {
    const struct sentencepiece *tokenizer;
    struct token_ids *ids;
    struct text plain, piece; /* reused */
    struct byte_pairs_work merging;
};

static bool starts_with_sign(const char *text, size_t length)
{
    return length >= SPACE_SIGN_BYTES && memcmp(text, SPACE_SIGN, SPACE_SIGN_BYTES) == 0;
}

static enum status encode_piece(struct encoder *encoder, struct error *error)
{
    TRY(text_status(&encoder->piece, error));
    if (encoder->tokenizer->model == NULL)
        return piece_pairs_encode(&encoder->tokenizer->pairs, &encoder->merging, text_string(&encoder->piece),
                                  encoder->piece.length, encoder->ids, error);
    return sentencepiece_model_encode(encoder->tokenizer->model, text_string(&encoder->piece),
                                      encoder->piece.length, encoder->ids, error);
}

/* A stretch between special tokens, Llama: whole, with signs for spaces. */
static enum status encode_stretch(struct encoder *encoder, const char *text, size_t length, bool first,
                                  struct error *error)
{
    enum prefix_rule rule = encoder->tokenizer->rules.prefix;
    bool spaced = text[0] == ' ' || starts_with_sign(text, length);
    text_clear(&encoder->piece);
    if (rule == PREFIX_ALWAYS || (!spaced && (rule == PREFIX_EACH || (rule == PREFIX_FIRST && first))))
        text_add(&encoder->piece, SPACE_SIGN);
    for (size_t at = 0; at < length;) {
        const char *space = memchr(text + at, ' ', length - at);
        size_t run = space == NULL ? length - at : (size_t)(space - text) - at;
        text_add_bytes(&encoder->piece, text + at, run);
        if (space != NULL) text_add(&encoder->piece, SPACE_SIGN);
        at += run + (space != NULL ? 1 : 0);
    }
    return encode_piece(encoder, error);
}

/* A word without white space, unigram: cut before each sign. */
static enum status encode_word(struct encoder *encoder, const char *word, size_t length, struct error *error)
{
    text_clear(&encoder->piece);
    if (encoder->tokenizer->rules.prefix != PREFIX_NEVER && !starts_with_sign(word, length))
        text_add(&encoder->piece, SPACE_SIGN);
    for (size_t begin = 0; begin < length;) {
        size_t end = begin + 1;
        while (end < length && !starts_with_sign(word + end, length - end))
            end++;
        text_add_bytes(&encoder->piece, word + begin, end - begin);
        TRY(encode_piece(encoder, error));
        text_clear(&encoder->piece);
        begin = end;
    }
    return STATUS_OK;
}

/* A stretch without tokens, unigram, behind the normaliser. */
static enum status encode_words(struct encoder *encoder, const char *text, size_t length, struct error *error)
{
    size_t begin = 0;
    for (size_t at = 0; at < length;) {
        int32_t point;
        bool valid;
        size_t used = unicode_decode(text + at, length - at, &point, &valid);
        if (unicode_is_white(point)) {
            if (at > begin) TRY(encode_word(encoder, text + begin, at - begin, error));
            begin = at + used;
        }
        at += used;
    }
    return length > begin ? encode_word(encoder, text + begin, length - begin, error) : STATUS_OK;
}

/* A stretch of the text, from `from` of it on, that is behind the normaliser: tokens that are `normalized`,
 * and what lies between. */
static enum status encode_normalized(struct encoder *encoder, const char *text, size_t length, size_t from,
                                     struct error *error)
{
    const struct sentencepiece_rules *rules = &encoder->tokenizer->rules;
    for (size_t at = 0; at < length;) {
        struct literal_piece found = literal_tokens_next(&rules->added, true, text, length, at);
        if (found.token != NULL)
            TRY(token_ids_add(encoder->ids, found.token->id, error));
        else if (rules->class == SENTENCEPIECE_LLAMA)
            TRY(encode_stretch(encoder, text + at, found.end - at, from + at == 0, error));
        else
            TRY(encode_words(encoder, text + at, found.end - at, error));
        at = found.end;
    }
    return STATUS_OK;
}

/* Find tokens that are not `normalized`; normalise what lies between. */
static enum status encode_text(struct encoder *encoder, const char *text, size_t length, struct error *error)
{
    const struct sentencepiece *tokenizer = encoder->tokenizer;
    for (size_t at = 0; at < length;) {
        struct literal_piece found = literal_tokens_next(&tokenizer->rules.added, false, text, length, at);
        const char *stretch = text + at;
        size_t bytes = found.end - at;
        if (found.token == NULL && tokenizer->has_charsmap) {
            text_clear(&encoder->plain);
            charsmap_apply(&tokenizer->charsmap, stretch, bytes, &encoder->plain);
            TRY(text_status(&encoder->plain, error));
            stretch = text_string(&encoder->plain);
            bytes = encoder->plain.length;
        }
        if (found.token != NULL)
            TRY(token_ids_add(encoder->ids, found.token->id, error));
        else
            TRY(encode_normalized(encoder, stretch, bytes, at, error));
        at = found.end;
    }
    return STATUS_OK;
}

static enum status append(const void *state, const char *text, size_t length, struct token_ids *ids,
                          struct error *error)
{
    struct encoder encoder = {.tokenizer = state, .ids = ids};
    enum status status = encode_text(&encoder, text, length, error);
    text_free(&encoder.plain);
    text_free(&encoder.piece);
    byte_pairs_work_free(&encoder.merging);
    return status;
}

static void close(void *state)
{
    struct sentencepiece *tokenizer = state;
    sentencepiece_model_close(tokenizer->model);
    piece_file_free(&tokenizer->file);
    piece_pairs_free(&tokenizer->pairs);
    sentencepiece_rules_free(&tokenizer->rules);
    memory_free(tokenizer);
}

static struct frame_part named(const struct sentencepiece *tokenizer, enum named_token name, bool wanted)
{
    const char *content = tokenizer->rules.names[name];
    if (!wanted || content == NULL) return (struct frame_part){.count = 0};
    const struct literal_token *token =
        literal_tokens_find(&tokenizer->rules.added, content, strlen(content));
    return (struct frame_part){.ids = {token->id}, .count = 1};
}

static struct frame_part both(struct frame_part first, struct frame_part second)
{
    for (int i = 0; i < second.count; i++)
        first.ids[first.count++] = second.ids[i];
    return first;
}

static struct token_frame frame_of(const struct sentencepiece *tokenizer)
{
    const struct sentencepiece_rules *rules = &tokenizer->rules;
    const bool llama = rules->class == SENTENCEPIECE_LLAMA;
    const struct frame_part bos = named(tokenizer, NAMED_BOS, !llama || rules->add_bos);
    const struct frame_part eos = named(tokenizer, NAMED_EOS, !llama || rules->add_eos);
    return (struct token_frame){.before = bos,
                                .after = eos,
                                .pair_before = bos,
                                .between = both(eos, llama ? bos : eos),
                                .pair_after = eos,
                                .second_type = 0};
}

static const char *const class_names[] = {[SENTENCEPIECE_LLAMA] = "LlamaTokenizer",
                                          [SENTENCEPIECE_XLM_ROBERTA] = "XLMRobertaTokenizer",
                                          [SENTENCEPIECE_CAMEMBERT] = "CamembertTokenizer"};

enum status sentencepiece_is_there(const char *folder, bool *there, struct error *error)
{
    static const char *const names[] = {"tokenizer.model", "sentencepiece.bpe.model", "spiece.model"};
    *there = false;
    for (size_t i = 0; !*there && i < sizeof names / sizeof *names; i++) {
        char path[PATH_MAX];
        TRY(file_join(folder, names[i], path, sizeof path, error));
        *there = file_exists(path);
    }
    return STATUS_OK;
}

/* transformers seeks a token that is `normalized` as the normaliser writes it. */
static enum status check_normalized(const struct sentencepiece *tokenizer, struct error *error)
{
    const struct literal_tokens *added = &tokenizer->rules.added;
    struct text plain = {0};
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < added->count; i++) {
        const struct literal_token *token = &added->tokens[i];
        if (!token->normalized) continue;
        text_clear(&plain);
        charsmap_apply(&tokenizer->charsmap, token->content, token->length, &plain);
        status = text_status(&plain, error);
        if (status == STATUS_OK &&
            (plain.length != token->length || memcmp(plain.data, token->content, plain.length) != 0))
            status = error_set(error, STATUS_UNSUPPORTED,
                               "%s: changes the token \"%s\", which has normalized = true; that is not "
                               "supported",
                               tokenizer->rules.model_path, token->content);
    }
    text_free(&plain);
    return status;
}

static enum status read_json_pieces(struct sentencepiece *tokenizer, const char *folder, struct error *error)
{
    struct piece_file *file = &tokenizer->file;
    struct sentencepiece_rules *rules = &tokenizer->rules;
    struct json_object *object;
    char path[PATH_MAX];
    TRY(folder_json_read(folder, "tokenizer.json", path, &object, error));
    if (object == NULL) return error_set(error, STATUS_BAD_INPUT, "%s: no such file", path);
    enum status status;
    TRY_TO(done, piece_json_read(object, path, rules, &tokenizer->pairs, file, error));
    TRY_TO(done, sentencepiece_vocabulary(file, rules, &tokenizer->vocabulary, error));
    const struct token_frame frame = frame_of(tokenizer);
    if (rules->frame_from_json) status = piece_json_check_frame(object, path, &frame, error);
done:
    json_object_put(object);
    return status;
}

/* The pieces of the model file or of tokenizer.json, each at the place of its id. */
static enum status read_pieces(struct sentencepiece *tokenizer, const char *folder, struct error *error)
{
    struct piece_file *file = &tokenizer->file;
    struct sentencepiece_rules *rules = &tokenizer->rules;
    if (rules->pieces_from_json) return read_json_pieces(tokenizer, folder, error);
    TRY(piece_file_read(rules->model_path, file, error));
    TRY(sentencepiece_vocabulary(file, rules, &tokenizer->vocabulary, error));
    return sentencepiece_json_check(folder, file->pieces, file->count, error);
}

/* The normalizer Prepend makes the tokens that are sought behind it others. */
static enum status check_prepended(const struct sentencepiece_rules *rules, struct error *error)
{
    for (int i = 0; rules->prefix == PREFIX_ALWAYS && i < rules->added.count; i++) {
        if (rules->added.tokens[i].normalized)
            return error_set(error, STATUS_UNSUPPORTED,
                             "%s: the token \"%s\" has normalized = true, which is not supported where the "
                             "normalizer of tokenizer.json is Prepend with Replace",
                             rules->model_path, rules->added.tokens[i].content);
    }
    return STATUS_OK;
}

enum status sentencepiece_open(const char *folder, struct tokenizer_kind *kind, struct error *error)
{
    *kind = (struct tokenizer_kind){0};
    struct sentencepiece *tokenizer = memory_zeroed(1, sizeof *tokenizer);
    if (tokenizer == NULL) return error_no_memory(error, sizeof *tokenizer);
    struct piece_file *file = &tokenizer->file;
    enum status status;
    TRY_TO(failed, sentencepiece_config_read(folder, &tokenizer->rules, error));
    TRY_TO(failed, check_prepended(&tokenizer->rules, error));
    TRY_TO(failed, read_pieces(tokenizer, folder, error));
    tokenizer->has_charsmap = file->charsmap != NULL;
    if (tokenizer->has_charsmap)
        TRY_TO(failed, charsmap_open(file->charsmap, file->charsmap_length, tokenizer->rules.model_path,
                                     &tokenizer->charsmap, error));
    if (tokenizer->has_charsmap) TRY_TO(failed, check_normalized(tokenizer, error));
    if (!tokenizer->rules.pieces_from_json || file->model == PIECE_MODEL_UNIGRAM)
        TRY_TO(failed, sentencepiece_model_open(file->pieces, file->count, file->model, file->byte_fallback,
                                                tokenizer->rules.model_path, &tokenizer->model, error));
    *kind = (struct tokenizer_kind){.state = tokenizer,
                                    .append = append,
                                    .close = close,
                                    .vocabulary = tokenizer->vocabulary,
                                    .unknown = file->unknown,
                                    .frame = frame_of(tokenizer),
                                    .class_name = class_names[tokenizer->rules.class]};
    return STATUS_OK;
failed:
    close(tokenizer);
    return status;
}
