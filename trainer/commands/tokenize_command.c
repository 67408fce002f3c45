#include "base/file.h"
#include "base/lines.h"
#include "trainer/commands/command.h"
#include "trainer/commands/options.h"
#include "trainer/text/tokenizer.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 1 << 20 };

struct asked {
    struct tokenizer *tokenizer;
    int max_length;
    bool pairs;
    struct encoding encoding; /* reused from text to text */
    struct text line;         /* likewise */
    long number;              /* of the text, or pair, 1 first */
};

/* The ids of a text, or of a pair, as one line. */
static enum status print_ids(struct asked *asked, const char *text, size_t length, const char *pair,
                             size_t pair_length, struct error *error)
{
    struct encoding *encoding = &asked->encoding;
    asked->number++;
    TRY(tokenizer_encode(asked->tokenizer, text, length, pair, pair_length, asked->max_length, encoding,
                         error));
    if (encoding->replaced)
        fprintf(stderr, "%s: %s %ld: invalid UTF-8, each wrong byte is taken as U+FFFD\n",
                program_invocation_short_name, asked->pairs ? "pair" : "text", asked->number);
    text_clear(&asked->line);
    for (int i = 0; i < encoding->length; i++)
        text_addf(&asked->line, "%s%d", i == 0 ? "" : " ", (int)encoding->ids[i]);
    text_add(&asked->line, "\n");
    return command_put(&asked->line, error);
}

static enum status print_words(struct asked *asked, char *const *texts, int count, struct error *error)
{
    if (asked->pairs && count % 2 != 0)
        return error_set(error, STATUS_USAGE, "tokenize: --pair takes texts by twos; '%s' is left over",
                         texts[count - 1]);
    for (int i = 0; i < count; i += asked->pairs ? 2 : 1) {
        const char *pair = asked->pairs ? texts[i + 1] : NULL;
        TRY(print_ids(asked, texts[i], strlen(texts[i]), pair, pair == NULL ? 0 : strlen(pair), error));
    }
    return STATUS_OK;
}

static enum status print_line(struct asked *asked, const struct lines *lines, const char *line, size_t length,
                              struct error *error)
{
    if (!asked->pairs) return print_ids(asked, line, length, NULL, 0, error);
    const char *tab = memchr(line, '\t', length);
    if (tab == NULL)
        return error_set(error, STATUS_BAD_INPUT, "%s:%ld: no tab; with --pair a line is two texts and a tab",
                         lines->path, lines->number);
    size_t first = (size_t)(tab - line);
    return print_ids(asked, line, first, tab + 1, length - first - 1, error);
}

static enum status print_file(struct asked *asked, const char *path, struct error *error)
{
    bool standard = strcmp(path, "-") == 0;
    struct lines lines = {.descriptor = STDIN_FILENO, .path = "standard input", .limit = LINE_BYTES};
    const char *line = NULL;
    size_t length = 0;
    if (!standard) {
        lines.path = path;
        TRY(file_open(path, &lines.descriptor, error));
    }
    enum status status;
    do {
        status = lines_next(&lines, &line, &length, error);
        if (status == STATUS_OK && line != NULL) status = print_line(asked, &lines, line, length, error);
    } while (status == STATUS_OK && line != NULL);
    if (!standard) close(lines.descriptor);
    lines_free(&lines);
    return status;
}

int tokenize_command(int count, char **arguments)
{
    struct error error = {0};
    struct asked asked = {.max_length = INT_MAX};
    struct run_spec spec = {.max_length = INT_MAX};
    const char *file = NULL;
    bool bare = false;
    const struct option options[] = {{"--max-length", .section = "data"},
                                     {"--file", .value = &file},
                                     {"--pair", .mark = &asked.pairs},
                                     {"--no-special-tokens", .mark = &bare},
                                     {.name = NULL}};
    int words = 0;
    enum status status = options_read(options, count, arguments, &spec, &words, &error);
    if (status == STATUS_OK && (words == 0 || (words > 1) == (file != NULL)))
        status =
            error_set(&error, STATUS_USAGE, "tokenize: needs a model's folder, and texts or --file FILE");
    if (status == STATUS_OK) status = tokenizer_open(arguments[0], &asked.tokenizer, &error);
    if (status == STATUS_OK) {
        asked.max_length = spec.max_length;
        if (bare) tokenizer_drop_frame(asked.tokenizer);
        status = file != NULL ? print_file(&asked, file, &error)
                              : print_words(&asked, arguments + 1, words - 1, &error);
    }
    if (status == STATUS_OK) status = command_flush(&error);
    tokenizer_close(asked.tokenizer);
    encoding_free(&asked.encoding);
    text_free(&asked.line);
    return status == STATUS_OK ? EXIT_DONE : command_refuse(&error);
}
