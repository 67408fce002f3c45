#include "harness/plan/experiment_keys.h"

#include <stdbool.h>
#include <string.h>

static const char *const stream_words[] = {"init", "order", "dropout", NULL};
static const char *const design_words[] = {"joint", "one_at_a_time", "crossed", "latin", NULL};
static const char *const mode_words[] = {"grid", "one_at_a_time", NULL};
static const char *const section_names[] = {"experiment", "model",     "data", "training",
                                            "sweep",      "stability", "run"};
enum { SECTIONS = sizeof section_names / sizeof section_names[0] };

#define AT(field) .offset = offsetof(struct experiment, field)

const struct key experiment_keys[] = {
    {"experiment", "name", .type = KEY_NAME, .use = KEY_IN_INI, AT(name), .fallback = "",
     .meaning = "Name for reports and for the folder of results; by default the file's own, without .ini."},
    {"experiment", "repeats", .type = KEY_SPAN, .least = 1, .most = 10000, .use = KEY_IN_INI, AT(span),
     .fallback = "3",
     .meaning =
         "How often each setting is trained, each time with other seeds; with a span as often as it takes "
         "to tell whether the setting is stable."},
    {"experiment", "seed", .type = KEY_SEED, .least = 0, .most = 4294967295.0, .use = KEY_IN_INI, AT(seed),
     .fallback = "42", .meaning = "Base seed, from which the seeds of every repeat follow."},
    {"experiment", "vary", .type = KEY_FLAGS, .choices = stream_words, .use = KEY_IN_INI, AT(vary),
     .fallback = "init, order, dropout", .meaning = "Which sources of chance change from repeat to repeat."},
    {"experiment", "design", .type = KEY_CHOICE, .choices = design_words, .use = KEY_IN_INI, AT(design),
     .fallback = "joint",
     .meaning = "Whether the sources in vary change all together, or by a design that tells them apart and "
                "sets the number of repeats."},
    {"experiment", "levels", .type = KEY_INTEGER, .least = 2, .most = 10000, .use = KEY_IN_INI, AT(levels),
     .fallback = "5", .meaning = "Different seeds of each source in vary, when design is not joint."},
    {"experiment", "metric", .type = KEY_CHOICE, .choices = metric_words, .use = KEY_IN_INI, AT(metric),
     .fallback = "f1", .meaning = "Validation metric by which settings are judged and one is recommended."},
    {"sweep", "mode", .type = KEY_CHOICE, .choices = mode_words, .use = KEY_IN_INI, AT(mode),
     .fallback = "grid",
     .meaning = "Whether every combination of the lists is tried, or each list alone around the values of "
                "[training]."},
    {"stability", "max_spread", .type = KEY_NUMBER, .least = 0, .least_open = true, .most = 100,
     .use = KEY_IN_INI, AT(max_spread), .fallback = "2",
     .meaning = "Largest difference in points between the repeats of a setting that still counts as stable."},
    {"stability", "alpha", .type = KEY_NUMBER, .least = 0, .least_open = true, .most = 0.5, .most_open = true,
     .use = KEY_IN_INI, AT(alpha), .fallback = "0.05",
     .meaning =
         "How often a calibrated verdict, stable or unstable, may be wrong: 0.05 is one time in twenty."},
    {"stability", "sigma0", .type = KEY_NUMBER, .least = 0, .least_open = true, .most = 100, .word = "auto",
     .word_value = 0, .use = KEY_IN_INI, AT(sigma0), .fallback = "auto",
     .meaning =
         "True SD in points below which a setting is stable and above which it is unstable; auto takes "
         "the SD whose spread over three runs is max_spread on average. The sequential test of a span of "
         "repeats scales its two SDs with it."},
    {"run", "jobs", .type = KEY_INTEGER, .least = 1, .most = 1024, .word = "auto", .word_value = 0,
     .use = KEY_IN_INI, AT(jobs), .fallback = "auto",
     .meaning = "Runs at the same time; auto takes as many as there are processors for their threads, and "
                "one where a GPU computes."},
    {"run", "timeout", .type = KEY_NUMBER, .least = 0, .least_open = true, .most = 1e7, .word = "none",
     .word_value = 0, .use = KEY_IN_INI, AT(timeout), .fallback = "none",
     .meaning = "Seconds after which a run is stopped and counted as failed."},
    {"run", "save_model", .type = KEY_YES_NO, .use = KEY_IN_INI, AT(save_model), .fallback = "no",
     .meaning = "Whether each run's trained model is kept, as a folder that transformers and ftbench read: "
                "models/RUN in the folder for the results."},
    {"run", "output", .type = KEY_PATH, .use = KEY_IN_INI, AT(output), .fallback = "",
     .meaning = "Folder for the results; by default runs/ and the experiment's name in the current folder."},
    {"run", "trainer", .type = KEY_PATH, .use = KEY_IN_INI, AT(trainer), .fallback = "",
     .meaning =
         "Program that trains one run; by default ftbench-trainer, from beside this program or from PATH."},
};
const size_t experiment_key_count = sizeof experiment_keys / sizeof experiment_keys[0];

const struct key *user_key_find(const char *section, const char *name, enum key_owner *owner)
{
    for (size_t i = 0; i < experiment_key_count; i++) {
        const struct key *key = &experiment_keys[i];
        if (strcmp(key->section, section) != 0 || strcmp(key->name, name) != 0) continue;
        *owner = OWNER_EXPERIMENT;
        return key;
    }
    const struct key *key = key_find(section, name);
    bool for_users = key != NULL && (key->use & KEY_IN_INI) != 0;
    *owner = for_users ? OWNER_RUN : OWNER_NONE;
    return for_users ? key : NULL;
}

static const struct key *nearest_in(const char *section, const char *name)
{
    const struct key *nearest = key_nearest(section, name);
    int best = nearest == NULL ? 4 : word_distance(nearest->name, name, 3);
    for (size_t i = 0; i < experiment_key_count; i++) {
        const struct key *key = &experiment_keys[i];
        int distance = word_distance(key->name, name, 3);
        if ((section != NULL && strcmp(key->section, section) != 0) || distance >= best) continue;
        if ((size_t)distance >= strlen(key->name)) continue;
        best = distance;
        nearest = key;
    }
    return nearest;
}

const struct key *user_key_nearest(const char *section, const char *name)
{
    const struct key *nearest = nearest_in(section, name);
    return nearest != NULL ? nearest : nearest_in(NULL, name);
}

bool user_section_exists(const char *section)
{
    for (size_t i = 0; i < SECTIONS; i++) {
        if (strcmp(section_names[i], section) == 0) return true;
    }
    return false;
}

const char *user_section_nearest(const char *section)
{
    const char *nearest = NULL;
    int best = 4;
    for (size_t i = 0; i < SECTIONS; i++) {
        int distance = word_distance(section_names[i], section, 3);
        if (distance >= best || (size_t)distance >= strlen(section_names[i])) continue;
        best = distance;
        nearest = section_names[i];
    }
    return nearest;
}

void experiment_defaults(struct experiment *experiment)
{
    memset(experiment, 0, sizeof *experiment);
    run_spec_defaults(&experiment->base);
    /* The defaults of the table are in range: a test sets each of them. */
    for (size_t i = 0; i < experiment_key_count; i++)
        key_set_in(&experiment_keys[i], experiment, experiment_keys[i].fallback, NULL);
    experiment->repeats = experiment->span.most;
}
