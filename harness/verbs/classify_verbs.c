#include "harness/handover.h"
#include "harness/verbs/verb.h"

/* Both verbs read a model's folder and a file of rows. */
static const struct cli_option options[] = {
    {"--text-column", "NAME", "column with the text, by name or number", false},
    {"--text-pair-column", "NAME", "column with a second text", false},
    {"--label-column", "NAME", "column with the label (eval)", false},
    {"--header", "MODE", "whether the first row names the columns: auto, yes or no", false},
    {"--max-length", "N", "tokens of a text; longer ones are cut", false},
    {"--batch-size", "N", "most texts in one pass", false},
    {"--threads", "N", "CPU threads (1)", false},
    {"--isa", "NAME", "instructions: auto, avx512, avx2 or portable", false},
    {"--device", "D", "what computes: auto or cpu", false},
    {"--json", NULL, "for programs", false},
    {.name = NULL},
};

#define DEFAULTS                                                                                             \
    "FILE is TSV, CSV or JSONL, by its name. What the columns are called and max-length are, if not "        \
    "given,\n"                                                                                               \
    "those of the training, which a model that ftbench saved says; else text, label and 128. Of a file\n"    \
    "without a header: --header no --text-column 1 (and --label-column 2 for eval). Nothing else\n"          \
    "changes a bit of the result.\n"

static enum status act_eval(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    (void)exit_code;
    return handover("eval", arguments, error);
}

const struct verb eval_verb = {
    .name = "eval",
    .words = "MODEL_DIR FILE",
    .least = 2,
    .most = 2,
    .summary = "how right a fine-tuned model is about labelled rows",
    .details =
        "Loss, accuracy, precision, recall, F1 and macro F1, the same by class, and how often each label\n"
        "was taken for which. On a run's validation rows these are the run's numbers, to the last bit.\n"
        "Labels are those that the model was trained with (id2label of its config.json), or the numbers\n"
        "of its classes, 0 first. --json prints one object.\n\n" DEFAULTS,
    .options = options,
    .act = act_eval,
};

static enum status act_predict(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    (void)exit_code;
    return handover("predict", arguments, error);
}

const struct verb predict_verb = {
    .name = "predict",
    .words = "MODEL_DIR FILE",
    .least = 2,
    .most = 2,
    .summary = "label rows by a fine-tuned model",
    .details =
        "A line of TSV for each row, in the file's order: the line where it begins, the label, and how\n"
        "probable the model holds it. --json prints an object a line, with the probabilities of all\n"
        "labels. Labels in the file are not looked at, and need not be there. - is standard input, read\n"
        "as TSV: a text a line, if there is one column.\n\n" DEFAULTS,
    .options = options,
    .act = act_predict,
};
