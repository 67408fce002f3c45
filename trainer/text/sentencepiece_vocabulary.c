#include "trainer/text/sentencepiece_vocabulary.h"

#include "base/memory.h"
#include "trainer/text/tokenizer_kind.h"

#include <string.h>

enum { FAIRSEQ_UNKNOWN = 3 };

/* Control pieces and user defined ones are found in a text as they are written, whatever the files beside the
 * model say. */
static enum status add_own_tokens(const struct piece_file *file, struct sentencepiece_rules *rules,
                                  struct error *error)
{
    for (int i = 0; i < file->count; i++) {
        const struct piece *piece = &file->pieces[i];
        if (piece->type != PIECE_CONTROL && piece->type != PIECE_USER_DEFINED) continue;
        if (literal_tokens_find(&rules->added, piece->bytes, piece->length) != NULL) continue;
        /* Not written to: literal_tokens_add copies it. */
        const struct literal_token token = {
            .content = (char *)(uintptr_t)piece->bytes, .length = piece->length, .id = TOKEN_NONE};
        TRY(literal_tokens_add(&rules->added, &token, error));
    }
    return STATUS_OK;
}

/* Llama's pieces keep their ids. No text may become those that were found before it is cut. */
static enum status use_llama_pieces(struct piece_file *file, const struct sentencepiece_rules *rules,
                                    struct error *error)
{
    static const char space_sign[] = "\342\226\201"; /* U+2581 */
    const char *path = rules->model_path;
    if (file->model != PIECE_MODEL_BPE || !file->byte_fallback)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: of LlamaTokenizer's models those of type bpe with byte_fallback are supported",
                         path);
    if (file->charsmap != NULL)
        return error_set(error, STATUS_UNSUPPORTED,
                         "%s: has a normaliser (precompiled_charsmap), which LlamaTokenizer does not obey; "
                         "models with the identity are supported",
                         path);
    for (int i = 0; i < file->count; i++) {
        struct piece *piece = &file->pieces[i];
        if (piece->type == PIECE_UNUSED)
            return error_set(error, STATUS_UNSUPPORTED,
                             "%s: piece %d is of type unused, which is not supported", path, i);
        /* libsentencepiece fails at the first space: it makes a control piece of what is a piece of text */
        if (piece->type == PIECE_CONTROL && piece->length == sizeof space_sign - 1 &&
            memcmp(piece->bytes, space_sign, piece->length) == 0)
            return error_set(error, STATUS_UNSUPPORTED,
                             "%s: piece %d is the space's sign and of type control, which is not supported",
                             path, i);
        if (piece->type != PIECE_USER_DEFINED) continue;
        if (memmem(piece->bytes, piece->length, space_sign, sizeof space_sign - 1) != NULL)
            return error_set(error, STATUS_UNSUPPORTED,
                             "%s: piece %d is user defined and holds a space, which is not supported", path,
                             i);
        piece->type = PIECE_CONTROL;
    }
    return STATUS_OK;
}

/* fairseq's vocabulary, as transformers makes it from a unigram model: its own special tokens, the pieces
 * from the first that those do not stand for, <mask>. All of them can be found in a text but the unknown one.
 */
static enum status use_fairseq_pieces(struct piece_file *file, const struct sentencepiece_rules *rules,
                                      struct error *error)
{
    static const struct piece xlm_roberta[] = {
        {"<s>", 3, 0.0f, PIECE_NORMAL},
        {"<pad>", 5, 0.0f, PIECE_NORMAL},
        {"</s>", 4, 0.0f, PIECE_NORMAL},
        {"<unk>", 5, 0.0f, PIECE_UNKNOWN},
    };
    static const struct piece camembert[] = {
        {"<s>NOTUSED", 10, 0.0f, PIECE_NORMAL},      {"<pad>", 5, 0.0f, PIECE_NORMAL},
        {"</s>NOTUSED", 11, 0.0f, PIECE_NORMAL},     {"<unk>", 5, 0.0f, PIECE_UNKNOWN},
        {"<unk>NOTUSED", 12, -100.0f, PIECE_NORMAL},
    };
    const bool is_camembert = rules->class == SENTENCEPIECE_CAMEMBERT;
    const struct piece *first = is_camembert ? camembert : xlm_roberta;
    const int first_count = is_camembert ? 5 : 4, skipped = is_camembert ? 1 : 3;
    const char *path = rules->model_path;
    if (file->model != PIECE_MODEL_UNIGRAM || file->byte_fallback || file->unknown != 0 ||
        file->count < skipped)
        return error_set(
            error, STATUS_UNSUPPORTED,
            "%s: unigram models without byte_fallback, whose first piece is <unk>, are supported", path);
    const int count = first_count + file->count - skipped + 1;
    struct piece *pieces = memory_zeroed((size_t)count, sizeof *pieces);
    if (pieces == NULL) return error_no_memory(error, (size_t)count * sizeof *pieces);
    memcpy(pieces, first, (size_t)first_count * sizeof *pieces);
    for (int i = skipped; i < file->count; i++) {
        pieces[first_count + i - skipped] = file->pieces[i];
        pieces[first_count + i - skipped].type = PIECE_NORMAL;
    }
    pieces[count - 1] = (struct piece){"<mask>", 6, 0.0f, PIECE_NORMAL};
    memory_free(file->pieces);
    file->pieces = pieces;
    file->count = count;
    file->unknown = FAIRSEQ_UNKNOWN;
    return STATUS_OK;
}

/* Each added token's id: that of the piece of the same text, else the next one past the pieces. */
static enum status number_tokens(const struct piece_file *file, struct sentencepiece_rules *rules, int *size,
                                 struct error *error)
{
    struct literal_tokens *added = &rules->added;
    *size = file->count;
    for (int i = 0; i < added->count; i++) {
        struct literal_token *token = &added->tokens[i];
        int32_t id = TOKEN_NONE;
        for (int place = 0; id == TOKEN_NONE && place < file->count; place++) {
            const struct piece *piece = &file->pieces[place];
            if (piece->length == token->length && memcmp(piece->bytes, token->content, token->length) == 0)
                id = place;
        }
        if (id == TOKEN_NONE) id = (*size)++;
        if (token->id != TOKEN_NONE && token->id != id)
            return error_set(
                error, STATUS_UNSUPPORTED,
                "%s: the added token \"%s\" is said to have the id %d; by the vocabulary and the "
                "order of the added tokens it has %d",
                rules->model_path, token->content, (int)token->id, (int)id);
        token->id = id;
    }
    return STATUS_OK;
}

enum status sentencepiece_vocabulary(struct piece_file *file, struct sentencepiece_rules *rules, int *size,
                                     struct error *error)
{
    if (rules->pieces_from_json) return number_tokens(file, rules, size, error);
    TRY(add_own_tokens(file, rules, error));
    if (rules->class == SENTENCEPIECE_LLAMA)
        TRY(use_llama_pieces(file, rules, error));
    else
        TRY(use_fairseq_pieces(file, rules, error));
    return number_tokens(file, rules, size, error);
}
