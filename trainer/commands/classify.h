/* classify.h - what `eval` and `predict` have in common: a model's folder, a file of rows, and their options.
 */
#ifndef FTBENCH_TRAINER_COMMANDS_CLASSIFY_H
#define FTBENCH_TRAINER_COMMANDS_CLASSIFY_H

#include "base/status.h"
#include "trainer/data/table.h"
#include "trainer/trained_model.h"

#include <stdbool.h>

struct classify {
    const char *path; /* of the rows; "standard input" */
    bool json;        /* --json */
    struct table table;
    struct trained_model trained;
    struct text_counts counts; /* of the texts that were answered so far */
};

/* Read the command line (`name` is the command's), the rows, and the model. From then on signals are
 * caught. Free with classify_close in any case. */
enum status classify_open(const char *name, int count, char **arguments, bool labelled,
                          struct classify *classify, struct error *error);
void classify_close(struct classify *classify);

/* A line on standard error each for texts that were cut, had bytes that are not UTF-8, stand in quotes, or
 * have many words that the tokenizer does not know. */
void classify_warn(const struct classify *classify);

#endif
