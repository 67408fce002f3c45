/* questions.h - what the trainer is asked before anything trains: the plan of each setting that has runs to
 * do. It looks at the data and the model then, so that what it would refuse is refused at once. It also says
 * which program it is: runs of another one are not kept beside its own. */
#ifndef FTBENCH_HARNESS_QUESTIONS_H
#define FTBENCH_HARNESS_QUESTIONS_H

#include "base/status.h"
#include "base/text.h"
#include "harness/plan/config.h"
#include "harness/plan/plan.h"
#include "harness/store/store.h"
#include "trainer/spec/observation.h"

#include <stdbool.h>

/* What is to be asked, and the answers. Zeros are a good start; free with questions_free. */
struct questions {
    const struct config *config;
    const struct plan *plan;
    const char *trainer;
    bool measure;     /* let it measure steps and evaluations */
    bool *wanted;     /* (plan->setting_count) which settings; owned; NULL: all */
    size_t kept;      /* runs of the plan that are in the store and stay */
    char program[64]; /* of the kept runs, as their begin named it; "": none, or it had no name */
    struct observed_begin *begins; /* (plan->setting_count) answers, zeros for those not asked; owned */
    struct text seen;              /* notes that were printed; owned */
};

/* Look into the store for what is done, so that only the rest is asked for. When everything is done nothing
 * is, as long as the trainer's file has the name of the program that the stored runs are from; else one
 * setting. */
enum status questions_limit(struct questions *questions, struct store *store, struct error *error);

/* Ask, and print notes to stderr, each once. STATUS_BAD_INPUT is the trainer's refusal, with the place in the
 * ini of the key that it names; or says that the kept runs are of another program. */
enum status questions_ask(struct questions *questions, struct error *error);

/* Print those lines that were not printed before: settings of one data set have the same notes. */
void questions_print_notes(struct questions *questions, const char *lines);

void questions_free(struct questions *questions);

#endif
