#include "trainer/data/dataset.h"

#include "base/memory.h"
#include "trainer/data/duplicates.h"
#include "trainer/data/labels.h"
#include "trainer/data/split.h"
#include "trainer/data/table.h"

#include <stdio.h>

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

static void note_quoted(const struct parts *parts, struct dataset *dataset)
{
    const struct table *train = &parts->train_table, *validation = &parts->validation_table;
    dataset->quoted = train->quoted + validation->quoted;
    if (dataset->quoted > 0)
        snprintf(dataset->quoted_example, sizeof dataset->quoted_example, "line %d of the %s file",
                 train->quoted > 0 ? train->quoted_line : validation->quoted_line,
                 train->quoted > 0 ? "training" : "validation");
}

static enum status dataset_fill(const struct parts *parts, const struct run_spec *spec,
                                const struct tokenizer *tokenizer, struct dataset *dataset,
                                struct error *error)
{
    TRY(labels_collect(&parts->train, parts->train_path, &dataset->label_names, &dataset->classes, error));
    struct text_counts counts = {0};
    TRY(samples_tokenize(&parts->train, parts->train_path, tokenizer, spec->max_length, &dataset->train,
                         &counts, error));
    TRY(samples_tokenize(&parts->validation, parts->validation_path, tokenizer, spec->max_length,
                         &dataset->validation, &counts, error));
    dataset->truncated = counts.truncated;
    dataset->replaced = counts.replaced;
    dataset->tokens = counts.tokens;
    dataset->unknown = counts.unknown;
    TRY(labels_assign(&parts->train, parts->train_path, dataset->label_names, dataset->classes,
                      LABELS_OF_DATA, dataset->train.labels, error));
    TRY(labels_assign(&parts->validation, parts->validation_path, dataset->label_names, dataset->classes,
                      LABELS_OF_DATA, dataset->validation.labels, error));
    note_quoted(parts, dataset);
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
