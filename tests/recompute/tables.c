#include "tables.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What a column's numbers are, in order; a number that is null is not printed, nor one with '?' that is 0.
 * `of` is another column, by which tables with equal names are told apart. */
static const struct column {
    const char *name, *of, *paths;
} known[] = {
    {"n", "", "own.n"},
    {"mean F1", "", "own.mean"},
    {"SD (points)", "", "own.sd*100"},
    {"min", "", "own.min"},
    {"max", "", "own.max"},
    {"spread (points)", "", "own.shown_spread*100 own.same?"},
    {"95% interval of the mean", "", "own.mean_low own.mean_high"},
    {"verdict", "", "own.only?"},
    {"noisy one passes", "", "own.noisy_passes*100"},
    {"curves", "failed",
     "own.classes.converged? own.classes.overfit? own.classes.stalled? own.classes.oscillating? "
     "own.classes.undetermined? "
     "own.states.still_improving? own.states.val_flat? own.states.never_generalised? own.states.rose? "
     "own.states.collapsed? "
     "own.states.diverged? own.states.too_short? own.states.no_validation? own.one_class?"},
    {"failed", "", "own.failed own.n own.failing_low*100 own.failing_high*100"},
    {"by the spread alone", "", "own.calibrated.further_by_range?"},
    {"runs to add", "", "own.calibrated.further?"},
    {"to be safe", "", "own.calibrated.further_likely?"},
    {"95% interval of the SD (points)", "", "own.calibrated.sd_low*100 own.calibrated.sd_high*100"},
    {"95% interval of the mean (t)", "", "own.mean_low own.mean_high"},
    {"95% interval of the mean (bootstrap)", "",
     "own.calibrated.mean_bootstrap_low own.calibrated.mean_bootstrap_high"},
    {"difference of the means (points)", "", "own.difference*100"},
    {"95% interval (t)", "", "own.low*100 own.high*100"},
    {"95% interval (bootstrap)", "", "own.bootstrap_low*100 own.bootstrap_high*100"},
    {"p (t)", "", "own.adjusted_p"},
    {"p (Mann-Whitney)", "", "own.mann_whitney_p"},
    {"a run of it wins (95% interval)", "", "own.beats*100 own.beats_low*100 own.beats_high*100"},
    {"SD between runs (points)", "",
     "own.origin.between.sd*100 own.origin.between.low*100 own.origin.between.high*100"},
    {"from training (points)", "",
     "own.origin.training.sd*100 own.origin.training.low*100 own.origin.training.high*100"},
    {"from the validation set (points)", "",
     "own.origin.churn.sd*100 own.origin.churn.low*100 own.origin.churn.high*100"},
    {"rule of thumb (points)", "", "own.origin.churn_by_thumb*100"},
    {"error of the validation set (points)", "",
     "own.origin.sampling.sd*100 own.origin.sampling.low*100 own.origin.sampling.high*100"},
    {"disagreement", "", "own.origin.disagreement*100"},
    {"examples needed", "", "own.origin.examples_needed"},
    {"seeds", "share", "own.levels"},
    {"SD from it (points)", "", "own.sd*100 own.low*100 own.high*100"},
    {"share", "", "own.share*100"},
    {"runs", "remedy", "own.count"},
    {"curves", "its share", "own.agreement.n"},
    {"its share", "", "own.agreement.share*100"},
    {"two runs agree", "", "own.agreement.pairs*100"},
    {"repeat", "", "own.repeat"},
    {"F1", "", "own.f1"},
    {"best step", "", "own.best_step"},
    {"initial weights", "", "own.seed_init"},
    {"order", "", "own.seed_order"},
    {"dropout", "", "own.seed_dropout"},
};

static bool has_column(const struct table *table, const char *name)
{
    for (int i = 0; i < table->columns; i++) {
        if (strcmp(table->column[i], name) == 0) return true;
    }
    return name[0] == '\0';
}

static struct json_object *by_text(struct json_object *list, const char *member, const char *text)
{
    for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
        struct json_object *item = json_object_array_get_idx(list, i);
        if (strcmp(json_object_get_string(find(item, member)), text) == 0) return item;
    }
    return NULL;
}

/* What a line is about, by its first cell. */
static struct json_object *subject(const struct table *table, const char *cell, const char *line,
                                   struct json_object *tree)
{
    char name[TEXT * 2] = "", path[TEXT];
    int repeat;
    if (cell[0] == '`') snprintf(name, sizeof name, "%.*s", (int)strcspn(cell + 1, "`"), cell + 1);
    if (strcmp(table->column[0], "run") == 0) return by_text(find(tree, "runs"), "id", name);
    if (has_column(table, "answer") && has_column(table, "p (t)"))
        return by_text(find(tree, "comparison.others"), "setting", name);
    if (strcmp(table->column[0], "setting") == 0) return by_text(find(tree, "settings"), "label", name);
    if (strcmp(table->column[0], "curve") == 0) {
        const char *course = strcmp(cell, "overfit") != 0              ? ""
                             : strstr(line, "Judge by the metric")     ? "@rose"
                             : strstr(line, "fell from its best") != 0 ? "@fell"
                                                                       : "@level";
        snprintf(path, sizeof path, "D.kinds.%.60s%s", cell, course);
        return find(tree, path);
    }
    if (strcmp(table->column[0], "source of chance") == 0) {
        snprintf(path, sizeof path, "settings[0].streams.%.60s",
                 strcmp(cell, "initial weights") == 0 ? "init"
                 : strcmp(cell, "together") == 0      ? "interactions"
                 : strcmp(cell, "all") == 0           ? "total"
                                                      : cell);
        return find(tree, path);
    }
    if (strcmp(table->column[0], "repeat") == 0 && sscanf(cell, "%d", &repeat) == 1) {
        snprintf(path, sizeof path, "runs[%d]", repeat - 1); /* the first setting has every repeat */
        return find(tree, path);
    }
    return NULL;
}

static const char *paths_of(const struct table *table, int column)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].name, table->column[column]) == 0 && has_column(table, known[i].of))
            return known[i].paths;
    }
    return NULL;
}

/* The numbers of a cell against those of its column, in order. */
static int cover_cell(const char *cell, int size, const char *paths, int line, struct place *place,
                      bool *covered)
{
    int count = 0, at = 0;
    while (*paths != '\0') {
        char path[TEXT];
        size_t length = strcspn(paths, " ");
        bool optional = paths[length - 1] == '?';
        snprintf(path, sizeof path, "%.*s", (int)length - optional, paths);
        paths += length + (paths[length] == ' ');
        double value = place_number(place, path);
        if (isnan(value) || (optional && value == 0)) continue;
        int digits = 0;
        while (at < size && (digits = number_length(cell + at, cell[at - 1])) == 0)
            at++;
        char sign = cell[at - 1];
        if (digits == 0 || !is_printed(cell + at, digits, sign, value))
            fail("report.md, line %d: '%.*s' has %.*s where %.9g is recomputed (%s)", line, size, cell,
                 digits, cell + at, value, path);
        for (int i = 0; i < digits; i++)
            covered[at + i] = true;
        at += digits;
        count++;
    }
    for (; at < size; at++) {
        int digits = number_length(cell + at, cell[at - 1]);
        if (digits > 0)
            fail("report.md, line %d: '%.*s' has %.*s, and nothing is recomputed for it", line, size, cell,
                 digits, cell + at);
    }
    return count;
}

/* Names that hold digits: a run's id, the beginning of its digest. */
static bool cover_name(const char *cell, const char *column, struct place *place, bool *covered)
{
    const char *member = strcmp(column, "run") == 0       ? "id"
                         : strcmp(column, "digest") == 0  ? "digest"
                         : strcmp(column, "setting") == 0 ? "setting"
                                                          : NULL;
    struct json_object *value = member == NULL || place->own == NULL ? NULL : find(place->own, member);
    if (member != NULL && strcmp(member, "setting") == 0 && place->own != NULL && value == NULL)
        value = find(place->own, "label");
    size_t length = strcspn(cell + 1, "`");
    if (value == NULL || cell[0] != '`' || strncmp(json_object_get_string(value), cell + 1, length) != 0)
        return false;
    if (strcmp(member, "digest") == 0 ? length != 8 : strlen(json_object_get_string(value)) != length)
        return false;
    for (size_t i = 0; i < length; i++)
        covered[i + 1] = true;
    return true;
}

int table_cover(struct table *table, const char *line, int number, struct place *place, bool *covered)
{
    int column = 0, count = 0;
    bool heading = table->columns == 0;
    if (line[0] != '|') {
        table->columns = 0;
        return 0;
    }
    for (const char *start = line + 2; *start != '\0' && *start != '\n' && column < COLUMNS; column++) {
        const char *end = strstr(start, " |");
        if (strncmp(line, "|-", 2) == 0 || end == NULL) return 0;
        int size = (int)(end - start);
        char cell[TEXT * 2];
        snprintf(cell, sizeof cell, "%.*s", size, start);
        if (heading) snprintf(table->column[column], TEXT, "%.*s", size < TEXT ? size : TEXT - 1, start);
        if (heading) table->columns = column + 1;
        if (!heading && column == 0) place->own = subject(table, cell, line, place->tree);
        const char *paths = heading ? NULL : paths_of(table, column);
        if (!heading && !cover_name(start, table->column[column], place, covered + (start - line)) &&
            paths != NULL && place->own != NULL)
            count += cover_cell(start, size, paths, number, place, covered + (start - line));
        start = end + (end[2] == '\0' || end[2] == '\n' ? 2 : 3);
    }
    return count;
}
