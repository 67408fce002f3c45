#include "answers.h"
#include "expected.h"
#include "resampling.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PAIRS = 400 };

enum kind { STABLE, LEAST_BAD, UNPROVEN, NOTHING };

static bool qualifies(const struct expected_setting *s, enum kind kind)
{
    if (s->left_out || s->moments.n == 0) return false;
    return kind == STABLE ? s->stable || s->sure : kind == LEAST_BAD ? s->moments.n >= 2 : true;
}

/* Whether a goes before b: by the mean, of unstable ones by the worst run; at a tie by the spread. */
static bool before(const struct expected_setting *a, const struct expected_setting *b, enum kind kind)
{
    double left = kind == LEAST_BAD ? a->moments.min : a->moments.mean;
    double right = kind == LEAST_BAD ? b->moments.min : b->moments.mean;
    return left > right || (left == right && a->moments.spread < b->moments.spread);
}

static int first_of(const struct expected *e, enum kind kind, int without)
{
    int found = -1;
    for (int i = 0; i < e->all->setting_count; i++) {
        if (i == without || !qualifies(&e->settings[i], kind)) continue;
        if (found < 0 || before(&e->settings[i], &e->settings[found], kind)) found = i;
    }
    return found;
}

static const char *label(const struct expected *e, int setting)
{
    return setting < 0 ? NULL : e->all->settings[setting].label;
}

/* Whether `shown` is `value` to two digits, rounded either way where it lies between. */
static bool same_two_digits(double value, double shown)
{
    return fabs(value - shown) <= 0.5001 * pow(10, floor(log10(shown) + 1e-9) - 1);
}

/* The steps of the recipe, by the advice's kind (a name as the summary has it) and key. */
static const struct recipe_step {
    const char *kind, *key;
    double factors[2];
} recipe_steps[] = {
    {"sweep_next", "learning_rate", {0.75, 1.5}},   {"sweep_next", "batch_size", {0.5, 2}},
    {"sweep_next", "epochs", {2.0 / 3, 5.0 / 3}},   {"raise_learning_rate", "learning_rate", {3, 10}},
    {"calm_down", "learning_rate", {0.1, 1.0 / 3}}, {"fewer_epochs", "epochs", {2.0 / 3, 2.0 / 3}},
    {"more_epochs", "epochs", {5.0 / 3, 5.0 / 3}},
};

static bool is_near(const char *key, double value, double shown)
{
    if (strcmp(key, "learning_rate") == 0) return same_two_digits(value, shown);
    return shown >= 1 && (fabs(shown - floor(value)) < 1e-9 || fabs(shown - ceil(value)) < 1e-9);
}

/* Whether an advised value of a key is one that the recipe's steps or the sweep's neighbours give. */
static bool is_step(const struct expected *e, const char *kind, const char *key, double shown)
{
    char name[TEXT];
    snprintf(name, sizeof name, "training.%s", key);
    double own = setting_number(&e->all->settings[e->recommended], name);
    for (size_t i = 0; i < sizeof recipe_steps / sizeof recipe_steps[0]; i++) {
        const struct recipe_step *step = &recipe_steps[i];
        if (strcmp(step->kind, kind) != 0 || strcmp(step->key, key) != 0) continue;
        if (is_near(key, own * step->factors[0], shown) || is_near(key, own * step->factors[1], shown))
            return true;
    }
    for (int i = 0; i < e->all->setting_count; i++) {
        double other = setting_number(&e->all->settings[i], name), factor = own / other;
        if (other == own) continue;
        if (strcmp(kind, "refine_sweep") == 0 && is_near(key, sqrt(own * other), shown)) return true;
        if (strcmp(kind, "extend_sweep") != 0) continue;
        if (is_near(key, own * factor, shown) || is_near(key, own * factor * factor, shown)) return true;
    }
    return false;
}

/* The advice itself is a choice of words, and taken from the summary; its numbers must follow from the
 * results. */
static void check_advice(const struct expected *e, struct json_object *claimed)
{
    for (size_t i = 0; i < json_object_array_length(claimed); i++) {
        struct json_object *advice = json_object_array_get_idx(claimed, i);
        const char *kind = json_object_get_string(find(advice, "kind")),
                   *key = json_object_get_string(find(advice, "key"));
        const char *values = json_object_get_string(find(advice, "values"));
        char path[TEXT];
        snprintf(path, sizeof path, "settings[%d].", e->recommended);
        while (*values != '\0') {
            char *end;
            double value = strtod(values, &end), own;
            bool right = false;
            snprintf(path, sizeof path, "settings[%d].%s", e->recommended,
                     strcmp(kind, "decide") == 0 ? "calibrated.further" : "origin.examples_needed");
            own = find_number(e->tree, path);
            if (strcmp(kind, "more_validation") == 0)
                right = value == own;
            else if (strcmp(kind, "decide") == 0)
                right = value == own + e->settings[e->recommended].moments.n;
            else if (strstr(kind, "repeat") != NULL || strstr(kind, "vary") != NULL)
                right = value == 3; /* the fewest that the rule asks for */
            else
                right = is_step(e, kind, key, value);
            if (!right) fail("advice '%s' of %s: %g follows from no value of the sweep", kind, key, value);
            values = end + strspn(end, ", ");
        }
    }
}

void expected_check_advice(const struct expected *e, struct json_object *summary)
{
    check_advice(e, find(summary, "recommendation.advice"));
}

static void put_recommendation(struct expected *e)
{
    static const char *const kinds[] = {"stable", "least_bad", "unproven", "nothing"};
    struct json_object *object = json_object_new_object();
    int kind = STABLE, left_out = 0, rival = -1;
    while (kind < NOTHING && first_of(e, (enum kind)kind, -1) < 0)
        kind++;
    e->recommended = kind == NOTHING ? -1 : first_of(e, (enum kind)kind, -1);
    e->second = kind == NOTHING ? -1 : first_of(e, (enum kind)kind, e->recommended);
    for (int i = 0; i < e->all->setting_count; i++) {
        const struct expected_setting *s = &e->settings[i];
        left_out += s->left_out;
        if (e->recommended < 0 || s->left_out || qualifies(s, (enum kind)kind)) continue;
        double highest = e->settings[rival < 0 ? e->recommended : rival].moments.mean;
        if (s->moments.mean > highest) rival = i;
    }
    put_text(object, "kind", kinds[kind]);
    put_text(object, "setting", label(e, e->recommended));
    put_text(object, "runner_up", label(e, e->second));
    json_object_object_add(object, "intervals_overlap", NULL);
    if (e->second >= 0) {
        const struct moments *a = &e->settings[e->recommended].moments, *b = &e->settings[e->second].moments;
        put_truth(object, "intervals_overlap", a->low <= b->high && b->low <= a->high);
    }
    put_text(object, "rival", label(e, rival));
    put_number(object, "left_out_settings", left_out);
    put_number(object, "too_short_settings", 0);
    put_number(object, "constant_metric", answers_constant_f1(e->all->runs[0].labels, e->all->examples));
    put_truth(object, "one_label", false);
    json_object_object_add(e->tree, "recommendation", object);
}

/* Hanley and McNeil's (1982) variance at the true probability, (n_a + n_b) / 2 - 1 in place of both n - 1:
 * the p at which `seen` is 1.96 standard errors above it. */
static double least_superiority(double seen, int n_a, int n_b)
{
    double low = 0, high = fmin(seen, 1 - 1e-9), z = gsl_cdf_ugaussian_Pinv(0.975);
    for (int i = 0; i < 60 && seen > 0; i++) {
        double p = (low + high) / 2, others = (n_a + n_b) / 2.0 - 1;
        double variance = p * (1 - p) / n_a / n_b * (1 + others * ((1 - p) / (2 - p) + p / (1 + p)));
        if (seen - p > z * sqrt(variance))
            low = p;
        else
            high = p;
    }
    return seen > 0 ? low : 0;
}

struct duel {
    double p;
    struct json_object *object;
};

static const char *claim(double low, double high)
{
    if (low > 0) return "better";
    if (high < 0) return "worse";
    return isnan(low) || isnan(high) ? "" : "inconclusive";
}

static struct duel meet(const struct expected *e, int a, int b)
{
    const struct expected_setting *left = &e->settings[a], *right = &e->settings[b];
    double differences[128], wins = 0;
    int pairs = 0, n_a = left->moments.n, n_b = right->moments.n;
    struct band ends[2];
    for (int i = 0; i < n_a; i++) {
        for (int j = 0; j < n_b; j++) {
            const struct run *x = &e->all->runs[left->runs[i]], *y = &e->all->runs[right->runs[j]];
            if (memcmp(x->seed, y->seed, sizeof x->seed) == 0)
                differences[pairs++] = left->values[i] - right->values[j];
            wins += left->values[i] > right->values[j] ? 1 : left->values[i] == right->values[j] ? 0.5 : 0;
        }
    }
    if (pairs < 3 || 2 * pairs < (n_a > n_b ? n_a : n_b))
        fail("settings %d and %d have too few pairs: not known here", a, b);
    const struct moments m = moments_of(differences, pairs);
    bool varies = m.spread > 1e-12, enough = n_a >= 4 && n_b >= 4;
    double beats = wins / n_a / n_b,
           mann = enough ? mann_whitney(left->values, n_a, right->values, n_b) : NAN;
    struct duel duel = {.p = varies ? 2 * gsl_cdf_tdist_Q(fabs(m.mean) / (m.sd / sqrt(pairs)), pairs - 1)
                                    : NAN,
                        .object = json_object_new_object()};
    resample_mean((struct group){differences, pairs}, ends);
    put_text(duel.object, "setting", label(e, b));
    put_number(duel.object, "pairs", pairs);
    put_number(duel.object, "difference", m.mean);
    put_number(duel.object, "low", varies ? m.low : NAN);
    put_number(duel.object, "high", varies ? m.high : NAN);
    put_band(duel.object, "bootstrap_low", ends[0].low, ends[0].high);
    put_band(duel.object, "bootstrap_high", ends[1].low, ends[1].high);
    put_number(duel.object, "p", duel.p);
    put_number(duel.object, "mann_whitney_p", mann);
    put_number(duel.object, "mann_whitney_smallest_p",
               fmin(2 * exp(lgamma(n_a + 1) + lgamma(n_b + 1) - lgamma(n_a + n_b + 1)), 1));
    const char *by_t = varies ? claim(m.low, m.high) : "", *by_rank = mann > 0.05   ? "inconclusive"
                                                                      : beats > 0.5 ? "better"
                                                                                    : "worse";
    const char *by_boot = varies ? claim(ends[0].low, ends[1].high) : "";
    by_rank = enough ? by_rank : "";
    put_text(duel.object, "by_t", by_t);
    put_text(duel.object, "by_bootstrap", by_boot);
    put_text(duel.object, "by_mann_whitney", by_rank);
    put_truth(duel.object, "disagree",
              (*by_boot != '\0' && strcmp(by_t, by_boot) != 0) ||
                  (*by_rank != '\0' && *by_t != '\0' && strcmp(by_t, by_rank) != 0) ||
                  (*by_rank != '\0' && *by_boot != '\0' && strcmp(by_boot, by_rank) != 0));
    put_number(duel.object, "beats", beats);
    put_number(duel.object, "beats_low", enough ? least_superiority(beats, n_a, n_b) : NAN);
    put_number(duel.object, "beats_high", enough ? 1 - least_superiority(1 - beats, n_a, n_b) : NAN);
    return duel;
}

/* Holm (1979) over every pair of settings that has a p. */
static int correct(struct duel *duels, int count)
{
    int family = 0;
    for (int i = 0; i < count; i++)
        family += !isnan(duels[i].p);
    for (int i = 0; i < count; i++) {
        double adjusted = 0;
        for (int j = 0; j < count; j++) {
            int smaller = 0;
            if (!(duels[j].p <= duels[i].p)) continue;
            for (int k = 0; k < count; k++)
                smaller += duels[k].p < duels[j].p || (duels[k].p == duels[j].p && k < j);
            adjusted = fmax(adjusted, fmin((family - smaller) * duels[j].p, 1));
        }
        bool known = !isnan(duels[i].p), better = find_number(duels[i].object, "difference") > 0;
        put_number(duels[i].object, "adjusted_p", known ? adjusted : NAN);
        put_text(duels[i].object, "verdict",
                 !known || adjusted > 0.05 ? "inconclusive"
                 : better                  ? "better"
                                           : "worse");
    }
    return family;
}

static struct json_object *luck(struct expected *e)
{
    struct group groups[64];
    struct luck_bands bands;
    struct json_object *object = json_object_new_object();
    int count = 0, best = 0, index[64];
    for (int i = 0; i < e->all->setting_count; i++) {
        if (e->settings[i].moments.n < 2) continue;
        index[count] = i;
        groups[count++] = (struct group){e->settings[i].values, e->settings[i].moments.n};
        if (e->settings[i].moments.mean > e->settings[index[best]].moments.mean) best = count - 1;
    }
    e->best = index[best];
    double mean = e->settings[e->best].moments.mean;
    resample_best(groups, count, best, &bands);
    put_text(object, "setting", label(e, e->best));
    put_band(object, "bias", bands.bias.low, bands.bias.high);
    put_band(object, "bias_most", bands.most.low, bands.most.high);
    put_band(object, "corrected", mean - bands.bias.high, mean - bands.bias.low);
    put_band(object, "again", bands.again.low, bands.again.high);
    return object;
}

void expected_comparison(struct expected *e)
{
    struct json_object *object = json_object_new_object(), *others = json_object_new_array();
    struct duel duels[MOST_PAIRS];
    int count = 0, family = 0, settings = e->all->setting_count;
    put_recommendation(e);
    bool some = settings > 1 && e->recommended >= 0 && !e->shared;
    if (settings * settings > MOST_PAIRS) fail("%d settings", settings);
    for (int i = 0; i < settings && some;
         i++) { /* those with the recommended one come first, in the plan's order */
        if (i != e->recommended) duels[count++] = meet(e, e->recommended, i);
    }
    for (int i = 0; i < settings && some; i++) {
        for (int j = i + 1; j < settings; j++) {
            if (i != e->recommended && j != e->recommended) duels[count++] = meet(e, i, j);
        }
    }
    family = correct(duels, count);
    put_number(object, "comparisons", family);
    for (int i = 0; i < settings - 1 && some; i++)
        json_object_array_add(others, duels[i].object);
    json_object_object_add(object, "others", others);
    json_object_object_add(object, "best", some ? luck(e) : NULL);
    json_object_object_add(e->tree, "comparison", object);
}
