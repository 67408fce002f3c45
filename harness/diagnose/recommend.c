#include "harness/diagnose/recommend.h"

#include <math.h>

bool recommend_leaves_out(const struct candidate *candidate)
{
    return 2 * (candidate->unsound + candidate->undetermined) > candidate->curves;
}

bool recommend_too_short(const struct candidate *candidate)
{
    return recommend_leaves_out(candidate) && candidate->undetermined > candidate->unsound;
}

/* May be recommended as this kind. */
static bool qualifies(const struct candidate *candidate, enum recommendation_kind kind)
{
    if (candidate->summary.n == 0 || recommend_leaves_out(candidate)) return false;
    switch (kind) {
    case RECOMMEND_STABLE:
        return candidate->verdict == STABILITY_STABLE || (candidate->sure && candidate->failed == 0);
    case RECOMMEND_UNPROVEN:
        return true;
    case RECOMMEND_LEAST_BAD:
        return candidate->summary.n >= 2;
    case RECOMMEND_NOTHING:
        break;
    }
    return false;
}

/* Larger is better, whatever the metric. */
static double goodness(double value, bool lower_is_better)
{
    return lower_is_better ? -value : value;
}

static double worst_run(const struct candidate *candidate, bool lower_is_better)
{
    return lower_is_better ? -candidate->summary.max : candidate->summary.min;
}

static double failed_part(const struct candidate *candidate)
{
    return (double)candidate->failed / (candidate->failed + candidate->summary.n);
}

/* -1, 0, 1 as a is worse than, equal to, better than b. */
static int compare(const struct candidate *a, const struct candidate *b, enum recommendation_kind kind,
                   bool lower_is_better)
{
    double better = goodness(a->summary.mean, lower_is_better) - goodness(b->summary.mean, lower_is_better);
    if (kind == RECOMMEND_LEAST_BAD) {
        double fewer = failed_part(b) - failed_part(a);
        if (fewer != 0) return fewer > 0 ? 1 : -1;
        better = worst_run(a, lower_is_better) - worst_run(b, lower_is_better);
    }
    if (better != 0) return better > 0 ? 1 : -1;
    double tighter = b->summary.spread - a->summary.spread;
    return tighter > 0 ? 1 : tighter < 0 ? -1 : 0;
}

/* The best that qualifies, but for the setting `without`; false when there is none. */
static bool find_best(const struct candidate *candidates, size_t count, enum recommendation_kind kind,
                      bool lower_is_better, const size_t *without, size_t *best)
{
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        if ((without != NULL && i == *without) || !qualifies(&candidates[i], kind)) continue;
        if (!found || compare(&candidates[i], &candidates[*best], kind, lower_is_better) > 0) *best = i;
        found = true;
    }
    return found;
}

static bool overlap(const struct summary *a, const struct summary *b)
{
    if (isnan(a->low) || isnan(b->low)) return true;
    return a->low <= b->high && b->low <= a->high;
}

/* A better mean among those that are sound but do not qualify. */
static void find_rival(const struct candidate *candidates, size_t count, bool lower_is_better,
                       struct recommendation *found)
{
    double highest = goodness(candidates[found->best].summary.mean, lower_is_better);
    for (size_t i = 0; i < count; i++) {
        const struct candidate *candidate = &candidates[i];
        double good = goodness(candidate->summary.mean, lower_is_better);
        if (candidate->summary.n == 0 || recommend_leaves_out(candidate) || qualifies(candidate, found->kind))
            continue;
        if (!(good > highest)) continue;
        highest = good;
        found->has_rival = true;
        found->rival = i;
    }
}

struct recommendation recommend_setting(const struct candidate *candidates, size_t count,
                                        bool lower_is_better)
{
    struct recommendation found = {.kind = RECOMMEND_NOTHING};
    static const enum recommendation_kind order[] = {RECOMMEND_STABLE, RECOMMEND_LEAST_BAD,
                                                     RECOMMEND_UNPROVEN};
    for (size_t i = 0; i < count; i++) {
        found.left_out += recommend_leaves_out(&candidates[i]);
        found.too_short += recommend_too_short(&candidates[i]);
    }
    for (size_t i = 0; i < sizeof order / sizeof order[0] && found.kind == RECOMMEND_NOTHING; i++) {
        if (find_best(candidates, count, order[i], lower_is_better, NULL, &found.best)) found.kind = order[i];
    }
    if (found.kind == RECOMMEND_NOTHING) return found;
    found.has_second = find_best(candidates, count, found.kind, lower_is_better, &found.best, &found.second);
    if (found.has_second)
        found.overlap = overlap(&candidates[found.best].summary, &candidates[found.second].summary);
    if (found.kind == RECOMMEND_STABLE) find_rival(candidates, count, lower_is_better, &found);
    return found;
}
