/* power_rates.c - compares what whole checks say of nights whose true drop is known with what was computed
 * and promised of them (ci/power).
 *
 *   power_rates < LIST
 *   power_rates computed
 *   power_rates night N SD BASE_SD DROP
 *
 * The second prints a table of what is computed alone (ci/power computed): what 3, 5 and 10 runs a night can
 * find, and how often that is wrong, at equal SDs and at the worst ones. The third says how often a night of
 * N runs, of other seeds than the N of the baseline, finds a drop, and after how many nights half of all
 * baselines' nights have.
 *
 * A line of LIST is "BASIS N SD DROP CHECK": `pairs` (both sides have the same seeds and other luck),
 * `sides` (other seeds), or `one` (the same, all nights against one baseline); runs of either side; their
 * true SD and the true drop in points; a check.json of one setting. Lines with the same first four words
 * follow each other, and are one group. Prints a table in Markdown. Exit 0 when every promise is kept, 1 when
 * one is not, 2 when it could not be read. Of `one` nothing is promised: whoever has an unlucky baseline has
 * it every night. */
#include "base/number.h"
#include "harness/stats/power.h"
#include "harness/stats/stats.h"
#include "nights.h"
#include "tests/error_rates/promise.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* As docs/check.md promises them; not asked of the code under test. */
#define ALPHA 0.05
#define MARGIN 1.0 /* points */
#define SPREAD_MARGIN 2.0

/* How exact the computed probabilities are, and what rounding to 0.01% in a check's numbers may add. */
#define SLACK 1e-4

static bool print_count(int count, double probability, int nights)
{
    int least, most;
    promise_counts(probability, SLACK, nights, &least, &most);
    bool kept = count >= least && count <= most;
    const char *stress = kept ? "" : "**";
    printf(" %s%d%s (%.1f: %d to %d) |", stress, count, stress, probability * nights, least, most);
    return kept;
}

/* What must not come more often than `limit`. */
static bool print_wrong(int count, double limit, int nights)
{
    int least, most;
    promise_counts(limit, 0, nights, &least, &most);
    bool kept = count <= most;
    printf(" %s%d%s of at most %d |", kept ? "" : "**", count, kept ? "" : "**", most);
    return kept;
}

static enum status print_group(const struct nights *nights, bool *all_kept, struct error *error)
{
    const bool paired = strcmp(nights->basis, "pairs") == 0, one = strcmp(nights->basis, "one") == 0;
    const struct power_design design = {.paired = paired,
                                        .n = nights->n,
                                        .base_n = nights->n,
                                        .sd = paired ? sqrt(2) * nights->sd : nights->sd,
                                        .base_sd = nights->sd,
                                        .alpha = ALPHA,
                                        .margin = MARGIN,
                                        .settings = 1};
    struct power_point point;
    double spread;
    TRY(nights_check(nights, error));
    TRY(power_point(&design, nights->drop, &point, error));
    TRY(power_of_spread(&design, 1, SPREAD_MARGIN, &spread, error));
    printf("| %s | %d | %g |", nights->basis, nights->n, nights->drop);
    if (one) {
        printf(" %d | %d | %d | %d | %d | |\n", nights->worse, nights->within, nights->undecided,
               nights->spread, nights->alarms);
        return STATUS_OK;
    }
    bool kept = print_count(nights->worse, point.worse, nights->count);
    kept = print_count(nights->within, point.within, nights->count) && kept;
    kept = print_count(nights->undecided, point.undecided, nights->count) && kept;
    kept = print_count(nights->spread, spread, nights->count) && kept;
    /* The lane's tests of means and of spreads are two questions, each at alpha. */
    if (!(nights->drop > 0)) {
        kept = print_wrong(nights->alarms, 2 * ALPHA, nights->count) && kept;
    } else if (nights->drop >= MARGIN) {
        printf(" %d; within:", nights->alarms);
        kept = print_wrong(nights->within, ALPHA, nights->count) && kept;
    } else {
        printf(" %d |", nights->alarms);
    }
    printf(" %s |\n", kept ? "kept" : "**broken**");
    *all_kept = *all_kept && kept;
    return STATUS_OK;
}

static enum status compare(FILE *list, bool *all_kept, struct error *error)
{
    struct nights nights = {0};
    enum status status = STATUS_OK;
    char path[4096], basis[sizeof nights.basis];
    double sd, drop;
    int n, fields;
    while (status == STATUS_OK &&
           (fields = fscanf(list, "%7s %d %lf %lf %4095s", basis, &n, &sd, &drop, path)) == 5) {
        bool same = strcmp(basis, nights.basis) == 0 && n == nights.n && sd <= nights.sd && sd >= nights.sd &&
                    drop <= nights.drop && drop >= nights.drop;
        if (!same && nights.count > 0) status = print_group(&nights, all_kept, error);
        if (!same) {
            nights_free(&nights);
            nights = (struct nights){.n = n, .sd = sd, .drop = drop};
            memcpy(nights.basis, basis, sizeof nights.basis);
        }
        if (status == STATUS_OK) status = nights_add(path, &nights, error);
    }
    if (status == STATUS_OK && (fields != EOF || nights.count == 0))
        status = error_set(error, STATUS_USAGE, "a line of the list is not \"BASIS N SD DROP CHECK\"");
    if (status == STATUS_OK) status = print_group(&nights, all_kept, error);
    nights_free(&nights);
    return status;
}

/* The most that the night's SD may be times the baseline's, or the baseline's times the night's, and in which
 * steps it is looked at. */
#define FARTHEST_SDS 20
#define STEP_OF_SDS 1.1

/* The most false alarms, and the most losses of the margin that pass, over all SDs of the baseline. */
static enum status worst_rates(struct power_design design, double *alarm, double *passed, struct error *error)
{
    struct power_point lost;
    double here;
    *alarm = *passed = 0;
    for (double ratio = 1.0 / FARTHEST_SDS; ratio < FARTHEST_SDS; ratio *= STEP_OF_SDS) {
        design.base_sd = ratio * design.sd;
        TRY(power_false_alarm(&design, &here, error));
        TRY(power_point(&design, design.margin, &lost, error));
        *alarm = fmax(*alarm, here);
        *passed = fmax(*passed, lost.within);
    }
    return STATUS_OK;
}

/* Of one design: the smallest drop, and what is said where nothing has changed. */
static enum status print_computed(struct power_design design, struct error *error)
{
    struct power_point same;
    double drop, alarm, spread, worst_alarm, worst_passed;
    TRY(power_detectable(&design, POWER_LIKELY, &drop, error));
    TRY(power_point(&design, 0, &same, error));
    TRY(power_false_alarm(&design, &alarm, error));
    TRY(power_of_spread(&design, 1, SPREAD_MARGIN, &spread, error));
    TRY(worst_rates(design, &worst_alarm, &worst_passed, error));
    printf("| %d | %d | %g | %d | %.2f | %.0f%% | %.0f%% | %.1f%% | %.1f%% | %.1f%% | %.1f%% |\n", design.n,
           design.base_n, design.sd, design.settings, drop, 100 * same.within, 100 * same.undecided,
           100 * alarm, 100 * worst_alarm, 100 * worst_passed, 100 * spread);
    return STATUS_OK;
}

static enum status print_all_computed(struct error *error)
{
    static const int runs[][2] = {{3, 3}, {3, 10}, {5, 5}, {5, 20}, {10, 10}};
    static const double sds[] = {0.4, 0.8, 1.6};
    struct welch_tests tests = {0};
    puts("| runs | of the baseline | SD | settings | found 8 times in 10 | unchanged: within | undecided | "
         "worse, any setting | the same at the worst SD of the baseline | loses the margin: within, at the "
         "worst "
         "SD | spread larger, a setting |");
    puts("|---|---|---|---|---|---|---|---|---|---|---|");
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        for (size_t j = 0; j < sizeof sds / sizeof *sds; j++) {
            for (int settings = 1; settings <= 4; settings += 3)
                TRY(print_computed((struct power_design){.n = runs[i][0],
                                                         .base_n = runs[i][1],
                                                         .sd = sds[j],
                                                         .base_sd = sds[j],
                                                         .alpha = ALPHA,
                                                         .margin = MARGIN,
                                                         .settings = settings,
                                                         .tests = &tests},
                                   error));
        }
    }
    return STATUS_OK;
}

/* Nights are taken as independent; that they share a baseline makes the time more uneven and no shorter. */
static enum status print_night(char **words, struct error *error)
{
    double numbers[4];
    struct power_point point, unchanged;
    for (int i = 0; i < 4; i++) {
        if (!number_parse(words[i], &numbers[i]))
            return error_set(error, STATUS_USAGE, "'%s' is not a number", words[i]);
    }
    const struct power_design design = {.n = (int)numbers[0],
                                        .base_n = (int)numbers[0],
                                        .sd = numbers[1],
                                        .base_sd = numbers[2],
                                        .alpha = ALPHA,
                                        .margin = MARGIN,
                                        .settings = 1};
    TRY(power_point(&design, numbers[3], &point, error));
    TRY(power_point(&design, 0, &unchanged, error));
    printf("%.1f%% of nights (%.1f%% without a drop), median night %.0f\n", 100 * point.worse,
           100 * unchanged.worse, fmax(ceil(log(0.5) / log1p(-point.worse)), 1));
    return STATUS_OK;
}

static int complain(const struct error *error)
{
    fflush(stdout);
    fprintf(stderr, "power_rates: %s\n", error->text);
    return 2;
}

int main(int argc, char **argv)
{
    struct error error = {0};
    bool all_kept = true;
    stats_init();
    if (argc == 2 && strcmp(argv[1], "computed") == 0)
        return print_all_computed(&error) == STATUS_OK ? 0 : complain(&error);
    if (argc == 6 && strcmp(argv[1], "night") == 0)
        return print_night(argv + 2, &error) == STATUS_OK ? 0 : complain(&error);
    puts("| basis | runs | drop | worse | within | undecided | spread larger | any alarm | |");
    puts("|---|---|---|---|---|---|---|---|---|");
    if (compare(stdin, &all_kept, &error) != STATUS_OK) return complain(&error);
    return all_kept ? 0 : 1;
}
