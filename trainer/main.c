/* ftbench-trainer: trains one run and says what happens, one observation a line on standard output. Users
 * start it through ftbench; a cluster job or a curious person may start it by hand. */
#include "base/file.h"
#include "base/memory.h"
#include "trainer/data/reviews.h"
#include "trainer/finetune.h"
#include "trainer/replay.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum exit_code { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_STOPPED = 130 };

static const char help[] =
    "ftbench-trainer - train one run of ftbench, with the same bits on every machine\n"
    "\n"
    "usage: ftbench-trainer [run] [--steps N] [SPEC.json]\n"
    "                                               train; observations on standard output; --steps stops\n"
    "                                               after N optimiser steps\n"
    "       ftbench-trainer plan [--measure] [SPEC.json]\n"
    "                                               say what the run would do; --measure times a few steps\n"
    "       ftbench-trainer trace --step N [--dump KEY.PART] [SPEC.json]\n"
    "                                               digests of what each operation of step N wrote, or the "
    "values\n"
    "                                               of one of these outputs (docs/verify.md)\n"
    "       ftbench-trainer trace --states [--steps N] [SPEC.json]\n"
    "                                               digests of the weights after each step\n"
    "       ftbench-trainer generate reviews [--rows N] [--seed S]\n"
    "                                               simulated Chinese film reviews as TSV (1000 rows, seed "
    "42)\n"
    "       ftbench-trainer generate vocab          the vocab.txt of their characters\n"
    "       ftbench-trainer --help | --version\n"
    "\n"
    "The spec is one JSON object (docs/protocol.md), from the file or from standard input.\n"
    "run and trace take --fault SPEC too, which turns one bit over, as the environment's FTBENCH_FAULT does: "
    "a test\n"
    "of what finds it (docs/verify.md).\n"
    "Exit codes: 0 done, 1 failed or diverged, 2 usage, 130 stopped by a signal.\n";

/* Written by the signal handler, read by the training loop. */
static volatile sig_atomic_t stop_requested = 0;

static void request_stop(int signal_number)
{
    (void)signal_number;
    stop_requested = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = request_stop};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* a reader that went away shows as a failed write */
}

static int complain(const struct error *error)
{
    fprintf(stderr, "ftbench-trainer: %s\n", error->text);
    switch (error->status) {
    case STATUS_USAGE:
        return EXIT_USAGE;
    case STATUS_INTERRUPTED:
        return EXIT_STOPPED;
    default:
        return EXIT_FAILED;
    }
}

static int usage(const char *what, const char *word)
{
    fprintf(stderr, "ftbench-trainer: %s: %s; see ftbench-trainer --help\n", word, what);
    return EXIT_USAGE;
}

/* The sink: `context` is a struct text that is reused for every line. */
static enum status print_observation(void *context, const struct observation *observation,
                                     struct error *error)
{
    struct text *line = context;
    text_clear(line);
    TRY(observation_write(observation, line, error));
    if (fwrite(line->data, 1, line->length, stdout) != line->length || fflush(stdout) != 0)
        return error_set(error, STATUS_IO, "standard output: %s", strerror(errno));
    return STATUS_OK;
}

static enum status read_standard_input(struct text *content, struct error *error)
{
    char chunk[4096];
    size_t got;
    while ((got = fread(chunk, 1, sizeof chunk, stdin)) > 0)
        text_add_bytes(content, chunk, got);
    if (ferror(stdin)) return error_set(error, STATUS_IO, "standard input: %s", strerror(errno));
    return text_status(content, error);
}

static enum status read_spec(const char *path, struct run_spec *spec, struct error *error)
{
    struct text content = {0};
    enum status status = path == NULL || strcmp(path, "-") == 0 ? read_standard_input(&content, error)
                                                                : file_read(path, 1 << 20, &content, error);
    if (status == STATUS_OK) status = run_spec_from_json(text_string(&content), spec, error);
    text_free(&content);
    return status;
}

static bool whole_number(const char *word, unsigned long least, unsigned long most, unsigned long *number)
{
    char *end = NULL;
    errno = 0;
    *number = strtoul(word, &end, 10);
    return errno == 0 && word[0] >= '0' && word[0] <= '9' && *end == '\0' && *number >= least &&
           *number <= most;
}

/* The sink of a trace; `context` as of print_observation. */
static enum status print_trace_line(void *context, const struct trace_line *trace_line, struct error *error)
{
    struct text *line = context;
    text_clear(line);
    TRY(trace_line_write(trace_line, line, error));
    if (fwrite(line->data, 1, line->length, stdout) != line->length || fflush(stdout) != 0)
        return error_set(error, STATUS_IO, "standard output: %s", strerror(errno));
    return STATUS_OK;
}

/* What the command line of `run` or `trace` says. */
struct replay_words {
    const char *step, *steps, *dump, *fault, *spec; /* NULL: not given */
    bool states;
};

static enum status read_words(int count, char **arguments, bool trace, struct replay_words *words,
                              struct error *error)
{
    struct {
        const char *name;
        const char **value;
        bool traces;
    } const options[] = {{"--steps", &words->steps, false},
                         {"--fault", &words->fault, false},
                         {"--step", &words->step, true},
                         {"--dump", &words->dump, true}};
    enum { OPTIONS = sizeof options / sizeof options[0] };
    for (int i = 0; i < count; i++) {
        const char *word = arguments[i];
        int option = 0;
        while (option < OPTIONS &&
               (strcmp(word, options[option].name) != 0 || (options[option].traces && !trace)))
            option++;
        if (option < OPTIONS && i + 1 >= count)
            return error_set(error, STATUS_USAGE, "%s: needs a value; see ftbench-trainer --help", word);
        if (option < OPTIONS)
            *options[option].value = arguments[++i];
        else if (trace && strcmp(word, "--states") == 0)
            words->states = true;
        else if (word[0] == '-' && word[1] != '\0')
            return error_set(error, STATUS_USAGE, "%s: unknown option; see ftbench-trainer --help", word);
        else if (words->spec != NULL)
            return error_set(error, STATUS_USAGE, "%s: one spec at most; see ftbench-trainer --help", word);
        else
            words->spec = word;
    }
    return STATUS_OK;
}

static enum status read_steps(const char *option, const char *word, long *steps, struct error *error)
{
    unsigned long number = 0;
    if (word == NULL) return STATUS_OK;
    if (!whole_number(word, 0, 1000000000, &number))
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
        catch_signals();
        if (trace)
            replay.take = print_trace_line;
        else
            replay.sink.take = print_observation;
        replay.sink.context = replay.context = &line;
        status = replay_run(&spec, &replay, &stop_requested, &error);
    }
    text_free(&line);
    return status == STATUS_OK ? EXIT_DONE : complain(&error);
}

static int verb_run(int count, char **arguments)
{
    return replay(count, arguments, false);
}

static int verb_trace(int count, char **arguments)
{
    return replay(count, arguments, true);
}

static int verb_plan(int count, char **arguments)
{
    bool measure = count > 0 && strcmp(arguments[0], "--measure") == 0;
    if (measure) {
        count--;
        arguments++;
    }
    if (count > 1) return usage("one spec at most", arguments[1]);
    struct error error = {0};
    struct run_spec spec;
    struct text line = {0};
    struct finetune_sink sink = {.take = print_observation, .context = &line};
    enum status status = read_spec(count == 1 ? arguments[0] : NULL, &spec, &error);
    if (status == STATUS_OK) status = finetune_plan(&spec, measure, &sink, &error);
    text_free(&line);
    return status == STATUS_OK ? EXIT_DONE : complain(&error);
}

static int print_text(enum status status, struct text *content, const struct error *error)
{
    int code = EXIT_DONE;
    struct error trouble = {0};
    if (status != STATUS_OK) {
        code = complain(error);
    } else if (fwrite(content->data, 1, content->length, stdout) != content->length || fflush(stdout) != 0) {
        error_set(&trouble, STATUS_IO, "standard output: %s", strerror(errno));
        code = complain(&trouble);
    }
    text_free(content);
    return code;
}

static int verb_generate(int count, char **arguments)
{
    struct error error = {0};
    struct text content = {0};
    if (count == 1 && strcmp(arguments[0], "vocab") == 0)
        return print_text(reviews_vocabulary(&content, &error), &content, &error);
    if (count < 1 || strcmp(arguments[0], "reviews") != 0)
        return usage("what can be generated is: reviews, vocab", count < 1 ? "generate" : arguments[0]);
    unsigned long rows = 1000, seed = 42;
    for (int i = 1; i < count; i += 2) {
        bool known = strcmp(arguments[i], "--rows") == 0 || strcmp(arguments[i], "--seed") == 0;
        if (!known || i + 1 >= count) return usage("takes --rows N and --seed S", arguments[i]);
        bool is_rows = strcmp(arguments[i], "--rows") == 0;
        if (!whole_number(arguments[i + 1], is_rows ? 1 : 0, is_rows ? REVIEWS_ROWS_MAX : 4294967295u,
                          is_rows ? &rows : &seed))
            return usage(is_rows ? "must be a whole number from 1 to 100000"
                                 : "must be a whole number below 2^32",
                         arguments[i + 1]);
    }
    return print_text(reviews_generate((int)rows, (uint32_t)seed, &content, &error), &content, &error);
}

int main(int count, char **arguments)
{
    const char *verb = count > 1 ? arguments[1] : "run";
    if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0 || strcmp(verb, "help") == 0) {
        fputs(help, stdout);
        return EXIT_DONE;
    }
    if (strcmp(verb, "--version") == 0) {
        printf("ftbench-trainer %s (numeric version %d)\n", FTBENCH_VERSION, FTBENCH_NUMERIC_VERSION);
        return EXIT_DONE;
    }
    if (strcmp(verb, "plan") == 0) return verb_plan(count - 2, arguments + 2);
    if (strcmp(verb, "trace") == 0) return verb_trace(count - 2, arguments + 2);
    if (strcmp(verb, "generate") == 0) return verb_generate(count - 2, arguments + 2);
    if (strcmp(verb, "run") == 0) return verb_run(count > 2 ? count - 2 : 0, arguments + 2);
    return verb_run(count - 1, arguments + 1);
}
