/* expected.h - summary.json as it must be: the same members, each recomputed from the observations or taken
 * from the plan. A number that rests on random draws is a list of two: the band in which it must lie. */
#ifndef FTBENCH_TESTS_RECOMPUTE_EXPECTED_H
#define FTBENCH_TESTS_RECOMPUTE_EXPECTED_H

#include "observations.h"
#include "statistics.h"

struct expected_setting {
    double values[128]; /* of the metric, of finished runs of different seeds and bits */
    int runs[128];      /* their places among the observations' */
    struct moments moments;
    bool left_out, too_short, stable, sure;
    double worst;
};

struct expected {
    const struct observations *all;
    struct expected_setting *settings;
    struct json_object *tree;
    double sigma0, max_spread;
    bool shared; /* runs share seeds by design */
    int recommended, second, best;
};

void expected_build(const struct observations *all, struct expected *expected);

/* Parts of it. */
void expected_settings(struct expected *expected);   /* "settings" */
void expected_comparison(struct expected *expected); /* "recommendation", "comparison"; after the settings */
struct json_object *expected_streams(const struct expected *expected, int setting);
/* The numbers that the summary advises: each must follow from the results. */
void expected_check_advice(const struct expected *expected, struct json_object *summary);

struct json_object *expected_part(struct part part);

/* Members by name; a number that is not finite is null. */
void put_number(struct json_object *object, const char *name, double value);
void put_text(struct json_object *object, const char *name, const char *value);
void put_truth(struct json_object *object, const char *name, bool value);
void put_band(struct json_object *object, const char *name, double low, double high);

/* "a.b[2].c" in a tree; NULL where it is null or not there. */
struct json_object *find(struct json_object *tree, const char *path);
double find_number(struct json_object *tree, const char *path);

#endif
