#include "base/file.h"
#include "trainer/commands/command.h"
#include "trainer/commands/options.h"
#include "trainer/finetune.h"
#include "trainer/replay.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum status read_spec(const char *path, struct run_spec *spec, struct error *error)
{
    struct text content = {0};
    enum status status = path == NULL || strcmp(path, "-") == 0
                             ? file_read_from(STDIN_FILENO, "standard input", 1 << 20, &content, error)
                             : file_read(path, 1 << 20, &content, error);
    if (status == STATUS_OK) status = run_spec_from_json(text_string(&content), spec, error);
    text_free(&content);
    return status;
}

/* The sink of a trace; `context` as of command_print_observation. */
static enum status print_trace_line(void *context, const struct trace_line *trace_line, struct error *error)
{
    struct text *line = context;
    text_clear(line);
    TRY(trace_line_write(trace_line, line, error));
    return command_print(line, error);
}

/* What the command line of `run` or `trace` says. */
struct replay_words {
    const char *step, *steps, *dump, *fault, *spec; /* NULL: not given */
    bool states;
};

static enum status read_words(int count, char **arguments, bool trace, struct replay_words *words,
                              struct error *error)
{
    const struct option options[] = {{"--steps", .value = &words->steps},
                                     {"--fault", .value = &words->fault},
                                     {trace ? "--step" : NULL, .value = &words->step},
                                     {"--dump", .value = &words->dump},
                                     {"--states", .mark = &words->states},
                                     {.name = NULL}};
    int others = 0;
    TRY(options_read(options, count, arguments, NULL, &others, error));
    if (others > 1)
        return error_set(error, STATUS_USAGE, "%s: one spec at most; see ftbench-trainer --help",
                         arguments[1]);
    words->spec = others == 1 ? arguments[0] : NULL;
    return STATUS_OK;
}

static enum status read_steps(const char *option, const char *word, long *steps, struct error *error)
{
    unsigned long number = 0;
    if (word == NULL) return STATUS_OK;
    if (!command_whole_number(word, 0, 1000000000, &number))
        return error_set(error, STATUS_USAGE, "%s: '%s' is not a whole number of steps", option, word);
    *steps = (long)number;
    return STATUS_OK;
}

static enum status plan_replay(const struct replay_words *words, bool trace, struct replay *replay,
                               struct error *error)
{
    const char *fault = words->fault != NULL ? words->fault : getenv(FAULT_VARIABLE);
    *replay = (struct replay){.steps = REPLAY_ALL, .states = words->states, .trace.step = TRACE_NO_STEP};
    TRY(read_steps("--steps", words->steps, &replay->steps, error));
    TRY(read_steps("--step", words->step, &replay->trace.step, error));
    if (trace && (words->step != NULL) == words->states)
        return error_set(error, STATUS_USAGE,
                         "trace: needs either --step N or --states; see ftbench-trainer --help");
    if (words->step != NULL) replay->steps = replay->trace.step;
    replay->trace.values = words->dump;
    if (fault == NULL || fault[0] == '\0') return STATUS_OK;
    replay->trace.has_fault = true;
    return fault_parse(fault, &replay->trace.fault, error);
}

static int replay(int count, char **arguments, bool trace)
{
    struct error error = {0};
    struct run_spec spec;
    struct text line = {0};
    struct replay_words words = {0};
    struct replay replay = {0};
    enum status status = read_words(count, arguments, trace, &words, &error);
    if (status == STATUS_OK) status = plan_replay(&words, trace, &replay, &error);
    if (status == STATUS_OK) status = read_spec(words.spec, &spec, &error);
    if (status == STATUS_OK) {
        command_catch_signals();
        if (trace)
            replay.take = print_trace_line;
        else
            replay.sink.take = command_print_observation;
        replay.sink.context = replay.context = &line;
        status = replay_run(&spec, &replay, &command_stop, &error);
    }
    text_free(&line);
    return status == STATUS_OK ? EXIT_DONE : command_complain(&error);
}

int run_command(int count, char **arguments)
{
    return replay(count, arguments, false);
}

int trace_command(int count, char **arguments)
{
    return replay(count, arguments, true);
}

int plan_command(int count, char **arguments)
{
    bool measure = false;
    const struct option options[] = {{"--measure", .mark = &measure}, {.name = NULL}};
    int words = 0;
    struct error error = {0};
    struct run_spec spec;
    struct text line = {0};
    struct finetune_sink sink = {.take = command_print_observation, .context = &line};
    enum status status = options_read(options, count, arguments, NULL, &words, &error);
    if (status == STATUS_OK && words > 1) return command_usage("one spec at most", arguments[1]);
    if (status == STATUS_OK) status = read_spec(words == 1 ? arguments[0] : NULL, &spec, &error);
    if (status == STATUS_OK) status = finetune_plan(&spec, measure, &sink, &error);
    text_free(&line);
    return status == STATUS_OK ? EXIT_DONE : command_complain(&error);
}
