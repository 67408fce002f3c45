#include "trainer/text/tokenizer.h"

#include "base/file.h"
#include "base/memory.h"
#include "trainer/spec/model_folder.h"
#include "trainer/text/byte_bpe_files.h"
#include "trainer/text/sentencepiece.h"
#include "trainer/text/tokenizer_json.h"
#include "trainer/text/wordpiece.h"
#include "trainer/text/unicode.h"

#include <limits.h>

struct tokenizer {
    struct tokenizer_kind kind;
    int limit; /* ids of texts are below it; 0: not checked */
};

static enum status has_file(const char *folder, const char *name, bool *has, struct error *error)
{
    char path[PATH_MAX];
    TRY(file_join(folder, name, path, sizeof path, error));
    *has = file_exists(path);
    return STATUS_OK;
}

static enum status refuse_folder(const char *folder, struct error *error)
{
    struct text hint = {0};
    model_folder_hint(folder, &hint);
    enum status status = text_status(&hint, error);
    if (status == STATUS_OK)
        status = error_set(error, STATUS_BAD_INPUT,
                           "%s: no tokenizer; a vocab.txt (WordPiece), tokenizer.model or "
                           "sentencepiece.bpe.model (SentencePiece), tokenizer.json, or vocab.json with "
                           "merges.txt is needed%s",
                           folder, text_string(&hint));
    text_free(&hint);
    return status;
}

/* Open what the folder's files say: a SentencePiece model, a WordPiece vocab.txt, a tokenizer.json,
 * vocab.json with merges.txt, in this order. A vocab.txt beside a tokenizer.json of another kind is not the
 * tokenizer's. */
static enum status open_kind(const char *folder, struct tokenizer_kind *kind, struct error *error)
{
    bool pieces, words, json, merges;
    TRY(sentencepiece_is_there(folder, &pieces, error));
    if (pieces) return sentencepiece_open(folder, kind, error);
    TRY(has_file(folder, "vocab.txt", &words, error));
    TRY(has_file(folder, "tokenizer.json", &json, error));
    if (json) return tokenizer_json_open(folder, words, kind, error);
    if (words) return wordpiece_open(folder, kind, error);
    TRY(has_file(folder, "vocab.json", &json, error));
    TRY(has_file(folder, "merges.txt", &merges, error));
    if (json && merges) return byte_bpe_files_open(folder, kind, error);
    return refuse_folder(folder, error);
}

enum status tokenizer_open(const char *folder, struct tokenizer **tokenizer, struct error *error)
{
    *tokenizer = NULL;
    if (!file_is_directory(folder)) return model_folder_check(folder, error);
    struct tokenizer *opened = memory_zeroed(1, sizeof *opened);
    if (opened == NULL) return error_no_memory(error, sizeof *opened);
    bool json = false;
    enum status status = has_file(folder, "tokenizer.json", &json, error);
    if (status == STATUS_OK) status = open_kind(folder, &opened->kind, error);
    if (status != STATUS_OK) {
        memory_free(opened);
        return status;
    }
    if (json) opened->kind.class_name = NULL;
    *tokenizer = opened;
    return STATUS_OK;
}

void tokenizer_close(struct tokenizer *tokenizer)
{
    if (tokenizer == NULL) return;
    tokenizer->kind.close(tokenizer->kind.state);
    memory_free(tokenizer);
}

const char *tokenizer_class_name(const struct tokenizer *tokenizer)
{
    return tokenizer->kind.class_name;
}

int tokenizer_vocabulary(const struct tokenizer *tokenizer)
{
    return tokenizer->kind.vocabulary;
}

void tokenizer_limit(struct tokenizer *tokenizer, int vocab_size)
{
    tokenizer->limit = vocab_size;
}

static enum status check_ids(const struct tokenizer *tokenizer, const struct token_ids *ids,
                             struct error *error)
{
    for (size_t i = 0; tokenizer->limit > 0 && i < ids->count; i++) {
        if (ids->values[i] >= tokenizer->limit)
            return error_set(
                error, STATUS_BAD_INPUT,
                "a text has the padding token, whose id %d the model lacks: its vocab_size is %d",
                (int)ids->values[i], tokenizer->limit);
    }
    return STATUS_OK;
}

/* "longest_first" of transformers' fast tokenizers (tokenizers/src/utils/truncation.rs), to `room` tokens in
 * all: the longer text is cut first; when that is not enough each keeps half of the room, and an odd one
 * stays with the text that was longer, the second of two that were equally long. */
static void cut_pair(size_t room, size_t *first, size_t *second)
{
    size_t *shorter = *first > *second ? second : first, *longer = *first > *second ? first : second;
    if (*shorter > room / 2) *shorter = room / 2;
    *longer = room - *shorter;
}

static enum status encoding_reserve(struct encoding *encoding, size_t length, struct error *error)
{
    if (length <= (size_t)encoding->capacity) return STATUS_OK;
    int32_t *ids = memory_resize(encoding->ids, length, sizeof *ids);
    if (ids == NULL) return error_no_memory(error, length * sizeof *ids);
    encoding->ids = ids;
    int32_t *types = memory_resize(encoding->types, length, sizeof *types);
    if (types == NULL) return error_no_memory(error, length * sizeof *types);
    encoding->types = types;
    encoding->capacity = (int)length;
    return STATUS_OK;
}

static void put(struct encoding *encoding, const int32_t *ids, size_t count, int32_t type)
{
    for (size_t i = 0; i < count; i++) {
        encoding->ids[encoding->length] = ids[i];
        encoding->types[encoding->length] = type;
        encoding->length++;
    }
}

static void put_part(struct encoding *encoding, const struct frame_part *part, int32_t type)
{
    put(encoding, part->ids, (size_t)part->count, type);
}

void tokenizer_drop_frame(struct tokenizer *tokenizer)
{
    tokenizer->kind.frame = (struct token_frame){.second_type = tokenizer->kind.frame.second_type};
}

int tokenizer_frame(const struct tokenizer *tokenizer, bool pair)
{
    const struct token_frame *frame = &tokenizer->kind.frame;
    return pair ? frame->pair_before.count + frame->between.count + frame->pair_after.count
                : frame->before.count + frame->after.count;
}

/* The kinds read valid UTF-8 only: each bad byte becomes U+FFFD. */
static enum status append(const struct tokenizer_kind *kind, const char *text, size_t length,
                          struct token_ids *ids, bool *replaced, struct error *error)
{
    if (unicode_is_valid(text, length)) return kind->append(kind->state, text, length, ids, error);
    struct text repaired = {0};
    *replaced = true;
    unicode_repair(text, length, &repaired);
    enum status status = text_status(&repaired, error);
    if (status == STATUS_OK)
        status = kind->append(kind->state, text_string(&repaired), repaired.length, ids, error);
    text_free(&repaired);
    return status;
}

enum status tokenizer_encode(const struct tokenizer *tokenizer, const char *text, size_t length,
                             const char *pair, size_t pair_length, int max_length, struct encoding *encoding,
                             struct error *error)
{
    const struct tokenizer_kind *kind = &tokenizer->kind;
    const struct token_frame *frame = &kind->frame;
    const int added = tokenizer_frame(tokenizer, pair != NULL);
    if (max_length < added)
        return error_set(error, STATUS_USAGE,
                         "max_length is %d; at least %d is needed for the special tokens", max_length, added);
    encoding->length = encoding->plain = encoding->unknown = 0;
    encoding->truncated = encoding->replaced = false;
    struct token_ids ids = {0};
    enum status status;
    TRY_TO(done, append(kind, text, length, &ids, &encoding->replaced, error));
    size_t first = ids.count, second_begin = ids.count;
    if (pair != NULL) TRY_TO(done, append(kind, pair, pair_length, &ids, &encoding->replaced, error));
    TRY_TO(done, check_ids(tokenizer, &ids, error));
    size_t second = ids.count - second_begin, room = (size_t)(max_length - added);
    if (first + second > room) {
        encoding->truncated = true;
        if (pair == NULL)
            first = room;
        else
            cut_pair(room, &first, &second);
    }
    TRY_TO(done, encoding_reserve(encoding, first + second + (size_t)added, error));
    encoding->plain = (int)(first + second);
    put_part(encoding, pair == NULL ? &frame->before : &frame->pair_before, 0);
    put(encoding, ids.values, first, 0);
    if (pair == NULL)
        put_part(encoding, &frame->after, 0);
    else
        put_part(encoding, &frame->between, frame->between_type);
    if (pair != NULL) {
        /* Without any id there is no array to point into. */
        if (second > 0) put(encoding, ids.values + second_begin, second, frame->second_type);
        put_part(encoding, &frame->pair_after, frame->second_type);
    }
    if (kind->unknown != TOKEN_NONE) {
        for (int i = 0; i < encoding->length; i++)
            encoding->unknown += encoding->ids[i] == kind->unknown ? 1 : 0;
    }
done:
    token_ids_free(&ids);
    return status;
}

void encoding_free(struct encoding *encoding)
{
    memory_free(encoding->ids);
    memory_free(encoding->types);
    *encoding = (struct encoding){0};
}
