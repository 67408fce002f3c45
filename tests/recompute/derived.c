#include "tables.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int count_of(struct json_object *tree, const char *member, const char *word)
{
    struct json_object *runs = find(tree, "runs");
    int count = 0;
    for (size_t i = 0; i < json_object_array_length(runs); i++)
        count += strcmp(json_object_get_string(find(json_object_array_get_idx(runs, i), member)), word) == 0;
    return count;
}

/* "converged, still improving": in how many runs. */
static void put_kinds(struct json_object *tree, struct json_object *derived)
{
    static const char *const names[][2] = {{"still_improving", "still improving"},
                                           {"val_flat", "validation flat"},
                                           {"never_generalised", "validation never improved"},
                                           {"rose", "rose instead"},
                                           {"collapsed", "collapsed"},
                                           {"diverged", "diverged"}};
    struct json_object *kinds = json_object_new_object(), *runs = find(tree, "runs");
    for (size_t i = 0; i < json_object_array_length(runs); i++) {
        struct json_object *run = json_object_array_get_idx(runs, i), *kind = NULL;
        const char *state = json_object_get_string(find(run, "state"));
        char name[TEXT];
        snprintf(name, sizeof name, "%s", json_object_get_string(find(run, "class")));
        for (size_t j = 0; j < sizeof names / sizeof names[0]; j++) {
            if (strcmp(names[j][0], state) == 0)
                snprintf(name + strlen(name), sizeof name - strlen(name), ", %s", names[j][1]);
        }
        if (strcmp(name, "overfit") == 0) /* its remedy depends on what the metric did */
            snprintf(name, sizeof name, "overfit@%s", json_object_get_string(find(run, "metric_course")));
        if (!json_object_object_get_ex(kinds, name, &kind))
            json_object_object_add(kinds, name, kind = json_object_new_object());
        put_number(kind, "count", 1 + (isnan(find_number(kind, "count")) ? 0 : find_number(kind, "count")));
    }
    json_object_object_add(derived, "kinds", kinds);
}

static void put_setting(struct json_object *setting)
{
    double n = find_number(setting, "n"), twins = find_number(setting, "twins");
    struct json_object *streams = find(setting, "streams");
    put_number(setting, "shown_spread", n < 2 && twins == 0 ? NAN : find_number(setting, "spread"));
    put_number(setting, "same", n < 2 && twins > 0 ? twins + 1 : 0);
    put_number(setting, "only", json_object_get_boolean(find(setting, "few_seeds")) ? n : 0);
    if (streams != NULL)
        put_number(find(streams, "interactions"), "share", find_number(streams, "interactions_share"));
}

/* What sentences about a run say in other words than its evidence does. */
static void put_run(struct json_object *run)
{
    double surge = find_number(run, "evidence.train_surge"), wave = find_number(run, "evidence.train_wave");
    put_number(run, "fell", -100 * find_number(run, "evidence.validation_trend"));
    put_number(run, "train_moves", 100 * (exp(find_number(run, "evidence.train_swing")) - 1));
    put_number(run, "validation_moves", 100 * (exp(find_number(run, "evidence.validation_swing")) - 1));
    put_number(run, "lost", 100 * fmin(1, find_number(run, "evidence.train_rebound")));
    put_number(run, "train_surge", surge >= 2 ? surge : wave);
}

static void put_overfit(struct json_object *tree, struct json_object *derived)
{
    struct json_object *runs = find(tree, "runs");
    double overfit = 0, higher = 0, rose = 0, fell = 0;
    for (size_t i = 0; i < json_object_array_length(runs); i++) {
        struct json_object *run = json_object_array_get_idx(runs, i);
        const char *course = json_object_get_string(find(run, "metric_course"));
        if (strcmp(json_object_get_string(find(run, "class")), "overfit") != 0) continue;
        overfit++;
        higher +=
            find_number(run, "evidence.metric_at_end") > find_number(run, "evidence.metric_at_loss_minimum");
        rose += strcmp(course, "rose") == 0;
        fell += strcmp(course, "fell") == 0;
    }
    put_number(derived, "overfit", overfit);
    put_number(derived, "higher", higher);
    put_number(derived, "rose", rose);
    put_number(derived, "fell", fell);
}

void derived_put(struct expected *e)
{
    struct json_object *derived = json_object_new_object(), *tree = e->tree,
                       *settings = find(tree, "settings");
    struct place place = {.tree = tree};
    double twins = 0, planned = 0, least = INFINITY, most = 0;
    for (size_t i = 0; i < json_object_array_length(settings); i++) {
        put_setting(json_object_array_get_idx(settings, i));
        twins += find_number(json_object_array_get_idx(settings, i), "twins");
        planned = find_number(json_object_array_get_idx(settings, i), "planned");
    }
    for (int i = 0; i < e->all->run_count; i++) {
        char path[TEXT];
        snprintf(path, sizeof path, "runs[%d]", i);
        put_run(find(tree, path));
        const char *label = e->all->settings[e->all->runs[i].setting].label;
        if (e->all->runs[i].step_count < least) put_text(derived, "least_label", label);
        if (e->all->runs[i].step_count > most) put_text(derived, "most_label", label);
        least = fmin(least, e->all->runs[i].step_count);
        most = fmax(most, e->all->runs[i].step_count);
    }
    put_kinds(tree, derived);
    put_overfit(tree, derived);
    put_number(derived, "settings", e->all->setting_count);
    put_number(derived, "least_updates", least);
    put_number(derived, "most_updates", most);
    put_number(derived, "runs", e->all->run_count);
    put_number(derived, "planned", planned);
    put_number(derived, "twins", twins);
    put_number(derived, "one_class", count_of(tree, "one_class", "true"));
    put_number(derived, "limit", e->all->max_spread);
    put_number(derived, "quiet", e->all->max_spread / 2);
    put_number(derived, "sample", 100.0 / e->all->examples);
    put_number(derived, "sigma0", 100 * e->sigma0);
    put_number(derived, "alpha", 100 * e->all->alpha);
    put_number(derived, "three_agree", 100 * (pow(0.75, 3) + pow(0.25, 3)));
    put_number(derived, "behind",
               fabs(place_number(&place, "R.mean*100") - place_number(&place, "U.mean*100")));
    put_number(derived, "miss", place_number(&place, "V.spread*100") - e->all->max_spread);
    put_number(
        derived, "corrected_most",
        find_number(tree, "comparison.best.corrected") -
            (find_number(tree, "comparison.best.bias_most") - find_number(tree, "comparison.best.bias")));
    json_object_object_add(tree, "D", derived);
}
