/* options.h - the options of a command of ftbench-trainer. */
#ifndef FTBENCH_TRAINER_COMMANDS_OPTIONS_H
#define FTBENCH_TRAINER_COMMANDS_OPTIONS_H

#include "base/status.h"
#include "trainer/spec/run_spec.h"

#include <stdbool.h>

/* One of: a key of the run spec, a value, a mark. */
struct option {
    const char *name;    /* "--max-length" */
    const char *section; /* it sets the key of this section that is called as it is ("max_length") ... */
    const char **value;  /* ... or its value goes here ... */
    bool *mark;          /* ... or it has none, and this is set to true */
};

/* Read a command line: options up to one without a name, in any order; those that are keys go into `spec`
 * (may be NULL where none is one). "--" ends them. What is no option moves to the front of `arguments`,
 * *words of them; "-" is a word. STATUS_USAGE says what is wrong. */
enum status options_read(const struct option *options, int count, char **arguments, struct run_spec *spec,
                         int *words, struct error *error);

#endif
