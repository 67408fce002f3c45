#include "trainer/commands/classify.h"

#include "base/file.h"
#include "trainer/commands/command.h"
#include "trainer/commands/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static enum status read_options(const char *name, int count, char **arguments, struct classify *classify,
                                struct run_spec *spec, struct error *error)
{
    const struct option options[] = {{"--text-column", .section = "data"},
                                     {"--text-pair-column", .section = "data"},
                                     {"--label-column", .section = "data"},
                                     {"--header", .section = "data"},
                                     {"--max-length", .section = "data"},
                                     {"--batch-size", .section = "training"},
                                     {"--threads", .section = "run"},
                                     {"--isa", .section = "run"},
                                     {"--device", .section = "run"},
                                     {"--json", .mark = &classify->json},
                                     {.name = NULL}};
    int words = 0;
    trained_model_defaults(spec);
    TRY(options_read(options, count, arguments, spec, &words, error));
    if (words != 2)
        return error_set(error, STATUS_USAGE, "%s: needs a model's folder and a file of rows", name);
    if (strlen(arguments[0]) >= sizeof spec->model_path)
        return error_set(error, STATUS_USAGE, "%s: the folder's name is too long", name);
    snprintf(spec->model_path, sizeof spec->model_path, "%s", arguments[0]);
    classify->path = arguments[1];
    return STATUS_OK;
}

/* Which names of columns the model's folder has said, as nobody gave them. */
static int spoken(const struct run_spec *given, const struct run_spec *complete)
{
    return COLUMNS_BY_OPTIONS |
           (strcmp(given->text_column, complete->text_column) == 0 ? 0 : COLUMNS_TEXT_SAVED) |
           (strcmp(given->text_pair_column, complete->text_pair_column) == 0 ? 0 : COLUMNS_PAIR_SAVED) |
           (strcmp(given->label_column, complete->label_column) == 0 ? 0 : COLUMNS_LABEL_SAVED);
}

/* A text in the place of the file is a mistake that is easily made. */
static enum status check_path(const char *path, struct error *error)
{
    if (strcmp(path, "-") == 0 || file_exists(path)) return STATUS_OK;
    return error_set(error, STATUS_USAGE,
                     "%s: does not exist; a file of rows is needed, or - for texts on standard input", path);
}

enum status classify_open(const char *name, int count, char **arguments, bool labelled,
                          struct classify *classify, struct error *error)
{
    struct run_spec spec;
    *classify = (struct classify){.path = NULL};
    TRY(read_options(name, count, arguments, classify, &spec, error));
    const struct run_spec given = spec;
    TRY(trained_model_complete(&spec, error));
    const struct columns_asked asked = {.text = spec.text_column,
                                        .pair = spec.text_pair_column,
                                        .label = spec.label_column,
                                        .header = spec.header,
                                        .unlabelled = !labelled,
                                        .spoken = spoken(&given, &spec)};
    TRY(check_path(classify->path, error));
    if (strcmp(classify->path, "-") != 0) {
        TRY(table_read(classify->path, &asked, &classify->table, error));
    } else {
        classify->path = "standard input";
        TRY(table_read_input(&asked, &classify->table, error));
    }
    TRY(trained_model_open(&spec, &classify->trained, error));
    command_catch_signals();
    return STATUS_OK;
}

void classify_close(struct classify *classify)
{
    table_free(&classify->table);
    trained_model_close(&classify->trained);
}

void classify_warn(const struct classify *classify)
{
    const struct text_counts *counts = &classify->counts;
    const char *program = program_invocation_short_name;
    const struct table *table = &classify->table;
    struct text sentence = {0};
    if (classify->trained.choice.remarkable)
        fprintf(stderr, "%s: the CPU computes, with the same bits: %s\n", program,
                classify->trained.choice.reason);
    if (counts->truncated > 0)
        fprintf(stderr, "%s: %d of %d %s cut to %d tokens\n", program, counts->truncated, table->count,
                table->count == 1 ? "text was" : "texts were", classify->trained.spec.max_length);
    if (counts->replaced > 0)
        fprintf(stderr, "%s: %d of %d text%s had invalid UTF-8, each wrong byte is taken as U+FFFD\n",
                program, counts->replaced, table->count, table->count == 1 ? "" : "s");
    if (table->quoted > 0)
        fprintf(
            stderr,
            "%s: %d of %d text%s in quotes, the first in line %d; a .tsv has no quoting here, so they are "
            "part of the text\n",
            program, table->quoted, table->count, table->count == 1 ? " is" : "s are", table->quoted_line);
    text_counts_unknown(counts, &sentence);
    if (sentence.length > 0) fprintf(stderr, "%s: %s\n", program, text_string(&sentence));
    text_free(&sentence);
}
