#include "figures.h"

#include "figure_data.h"
#include "figure_drawing.h"
#include "mutants.h"
#include "prose.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The figure that is looked at: checks of files that may be changed copies are given a path alone. */
static struct {
    char name[TEXT];
    const char *key; /* of a figure of the metric; NULL: nothing is swept */
    bool losses;
    struct script script;
    struct held held;
} now;

static void check_script(struct expected *expected, const char *path)
{
    script_read(path, &now.script);
    if (now.losses)
        figure_data_losses(expected, &now.script);
    else
        figure_data_metric(expected, now.key, &now.script);
}

static void check_picture(struct expected *expected, const char *path)
{
    (void)expected;
    figure_drawing_match(&now.script, path, &now.held);
}

/* The numbers of a script that are held to the store each by itself: of its data, and of its tics with names.
 */
static int places_of_script(const char *text, struct number_place *places, int most)
{
    bool data = false;
    int count = 0;
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
        const size_t length = strcspn(line, "\n");
        const bool begins = line[0] == '$' && memmem(line, length, "<< EOD", 6) != NULL;
        if (strncmp(line, "EOD", 3) == 0) data = false;
        for (size_t at = 0; at < length && (data || strncmp(line, "set xtics (", 11) == 0); at++) {
            const int number = number_length(line + at, at == 0 ? ' ' : line[at - 1]);
            if (number == 0) continue;
            if (count == most) fail("a script of more than %d numbers", most);
            places[count++] = (struct number_place){.at = (size_t)(line + at - text), .length = number};
            at += (size_t)number;
        }
        if (begins) data = true;
        if (line[length] == '\0') break;
    }
    return count;
}

static int places_of_picture(const char *text, struct number_place *places, int most)
{
    for (int i = 0; i < now.held.count; i++) {
        if (i == most) fail("a picture of more than %d numbers", most);
        places[i] =
            (struct number_place){.at = now.held.at[i], .length = number_length(text + now.held.at[i], ' ')};
    }
    return now.held.count;
}

/* report.md shows the figure. */
static void check_shown(const char *report)
{
    char link[TEXT + 32];
    snprintf(link, sizeof link, "](figures/%s.svg)", now.name);
    if (strstr(report, link) == NULL) fail("report.md does not show figures/%s.svg", now.name);
}

static void match_one(struct expected *expected, const char *folder, int every, struct figure_counts *counts)
{
    char script[4096], picture[4096], report[4096];
    struct number_place *places = allocate(MUTANT_PLACES, sizeof *places);
    snprintf(script, sizeof script, "%s/figures/%s.gnuplot", folder, now.name);
    snprintf(picture, sizeof picture, "%s/figures/%s.svg", folder, now.name);
    snprintf(report, sizeof report, "%s/report.md", folder);
    if (every > 0)
        counts->mutants += mutants_refused(check_script, expected, script, every, places_of_script);
    check_script(expected, script);
    counts->data += places_of_script(read_whole(script), places, MUTANT_PLACES);
    check_picture(expected, picture); /* finds the numbers to change */
    if (every > 0)
        counts->mutants += mutants_refused(check_picture, expected, picture, every, places_of_picture);
    counts->drawn += now.held.count;
    counts->figures++;
    check_shown(read_whole(report));
    free(places);
}

/* Nothing else lies there: an old figure beside new ones would be believed. */
static void check_folder(const char *folder, int figures)
{
    char path[4096];
    int files = 0;
    snprintf(path, sizeof path, "%s/figures", folder);
    DIR *directory = opendir(path);
    if (directory == NULL) fail("%s is not there: ci/examples", path);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        files += entry->d_name[0] != '.';
    closedir(directory);
    if (files != 2 * figures)
        fail("%s has %d files, not a script and a picture of each of %d figures", path, files, figures);
}

struct figure_counts figures_match(struct expected *expected, const char *folder, int every)
{
    const struct observations *all = expected->all;
    struct figure_counts counts = {0};
    if (all->swept_count > 1 && all->mode == 0) fail("figures of grids are not known here");
    for (int i = 0; i < (all->swept_count == 0 ? 1 : all->swept_count); i++) {
        now.losses = false;
        now.key = all->swept_count == 0 ? NULL : all->swept[i];
        snprintf(now.name, sizeof now.name, "metric-%.100s", now.key == NULL ? "runs" : now.key);
        match_one(expected, folder, every, &counts);
    }
    now.losses = true;
    snprintf(now.name, sizeof now.name, "loss");
    match_one(expected, folder, every, &counts);
    check_folder(folder, counts.figures);
    return counts;
}
