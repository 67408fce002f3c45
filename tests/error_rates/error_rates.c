/* error_rates.c - compares the verdicts of whole experiments with what was promised of them (ci/error_rates).
 *
 *   error_rates < LIST
 *
 * A line of LIST is "SD LEAST MOST SUMMARY": the true SD in points, the repeats, a summary.json each of whose
 * settings is an experiment of its own. Lines of the same SD and repeats follow each other, and are one
 * group. Prints a table in Markdown. Exit 0 when every promise is kept, 1 when one is not, 2 when it could
 * not be read. */
#include "harness/stats/stats.h"
#include "seen.h"

#include <math.h>
#include <stdio.h>

struct group {
    double sd; /* points */
    struct seen seen;
};

/* What is not as it should be stands out. */
static const char *stress(bool kept)
{
    return kept ? "" : "**";
}

static bool print_count(int count, double expected, int least, int most)
{
    bool kept = count >= least && count <= most;
    printf(" %s%d%s (%.1f: %d to %d) |", stress(kept), count, stress(kept), expected, least, most);
    return kept;
}

/* The wrong word that came more often, and how often it may. */
static bool print_wrong(const struct promise *promise, const int count[WORDS], int experiments)
{
    int wrong = -1, least, most;
    for (int word = 0; word < WORDS; word++) {
        if (promise->wrong[word] && count[word] > wrong) wrong = count[word];
    }
    if (wrong < 0) {
        printf(" |");
        return true;
    }
    promise_counts(promise->limit, 0, experiments, &least, &most);
    bool kept = wrong <= most;
    printf(" %s%d%s of at most %d |", stress(kept), wrong, stress(kept), most);
    return kept;
}

/* The mean number of runs; where it was fixed there is nothing to compare. */
static bool print_runs(const struct promise *promise, const struct seen *seen)
{
    double count = seen->experiments, mean = seen->runs / count;
    if (seen->least == seen->most) {
        printf(" %d |", seen->most);
        return true;
    }
    double variance = fmax(seen->runs_squares / count - mean * mean, 0);
    double allowed = promise_errors() * sqrt(variance / count) + (seen->most - seen->least) * promise->slack;
    bool kept = fabs(mean - promise->runs) <= allowed;
    printf(" %s%.2f%s (%.2f: %.2f to %.2f), %.0f saved |", stress(kept), mean, stress(kept), promise->runs,
           promise->runs - allowed, promise->runs + allowed, seen->most * count - seen->runs);
    return kept;
}

static enum status print_row(const struct group *group, enum rule rule, bool *all_kept, struct error *error)
{
    static const char *const names[RULES] = {"calibrated", "calibrated, by the spread", "the recipe's",
                                             "sequential"};
    const struct seen *seen = &group->seen;
    struct promise promise;
    bool kept = true;
    TRY(promise_make(rule, group->sd, seen->least, seen->most, &promise, error));
    printf("| %g | ", group->sd);
    if (seen->least < seen->most) printf("%d..", seen->least);
    printf("%d | %s |", seen->most, names[rule]);
    for (int word = 0; word < WORDS; word++) {
        int least, most;
        if (rule == RULE_RECIPE && word == WORD_UNDETERMINED) { /* which it never says */
            printf(" |");
            continue;
        }
        promise_counts(promise.probability[word], promise.slack, seen->experiments, &least, &most);
        double expected = promise.probability[word] * seen->experiments;
        kept = print_count(seen->count[rule][word], expected, least, most) && kept;
    }
    kept = print_wrong(&promise, seen->count[rule], seen->experiments) && kept;
    kept = print_runs(&promise, seen) && kept;
    printf(" %s |\n", kept ? "kept" : "**broken**");
    *all_kept = *all_kept && kept;
    return STATUS_OK;
}

/* The runs themselves must have the SD that the group is said to have: if not, no verdict is to blame. Runs
 * that were chosen by their values, as a sequential test chooses them, have another one. */
static enum status check_draws(const struct group *group, struct error *error)
{
    const struct seen *seen = &group->seen;
    double freedom = seen->runs - seen->experiments, squares = seen->squares * 1e4 / (group->sd * group->sd);
    double least, most;
    promise_squares(freedom, &least, &most);
    if (seen->least < seen->most || (squares >= least && squares <= most)) return STATUS_OK;
    return error_set(error, STATUS_BAD_INPUT, "%d runs of each setting: the runs' SD is %.4f points, not %g",
                     seen->most, group->sd * sqrt(squares / freedom), group->sd);
}

static enum status print_group(struct group *group, bool *all_kept, struct error *error)
{
    TRY(seen_check_independent(&group->seen, error));
    if (group->seen.least < group->seen.most) return print_row(group, RULE_SEQUENTIAL, all_kept, error);
    for (int rule = RULE_SD; rule <= RULE_RECIPE; rule++)
        TRY(print_row(group, (enum rule)rule, all_kept, error));
    return check_draws(group, error);
}

static enum status compare(FILE *list, bool *all_kept, struct error *error)
{
    struct group group = {0};
    enum status status = STATUS_OK;
    char path[4096];
    double sd;
    int least, most, fields;
    while (status == STATUS_OK &&
           (fields = fscanf(list, "%lf %d %d %4095s", &sd, &least, &most, path)) == 4) {
        const struct seen *seen = &group.seen;
        bool same = sd <= group.sd && sd >= group.sd && least == seen->least && most == seen->most;
        if (!same && seen->experiments > 0) status = print_group(&group, all_kept, error);
        if (!same) {
            seen_free(&group.seen);
            group = (struct group){.sd = sd, .seen = {.least = least, .most = most}};
        }
        if (status == STATUS_OK) status = seen_add(path, &group.seen, error);
    }
    if (status == STATUS_OK && (fields != EOF || group.seen.experiments == 0))
        status = error_set(error, STATUS_USAGE, "a line of the list is not \"SD LEAST MOST SUMMARY\"");
    if (status == STATUS_OK) status = print_group(&group, all_kept, error);
    seen_free(&group.seen);
    return status;
}

int main(void)
{
    struct error error = {0};
    bool all_kept = true;
    stats_init();
    puts("| true SD | repeats | rule | stable | unstable | undetermined | wrong | runs | |");
    puts("|---|---|---|---|---|---|---|---|---|");
    if (compare(stdin, &all_kept, &error) != STATUS_OK) {
        fflush(stdout);
        fprintf(stderr, "error_rates: %s\n", error.text);
        return 2;
    }
    return all_kept ? 0 : 1;
}
