#include "expected.h"

#include "answers.h"
#include "evidence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void put_number(struct json_object *object, const char *name, double value)
{
    json_object_object_add(object, name, isfinite(value) ? json_object_new_double(value) : NULL);
}

void put_text(struct json_object *object, const char *name, const char *value)
{
    json_object_object_add(object, name, value == NULL ? NULL : json_object_new_string(value));
}

void put_truth(struct json_object *object, const char *name, bool value)
{
    json_object_object_add(object, name, json_object_new_boolean(value));
}

void put_band(struct json_object *object, const char *name, double low, double high)
{
    struct json_object *band = NULL;
    if (!isnan(low)) {
        band = json_object_new_array();
        json_object_array_add(band, json_object_new_double(low));
        json_object_array_add(band, json_object_new_double(high));
    }
    json_object_object_add(object, name, band);
}

struct json_object *find(struct json_object *tree, const char *path)
{
    char name[TEXT];
    while (*path != '\0' && tree != NULL) {
        size_t length = strcspn(path, ".[");
        if (*path == '[') {
            tree = json_object_array_get_idx(tree, (size_t)atoi(path + 1));
            path = strchr(path, ']') + 1;
        } else {
            snprintf(name, sizeof name, "%.*s", (int)length, path);
            if (!json_object_object_get_ex(tree, name, &tree)) return NULL;
            path += length;
        }
        path += *path == '.';
    }
    return tree;
}

double find_number(struct json_object *tree, const char *path)
{
    struct json_object *value = find(tree, path);
    return value == NULL ? (double)NAN : json_object_get_double(value);
}

struct json_object *expected_part(struct part part)
{
    struct json_object *object = json_object_new_object();
    put_number(object, "sd", part.sd);
    put_number(object, "low", part.low);
    put_number(object, "high", isnan(part.high) ? part.high : fmin(part.high, 0.5));
    return object;
}

static void put_names(struct json_object *object, const char *name, const char *const *names, int count)
{
    struct json_object *list = json_object_new_array();
    for (int i = 0; i < count; i++)
        json_object_array_add(list, json_object_new_string(names[i]));
    json_object_object_add(object, name, list);
}

static const char *file_name(const char *path)
{
    return strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
}

static bool is_swept(const struct observations *all, const char *key)
{
    for (int i = 0; i < all->swept_count; i++) {
        if (strcmp(all->swept[i], key) == 0) return true;
    }
    return false;
}

/* Every training key that is not swept, as the plan has it. */
static void put_fixed(const struct observations *all, struct json_object *experiment)
{
    struct json_object *fixed = json_object_new_object();
    json_object_object_foreach(all->base, key, value)
    {
        if (strncmp(key, "training.", 9) != 0 || is_swept(all, key + 9)) continue;
        bool truth = json_object_is_type(value, json_type_boolean);
        put_text(fixed, key + 9,
                 !truth                           ? json_object_get_string(value)
                 : json_object_get_boolean(value) ? "yes"
                                                  : "no");
    }
    json_object_object_add(experiment, "fixed", fixed);
}

static void put_experiment(struct expected *expected)
{
    static const char *const designs[] = {"joint", "one_at_a_time", "crossed", "latin"};
    static const char *const streams[] = {"init", "order", "dropout"};
    const struct observations *all = expected->all;
    struct json_object *experiment = json_object_new_object();
    const char *varied[STREAMS], *swept[8];
    int vary = 0;
    for (int i = 0; i < STREAMS; i++) {
        if (all->vary >> i & 1) varied[vary++] = streams[i];
    }
    for (int i = 0; i < all->swept_count; i++)
        swept[i] = all->swept[i];
    put_text(experiment, "name", all->name);
    put_text(experiment, "metric", "f1");
    put_truth(experiment, "lower_is_better", false);
    put_number(experiment, "repeats", all->repeats);
    put_number(experiment, "least_repeats", all->repeats);
    put_text(experiment, "design", designs[all->design]);
    put_number(experiment, "levels", expected->shared ? all->levels : (double)NAN);
    put_number(experiment, "seed", all->seed);
    put_names(experiment, "vary", varied, vary);
    put_number(experiment, "max_spread", expected->max_spread);
    put_number(experiment, "alpha", all->alpha);
    put_number(experiment, "sigma0", expected->sigma0);
    put_truth(experiment, "sequential", false);
    put_names(experiment, "operating", NULL, 0);
    put_text(experiment, "mode", all->mode == 0 ? "grid" : "one_at_a_time");
    put_names(experiment, "swept", swept, all->swept_count);
    put_fixed(all, experiment);
    json_object_object_add(expected->tree, "experiment", experiment);
}

static void put_inputs(struct expected *expected)
{
    const struct observations *all = expected->all;
    const struct setting *base = &all->settings[0];
    struct json_object *model = json_object_new_object(), *data = json_object_new_object();
    static const char *const names[] = {"0", "1"};
    put_text(model, "name", file_name(setting_text(base, "model.path")));
    put_text(model, "digest", setting_text(base, "model.digest"));
    put_text(model, "init", setting_text(base, "model.init"));
    put_number(model, "parameters", (double)all->runs[0].parameters);
    json_object_object_add(expected->tree, "model", model);
    put_text(data, "train", file_name(setting_text(base, "data.train")));
    put_text(data, "train_digest", setting_text(base, "data.train_digest"));
    put_number(data, "train_samples", (double)all->runs[0].train_samples);
    put_text(data, "validation", "");
    put_text(data, "validation_digest", setting_text(base, "data.validation_digest"));
    put_number(data, "validation_fraction", setting_number(base, "data.validation"));
    put_number(data, "split_seed", setting_number(base, "data.split_seed"));
    put_number(data, "validation_samples", all->examples);
    put_number(data, "max_length", setting_number(base, "data.max_length"));
    json_object_object_add(data, "columns", json_object_new_object());
    put_number(data, "labels", all->runs[0].classes);
    put_names(data, "label_names", names, 2);
    json_object_object_add(expected->tree, "data", data);
}

/* Updates of the whole training, by the plan. */
static long planned_steps(const struct run *run, const struct setting *setting)
{
    double batch = setting_number(setting, "training.batch_size"),
           epochs = setting_number(setting, "training.epochs");
    double pieces = ceil((double)run->train_samples / batch);
    return (long)ceil(epochs *
                      ceil(pieces / setting_number(setting, "training.gradient_accumulation_steps")));
}

static bool one_class(const struct run *run, int examples)
{
    const struct evaluation *result = &run->evaluations[run->best];
    for (int i = 1; i < examples; i++) {
        if (result->predictions[i] != result->predictions[0]) return false;
    }
    return true;
}

static double nine_digits(double value)
{
    char text[40];
    snprintf(text, sizeof text, "%.9g", value);
    return strtod(text, NULL);
}

/* Steps that updated nothing: their gradient was not finite. */
static int count_skipped(const struct run *run)
{
    int skipped = 0;
    for (int i = 0; i < run->step_count; i++)
        skipped += !isfinite(run->steps[i].grad_norm);
    return skipped;
}

static struct json_object *run_object(const struct observations *all, const struct run *run)
{
    static const char *const names[] = {"loss", "accuracy", "precision", "recall", "f1", "f1_macro"};
    struct json_object *object = json_object_new_object(), *numbers = json_object_new_object();
    const struct setting *setting = &all->settings[run->setting];
    struct evidence evidence;
    if (strcmp(run->outcome, "done") != 0)
        fail("run %s is %s: only finished runs are known here", run->id, run->outcome);
    if (run->step_count != planned_steps(run, setting))
        fail("run %s: %d steps are stored, the plan gives %ld", run->id, run->step_count,
             planned_steps(run, setting));
    evidence_of(run, all->examples, (int)setting_number(setting, "training.logging_steps"), &evidence);
    put_text(object, "id", run->id);
    put_text(object, "setting", setting->label);
    put_number(object, "repeat", run->repeat + 1);
    put_number(object, "seed_init", run->seed[0]);
    put_number(object, "seed_order", run->seed[1]);
    put_number(object, "seed_dropout", run->seed[2]);
    put_text(object, "outcome", run->outcome);
    put_text(object, "reason", run->reason);
    put_number(object, "steps", run->step_count);
    put_number(object, "skipped_steps", count_skipped(run));
    put_number(object, "best_step", (double)run->evaluations[run->best].step);
    for (int i = 0; i < METRICS; i++)
        put_number(object, names[i], run->evaluations[run->best].value[i]);
    put_truth(object, "one_class", one_class(run, all->examples));
    put_text(object, "class", evidence.class);
    put_text(object, "state", evidence.state);
    put_text(object, "metric_course", evidence.course);
    for (int i = 0; i < evidence.count; i++)
        put_number(numbers, evidence.name[i], nine_digits(evidence.value[i]));
    json_object_object_add(object, "evidence", numbers);
    put_text(object, "digest", run->digest);
    return object;
}

void expected_build(const struct observations *all, struct expected *expected)
{
    struct json_object *runs = json_object_new_array();
    *expected =
        (struct expected){.all = all,
                          .settings = allocate((size_t)all->setting_count, sizeof *expected->settings),
                          .tree = json_object_new_object(),
                          .max_spread = all->max_spread / 100,
                          .shared = all->design != 0};
    if (all->metric != 0) fail("only F1 is known here as [experiment] metric");
    expected->sigma0 = all->sigma0 > 0 ? all->sigma0 / 100 : expected->max_spread / range_mean(3);
    put_text(expected->tree, "format", "ftbench-summary");
    put_number(expected->tree, "version", 2);
    put_experiment(expected);
    put_inputs(expected);
    for (int i = 0; i < all->run_count; i++)
        json_object_array_add(runs, run_object(all, &all->runs[i]));
    json_object_object_add(expected->tree, "runs", runs);
    expected_settings(expected);
    expected_comparison(expected);
}
