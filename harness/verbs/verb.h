/* verb.h - what a verb of ftbench is: a description that help and the command line's reader share, and what
 * it does. One file a verb; the list of them is in help_verb.c. */
#ifndef FTBENCH_HARNESS_VERBS_VERB_H
#define FTBENCH_HARNESS_VERBS_VERB_H

#include "base/status.h"
#include "harness/cli.h"

struct verb {
    const char *name;                 /* "run" */
    const char *words;                /* "FILE.ini": its arguments, for the usage line; "" for none */
    int least, most;                  /* how many; a `most` of INT_MAX: as many as one likes */
    const char *summary;              /* one line */
    const char *details;              /* paragraphs for its own help; "" for none */
    const struct cli_option *options; /* up to one without a name */

    /* Does it. `exit_code` is CLI_DONE unless set; a failure's text is printed by the caller. */
    enum status (*act)(const struct cli_arguments *arguments, int *exit_code, struct error *error);

    /* What is to be done where the command line is refused, before that is told; NULL: nothing. The arguments
     * are what could be read of it: the value of an option that is none may be among the words. */
    void (*refused)(const struct cli_arguments *arguments);
};

extern const struct verb run_verb, report_verb, list_verb, verify_verb, diff_verb, compare_verb,
    baseline_verb, check_verb, history_verb, diagnose_verb, eval_verb, predict_verb, tokenize_verb,
    devices_verb, generate_verb, help_verb, version_verb;

/* All verbs, NULL-terminated, in the order of the help. */
extern const struct verb *const verbs[];

/* The verb of a name, or NULL. */
const struct verb *verb_find(const char *name);

/* Print the help of the program (NULL) or of one verb on standard output. */
void help_print(const struct verb *verb);

#endif
