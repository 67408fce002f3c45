#include "trainer/text/byte_bpe.h"

#include "base/memory.h"
#include "trainer/text/post_processor.h"
#include "trainer/text/unicode.h"

#include <string.h>

/* What one call of `append` works with. */
struct encoder {
    const struct byte_bpe *bpe;
    struct token_ids *ids;
    struct byte_pairs_work merging;
    struct pre_tokenizer_work cutting;
    struct text plain, composed;
    struct code_points points;
};

enum status byte_bpe_set_vocabulary(struct byte_bpe *bpe, const struct json_object *object, const char *path,
                                    const char *where, struct error *error)
{
    TRY(vocabulary_from_json(object, path, where, &bpe->vocabulary, error));
    bpe->count = bpe->vocabulary.count;
    return byte_pairs_open(&bpe->vocabulary, path, &bpe->pairs, error);
}

/* NFC of valid UTF-8 in `composed`. `plain` and `points` are working memory. */
static enum status compose(const char *text, size_t length, struct text *plain, struct code_points *points,
                           struct text *composed, struct error *error)
{
    text_clear(plain);
    text_clear(composed);
    text_add_bytes(plain, text, length);
    TRY(text_status(plain, error));
    TRY(unicode_normalize(plain, true, points, error));
    for (size_t i = 0; i < points->count; i++) {
        char bytes[UNICODE_UTF8_BYTES];
        text_add_bytes(composed, bytes, unicode_encode(points->values[i], bytes));
    }
    return text_status(composed, error);
}

/* How a token is looked for. */
static enum status sought(const struct byte_bpe *bpe, const char *content, bool normalized,
                          struct text *spelt, struct error *error)
{
    struct text plain = {0};
    struct code_points points = {0};
    enum status status;
    if (bpe->nfc && normalized) {
        status = compose(content, strlen(content), &plain, &points, spelt, error);
    } else {
        text_add(spelt, content);
        status = text_status(spelt, error);
    }
    text_free(&plain);
    code_points_free(&points);
    return status;
}

enum status byte_bpe_find_token(const struct byte_bpe *bpe, const char *content,
                                const struct literal_token **found, struct error *error)
{
    struct text spelt = {0};
    enum status status = sought(bpe, content, true, &spelt, error);
    *found = NULL;
    if (status == STATUS_OK) {
        *found = literal_tokens_find(&bpe->added, content, strlen(content));
        if (*found == NULL) *found = literal_tokens_find(&bpe->added, text_string(&spelt), spelt.length);
    }
    text_free(&spelt);
    return status;
}

static enum status add_spelt(struct byte_bpe *bpe, const struct literal_token *token, struct text *spelt,
                             const char *path, struct error *error)
{
    TRY(sought(bpe, token->content, token->normalized, spelt, error));
    int32_t id = vocabulary_find(&bpe->vocabulary, token->content, strlen(token->content));
    const bool is_new = id < 0;
    if (is_new) id = bpe->count;
    if (token->content[0] == '\0')
        return error_set(error, STATUS_BAD_INPUT, "%s: an added token is empty", path);
    if (literal_tokens_find(&bpe->added, text_string(spelt), spelt->length) != NULL)
        return error_set(error, STATUS_BAD_INPUT, "%s: the token \"%s\" is added twice", path,
                         token->content);
    if (token->id != TOKEN_NONE && token->id != id)
        return error_set(error, STATUS_BAD_INPUT, "%s: the added token \"%s\" has the id %d; %d is %s", path,
                         token->content, token->id, id,
                         is_new ? "the next one, and ids have no gaps" : "what the vocabulary gives it");
    struct literal_token added = *token;
    added.content = spelt->data;
    added.length = spelt->length;
    added.id = id;
    TRY(literal_tokens_add(&bpe->added, &added, error));
    if (is_new) bpe->count++;
    return STATUS_OK;
}

enum status byte_bpe_add_token(struct byte_bpe *bpe, const struct literal_token *token, const char *path,
                               struct error *error)
{
    struct text spelt = {0};
    enum status status = add_spelt(bpe, token, &spelt, path, error);
    text_free(&spelt);
    return status;
}

static enum status take_word(void *context, const char *word, size_t length, struct error *error)
{
    struct encoder *encoder = context;
    return byte_pairs_add_word(&encoder->bpe->pairs, &encoder->merging, word, length, encoder->ids, error);
}

/* A stretch in which no tokens are left to be found. */
static enum status encode_stretch(struct encoder *encoder, const char *text, size_t length,
                                  struct error *error)
{
    return pre_tokenizer_words(&encoder->bpe->pre_tokenizer, text, length, &encoder->cutting, take_word,
                               encoder, error);
}

/* A stretch behind the normalizer. */
static enum status encode_normalized(struct encoder *encoder, const char *text, size_t length,
                                     struct error *error)
{
    for (size_t at = 0; at < length;) {
        struct literal_piece found = literal_tokens_next(&encoder->bpe->added, true, text, length, at);
        if (found.token != NULL)
            TRY(token_ids_add(encoder->ids, found.token->id, error));
        else
            TRY(encode_stretch(encoder, text + found.begin, found.end - found.begin, error));
        at = found.end;
    }
    return STATUS_OK;
}

static enum status encode(struct encoder *encoder, const char *text, size_t length, struct error *error)
{
    for (size_t at = 0; at < length;) {
        struct literal_piece found = literal_tokens_next(&encoder->bpe->added, false, text, length, at);
        const char *stretch = text + found.begin;
        size_t bytes = found.end - found.begin;
        at = found.end;
        if (found.token != NULL) {
            TRY(token_ids_add(encoder->ids, found.token->id, error));
            continue;
        }
        if (encoder->bpe->nfc) {
            TRY(compose(stretch, bytes, &encoder->plain, &encoder->points, &encoder->composed, error));
            stretch = text_string(&encoder->composed);
            bytes = encoder->composed.length;
        }
        TRY(encode_normalized(encoder, stretch, bytes, error));
    }
    return STATUS_OK;
}

static enum status append(const void *state, const char *text, size_t length, struct token_ids *ids,
                          struct error *error)
{
    struct encoder encoder = {.bpe = state, .ids = ids};
    enum status status = encode(&encoder, text, length, error);
    text_free(&encoder.plain);
    text_free(&encoder.composed);
    code_points_free(&encoder.points);
    byte_pairs_work_free(&encoder.merging);
    pre_tokenizer_work_free(&encoder.cutting);
    return status;
}

void byte_bpe_free(struct byte_bpe *bpe)
{
    if (bpe == NULL) return;
    byte_pairs_free(&bpe->pairs);
    vocabulary_free(&bpe->vocabulary);
    pre_tokenizer_free(&bpe->pre_tokenizer);
    literal_tokens_free(&bpe->added);
    memory_free(bpe);
}

static void close(void *state)
{
    byte_bpe_free(state);
}

enum status byte_bpe_finish(struct byte_bpe *bpe, const struct token_frame *frame, const char *path,
                            struct tokenizer_kind *kind, struct error *error)
{
    TRY(token_frame_check(frame, bpe->count - bpe->spare, path, error));
    /* Every byte is a token, so nothing is unknown. */
    *kind = (struct tokenizer_kind){.state = bpe,
                                    .append = append,
                                    .close = close,
                                    .vocabulary = bpe->count - bpe->spare,
                                    .unknown = TOKEN_NONE,
                                    .frame = *frame};
    return STATUS_OK;
}
