/* ftbench-trainer: trains one run and says what happens, one observation a line on standard output; and what
 * else needs a model or its tokenizer. Users start it through ftbench; a cluster job or a curious person may
 * start it by hand. */
#include "trainer/commands/command.h"
#include "trainer/spec/run_spec.h"

#include <stdio.h>
#include <string.h>

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
    "       ftbench-trainer tokenize | eval | predict | devices ...\n"
    "                                               what ftbench passes on: see ftbench help tokenize, ...\n"
    "       ftbench-trainer --help | --version\n"
    "\n"
    "The spec is one JSON object (docs/protocol.md), from the file or from standard input.\n"
    "run and trace take --fault SPEC too, which turns one bit over, as the environment's FTBENCH_FAULT does: "
    "a test\n"
    "of what finds it (docs/verify.md).\n"
    "Exit codes: 0 done, 1 failed or diverged, 2 usage (of tokenize, eval and predict: whatever they cannot "
    "use), 130\n"
    "stopped by a signal.\n";

static const struct {
    const char *name;
    command_act *act;
} commands[] = {{"run", run_command},           {"plan", plan_command},         {"trace", trace_command},
                {"generate", generate_command}, {"tokenize", tokenize_command}, {"eval", eval_command},
                {"predict", predict_command},   {"devices", devices_command}};

int main(int count, char **arguments)
{
    const char *word = count > 1 ? arguments[1] : "run";
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        fputs(help, stdout);
        return EXIT_DONE;
    }
    if (strcmp(word, "--version") == 0) {
        printf("ftbench-trainer %s (numeric version %d)\n", FTBENCH_VERSION, FTBENCH_NUMERIC_VERSION);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0] && count > 1; i++) {
        if (strcmp(word, commands[i].name) == 0) return commands[i].act(count - 2, arguments + 2);
    }
    return run_command(count - 1, arguments + 1);
}
