#include "trainer/commands/options.h"

#include "trainer/spec/keys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct key *key_of(const struct option *option)
{
    char name[64];
    snprintf(name, sizeof name, "%s", option->name + strlen("--"));
    for (char *c = name; *c != '\0'; c++)
        *c = *c == '-' ? '_' : *c;
    return key_find(option->section, name);
}

static enum status take_value(const struct option *option, const char *value, struct run_spec *spec,
                              struct error *error)
{
    struct error problem = {0};
    if (option->section == NULL) {
        *option->value = value;
        return STATUS_OK;
    }
    enum status status = key_set(key_of(option), spec, value, &problem);
    if (status != STATUS_OK) error_set(error, status, "%s: %s", option->name, problem.text);
    return status;
}

enum status options_read(const struct option *options, int count, char **arguments, struct run_spec *spec,
                         int *words, struct error *error)
{
    const char *program = program_invocation_short_name;
    bool ended = false;
    *words = 0;
    for (int i = 0; i < count; i++) {
        char *word = arguments[i];
        if (!ended && strcmp(word, "--") == 0) {
            ended = true;
            continue;
        }
        if (ended || word[0] != '-' || word[1] == '\0') {
            arguments[(*words)++] = word;
            continue;
        }
        const struct option *option = options;
        while (option->name != NULL && strcmp(option->name, word) != 0)
            option++;
        if (option->name == NULL)
            return error_set(error, STATUS_USAGE, "%s: unknown option; see %s --help", word, program);
        if (option->mark != NULL) {
            *option->mark = true;
            continue;
        }
        if (i + 1 >= count)
            return error_set(error, STATUS_USAGE, "%s: needs a value; see %s --help", word, program);
        TRY(take_value(option, arguments[++i], spec, error));
    }
    return STATUS_OK;
}
