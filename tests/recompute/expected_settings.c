#include "answers.h"
#include "expected.h"
#include "resampling.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* How many of a setting's runs have a word in a member. */
static int count_words(const struct expected *e, int setting, const char *member, const char *word)
{
    char path[TEXT];
    int count = 0;
    for (int i = 0; i < e->all->run_count; i++) {
        snprintf(path, sizeof path, "runs[%d].%s", i, member);
        struct json_object *value = find(e->tree, path);
        count += e->all->runs[i].setting == setting && value != NULL &&
                 strcmp(json_object_get_string(value), word) == 0;
    }
    return count;
}

struct counts {
    int planned, done, twins, unequal, dead;
};

/* Finished runs of different seeds and bits. */
static struct counts gather(const struct observations *all, int setting, struct expected_setting *result)
{
    struct counts counts = {0};
    int n = 0;
    for (int i = 0; i < all->run_count; i++) {
        const struct run *run = &all->runs[i], *twin = NULL, *copy = NULL;
        if (run->setting != setting) continue;
        counts.planned++;
        counts.done += strcmp(run->outcome, "done") == 0;
        for (int j = i - 1; j >= 0; j--) {
            const struct run *other = &all->runs[j];
            if (other->setting != setting) continue;
            if (memcmp(other->seed, run->seed, sizeof run->seed) == 0)
                twin = other;
            else if (strcmp(other->digest, run->digest) == 0)
                copy = other;
        }
        counts.twins += twin != NULL;
        counts.unequal += twin != NULL && strcmp(twin->digest, run->digest) != 0;
        counts.dead += twin == NULL && copy != NULL;
        if (twin != NULL || copy != NULL) continue;
        result->runs[n] = i;
        result->values[n++] = run->evaluations[run->best].value[F1];
    }
    result->moments = moments_of(result->values, n);
    return counts;
}

static void put_origin(const struct expected *e, const struct expected_setting *setting,
                       struct json_object *object)
{
    const uint8_t *predictions[128];
    struct json_object *origin = json_object_new_object();
    const struct part none = {.sd = NAN, .low = NAN, .high = NAN};
    struct split split = {.between = none,
                          .training = none,
                          .churn = none,
                          .sampling = none,
                          .disagreement = NAN,
                          .needed = NAN};
    int n = setting->moments.n;
    for (int i = 0; i < n; i++)
        predictions[i] =
            e->all->runs[setting->runs[i]].evaluations[e->all->runs[setting->runs[i]].best].predictions;
    if (n >= 2 && !e->shared)
        split_spread(e->all->runs[0].labels, predictions, n, e->all->examples, e->sigma0, &split);
    if (split.sampling.upper <= 0) split.sampling = none;
    json_object_object_add(origin, "between", expected_part(split.between));
    json_object_object_add(origin, "training", expected_part(split.training));
    json_object_object_add(origin, "churn", expected_part(split.churn));
    json_object_object_add(origin, "sampling", expected_part(split.sampling));
    put_number(origin, "disagreement", split.disagreement);
    put_number(origin, "churn_by_thumb", sqrt(split.disagreement / (2 * e->all->examples)));
    put_number(origin, "examples_needed", split.needed);
    json_object_object_add(object, "origin", origin);
}

static void put_calibrated(const struct expected *e, const struct expected_setting *setting,
                           struct json_object *object)
{
    const struct moments *m = &setting->moments;
    struct json_object *calibrated = json_object_new_object();
    struct band ends[2] = {{NAN, NAN}, {NAN, NAN}};
    double alpha = e->all->alpha, low = NAN, high = NAN;
    bool told = !e->shared && m->n >= 2, equal_and_idle = setting->left_out && m->spread == 0;
    const char *sd_word = told ? by_sd(m->sd, m->n, e->sigma0, alpha) : "undefined";
    const char *range_word = told ? by_range(m->spread, m->n, e->sigma0, alpha) : "undefined";
    bool open = strcmp(sd_word, "undetermined") == 0, open_range = strcmp(range_word, "undetermined") == 0;
    if (told && !equal_and_idle) {
        sd_interval(m->sd, m->n, &low, &high);
        resample_mean((struct group){setting->values, m->n}, ends);
    }
    put_text(calibrated, "verdict", sd_word);
    put_text(calibrated, "by_range", range_word);
    put_text(calibrated, "by_sd", sd_word);
    put_number(calibrated, "further", open ? further_runs(m->sd, m->n, e->sigma0, alpha) : 0);
    put_number(calibrated, "further_likely", open ? further_likely(m->sd, m->n, e->sigma0, alpha) : 0);
    put_number(calibrated, "further_by_range", open_range ? further_range(m->sd, m->n, e->sigma0, alpha) : 0);
    put_number(calibrated, "saved", 0);
    put_number(calibrated, "sd_low", low);
    put_number(calibrated, "sd_high", isnan(high) ? high : fmin(high, 0.5));
    put_band(calibrated, "mean_bootstrap_low", fmax(ends[0].low, 0) + 0 * ends[0].low, ends[0].high);
    put_band(calibrated, "mean_bootstrap_high", fmin(ends[1].low, 1) + 0 * ends[1].low,
             fmin(ends[1].high, 1));
    json_object_object_add(object, "calibrated", calibrated);
}

static void put_curves(const struct expected *e, int index, struct json_object *object)
{
    static const char *const classes[] = {"converged", "overfit", "stalled", "oscillating", "undetermined"};
    static const char *const states[] = {"still_improving", "val_flat", "never_generalised", "rose",
                                         "collapsed",       "diverged", "too_short",         "no_validation"};
    struct json_object *counted = json_object_new_object(), *finer = json_object_new_object(),
                       *agreement = json_object_new_object();
    for (int i = 0; i < 5; i++)
        put_number(counted, classes[i], count_words(e, index, "class", classes[i]));
    for (int i = 0; i < 8; i++)
        put_number(finer, states[i], count_words(e, index, "state", states[i]));
    json_object_object_add(object, "classes", counted);
    json_object_object_add(object, "states", finer);
    /* of runs of different seeds and bits, whose class can be told */
    const struct expected_setting *setting = &e->settings[index];
    double n = 0, most = 0, pairs = 0;
    const char *name = "";
    for (int i = 0; i < 4; i++) {
        double here = 0;
        for (int j = 0; j < setting->moments.n; j++) {
            char path[TEXT];
            snprintf(path, sizeof path, "runs[%d].class", setting->runs[j]);
            here += strcmp(json_object_get_string(find(e->tree, path)), classes[i]) == 0;
        }
        n += here;
        pairs += here * (here - 1);
        if (here > most) name = classes[i];
        most = fmax(most, here);
    }
    put_number(agreement, "n", n);
    put_text(agreement, "class", name);
    put_number(agreement, "share", most / n);
    put_number(agreement, "pairs", n < 2 ? NAN : pairs / (n * (n - 1)));
    json_object_object_add(object, "agreement", agreement);
}

/* Most of its runs stalled, swing, or say one class; or their curves are undetermined. */
static void leave_out(const struct expected *e, int index, struct expected_setting *setting)
{
    int runs = 0, unsound = 0, undetermined = 0;
    for (int i = 0; i < e->all->run_count; i++) {
        char path[TEXT];
        if (e->all->runs[i].setting != index) continue;
        snprintf(path, sizeof path, "runs[%d]", i);
        struct json_object *run = find(e->tree, path);
        const char *class = json_object_get_string(find(run, "class"));
        bool one = json_object_get_boolean(find(run, "one_class"));
        runs++;
        unsound += strcmp(class, "stalled") == 0 || strcmp(class, "oscillating") == 0 || one;
        if (strcmp(class, "undetermined") == 0 && !one)
            fail("run %s is undetermined: whether its answers show that it learned is not known here",
                 e->all->runs[i].id);
    }
    setting->left_out = 2 * (unsound + undetermined) > runs;
    setting->too_short = false;
}

static struct json_object *setting_object(struct expected *e, int index)
{
    struct expected_setting *setting = &e->settings[index];
    struct json_object *object = json_object_new_object(), *values = json_object_new_object();
    const struct counts counts = gather(e->all, index, setting);
    const struct moments *m = &setting->moments;
    double failing_low, failing_high;
    leave_out(e, index, setting);
    put_text(object, "label", e->all->settings[index].label);
    for (int i = 0; i < e->all->swept_count; i++) {
        char key[TEXT + 16];
        snprintf(key, sizeof key, "training.%s", e->all->swept[i]);
        put_text(values, e->all->swept[i], setting_text(&e->all->settings[index], key));
    }
    json_object_object_add(object, "values", values);
    put_number(object, "planned", counts.planned);
    put_number(object, "done", counts.done);
    put_number(object, "failed", counts.planned - counts.done);
    put_number(object, "pending", 0);
    put_number(object, "twins", counts.twins);
    put_number(object, "unequal_twins", counts.unequal);
    put_number(object, "dead_seeds", counts.dead);
    put_number(object, "undefined", 0);
    wilson(0, m->n, &failing_low, &failing_high);
    put_number(object, "failing_low", fmax(failing_low, 0));
    put_number(object, "failing_high", failing_high);
    put_number(object, "n", m->n);
    put_number(object, "mean", m->mean);
    put_number(object, "variance", m->variance);
    put_number(object, "sd", m->sd);
    put_number(object, "min", m->min);
    put_number(object, "max", m->max);
    put_number(object, "spread", m->spread);
    bool interval = !e->shared && m->n >= 2 && !(setting->left_out && m->spread == 0);
    put_number(object, "mean_low", interval ? fmax(m->low, 0) : NAN);
    put_number(object, "mean_high", interval ? fmin(m->high, 1) : NAN);
    /* the rule's own example, 0.85 - 0.83 <= 0.02, must hold although it does not in doubles */
    setting->stable = !e->shared && m->n >= 2 && m->spread <= e->max_spread + 1e-12;
    const char *verdict = e->shared || m->n < 2 ? "undefined" : setting->stable ? "stable" : "unstable";
    put_text(object, "verdict", verdict);
    put_text(object, "rule", verdict);
    put_calibrated(e, setting, object);
    setting->sure = strcmp(json_object_get_string(find(object, "calibrated.verdict")), "stable") == 0;
    put_origin(e, setting, object);
    json_object_object_add(object, "streams", e->shared ? expected_streams(e, index) : NULL);
    put_truth(object, "few_seeds", m->n < 3);
    put_truth(object, "left_out", setting->left_out);
    put_truth(object, "too_short", setting->too_short);
    put_number(object, "one_class", count_words(e, index, "one_class", "true"));
    bool judged = !e->shared && m->n >= 2;
    put_number(object, "noisy_passes", judged ? range_below(1, m->n) : NAN);
    put_number(object, "quiet_fails", judged ? 1 - range_below(2, m->n) : NAN);
    put_curves(e, index, object);
    return object;
}

void expected_settings(struct expected *expected)
{
    struct json_object *settings = json_object_new_array();
    for (int i = 0; i < expected->all->setting_count; i++)
        json_object_array_add(settings, setting_object(expected, i));
    json_object_object_add(expected->tree, "settings", settings);
}
