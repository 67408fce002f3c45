#include "trainer/commands/classify.h"

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

enum status classify_open(const char *name, int count, char **arguments, bool labelled,
                          struct classify *classify, struct error *error)
{
    struct run_spec spec;
    *classify = (struct classify){.path = NULL};
    TRY(read_options(name, count, arguments, classify, &spec, error));
    TRY(trained_model_complete(&spec, error));
    const struct columns_asked asked = {.text = spec.text_column,
                                        .pair = spec.text_pair_column,
                                        .label = spec.label_column,
                                        .header = spec.header,
                                        .unlabelled = !labelled};
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
    if (counts->truncated > 0)
        fprintf(stderr, "%s: %d of %d texts were cut to %d tokens\n", program, counts->truncated,
                classify->table.count, classify->trained.spec.max_length);
    if (counts->replaced > 0)
        fprintf(stderr, "%s: %d of %d texts had invalid UTF-8, each wrong byte is taken as U+FFFD\n", program,
                counts->replaced, classify->table.count);
}
