#include "base/file.h"
#include "base/number.h"
#include "harness/compare/retelling.h"
#include "harness/stats/stats.h"
#include "harness/verbs/verb.h"
#include "trainer/spec/keys.h"

#include <stdio.h>
#include <string.h>

static const struct cli_option options[] = {
    {"--metric", "NAME", "f1, f1_macro, accuracy or eval_loss; by default what the experiment is judged by",
     false},
    {"--margin", "POINTS",
     "differences up to this do not matter, so that two settings can be equivalent (eval_loss: in its own "
     "unit)",
     false},
    {"--json", NULL, "one JSON object a line (docs/compare.md)", false},
    {.name = NULL}};

/* What is compared, and by what. */
struct inquest {
    struct seed_book book;
    struct contenders a, b;
    struct comparing comparing;
    bool refused; /* runs share seeds by design */
};

static enum status read_metric(const struct cli_arguments *arguments, int *metric, struct error *error)
{
    const char *word = cli_value(arguments, "--metric");
    *metric = CONTENDERS_OWN_METRIC;
    if (word == NULL) return STATUS_OK;
    for (int i = 0; metric_words[i] != NULL; i++) {
        if (strcmp(metric_words[i], word) == 0) *metric = i;
    }
    if (*metric != CONTENDERS_OWN_METRIC) return STATUS_OK;
    return error_set(error, STATUS_USAGE,
                     "compare: --metric: '%s' is not one of f1, f1_macro, accuracy, eval_loss", word);
}

static enum status read_margin(const struct cli_arguments *arguments, double *margin, struct error *error)
{
    const char *word = cli_value(arguments, "--margin");
    *margin = 0;
    if (word == NULL || (number_parse(word, margin) && *margin >= 0)) return STATUS_OK;
    return error_set(error, STATUS_USAGE, "compare: --margin: '%s' is not a number >= 0", word);
}

static struct compare_question question_of(const struct contenders *contenders, double margin)
{
    struct compare_question question = compare_question_default(contenders->plan.experiment.seed);
    question.higher_is_better = contenders_higher_is_better(contenders);
    question.margin = question.higher_is_better ? margin / 100 : margin;
    return question;
}

static enum status check_independent(const struct contenders *contenders, struct inquest *inquest,
                                     struct error *error)
{
    enum status status = contenders_check_independent(contenders, error);
    inquest->refused = status != STATUS_OK;
    return status;
}

static enum status compare_words(const struct cli_arguments *arguments, struct inquest *inquest,
                                 struct error *error)
{
    const char *const *words = arguments->words;
    int metric;
    double margin;
    size_t pair[2];
    TRY(read_metric(arguments, &metric, error));
    TRY(read_margin(arguments, &margin, error));
    if (arguments->word_count == 2 && !file_is_directory(words[1]))
        return error_set(error, STATUS_USAGE,
                         "compare: '%s' is no folder of results; a setting is compared with a second one: "
                         "compare DIR SETTING_A SETTING_B",
                         words[1]);
    TRY(contenders_read(words[0], metric, &inquest->book, &inquest->a, error));
    TRY(check_independent(&inquest->a, inquest, error));
    const struct compare_question question = question_of(&inquest->a, margin);
    switch (arguments->word_count) {
    case 1:
        return comparing_all(&inquest->a, &question, &inquest->comparing, error);
    case 2:
        TRY(contenders_read(words[1], metric, &inquest->book, &inquest->b, error));
        TRY(check_independent(&inquest->b, inquest, error));
        return comparing_folders(&inquest->a, &inquest->b, &question, &inquest->comparing, error);
    default:
        TRY(contenders_find(&inquest->a, words[1], &pair[0], error));
        TRY(contenders_find(&inquest->a, words[2], &pair[1], error));
        return comparing_two(&inquest->a, pair, &question, &inquest->comparing, error);
    }
}

static enum status tell(const struct cli_arguments *arguments, const struct inquest *inquest,
                        struct error *error)
{
    const struct retelling retelling = {.a = &inquest->a,
                                        .b = inquest->b.folder == NULL ? NULL : &inquest->b,
                                        .comparing = &inquest->comparing};
    if (!cli_has(arguments, "--json")) return retelling_print(&retelling, stdout, error);
    struct text lines = {0};
    retelling_json(&retelling, &lines);
    enum status status = text_status(&lines, error);
    if (status == STATUS_OK) fputs(text_string(&lines), stdout);
    text_free(&lines);
    return status;
}

/* One object in place of the comparisons; the refusal stays what it is. */
static enum status tell_refusal(const struct inquest *inquest, enum status refusal, struct error *error)
{
    struct text line = {0};
    const struct retelling retelling = {.a = &inquest->a,
                                        .b = inquest->b.folder == NULL ? NULL : &inquest->b};
    retelling_refusal_json(&retelling, error->text, &line);
    enum status status = text_status(&line, error);
    if (status == STATUS_OK) fputs(text_string(&line), stdout);
    text_free(&line);
    return status == STATUS_OK ? refusal : status;
}

static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    enum status status;
    struct inquest inquest = {0};
    stats_init();
    status = compare_words(arguments, &inquest, error);
    if (inquest.refused && cli_has(arguments, "--json")) status = tell_refusal(&inquest, status, error);
    if (status != STATUS_OK) goto done;
    TRY_TO(done, tell(arguments, &inquest, error));
    if (comparing_is_inconclusive(&inquest.comparing)) *exit_code = CLI_INCONCLUSIVE;
done:
    comparing_free(&inquest.comparing);
    contenders_free(&inquest.a);
    contenders_free(&inquest.b);
    seed_book_free(&inquest.book);
    return status;
}

const struct verb compare_verb = {
    .name = "compare",
    .words = "DIR [SETTING_A SETTING_B] | DIR_A DIR_B",
    .least = 1,
    .most = 3,
    .summary = "say which of two settings is better, and how sure that is",
    .details =
        "With DIR alone every pair of its settings is compared (of more than 8 settings the best with each "
        "other), and\n"
        "the luck of the best one estimated. A setting is named by its label as in ftbench list, the start "
        "of "
        "one, or\n"
        "its number. Two folders, such as two nights or two versions of the code, are compared setting by "
        "setting, by\n"
        "label; they must have been validated on the same examples. Runs that share seeds by design are not "
        "compared.\n"
        "Runs with the same seeds are compared in pairs, others by Welch's t; bootstrap and ranks stand "
        "beside "
        "that,\n"
        "and p is corrected by Holm for the number of comparisons. Intervals are of 95%.\n"
        "Exit code 0: at least one comparison has an answer; 2: nothing could be compared; 5: all are "
        "inconclusive.\n",
    .options = options,
    .act = act,
};
