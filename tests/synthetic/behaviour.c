#include "tests/synthetic/behaviour.h"

#include "base/number.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum option_type {
    OPTION_WHOLE,
    OPTION_NUMBER,
    OPTION_FLAG,
    OPTION_SHAPE,
    OPTION_WORD,
    OPTION_PATH,
    OPTION_LIE
};

struct option {
    const char *name;
    enum option_type type;
    size_t offset;
    bool misbehaviour; /* only for those that `only_...` names */
};

#define OPTION(kind, field) kind, offsetof(struct behaviour, field)

static const struct option options[] = {
    {"samples", OPTION(OPTION_WHOLE, samples), false},
    {"validation", OPTION(OPTION_WHOLE, validation), false},
    {"mean", OPTION(OPTION_NUMBER, mean), false},
    {"sigma", OPTION(OPTION_NUMBER, sigma), false},
    {"best_rate", OPTION(OPTION_NUMBER, best_rate), false},
    {"penalty", OPTION(OPTION_NUMBER, penalty), false},
    {"apart", OPTION(OPTION_FLAG, apart), false},
    {"night", OPTION(OPTION_WHOLE, night), false},
    {"shape", OPTION(OPTION_SHAPE, shape), false},
    {"unlabelled", OPTION(OPTION_FLAG, unlabelled), false},
    {"nan_f1", OPTION(OPTION_FLAG, nan_f1), true},
    {"slow", OPTION(OPTION_WHOLE, slow), false},
    {"note", OPTION(OPTION_WORD, note), false},
    {"gpu", OPTION(OPTION_WORD, gpu), false},
    {"loop", OPTION(OPTION_NUMBER, loop), false},
    {"step", OPTION(OPTION_NUMBER, step), false},
    {"cost", OPTION(OPTION_NUMBER, cost), false},
    {"crash_at", OPTION(OPTION_WHOLE, crash_at), true},
    {"exit_at", OPTION(OPTION_WHOLE, exit_at), true},
    {"exit", OPTION(OPTION_WHOLE, exit_code), true},
    {"hang_at", OPTION(OPTION_WHOLE, hang_at), true},
    {"nan_at", OPTION(OPTION_WHOLE, nan_at), true},
    {"rubbish_at", OPTION(OPTION_WHOLE, rubbish_at), true},
    {"long_at", OPTION(OPTION_WHOLE, long_at), true},
    {"half_at", OPTION(OPTION_WHOLE, half_at), true},
    {"back_at", OPTION(OPTION_WHOLE, back_at), true},
    {"close_at", OPTION(OPTION_WHOLE, close_at), true},
    {"fail_at", OPTION(OPTION_WHOLE, fail_at), true},
    {"stop_at", OPTION(OPTION_WHOLE, stop_at), true},
    {"interrupt_at", OPTION(OPTION_WHOLE, interrupt_at), true},
    {"checkpoint_at", OPTION(OPTION_WHOLE, checkpoint_at), true},
    {"no_end", OPTION(OPTION_FLAG, no_end), true},
    {"wrong_id", OPTION(OPTION_FLAG, wrong_id), true},
    {"after_end", OPTION(OPTION_FLAG, after_end), true},
    {"no_begin", OPTION(OPTION_FLAG, no_begin), true},
    {"ignore_term", OPTION(OPTION_FLAG, ignore_term), true},
    {"linger", OPTION(OPTION_FLAG, linger), true},
    {"refuse", OPTION(OPTION_FLAG, refuse), true},
    {"refuse_checkpoint", OPTION(OPTION_FLAG, refuse_checkpoint), true},
    {"refuse_always", OPTION(OPTION_FLAG, refuse_always), true},
    {"lie", OPTION(OPTION_LIE, lie), true},
    {"pid_file", OPTION(OPTION_PATH, pid_file), false},
};

static bool set_option(const struct option *option, const char *value, struct behaviour *behaviour)
{
    static const char *const shapes[] = {"converged", "overfit", "stalled", "oscillating"};
    char *field = (char *)behaviour + option->offset;
    int64_t whole = 0;
    switch (option->type) {
    case OPTION_WHOLE:
        if (!number_parse_integer(value, &whole)) return false;
        *(long *)field = (long)whole;
        return true;
    case OPTION_NUMBER:
        return number_parse(value, (double *)field);
    case OPTION_FLAG:
        *(bool *)field = strcmp(value, "1") == 0;
        return strcmp(value, "1") == 0;
    case OPTION_SHAPE:
        for (int i = 0; i < 4; i++) {
            if (strcmp(value, shapes[i]) != 0) continue;
            *(enum shape *)field = (enum shape)i;
            return true;
        }
        return false;
    case OPTION_WORD:
        return snprintf(field, sizeof behaviour->note, "%s", value) < (int)sizeof behaviour->note;
    case OPTION_LIE:
        return lie_find(value, (enum lie *)field);
    case OPTION_PATH:
        return snprintf(field, sizeof behaviour->pid_file, "%s", value) < (int)sizeof behaviour->pid_file;
    }
    return false;
}

/* Does a condition name this run? Conditions are looked at before the misbehaviours that they hold for,
 * wherever in the list they are. */
static bool condition_holds(const char *name, const char *value, const struct run_spec *spec,
                            bool *is_condition)
{
    int64_t seed = 0;
    double rate = 0;
    *is_condition = true;
    if (strcmp(name, "only_seed") == 0)
        return number_parse_integer(value, &seed) &&
               (seed == spec->seed_init || seed == spec->seed_order || seed == spec->seed_dropout);
    if (strcmp(name, "only_rate") == 0)
        return number_parse(value, &rate) && rate <= spec->learning_rate && rate >= spec->learning_rate;
    *is_condition = false;
    return true;
}

/* The next "name=value" of the list. */
static bool next_pair(const char **text, char *name, char *value, size_t size)
{
    size_t length = strcspn(*text, ",");
    if (length == 0) return false;
    const char *equals = memchr(*text, '=', length);
    size_t name_length = equals == NULL ? length : (size_t)(equals - *text);
    snprintf(name, size, "%.*s", (int)name_length, *text);
    snprintf(value, size, "%.*s", equals == NULL ? 0 : (int)(length - name_length - 1),
             *text + name_length + 1);
    *text += length + ((*text)[length] == ',');
    return true;
}

bool behaviour_read(const char *text, const struct run_spec *spec, struct behaviour *behaviour,
                    char wrong[128])
{
    char name[SPEC_PATH_BYTES], value[SPEC_PATH_BYTES];
    bool concerned = true, is_condition;
    *behaviour = (struct behaviour){.samples = 64,
                                    .validation = 20,
                                    .mean = 0.85,
                                    .sigma = 0.01,
                                    .best_rate = 1e-3,
                                    .step = 0.002,
                                    .penalty = 0.05,
                                    .crash_at = -1,
                                    .exit_at = -1,
                                    .exit_code = 1,
                                    .hang_at = -1,
                                    .nan_at = -1,
                                    .rubbish_at = -1,
                                    .long_at = -1,
                                    .half_at = -1,
                                    .back_at = -1,
                                    .close_at = -1,
                                    .fail_at = -1,
                                    .stop_at = -1,
                                    .interrupt_at = -1,
                                    .checkpoint_at = -1};
    if (text == NULL) return true;
    for (const char *rest = text; next_pair(&rest, name, value, sizeof name);)
        concerned = condition_holds(name, value, spec, &is_condition) && concerned;
    for (const char *rest = text; next_pair(&rest, name, value, sizeof name);) {
        const struct option *option = options, *end = options + sizeof options / sizeof *options;
        while (option < end && strcmp(option->name, name) != 0)
            option++;
        condition_holds(name, value, spec, &is_condition);
        if (is_condition) continue;
        struct behaviour ignored;
        if (option == end ||
            !set_option(option, value, option->misbehaviour && !concerned ? &ignored : behaviour)) {
            snprintf(wrong, 128, "FTBENCH_SYNTHETIC: \"%.40s=%.40s\" is not understood", name, value);
            return false;
        }
    }
    return true;
}
