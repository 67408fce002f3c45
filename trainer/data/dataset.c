#include "trainer/data/dataset.h"

#include "base/memory.h"
#include "trainer/data/duplicates.h"
#include "trainer/data/labels.h"
#include "trainer/data/split.h"
#include "trainer/data/table.h"

#include <stdio.h>
#include <string.h>

/* The two parts of a run's data before they are tokenized. */
struct parts {
    struct table train_table, validation_table; /* the second is empty when rows are held out of the first */
    struct split train_rows, validation_rows;   /* of those tables */
    struct table_part train, validation;
    const char *train_path, *validation_path; /* where each part's rows stand */
};

static void parts_free(struct parts *parts)
{
    table_free(&parts->train_table);
    table_free(&parts->validation_table);
    split_free(&parts->train_rows);
    split_free(&parts->validation_rows);
}

static enum status parts_read(const struct run_spec *spec, struct parts *parts, struct error *error)
{
    const struct columns_asked asked = {.text = spec->text_column,
                                        .pair = spec->text_pair_column,
                                        .label = spec->label_column,
                                        .header = spec->header};
    const struct table *table = &parts->train_table;
    parts->train_path = parts->validation_path = spec->train_path;
    TRY(table_read(spec->train_path, &asked, &parts->train_table, error));
    if (table->count < 2)
        return error_set(error, STATUS_BAD_INPUT, "%s: one row only; at least 2 are needed",
                         spec->train_path);
    if (spec->validation_path[0] == '\0') {
        TRY(split_draw(table->count, spec->validation_fraction, spec->split_seed, &parts->train_rows, error));
        parts->validation =
            (struct table_part){table, parts->train_rows.validation, parts->train_rows.validation_count};
    } else {
        parts->validation_path = spec->validation_path;
        TRY(split_none(table->count, &parts->train_rows, error));
        TRY(table_read(spec->validation_path, &asked, &parts->validation_table, error));
        TRY(split_none(parts->validation_table.count, &parts->validation_rows, error));
        parts->validation = (struct table_part){&parts->validation_table, parts->validation_rows.train,
                                                parts->validation_rows.train_count};
    }
    parts->train = (struct table_part){table, parts->train_rows.train, parts->train_rows.train_count};
    return STATUS_OK;
}

static void samples_free(struct samples *samples)
{
    memory_free(samples->begin);
    memory_free(samples->ids);
    memory_free(samples->types);
    memory_free(samples->labels);
    memory_free(samples->lines);
    *samples = (struct samples){0};
}

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

static enum status samples_tokenize(const struct table_part *part, const char *path,
                                    const struct tokenizer *tokenizer, int max_length,
                                    struct samples *samples, struct dataset *dataset, struct error *error)
{
    const size_t count = (size_t)part->count;
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
        dataset->truncated += encoding.truncated ? 1 : 0;
        dataset->tokens += encoding.plain;
        dataset->unknown += encoding.unknown;
        if (!encoding.replaced) continue;
        dataset->replaced++;
        if (samples->replaced_line == 0) samples->replaced_line = row->line;
    }
done:
    encoding_free(&encoding);
    return status;
}

static enum status note_duplicates(const struct parts *parts, struct dataset *dataset, struct error *error)
{
    struct duplicates found;
    TRY(duplicates_find(&parts->train, &parts->validation, &found, error));
    dataset->duplicates = found.across;
    dataset->duplicates_within = found.within;
    if (found.across > 0)
        snprintf(dataset->duplicate_example, sizeof dataset->duplicate_example,
                 "validation line %d has the text of training line %d", found.validation_line,
                 found.train_line);
    return STATUS_OK;
}

static enum status dataset_fill(const struct parts *parts, const struct run_spec *spec,
                                const struct tokenizer *tokenizer, struct dataset *dataset,
                                struct error *error)
{
    TRY(labels_collect(&parts->train, parts->train_path, &dataset->label_names, &dataset->classes, error));
    TRY(samples_tokenize(&parts->train, parts->train_path, tokenizer, spec->max_length, &dataset->train,
                         dataset, error));
    TRY(samples_tokenize(&parts->validation, parts->validation_path, tokenizer, spec->max_length,
                         &dataset->validation, dataset, error));
    TRY(labels_assign(&parts->train, parts->train_path, dataset->label_names, dataset->classes,
                      dataset->train.labels, error));
    TRY(labels_assign(&parts->validation, parts->validation_path, dataset->label_names, dataset->classes,
                      dataset->validation.labels, error));
    return note_duplicates(parts, dataset, error);
}

enum status dataset_load(const struct run_spec *spec, const struct tokenizer *tokenizer,
                         struct dataset *dataset, struct error *error)
{
    *dataset = (struct dataset){0};
    struct parts parts = {0};
    enum status status;
    TRY_TO(done, parts_read(spec, &parts, error));
    TRY_TO(done, dataset_fill(&parts, spec, tokenizer, dataset, error));
done:
    parts_free(&parts);
    if (status != STATUS_OK) dataset_free(dataset);
    return status;
}

void dataset_free(struct dataset *dataset)
{
    samples_free(&dataset->train);
    samples_free(&dataset->validation);
    labels_free(dataset->label_names, dataset->classes);
    *dataset = (struct dataset){0};
}
