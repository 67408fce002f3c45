#include "trainer/data/samples.h"

#include "base/memory.h"

#include <string.h>

/* Append one sample's tokens; *capacity is that of ids and types. */
static enum status add_tokens(struct samples *samples, int64_t *capacity, const struct encoding *encoding,
                              struct error *error)
{
    int64_t begin = samples->begin[samples->count], end = begin + encoding->length;
    if (end > *capacity) {
        int64_t wanted = end > 2 * *capacity ? end : 2 * *capacity;
        int32_t *ids = memory_resize(samples->ids, (size_t)wanted, sizeof *ids);
        if (ids == NULL) return error_no_memory(error, (size_t)wanted * sizeof *ids);
        samples->ids = ids;
        int32_t *types = memory_resize(samples->types, (size_t)wanted, sizeof *types);
        if (types == NULL) return error_no_memory(error, (size_t)wanted * sizeof *types);
        samples->types = types;
        *capacity = wanted;
    }
    memcpy(samples->ids + begin, encoding->ids, (size_t)encoding->length * sizeof *samples->ids);
    memcpy(samples->types + begin, encoding->types, (size_t)encoding->length * sizeof *samples->types);
    samples->count++;
    samples->begin[samples->count] = end;
    return STATUS_OK;
}

enum status samples_tokenize(const struct table_part *part, const char *path,
                             const struct tokenizer *tokenizer, int max_length, struct samples *samples,
                             struct text_counts *counts, struct error *error)
{
    const size_t count = (size_t)part->count;
    *samples = (struct samples){0};
    samples->begin = memory_zeroed(count + 1, sizeof *samples->begin);
    samples->labels = memory_zeroed(count, sizeof *samples->labels);
    samples->lines = memory_zeroed(count, sizeof *samples->lines);
    if (samples->begin == NULL || samples->labels == NULL || samples->lines == NULL)
        return error_no_memory(error, count * sizeof *samples->begin);
    struct encoding encoding = {0};
    int64_t capacity = 0;
    enum status status = STATUS_OK;
    for (int i = 0; i < part->count; i++) {
        const struct table_row *row = &part->table->rows[part->rows[i]];
        samples->lines[i] = row->line;
        TRY_TO(done, tokenizer_encode(tokenizer, row->text, row->text_length, row->pair, row->pair_length,
                                      max_length, &encoding, error));
        /* Tokenizers that frame nothing make nothing of an empty text, and a model needs a token to look at.
         */
        if (encoding.length == 0) {
            status = error_set(error, STATUS_BAD_INPUT,
                               "%s:%d: the text gives no token at all, and the tokenizer adds none", path,
                               row->line);
            goto done;
        }
        TRY_TO(done, add_tokens(samples, &capacity, &encoding, error));
        counts->truncated += encoding.truncated ? 1 : 0;
        counts->tokens += encoding.plain;
        counts->unknown += encoding.unknown;
        if (!encoding.replaced) continue;
        counts->replaced++;
        if (samples->replaced_line == 0) samples->replaced_line = row->line;
    }
done:
    encoding_free(&encoding);
    return status;
}

void text_counts_unknown(const struct text_counts *counts, struct text *sentence)
{
    if (counts->unknown * 20 <= counts->tokens) return;
    text_addf(
        sentence,
        "%.1f%% of the texts' tokens are [UNK]: the tokenizer's vocabulary has no name for those words or "
        "characters, so the model cannot tell them apart; a model with a vocabulary of the texts' language "
        "is needed",
        100.0 * (double)counts->unknown / (double)counts->tokens);
}

void samples_free(struct samples *samples)
{
    memory_free(samples->begin);
    memory_free(samples->ids);
    memory_free(samples->types);
    memory_free(samples->labels);
    memory_free(samples->lines);
    *samples = (struct samples){0};
}
