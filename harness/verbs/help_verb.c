#include "harness/plan/experiment_keys.h"
#include "harness/verbs/verb.h"
#include "trainer/spec/keys.h"

#include <stdio.h>
#include <string.h>

static const struct cli_option options[] = {{.name = NULL}};

const struct verb *const verbs[] = {
    &run_verb,      &report_verb,  &list_verb,     &verify_verb,   &diff_verb,    &compare_verb,
    &baseline_verb, &check_verb,   &history_verb,  &diagnose_verb, &eval_verb,    &predict_verb,
    &tokenize_verb, &devices_verb, &generate_verb, &help_verb,     &version_verb, NULL};

const struct verb *verb_find(const char *name)
{
    for (size_t i = 0; verbs[i] != NULL; i++) {
        if (strcmp(verbs[i]->name, name) == 0) return verbs[i];
    }
    return NULL;
}

static const char exit_codes[] =
    "Exit codes:\n"
    "  0    done\n"
    "  1    a gate failed; verify or diff found a difference\n"
    "  2    usage or configuration: nothing was trained, or this machine refused to go on\n"
    "       (files, memory, a folder in use); the message says what would be right\n"
    "  3    some runs failed or have no metric; the report is written and names them\n"
    "  4    no baseline, or one that does not fit\n"
    "  5    inconclusive\n"
    "  130  interrupted; the same command goes on\n";

static void print_usage(const struct verb *verb)
{
    printf("usage: ftbench %s%s%s", verb->name, verb->words[0] == '\0' ? "" : " ", verb->words);
    for (const struct cli_option *option = verb->options; option->name != NULL; option++) {
        printf(" [%s%s%s]%s", option->name, option->argument == NULL ? "" : " ",
               option->argument == NULL ? "" : option->argument, option->repeatable ? "..." : "");
    }
    printf("\n");
}

static void print_verb(const struct verb *verb)
{
    print_usage(verb);
    printf("\n%s\n", verb->summary);
    if (verb->details[0] != '\0') printf("\n%s", verb->details);
    if (verb->options[0].name != NULL) printf("\nOptions:\n");
    for (const struct cli_option *option = verb->options; option->name != NULL; option++) {
        char form[64];
        snprintf(form, sizeof form, "%s%s%s", option->name, option->argument == NULL ? "" : " ",
                 option->argument == NULL ? "" : option->argument);
        printf("  %-24s %s\n", form, option->meaning);
    }
    if (verb == &run_verb) printf("\n%s", exit_codes);
}

void help_print(const struct verb *verb)
{
    if (verb != NULL) {
        print_verb(verb);
        return;
    }
    printf("ftbench - is this fine-tuning setting good, and can the answer be trusted?\n\n"
           "usage: ftbench VERB ...\n\nVerbs:\n");
    for (size_t i = 0; verbs[i] != NULL; i++) {
        char form[64];
        snprintf(form, sizeof form, "%s %s", verbs[i]->name, verbs[i]->words);
        printf("  %-24s %s\n", form, verbs[i]->summary);
    }
    printf("\n  ftbench help VERB        help for a verb; also ftbench VERB --help\n"
           "  ftbench help keys        every key of an experiment's ini file\n"
           "  ftbench --version        the same as ftbench version\n\n%s\n"
           "Environment:\n"
           "  FTBENCH_TRAINER          the program that trains, when [run] trainer names none\n"
           "  FTBENCH_BASELINES        the folder of baselines, when --baselines names none\n",
           exit_codes);
}

static void print_key(const struct key *key)
{
    char expects[256];
    key_expects(key, expects, sizeof expects);
    const char *fallback = key->fallback_told != NULL ? key->fallback_told
                           : key->fallback == NULL    ? "required"
                                                      : key->fallback;
    printf("  %s: %s; %s%s\n      %s\n", key->name, expects, key->fallback == NULL ? "" : "default ",
           fallback[0] == '\0' ? "empty" : fallback, key->meaning);
}

static void print_section(const char *section, const struct key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(keys[i].section, section) == 0 && (keys[i].use & KEY_IN_INI) != 0) print_key(&keys[i]);
    }
}

static void print_keys(void)
{
    static const char *const sections[] = {"experiment", "model",     "data", "training",
                                           "sweep",      "stability", "run"};
    printf("Keys of an experiment's ini file. Paths are relative to the file; ; and # start comments.\n");
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        printf("\n[%s]\n", sections[i]);
        print_section(sections[i], experiment_keys, experiment_key_count);
        print_section(sections[i], run_keys, run_key_count);
        if (strcmp(sections[i], "sweep") == 0)
            printf("  any key of [training]: a list of values, separated by commas or blanks; may go on in "
                   "indented lines\n"
                   "      Values to try.\n");
    }
}

static enum status act(const struct cli_arguments *arguments, int *exit_code, struct error *error)
{
    (void)exit_code;
    const char *topic = arguments->word_count == 0 ? NULL : arguments->words[0];
    if (topic != NULL && strcmp(topic, "keys") == 0) {
        print_keys();
        return STATUS_OK;
    }
    const struct verb *verb = topic == NULL ? NULL : verb_find(topic);
    if (topic != NULL && verb == NULL)
        return error_set(error, STATUS_USAGE, "help: there is no verb '%s'; see ftbench --help", topic);
    help_print(verb);
    return STATUS_OK;
}

const struct verb help_verb = {
    .name = "help",
    .words = "[VERB|keys]",
    .most = 1,
    .summary = "explain ftbench, a verb, or the keys of an experiment",
    .details = "",
    .options = options,
    .act = act,
};
