#include "evidence.h"

#include "answers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 64 };

/* Losses in order, reduced to so many that a class is decided by few numbers. */
struct curve {
    double loss[MOST];
    int count;
};

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *values, int count)
{
    double sorted[4096];
    if (count > 4096) fail("a median of %d values", count);
    memcpy(sorted, values, (size_t)count * sizeof *values);
    qsort(sorted, (size_t)count, sizeof *sorted, ascending);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

static int place_of(const struct curve *curve, double sign)
{
    int place = 0;
    for (int i = 1; i < curve->count; i++)
        place = sign * curve->loss[i] < sign * curve->loss[place] ? i : place;
    return place;
}

static double least(const struct curve *curve)
{
    return curve->loss[place_of(curve, 1)];
}

static struct curve reduce(const double *losses, int count, int most)
{
    struct curve curve = {.count = count < most ? count : most};
    for (int block = 0; block < curve.count; block++) {
        int from = block * count / curve.count, to = (block + 1) * count / curve.count;
        curve.loss[block] = median(losses + from, to - from);
    }
    return curve;
}

static struct curve smooth(const struct curve *curve, int from_count)
{
    struct curve result = *curve;
    for (int i = 0; i < curve->count && curve->count >= from_count; i++) {
        int from = i > 0 ? i - 1 : 0, to = i + 1 < curve->count ? i + 1 : i;
        result.loss[i] = median(curve->loss + from, to - from + 1);
    }
    return result;
}

static struct curve raise(const struct curve *curve, double floor)
{
    struct curve result = *curve;
    for (int i = 0; i < curve->count; i++)
        result.loss[i] = fmax(curve->loss[i], floor);
    return result;
}

/* The highest peak over the larger of the lowest losses before and after it. */
static double surge(const struct curve *curve)
{
    double found = 1;
    for (int i = 1; i + 1 < curve->count; i++) {
        struct curve before = {.count = i}, after = {.count = curve->count - i - 1};
        memcpy(before.loss, curve->loss, (size_t)before.count * sizeof(double));
        memcpy(after.loss, curve->loss + i + 1, (size_t)after.count * sizeof(double));
        found = fmax(found, curve->loss[i] / fmax(least(&before), least(&after)));
    }
    return found;
}

struct zigzag {
    double size, flips, path;
};

static struct zigzag zigzag(const struct curve *curve, int least_steps)
{
    int from = curve->count / 5, steps = curve->count - from - 1;
    double step[MOST], way = 0, size = 0, turns = 0;
    if (steps < least_steps) return (struct zigzag){NAN, NAN, NAN};
    for (int i = 0; i < steps; i++)
        step[i] = log(curve->loss[from + i + 1] / curve->loss[from + i]);
    double usual = median(step, steps), net = fabs(log(curve->loss[curve->count - 1] / curve->loss[from]));
    for (int i = 0; i < steps; i++) {
        way += fabs(step[i]);
        size += fabs(step[i] - usual) / steps;
        turns += i > 0 && (step[i] - usual) * (step[i - 1] - usual) < 0;
    }
    return (struct zigzag){size, turns / (steps - 1), way / net};
}

static int tail_of(const struct curve *curve, int part)
{
    int length = curve->count / part, fewest = part == 4 ? 3 : 1;
    return length > fewest ? length : fewest;
}

/* Theil and Sen's slope over the last quarter, times its length, over where it ends. */
static double trend(const struct curve *curve, double floor)
{
    double slope[MOST * MOST];
    int length = tail_of(curve, 4), pairs = 0, from = curve->count - length;
    for (int i = from; i < curve->count; i++) {
        for (int j = i + 1; j < curve->count; j++)
            slope[pairs++] = (curve->loss[j] - curve->loss[i]) / (j - i);
    }
    return median(slope, pairs) * (length - 1) / fmax(curve->loss[curve->count - 1], floor);
}

/* The evaluations that stand behind places from..to of a reduced and perhaps smoothed curve. */
struct span {
    int from, to;
};

static struct span behind(const struct run *run, const struct curve *curve, int from, int to, bool smoothed)
{
    if (smoothed && from > 0) from--;
    if (smoothed && to + 1 < curve->count) to++;
    return (struct span){from * run->evaluation_count / curve->count,
                         (to + 1) * run->evaluation_count / curve->count};
}

/* Two standard errors of the paired difference about 0. */
static double noise(const struct run *run, int examples, struct span a, struct span b)
{
    double squares = 0;
    for (int i = 0; i < examples; i++) {
        double difference = 0;
        for (int e = a.from; e < a.to; e++)
            difference += (double)run->evaluations[e].losses[i] / (a.to - a.from);
        for (int e = b.from; e < b.to; e++)
            difference -= (double)run->evaluations[e].losses[i] / (b.to - b.from);
        squares += difference * difference;
    }
    return 2 * sqrt(squares) / examples;
}

static void add(struct evidence *evidence, const char *name, double value)
{
    evidence->name[evidence->count] = name;
    evidence->value[evidence->count++] = value;
}

double evidence_value(const struct evidence *evidence, const char *name)
{
    for (int i = 0; i < evidence->count; i++) {
        if (strcmp(evidence->name[i], name) == 0) return evidence->value[i];
    }
    fail("no evidence %s", name);
}

/* Means of the steps' losses since the last logged one: what a logged step claims. */
static int logged_losses(const struct run *run, int logging_steps, double *losses)
{
    int count = 0, since = 0;
    double sum = 0;
    for (int i = 0; i < run->step_count; i++) {
        const struct step *step = &run->steps[i];
        sum += step->loss;
        since++;
        bool due = step->step % logging_steps == 0;
        if (step->logged && since > 0) {
            if (isfinite(step->train_loss) &&
                !(fabs(sum / since - step->train_loss) <= 1e-5 * fabs(step->train_loss)))
                fail("run %s, step %ld: train loss %.9g is logged, its steps' mean is %.9g", run->id,
                     step->step, step->train_loss, sum / since);
            losses[count++] = step->train_loss;
            sum = since = 0;
        } else if (due) {
            fail("run %s: step %ld is not logged", run->id, step->step);
        }
    }
    return count;
}

struct broken {
    double count, step;
};

static struct broken look(struct broken broken, double value, long step)
{
    if (isfinite(value)) return broken;
    return (struct broken){broken.count + 1, broken.count == 0 ? (double)step : broken.step};
}

static void add_train(const struct curve *train, double before, double first, struct evidence *evidence)
{
    struct curve smoothed = smooth(train, 5), raised = raise(train, 0.4 * first),
                 wave = raise(&smoothed, 0.4 * first);
    double start = fmin(smoothed.loss[0], before), low = least(&smoothed), lost = smoothed.loss[0] - low;
    bool several = train->count >= 2, long_enough = train->count > 6;
    add(evidence, "train_first", train->loss[0]);
    add(evidence, "train_least", least(train));
    add(evidence, "train_last", train->loss[train->count - 1]);
    add(evidence, "train_fall", several ? 1 - low / start : NAN);
    add(evidence, "train_excess", several ? smoothed.loss[place_of(&smoothed, -1)] / start - 1 : NAN);
    add(evidence, "train_rebound",
        !several   ? NAN
        : lost > 0 ? (smoothed.loss[train->count - 1] - low) / lost
                   : 0);
    add(evidence, "train_surge", long_enough ? surge(&raised) : NAN);
    add(evidence, "train_wave", long_enough ? surge(&wave) : NAN);
    add(evidence, "train_swing", several ? zigzag(&raised, 6).size : NAN);
}

static struct zigzag add_validation(const struct run *run, int examples, const double *losses, double first,
                                    struct evidence *evidence)
{
    int count = run->evaluation_count, low = 0;
    double floor = 0.05 * first, begins = losses[0];
    for (int i = 1; i < count; i++)
        low = losses[i] < losses[low] ? i : low;
    add(evidence, "validation_first", begins);
    add(evidence, "validation_least", losses[low]);
    add(evidence, "validation_least_step", (double)run->evaluations[low].step);
    add(evidence, "validation_last", losses[count - 1]);
    struct curve curve = reduce(losses, count, 40), smoothed = smooth(&curve, 8);
    struct curve raised = raise(&smoothed, floor), rough = raise(&curve, floor);
    bool is_smooth = curve.count >= 8;
    int last = curve.count - 1, lowest = place_of(&smoothed, 1), highest = place_of(&curve, -1);
    int tail = curve.count - tail_of(&curve, 10), quarter = curve.count - tail_of(&curve, 4);
    struct span start = {0, 1}, bottom = behind(run, &curve, lowest, lowest, is_smooth);
    struct zigzag moves = zigzag(&rough, 3);
    double bottom_loss = fmax(smoothed.loss[lowest], floor), end_loss = fmax(smoothed.loss[last], floor);
    add(evidence, "validation_fall", 1 - smoothed.loss[lowest] / begins);
    add(evidence, "validation_fall_noise", noise(run, examples, start, bottom) / begins);
    add(evidence, "validation_excess", curve.loss[highest] / begins - 1);
    add(evidence, "validation_excess_noise",
        noise(run, examples, start, behind(run, &curve, highest, highest, false)) / begins);
    add(evidence, "validation_rise", median(raised.loss + tail, curve.count - tail) / least(&raised) - 1);
    add(evidence, "validation_rise_noise",
        noise(run, examples, behind(run, &curve, tail, last, is_smooth), bottom) / bottom_loss);
    add(evidence, "validation_end", raised.loss[last] / least(&raised) - 1);
    add(evidence, "validation_trend", trend(&smoothed, floor));
    add(evidence, "validation_trend_noise",
        noise(run, examples, behind(run, &curve, quarter, quarter, is_smooth),
              behind(run, &curve, last, last, is_smooth)) /
            end_loss);
    add(evidence, "validation_surge", surge(&rough));
    add(evidence, "validation_swing", moves.size);
    add(evidence, "validation_flips", moves.flips);
    add(evidence, "validation_path", moves.path);
    return moves;
}

static double answer_noise(const struct run *run, int examples, int a, int b)
{
    double squares = 0, u[4096], v[4096];
    if (examples > 4096) fail("%d examples", examples);
    answers_influence(run->labels, run->evaluations[a].predictions, examples, u);
    answers_influence(run->labels, run->evaluations[b].predictions, examples, v);
    for (int i = 0; i < examples; i++)
        squares += (u[i] - v[i]) * (u[i] - v[i]);
    return 2 * sqrt(squares) / examples;
}

static void add_course(const struct run *run, int examples, struct evidence *evidence)
{
    int low = 0, best = 0, end = run->evaluation_count - 1;
    for (int i = 1; i <= end; i++) {
        low = run->evaluations[i].value[LOSS] < run->evaluations[low].value[LOSS] ? i : low;
        best = run->evaluations[i].value[F1] > run->evaluations[best].value[F1] ? i : best;
    }
    double m = run->evaluations[low].value[F1], b = run->evaluations[best].value[F1],
           e = run->evaluations[end].value[F1];
    double rise = answer_noise(run, examples, low, end), fall = answer_noise(run, examples, best, end);
    double p = (b * examples + 1) / (examples + 2);
    add(evidence, "metric_at_loss_minimum", m);
    add(evidence, "metric_best", b);
    add(evidence, "metric_best_step", (double)run->evaluations[best].step);
    add(evidence, "metric_at_end", e);
    add(evidence, "metric_noise", sqrt(p * (1 - p) / examples));
    add(evidence, "metric_rise_noise", rise);
    add(evidence, "metric_fall_noise", fall);
    evidence->course = b - e > fall + 1e-9 ? "fell" : e - m > rise + 1e-9 ? "rose" : "level";
}

static void decide(struct evidence *evidence, const char *class, const char *state)
{
    evidence->class = class;
    evidence->state = state;
}

/* The order of docs/diagnose.md, "How it is found". */
static void classify(struct evidence *e, struct zigzag train, struct zigzag validation, bool broken)
{
#define GET(name) evidence_value(e, name)
    double fall = GET("train_fall"), drop = GET("validation_fall"), rise = GET("validation_rise");
    bool fell = drop >= 0.05 && drop > GET("validation_fall_noise");
    bool fell_alone = drop >= 0.10 && drop > GET("validation_fall_noise");
    bool zigzags = (train.size >= 0.2 && train.flips >= 0.5 && train.path >= 4) ||
                   (validation.size >= 0.2 && validation.flips >= 0.5 && validation.path >= 4);
    bool rose = GET("train_excess") >= 0.1 || (GET("validation_excess") >= 0.1 &&
                                               GET("validation_excess") > GET("validation_excess_noise"));
    bool turned = rise >= 0.1 && rise >= 1.25 * validation.size && rise > GET("validation_rise_noise");
    bool at_lowest = GET("validation_end") <= 0.02 || GET("validation_end") <= GET("validation_rise_noise");
    bool improves = GET("validation_trend") <= -0.05 &&
                    -GET("validation_trend") > GET("validation_trend_noise") && at_lowest;
    if (broken)
        decide(e, "oscillating", "diverged");
    else if (GET("validation_surge") >= 1.5 || GET("train_surge") >= 2 || GET("train_wave") >= 1.3 || zigzags)
        decide(e, "oscillating", "");
    else if (fall >= 0.1 && GET("train_rebound") >= 0.8)
        decide(e, "oscillating", "collapsed");
    else if (fall < 0.05 && !fell_alone)
        decide(e, "stalled", rose ? "rose" : "");
    else if (turned && fall >= 0.05)
        decide(e, "overfit", fell ? "" : "never_generalised");
    else if (turned || (fall < 0.05 && !fell))
        decide(e, "undetermined", "");
    else if (!fell)
        decide(e, "converged", "val_flat");
    else
        decide(e, "converged", improves ? "still_improving" : "");
#undef GET
}

void evidence_of(const struct run *run, int examples, int logging_steps, struct evidence *evidence)
{
    double *train = allocate((size_t)run->step_count, sizeof *train);
    double *validation = allocate((size_t)run->evaluation_count, sizeof *validation);
    struct broken of_train = {0, NAN}, of_validation = {0, NAN}, of_gradient = {0, NAN};
    int logged = logged_losses(run, logging_steps, train), after = 0;
    *evidence = (struct evidence){.class = "", .state = "", .course = ""};
    for (int i = 0; i < run->step_count; i++) {
        of_gradient = look(of_gradient, run->steps[i].grad_norm, run->steps[i].step);
        if (run->steps[i].logged) of_train = look(of_train, run->steps[i].train_loss, run->steps[i].step);
    }
    for (int i = 0; i < run->evaluation_count; i++) {
        validation[i] = run->evaluations[i].value[LOSS];
        of_validation = look(of_validation, validation[i], run->evaluations[i].step);
        after += run->evaluations[i].step > 0;
    }
    if (of_train.count + of_validation.count > 0 || after < 4 || run->evaluations[0].step != 0)
        fail("run %s: a loss is not finite, or the run is too short: such runs are not known here", run->id);
    struct curve reduced = reduce(train, logged, 20),
                 of_evaluations = reduce(validation, run->evaluation_count, 40);
    double first = fmax(reduced.loss[0], of_evaluations.loss[0]);
    struct curve raised = raise(&reduced, 0.4 * first);
    add(evidence, "evaluations", after);
    add_train(&reduced, validation[0], first, evidence);
    struct zigzag moves = add_validation(run, examples, validation, first, evidence);
    add(evidence, "train_nonfinite", of_train.count);
    add(evidence, "train_nonfinite_step", of_train.step);
    add(evidence, "validation_nonfinite", of_validation.count);
    add(evidence, "validation_nonfinite_step", of_validation.step);
    add(evidence, "gradient_nonfinite", of_gradient.count);
    add(evidence, "gradient_nonfinite_step", of_gradient.step);
    classify(evidence, zigzag(&raised, 6), moves, false);
    add_course(run, examples, evidence);
    free(train);
    free(validation);
}
