#include "harness/handover.h"
#include "harness/verbs/verb.h"

#include <limits.h>

static const struct cli_option options[] = {
    {"--pair", NULL, "texts come by twos: each two are a pair, and one line of ids", false},
    {"--max-length", "N", "cut to so many tokens, special ones included, as in training", false},
    {"--no-special-tokens", NULL, "without the tokens that frame a text", false},
    {"--file", "FILE", "a text a line from this file, or from standard input where it is -", false},
    {.name = NULL},
};

static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    (void)exit_code;
    bool file = cli_has(arguments, "--file");
    if (file == (arguments->word_count > 1))
        return error_set(error, STATUS_USAGE,
                         "tokenize: needs, after the folder, either texts or --file FILE; see ftbench help "
                         "tokenize");
    return handover("tokenize", arguments, error);
}

const struct verb tokenize_verb = {
    .name = "tokenize",
    .words = "MODEL_DIR TEXT...",
    .least = 1,
    .most = INT_MAX,
    .summary = "print the token ids that a model reads",
    .details =
        "One line a text: its ids, separated by blanks, the special ones around it included. An empty text\n"
        "has these alone. A text of a file ends at its line's end; with --pair a line holds two texts with "
        "a\n"
        "tab between. Bytes that are not UTF-8 are read as U+FFFD, which is said on standard error with the\n"
        "number of the text. Nothing but the tokenizer's files need be in the folder.\n",
    .options = options,
    .act = act,
};
