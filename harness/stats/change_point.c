#include "harness/stats/change_point.h"

#include "base/memory.h"
#include "harness/stats/draws.h"
#include "harness/stats/holm.h"
#include "harness/stats/ranks.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <string.h>

/* At least so many random orders; after so many that reach the statistic, no more (Besag and Clifford 1991),
 * as p is known well enough. */
enum { ORDERS = 9999, ENOUGH_REACHED = 100 };

/* A series without its gaps, and room for the work on a part of it. */
struct work {
    size_t count;
    double *values;
    size_t *places; /* index of each value in the series as it was given */
    size_t *sorted;
    int *ranks; /* doubled */
    double *scores, *order;
    bool *cut;            /* whether a move was found before this value ... */
    double *p, *adjusted; /* ... and what was said of it */
};

/* The values from .. to - 1. */
struct part {
    size_t from, to;
};

struct change_question change_question_default(void)
{
    return (struct change_question){.alpha = 0.01, .confidence = SUMMARY_CONFIDENCE, .seed = 1};
}

static enum status work_open(const struct change_series *series, struct work *work, struct error *error)
{
    size_t count = series->count;
    *work = (struct work){.values = memory_zeroed(count, sizeof *work->values),
                          .places = memory_zeroed(count, sizeof *work->places),
                          .sorted = memory_zeroed(count, sizeof *work->sorted),
                          .ranks = memory_zeroed(count, sizeof *work->ranks),
                          .scores = memory_zeroed(count, sizeof *work->scores),
                          .order = memory_zeroed(count, sizeof *work->order),
                          .cut = memory_zeroed(count, sizeof *work->cut),
                          .p = memory_zeroed(count, sizeof *work->p),
                          .adjusted = memory_zeroed(count, sizeof *work->adjusted)};
    if (work->values == NULL || work->places == NULL || work->sorted == NULL || work->ranks == NULL ||
        work->scores == NULL || work->order == NULL || work->cut == NULL || work->p == NULL ||
        work->adjusted == NULL)
        return error_no_memory(error, count * sizeof *work->values);
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(series->values[i])) continue;
        work->places[work->count] = i;
        work->values[work->count++] = series->values[i];
    }
    return STATUS_OK;
}

static void work_close(struct work *work)
{
    memory_free(work->values);
    memory_free(work->places);
    memory_free(work->sorted);
    memory_free(work->ranks);
    memory_free(work->scores);
    memory_free(work->order);
    memory_free(work->cut);
    memory_free(work->p);
    memory_free(work->adjusted);
}

static bool can_be_asked(struct part part)
{
    return part.to - part.from >= 2 * CHANGE_EDGE + 1;
}

/* The square of the statistic, but for a factor that all orders share, of `count` scores whose sum is 0; the
 * first place that has it in `best`. */
static double statistic(const double *scores, size_t count, size_t *best)
{
    double largest = -1, sum = 0;
    for (size_t k = 1; k <= count - CHANGE_EDGE; k++) {
        sum += scores[k - 1];
        if (k < CHANGE_EDGE) continue;
        double here = sum * sum / ((double)k * (double)(count - k));
        if (here > largest) {
            largest = here;
            *best = k;
        }
    }
    return largest;
}

static void shuffle(double *scores, size_t count, struct draws *draws)
{
    for (size_t i = count - 1; i > 0; i--) {
        size_t other = draws_below(draws, (uint32_t)i + 1);
        double kept = scores[i];
        scores[i] = scores[other];
        scores[other] = kept;
    }
}

/* The scores of a part's values, less their mean, which ties may move from 0. */
static size_t score_part(struct work *work, struct part part)
{
    size_t count = part.to - part.from;
    double mean = 0;
    gsl_sort_index(work->sorted, work->values + part.from, 1, count);
    ranks_double(work->values + part.from, work->sorted, count, work->ranks);
    for (size_t i = 0; i < count; i++) {
        work->scores[i] = gsl_cdf_ugaussian_Pinv(work->ranks[i] / (2 * (double)(count + 1)));
        mean += work->scores[i] / (double)count;
    }
    for (size_t i = 0; i < count; i++)
        work->scores[i] -= mean;
    return count;
}

/* The first value after the place at which a part moved most. */
static size_t place_of(struct work *work, struct part part)
{
    size_t best = 0, count = score_part(work, part);
    statistic(work->scores, count, &best);
    return part.from + best;
}

/* p of "nothing moved" in a part. A value that equals the statistic in exact arithmetic must not miss it by
 * rounding, nor one that has no moves at all its 0. */
static double p_of(struct work *work, struct part part, uint32_t seed, long orders)
{
    size_t ignored = 0, count = score_part(work, part);
    double seen = statistic(work->scores, count, &ignored);
    struct draws draws = draws_begin(seed, DRAWS_ORDER);
    long reached = 0, drawn = 0;
    memcpy(work->order, work->scores, count * sizeof *work->order);
    while (drawn < orders && reached < ENOUGH_REACHED) {
        shuffle(work->order, count, &draws);
        drawn++;
        reached += statistic(work->order, count, &ignored) >= seen * (1 - 1e-9) - 1e-24;
    }
    if (reached >= ENOUGH_REACHED) return (double)reached / (double)drawn;
    return (double)(reached + 1) / (double)(drawn + 1);
}

/* Cut a part, whose p is known and small enough, and ask what is left of it on both sides. */
static void cut(struct work *work, struct part part, double p, double adjusted, double factor,
                const struct change_question *question, long orders)
{
    size_t first = place_of(work, part);
    const struct part sides[] = {{part.from, first}, {first, part.to}};
    work->cut[first] = true;
    work->p[first] = p;
    work->adjusted[first] = adjusted;
    for (int i = 0; i < 2; i++) {
        if (!can_be_asked(sides[i])) continue;
        double here = p_of(work, sides[i], question->seed, orders);
        double corrected = fmax(adjusted, fmin(1, here * factor * 2));
        if (corrected <= question->alpha) cut(work, sides[i], here, corrected, factor * 2, question, orders);
    }
}

/* Where the values around a move say it is, given the other moves. */
static struct part part_around(const struct work *work, size_t first)
{
    struct part part = {first - 1, first + 1};
    while (part.from > 0 && !work->cut[part.from])
        part.from--;
    while (part.to < work->count && !work->cut[part.to])
        part.to++;
    return part;
}

static double residue(const double *values, size_t count)
{
    double mean = 0, sum = 0;
    for (size_t i = 0; i < count; i++)
        mean += values[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        sum += (values[i] - mean) * (values[i] - mean);
    return sum;
}

/* Sum of squares around the two means when the second begins at `first`. */
static double residue_at(const struct work *work, struct part part, size_t first)
{
    return residue(work->values + part.from, first - part.from) +
           residue(work->values + first, part.to - first);
}

static void fill_range(const struct work *work, struct part part, size_t first, struct change_point *point)
{
    static const double excluded = 7.35;
    double least = residue_at(work, part, first);
    double allowed = least + excluded * least / (double)(part.to - part.from - 2);
    size_t low = first, high = first;
    for (size_t k = part.from + 1; k < part.to; k++) {
        if (residue_at(work, part, k) > allowed) continue;
        low = k < low ? k : low;
        high = k > high ? k : high;
    }
    point->first = work->places[first];
    point->from = work->places[low - 1];
    point->to = work->places[high];
}

static enum status fill_point(const struct work *work, size_t first, const struct change_question *question,
                              struct change_point *point, struct error *error)
{
    struct part part = part_around(work, first);
    fill_range(work, part, first, point);
    TRY(summary_compute(work->values + part.from, first - part.from, question->confidence, &point->before,
                        error));
    TRY(summary_compute(work->values + first, part.to - first, question->confidence, &point->after, error));
    const struct compare_question asked = {.confidence = question->confidence};
    TRY(compare_welch(&point->after, &point->before, &asked, &point->difference, error));
    point->p = work->p[first];
    point->adjusted_p = work->adjusted[first];
    return STATUS_OK;
}

/* Each move once more, between its neighbours: while others were not known yet they pulled at its place. */
static void settle(struct work *work)
{
    for (size_t i = 1; i < work->count; i++) {
        if (!work->cut[i]) continue;
        struct part part = part_around(work, i);
        size_t first = can_be_asked(part) ? place_of(work, part) : i;
        work->cut[i] = false;
        work->cut[first] = true;
        work->p[first] = work->p[i];
        work->adjusted[first] = work->adjusted[i];
        i = first > i ? first : i;
    }
}

static enum status collect(struct work *work, const struct change_question *question,
                           struct change_points *found, struct error *error)
{
    size_t count = 0;
    settle(work);
    for (size_t i = 0; i < work->count; i++)
        count += work->cut[i];
    found->items = memory_zeroed(count, sizeof *found->items);
    if (found->items == NULL) return error_no_memory(error, count * sizeof *found->items);
    for (size_t i = 0; i < work->count; i++) {
        if (work->cut[i]) TRY(fill_point(work, i, question, &found->items[found->count++], error));
    }
    return STATUS_OK;
}

/* As many orders as it takes for the smallest p to pass every correction. */
static long orders_for(size_t family, double alpha)
{
    double needed = 16 * (double)family / alpha;
    return needed > ORDERS ? (long)needed : ORDERS;
}

static enum status ask(const struct change_series *series, const struct change_question *question,
                       long orders, struct change_points *found, struct error *error)
{
    struct work work;
    enum status status = work_open(series, &work, error);
    const struct part whole = {0, work.count};
    found->values = work.count;
    if (status == STATUS_OK && can_be_asked(whole)) found->p = p_of(&work, whole, question->seed, orders);
    work_close(&work);
    return status;
}

static enum status look_closer(const struct change_series *series, const struct change_question *question,
                               size_t family, long orders, struct change_points *found, struct error *error)
{
    struct work work;
    enum status status = work_open(series, &work, error);
    if (status == STATUS_OK) {
        cut(&work, (struct part){0, work.count}, found->p, found->adjusted_p, (double)family, question,
            orders);
        status = collect(&work, question, found, error);
    }
    work_close(&work);
    return status;
}

/* Holm over the series; those that moved are looked at more closely. */
static enum status decide(const struct change_series *series, size_t count,
                          const struct change_question *question, double *p, struct change_points *found,
                          struct error *error)
{
    const long orders = orders_for(count, question->alpha);
    for (size_t i = 0; i < count; i++) {
        TRY(ask(&series[i], question, orders, &found[i], error));
        p[i] = found[i].p;
    }
    TRY(holm_adjust(p, count, p, error));
    for (size_t i = 0; i < count; i++) {
        found[i].adjusted_p = p[i];
        if (p[i] <= question->alpha) TRY(look_closer(&series[i], question, count, orders, &found[i], error));
    }
    return STATUS_OK;
}

enum status change_points_find(const struct change_series *series, size_t count,
                               const struct change_question *question, struct change_points *found,
                               struct error *error)
{
    for (size_t i = 0; i < count; i++)
        found[i] = (struct change_points){.p = NAN, .adjusted_p = NAN};
    if (!(question->alpha > 0 && question->alpha < 0.5))
        return error_set(error, STATUS_INTERNAL, "change points: alpha %g is not in (0, 0.5)",
                         question->alpha);
    TRY(interval_check_confidence(question->confidence, "change points", error));
    double *p = memory_zeroed(count, sizeof *p);
    if (p == NULL) return error_no_memory(error, count * sizeof *p);
    enum status status = decide(series, count, question, p, found, error);
    memory_free(p);
    return status;
}

void change_points_free(struct change_points *points)
{
    memory_free(points->items);
    points->items = NULL;
    points->count = 0;
}
