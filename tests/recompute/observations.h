/* observations.h - what an experiment's store (ftbench.sqlite) holds raw: the plan, the labels, each
 * evaluation's answers and losses, each step's loss. Read with SQLite alone: nothing here is code of the
 * harness, whose numbers are to be checked. Metrics and losses that the store also holds as numbers are read
 * too, as claims to be checked.
 *
 * All of this program ends with a message when something is not as it must be (fail): it is a test. */
#ifndef FTBENCH_TESTS_RECOMPUTE_OBSERVATIONS_H
#define FTBENCH_TESTS_RECOMPUTE_OBSERVATIONS_H

#include <json.h>
#include <stdbool.h>
#include <stdint.h>

enum { STREAMS = 3, TEXT = 128 };

struct evaluation {
    long step;
    const uint8_t *predictions; /* [examples] */
    const float *losses;        /* [examples] */
    double claimed[6];          /* loss, accuracy, precision, recall, f1, f1_macro */
    double value[6];            /* the same, recomputed (answers.h) */
};

struct step {
    long step;
    double loss, grad_norm;
    bool logged;
    double train_loss; /* of a logged step, as claimed */
};

struct run {
    char id[TEXT], outcome[TEXT], reason[256], digest[TEXT];
    int setting, repeat; /* 0 first */
    uint32_t seed[STREAMS];
    const uint8_t *labels; /* [examples] */
    long train_samples, parameters, best_claimed;
    int classes;
    struct evaluation *evaluations;
    int evaluation_count, best; /* index of the evaluation that is the result, recomputed; -1: none */
    struct step *steps;
    int step_count;
};

struct setting {
    char label[256];
    struct json_object *spec;
};

struct observations {
    struct json_object *base; /* the run spec that settings change */
    char name[TEXT];
    int repeats, metric, mode, design, levels, vary;
    uint32_t seed;
    double max_spread, alpha, sigma0; /* the first in points, the last 0 when not given */
    char swept[8][TEXT];
    int swept_count;
    struct setting *settings;
    int setting_count;
    struct run *runs;
    int run_count, examples;
};

/* The values stay until the program ends. */
void observations_read(const char *path, struct observations *all);

/* A setting's value of a key such as "training.epochs", as a number. */
double setting_number(const struct setting *setting, const char *key);
const char *setting_text(const struct setting *setting, const char *key);

void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void *allocate(size_t count, size_t size);

#endif
