#include "answers.h"
#include "expected.h"

#include <math.h>
#include <string.h>

/* A Latin square of L seeds of each stream: y = m + a + b + c + rest, with L - 1 degrees of freedom each and
 * (L - 1)(L - 2) left over (Montgomery, Design and Analysis of Experiments, 4.2). Components by equating mean
 * squares. */
struct square {
    double of_stream[STREAMS], rest, levels;
};

static struct square analyse(const struct expected *e, const struct expected_setting *setting)
{
    int n = setting->moments.n;
    struct square square = {.rest = 0, .levels = sqrt(n)};
    double levels = square.levels, total = 0;
    if (e->all->design != 3 || levels != e->all->levels) fail("only a whole Latin square is known here");
    for (int i = 0; i < n; i++)
        total += (setting->values[i] - setting->moments.mean) * (setting->values[i] - setting->moments.mean);
    for (int stream = 0; stream < STREAMS; stream++) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double mean = 0;
            for (int j = 0; j < n; j++) {
                bool same = e->all->runs[setting->runs[i]].seed[stream] ==
                            e->all->runs[setting->runs[j]].seed[stream];
                mean += same ? setting->values[j] / levels : 0;
            }
            sum += (mean - setting->moments.mean) * (mean - setting->moments.mean);
        }
        square.of_stream[stream] = sum / (levels - 1);
        total -= sum;
    }
    square.rest = total / ((levels - 1) * (levels - 2));
    return square;
}

/* The SD by which runs disagree about single examples, of those that differ from the first in this stream
 * alone (-1: of all). */
static struct part churn(const struct expected *e, const struct expected_setting *setting, int stream)
{
    const uint8_t *predictions[128];
    struct split split;
    int n = 0;
    for (int i = 0; i < setting->moments.n; i++) {
        const struct run *run = &e->all->runs[setting->runs[i]], *first = &e->all->runs[setting->runs[0]];
        bool taken = true;
        for (int other = 0; other < STREAMS && stream >= 0; other++)
            taken = taken && (other == stream || run->seed[other] == first->seed[other]);
        if (taken) predictions[n++] = run->evaluations[run->best].predictions;
    }
    if (n < 2) return (struct part){.sd = NAN, .low = NAN, .high = NAN};
    split_spread(e->all->runs[0].labels, predictions, n, e->all->examples, e->sigma0, &split);
    return split.churn;
}

struct json_object *expected_streams(const struct expected *e, int index)
{
    static const char *const names[] = {"init", "order", "dropout"};
    const struct expected_setting *setting = &e->settings[index];
    const struct square square = analyse(e, setting);
    double l = square.levels, df = l - 1, df_rest = (l - 1) * (l - 2), whole = 0;
    struct json_object *object = json_object_new_object();
    struct part parts[STREAMS];
    struct term all[STREAMS + 1] = {{square.rest, df_rest, 1 - STREAMS / l}};
    const struct term alone = {square.rest, df_rest, 1};
    for (int i = 0; i < STREAMS; i++) {
        const struct term own[] = {{square.of_stream[i], df, 1 / l}, {square.rest, df_rest, -1 / l}};
        all[i + 1] = own[0];
        parts[i] = component(own, 2);
        whole += fmax(parts[i].variance, 0);
    }
    const struct part interactions = component(&alone, 1), total = component(all, STREAMS + 1);
    whole += fmax(interactions.variance, 0);
    put_text(object, "design", "Latin square");
    const char *largest = "";
    for (int i = 0; i < STREAMS; i++) {
        struct json_object *stream = expected_part(parts[i]);
        bool above = true;
        for (int j = 0; j < STREAMS; j++)
            above = above && (i == j || parts[i].lower > parts[j].upper);
        if (above) largest = names[i];
        put_number(stream, "levels", l);
        put_number(stream, "share", fmax(parts[i].variance, 0) / whole);
        put_number(stream, "rest_sd", sqrt(fmax(total.variance - fmax(parts[i].variance, 0), 0)));
        json_object_object_add(stream, "churn", expected_part(churn(e, setting, i)));
        put_text(stream, "status", parts[i].lower > 0 ? "shown" : "not shown");
        json_object_object_add(object, names[i], stream);
    }
    json_object_object_add(object, "interactions", expected_part(interactions));
    put_number(object, "interactions_share", fmax(interactions.variance, 0) / whole);
    json_object_object_add(object, "total", expected_part(total));
    json_object_object_add(object, "churn", expected_part(churn(e, setting, -1)));
    put_text(object, "largest", largest);
    return object;
}
