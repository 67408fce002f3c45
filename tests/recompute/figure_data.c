#include "figure_data.h"

#include "answers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct block *needed_block(const struct script *script, const char *name)
{
    const struct block *block = script_block(script, name);
    if (block == NULL) fail("%s has no data $%s", script->name, name);
    return block;
}

/* Numbers of a data block are those of the store when they are written as these are, to six digits. */
static void hold_cell(const struct script *script, const struct block *block, int row, int column,
                      double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.6g", value);
    if (row >= block->rows || column >= block->columns || strcmp(block->cell[row][column], text) != 0)
        fail("%s:%d: $%s has '%s' in column %d, the store gives %s", script->name, block->line + row,
             block->name, row < block->rows && column < block->columns ? block->cell[row][column] : "",
             column + 1, text);
}

static void hold_size(const struct script *script, const struct block *block, int rows, int columns)
{
    if (block->rows != rows || (rows > 0 && block->columns != columns))
        fail("%s:%d: $%s has %d rows of %d numbers, the store gives %d of %d", script->name, block->line,
             block->name, block->rows, block->columns, rows, columns);
}

/* All that is drawn lies within the axes. */
static void hold_ranges(const struct script *script, const struct panel *panel)
{
    for (int i = 0; i < panel->drawn_count; i++) {
        const struct block *block = panel->drawn[i].block;
        for (int row = 0; row < block->rows; row++) {
            const double x = block_number(block, row, 0);
            bool within = x >= panel->x_low && x <= panel->x_high;
            for (int column = 1; column < block->columns; column++) {
                const double y = block_number(block, row, column);
                within = within && y >= panel->y_low && y <= panel->y_high;
            }
            if (!within)
                fail("%s:%d: $%s is drawn outside of the axes of '%s'", script->name, block->line + row,
                     block->name, panel->title);
        }
    }
}

static void hold_words(const struct script *script, const char *what, const char *found, const char *expected)
{
    if (strcmp(found, expected) != 0)
        fail("%s: the %s is '%s', not '%s'", script->name, what, found, expected);
}

/* Losses */

static void hold_curves(const struct script *script, const struct run *run, int index)
{
    char name[32];
    int rows = 0;
    snprintf(name, sizeof name, "train%d", index);
    const struct block *train = needed_block(script, name);
    for (int i = 0; i < run->step_count; i++) {
        if (!run->steps[i].logged) continue;
        hold_cell(script, train, rows, 0, (double)run->steps[i].step);
        hold_cell(script, train, rows++, 1, run->steps[i].train_loss);
    }
    hold_size(script, train, rows, 2);
    snprintf(name, sizeof name, "validation%d", index);
    const struct block *validation = needed_block(script, name);
    for (int i = 0; i < run->evaluation_count; i++) {
        hold_cell(script, validation, i, 0, (double)run->evaluations[i].step);
        hold_cell(script, validation, i, 1, run->evaluations[i].claimed[LOSS]);
    }
    hold_size(script, validation, run->evaluation_count, 2);
}

/* The panel has the curves of its setting's runs and no others, in the colours that the legend names. */
static void hold_panel(const struct expected *e, const struct script *script, int setting)
{
    const struct panel *panel = &script->panels[setting];
    int count = 0;
    hold_words(script, "title of a panel", panel->title, e->all->settings[setting].label);
    for (int kind = 1; kind <= 2; kind++) {
        for (int i = 0; i < e->all->run_count; i++) {
            char name[32];
            if (e->all->runs[i].setting != setting) continue;
            snprintf(name, sizeof name, "%s%d", kind == 1 ? "train" : "validation", i);
            const struct drawn *drawn = &panel->drawn[count++];
            if (count > panel->drawn_count)
                fail("%s: '%s' lacks the curve $%s", script->name, panel->title, name);
            hold_words(script, "curve", drawn->block->name, name);
            if (drawn->colour != script->legend[kind].colour ||
                (drawn->as != AS_LINE && drawn->as != AS_LINE_POINTS))
                fail("%s: $%s does not look as the legend says", script->name, name);
        }
    }
    if (count != panel->drawn_count)
        fail("%s: '%s' has curves of other settings", script->name, panel->title);
    if (panel->logarithmic != (strstr(panel->y_label, "log scale") != NULL) && panel->y_label[0] != '\0')
        fail("%s: the scale is not what '%s' says", script->name, panel->y_label);
    hold_ranges(script, panel);
}

void figure_data_losses(const struct expected *e, const struct script *script)
{
    hold_words(script, "legend", script->legend[1].text, "train loss");
    hold_words(script, "legend", script->legend[2].text, "validation loss");
    if (script->block_count != 2 * e->all->run_count) fail("%s has data of other runs", script->name);
    if (script->panel_count != e->all->setting_count)
        fail("%s: %d panels for %d settings", script->name, script->panel_count, e->all->setting_count);
    for (int i = 0; i < e->all->run_count; i++)
        hold_curves(script, &e->all->runs[i], i);
    for (int i = 0; i < e->all->setting_count; i++)
        hold_panel(e, script, i);
}

/* The metric */

struct axis {
    const struct expected *e;
    const char *key; /* "training.epochs"; "": nothing is swept */
    bool logarithmic;
};

/* One key at a time: a figure shows the settings that differ from the first one in its key alone. */
static bool is_shown(const struct axis *axis, int setting)
{
    const struct observations *all = axis->e->all;
    for (int i = 0; i < all->swept_count; i++) {
        char key[TEXT + 16];
        snprintf(key, sizeof key, "training.%s", all->swept[i]);
        if (strcmp(key, axis->key) != 0 &&
            strcmp(setting_text(&all->settings[setting], key), setting_text(&all->settings[0], key)) != 0)
            return false;
    }
    return true;
}

static double position_of(const struct axis *axis, int setting)
{
    if (axis->key[0] == '\0') return 0;
    const double value = setting_number(&axis->e->all->settings[setting], axis->key);
    return axis->logarithmic ? log10(value) : value;
}

/* The last digit of six. */
static double last_digit(double value)
{
    return value == 0 ? 1e-6 : pow(10, floor(log10(fabs(value))) - 5);
}

static void hold_tics(const struct axis *axis, const struct script *script, const struct panel *panel)
{
    int count = 0;
    for (int i = 0; i < axis->e->all->setting_count; i++) {
        if (!is_shown(axis, i)) continue;
        const struct tic *tic = &panel->tics[count++];
        const double position = position_of(axis, i);
        if (count > panel->tic_count)
            fail("%s: %s has no tic", script->name, axis->e->all->settings[i].label);
        if (fabs(tic->at - position) > 0.6 * last_digit(position))
            fail("%s: the tic '%s' stands at %g, not at %g", script->name, tic->name, tic->at, position);
        if (axis->key[0] == '\0')
            hold_words(script, "tic", tic->name, axis->e->all->settings[i].label);
        else if (strtod(tic->name, NULL) != setting_number(&axis->e->all->settings[i], axis->key))
            fail("%s: the tic at %s is called '%s'", script->name, axis->e->all->settings[i].label,
                 tic->name);
    }
    if (count != panel->tic_count) fail("%s: %d tics for %d values", script->name, panel->tic_count, count);
}

/* The least distance of two tics. */
static double least_gap(const struct axis *axis)
{
    double least = INFINITY;
    for (int i = 0; i < axis->e->all->setting_count; i++) {
        for (int j = 0; j < i; j++) {
            if (is_shown(axis, i) && is_shown(axis, j))
                least = fmin(least, fabs(position_of(axis, i) - position_of(axis, j)));
        }
    }
    return least;
}

/* A setting's dots stand in the order of its runs at equal distances around its tic, and apart from those of
 * the next one. Returns the first row after them. */
static int hold_dots(const struct axis *axis, const struct script *script, int setting, int row)
{
    const struct block *block = needed_block(script, "runs0");
    const double position = position_of(axis, setting);
    const int first = row;
    for (int i = 0; i < axis->e->all->run_count; i++) {
        const struct run *run = &axis->e->all->runs[i];
        if (run->setting == setting)
            hold_cell(script, block, row++, 1, run->evaluations[run->best].value[F1]);
    }
    const int n = row - first;
    const double from = block_number(block, first, 0), to = block_number(block, row - 1, 0);
    const double digit = last_digit(fmax(fabs(from), fabs(to)));
    if ((n > 1 && to <= from) || to - from > 0.9 * least_gap(axis))
        fail("%s:%d: the runs of '%s' do not stand at its tic", script->name, block->line + first,
             axis->e->all->settings[setting].label);
    for (int i = 0; i < n; i++) {
        const double x = position + (n > 1 ? (to - from) * (i / (n - 1.0) - 0.5) : 0);
        if (fabs(block_number(block, first + i, 0) - x) > 2 * digit)
            fail("%s:%d: a run of '%s' stands at %s, not at %.6g", script->name, block->line + first + i,
                 axis->e->all->settings[setting].label, block->cell[first + i][0], x);
    }
    return row;
}

static void hold_metric_data(const struct axis *axis, const struct script *script)
{
    const struct block *means = needed_block(script, "means0");
    int row = 0, rank = 0;
    for (int i = 0; i < axis->e->all->setting_count; i++) {
        const struct moments *moments = &axis->e->settings[i].moments;
        if (!is_shown(axis, i)) continue;
        row = hold_dots(axis, script, i, row);
        hold_cell(script, means, rank, 0, position_of(axis, i));
        hold_cell(script, means, rank, 1, moments->mean);
        hold_cell(script, means, rank, 2, moments->min);
        hold_cell(script, means, rank++, 3, moments->max);
    }
    hold_size(script, needed_block(script, "runs0"), row, 2);
    hold_size(script, means, rank, 4);
}

/* The recommended setting's ring; whether there must be one. */
static bool hold_best(const struct axis *axis, const struct script *script)
{
    const int recommended = axis->e->recommended;
    const bool marked = recommended >= 0 && axis->e->all->setting_count > 1 && is_shown(axis, recommended);
    const struct block *best = script_block(script, "best");
    if (marked != (best != NULL))
        fail("%s: the recommended setting is marked where it is not, or not where it is", script->name);
    if (!marked) return false;
    hold_size(script, best, 1, 2);
    hold_cell(script, best, 0, 0, position_of(axis, recommended));
    hold_cell(script, best, 0, 1, axis->e->settings[recommended].moments.mean);
    return true;
}

static void hold_metric_drawn(const struct axis *axis, const struct script *script, bool marked)
{
    static const struct {
        const char *block;
        enum drawn_as as;
        const char *title;
    } expected[] = {{"means0", AS_LINE, ""},
                    {"means0", AS_BARS, "from the worst run to the best"},
                    {"means0", AS_DASHES, "mean of the runs"},
                    {"runs0", AS_POINTS, "one run"},
                    {"best", AS_POINTS, ""}};
    const struct panel *panel = &script->panels[0];
    const bool least_bad =
        strcmp(json_object_get_string(find(axis->e->tree, "recommendation.kind")), "least_bad") == 0;
    int first = axis->key[0] == '\0' ? 1 : 0, last = marked ? 4 : 3;
    if (panel->drawn_count != last - first + 1) fail("%s draws %d things", script->name, panel->drawn_count);
    for (int i = first; i <= last; i++) {
        const struct drawn *drawn = &panel->drawn[i - first];
        hold_words(script, "block", drawn->block->name, expected[i].block);
        hold_words(script, "legend", drawn->title,
                   i < 4       ? expected[i].title
                   : least_bad ? "least bad setting"
                               : "recommended setting");
        if (drawn->as != expected[i].as)
            fail("%s: $%s is drawn as something else", script->name, expected[i].block);
    }
}

void figure_data_metric(const struct expected *e, const char *key, const struct script *script)
{
    char full[TEXT + 16] = "", title[TEXT] = "F1 of every run", log_label[TEXT + 16] = "";
    struct axis axis = {.e = e, .key = full};
    if (script->panel_count != 1) fail("%s has %d panels", script->name, script->panel_count);
    const struct panel *panel = &script->panels[0];
    if (key != NULL) {
        snprintf(full, sizeof full, "training.%s", key);
        snprintf(title, sizeof title, "F1 of every run, by %s", key);
        snprintf(log_label, sizeof log_label, "%s (log scale)", key);
    }
    axis.logarithmic = key != NULL && strcmp(panel->x_label, log_label) == 0;
    hold_words(script, "title", panel->title, title);
    hold_words(script, "name of the x axis", panel->x_label,
               axis.logarithmic ? log_label
               : key == NULL    ? ""
                                : key);
    hold_words(script, "name of the y axis", panel->y_label, "F1 on the validation data (fraction)");
    hold_tics(&axis, script, panel);
    hold_metric_data(&axis, script);
    hold_metric_drawn(&axis, script, hold_best(&axis, script));
    hold_ranges(script, panel);
    if (panel->logarithmic) fail("%s: F1 is on a log scale", script->name);
}
