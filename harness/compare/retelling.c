#include "harness/compare/retelling.h"

#include "harness/listing.h"
#include "trainer/spec/keys.h"

#include <math.h>

/* Differences are told in points, but for a loss, whose unit is its own. */
static bool in_points(const struct retelling *retelling)
{
    return contenders_higher_is_better(retelling->a);
}

static void add_number(struct listing *listing, int places, double value)
{
    if (isnan(value))
        listing_add(listing, "-");
    else
        listing_add(listing, "%.*f", places, value);
}

static void add_difference(const struct retelling *retelling, struct listing *listing, double value)
{
    double unit = in_points(retelling) ? 100 : 1;
    if (isnan(value))
        listing_add(listing, "-");
    else
        listing_add(listing, "%+.*f", in_points(retelling) ? 2 : 4, unit * value);
}

/* An end that is not known is left open: the bootstrap of three runs has none. */
static void add_interval(const struct retelling *retelling, struct listing *listing, struct interval interval)
{
    struct text cell = {0};
    double unit = in_points(retelling) ? 100 : 1;
    const double ends[2] = {unit * interval.low, unit * interval.high};
    for (int i = 0; i < 2; i++) {
        if (i == 1) text_add(&cell, " .. ");
        if (isnan(ends[i]))
            text_add(&cell, "?");
        else
            text_addf(&cell, "%+.*f", in_points(retelling) ? 2 : 4, ends[i]);
    }
    bool unknown = isnan(ends[0]) && isnan(ends[1]);
    listing_add(listing, "%s", unknown ? "-" : text_string(&cell));
    listing->cells.failed = listing->cells.failed || cell.failed;
    text_free(&cell);
}

static void add_p(struct listing *listing, double p)
{
    if (isnan(p))
        listing_add(listing, "-");
    else if (p < 0.001)
        listing_add(listing, "<0.001");
    else
        listing_add(listing, "%.3f", p);
}

static void add_setting(const struct retelling *retelling, const struct contender *contender,
                        const char *side, const struct summary *summary, struct listing *listing)
{
    if (side == NULL)
        listing_add(listing, "%zu", contender->number);
    else
        listing_add(listing, "%s", side);
    listing_add(listing, "%s", contender->label);
    listing_add(listing, "%d", summary->n);
    listing_add(listing, "%d", summary->undefined);
    listing_add(listing, "%d", contender->pending);
    listing_add(listing, "%d", contender->twins);
    add_number(listing, 4, summary->mean);
    if (in_points(retelling))
        add_number(listing, 2, 100 * summary->sd);
    else
        add_number(listing, 4, summary->sd);
}

/* The settings that take part, each once: those of one experiment in the plan's order, those of two in pairs.
 */
static enum status print_settings(const struct retelling *retelling, FILE *out, struct error *error)
{
    const struct comparing *comparing = retelling->comparing;
    static const char *const heads[] = {"", "setting", "finished", "failed", "missing", "repeated"};
    struct listing listing = {.columns = sizeof heads / sizeof heads[0] + 2};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        listing_add(&listing, "%s", heads[i]);
    listing_add(&listing, "mean %s", metric_words[retelling->a->metric]);
    listing_add(&listing, in_points(retelling) ? "SD (points)" : "SD");
    for (size_t i = 0; retelling->b != NULL && i < comparing->count; i++) {
        const struct encounter *encounter = &comparing->encounters[i];
        add_setting(retelling, encounter->a, "A", &encounter->comparison.a, &listing);
        add_setting(retelling, encounter->b, "B", &encounter->comparison.b, &listing);
    }
    for (size_t s = 0; retelling->b == NULL && s < retelling->a->count; s++) {
        const struct contender *contender = &retelling->a->items[s];
        const struct summary *summary = NULL;
        for (size_t i = 0; summary == NULL && i < comparing->count; i++) {
            const struct encounter *encounter = &comparing->encounters[i];
            if (encounter->a == contender) summary = &encounter->comparison.a;
            if (encounter->b == contender) summary = &encounter->comparison.b;
        }
        if (summary != NULL) add_setting(retelling, contender, NULL, summary, &listing);
    }
    enum status status = listing_print(&listing, true, out, error);
    listing_free(&listing);
    return status;
}

static void add_name(const struct retelling *retelling, const struct encounter *encounter,
                     struct listing *listing)
{
    if (retelling->b != NULL)
        listing_add(listing, "%s", encounter->a->label);
    else
        listing_add(listing, "%zu and %zu", encounter->a->number, encounter->b->number);
}

/* "0.93 (0.56 .. 0.99)"; with too few runs for an interval "0.93 (-)". */
static void add_beats(struct listing *listing, const struct comparison *comparison)
{
    const struct interval beats = compare_beats(comparison);
    if (isnan(comparison->a_beats_b))
        listing_add(listing, "-");
    else if (isnan(beats.low))
        listing_add(listing, "%.2f (-)", comparison->a_beats_b);
    else
        listing_add(listing, "%.2f (%.2f .. %.2f)", comparison->a_beats_b, beats.low, beats.high);
}

static void add_encounter(const struct retelling *retelling, const struct encounter *encounter,
                          struct listing *listing)
{
    const struct comparison *comparison = &encounter->comparison;
    const struct difference *shown = compare_shown(comparison);
    add_name(retelling, encounter, listing);
    if (compare_shows_pairs(comparison))
        listing_add(listing, "%d pairs", comparison->paired.n);
    else
        listing_add(listing, "%d, %d", comparison->a.n, comparison->b.n);
    add_difference(retelling, listing, shown->value);
    add_interval(retelling, listing, shown->interval);
    add_interval(retelling, listing, shown->bootstrap);
    if (isnan(comparison->ranks.p))
        listing_add(listing, "inconclusive");
    else
        add_p(listing, comparison->ranks.p);
    add_beats(listing, comparison);
    add_p(listing, comparison->p);
    add_p(listing, comparison->adjusted_p);
    listing_add(listing, "%s",
                encounter->identical ? "the same runs" : compare_verdict_name(comparison->verdict));
}

static enum status print_encounters(const struct retelling *retelling, FILE *out, struct error *error)
{
    const struct comparing *comparing = retelling->comparing;
    static const char *const heads[] = {"95% by t", "95% by bootstrap", "Mann-Whitney p", "A beats B (95%)",
                                        "p",        "p by Holm",        "verdict"};
    struct listing listing = {.columns = sizeof heads / sizeof heads[0] + 3};
    listing_add(&listing, retelling->b != NULL ? "setting" : "A and B");
    listing_add(&listing, "by");
    listing_add(&listing, in_points(retelling) ? "A - B (points)" : "A - B");
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        listing_add(&listing, "%s", heads[i]);
    for (size_t i = 0; i < comparing->count; i++)
        add_encounter(retelling, &comparing->encounters[i], &listing);
    enum status status = listing_print(&listing, true, out, error);
    listing_free(&listing);
    return status;
}

static enum status print_sentences(const struct retelling *retelling, FILE *out, struct error *error)
{
    enum status status = STATUS_OK;
    struct text sentence = {0};
    for (size_t i = 0; status == STATUS_OK && i < retelling->comparing->count; i++) {
        const struct encounter *encounter = &retelling->comparing->encounters[i];
        text_clear(&sentence);
        retelling_sentence(retelling, encounter, &sentence);
        status = text_status(&sentence, error);
        if (status != STATUS_OK) break;
        if (retelling->b != NULL)
            fprintf(out, "%s: %s\n", encounter->a->label, text_string(&sentence));
        else
            fprintf(out, "%zu and %zu: %s\n", encounter->a->number, encounter->b->number,
                    text_string(&sentence));
    }
    text_free(&sentence);
    return status;
}

static enum status print_asked(const struct retelling *retelling, FILE *out, struct error *error)
{
    const char *metric = metric_words[retelling->a->metric];
    switch (retelling->comparing->kind) {
    case COMPARING_EACH:
        fprintf(out, "%s: every pair of its settings, by %s\n", retelling->a->folder, metric);
        break;
    case COMPARING_WITH_BEST:
        fprintf(out, "%s: its best setting with each other, by %s\n", retelling->a->folder, metric);
        break;
    case COMPARING_TWO:
        fprintf(out, "%s: two of its settings, by %s\n", retelling->a->folder, metric);
        break;
    case COMPARING_FOLDERS:
        fprintf(out, "A = %s, B = %s: settings of the same label, by %s\n", retelling->a->folder,
                retelling->b->folder, metric);
        break;
    }
    if (retelling->b == NULL) return STATUS_OK;
    struct text differences = {0};
    contenders_differences(retelling->a, retelling->b, &differences);
    enum status status = text_status(&differences, error);
    if (status == STATUS_OK && differences.length > 0)
        fprintf(out, "different in A / B: %s\n", text_string(&differences));
    text_free(&differences);
    size_t met = retelling->comparing->count, left_out = retelling->a->count + retelling->b->count - 2 * met;
    if (left_out > 0) fprintf(out, "%zu settings are in one of the two only, and left out\n", left_out);
    return status;
}

/* The best mean without the most that luck could have given it. */
static double corrected_most(const struct retelling *retelling, const struct selection *selection)
{
    return selection->mean - (in_points(retelling) ? selection->bias_most : -selection->bias_most);
}

static void print_selection(const struct retelling *retelling, FILE *out)
{
    const struct selection *selection = &retelling->comparing->selection;
    double unit = in_points(retelling) ? 100 : 1;
    int places = in_points(retelling) ? 2 : 4;
    if (!retelling->comparing->has_selection) return;
    if (selection->best < 0) {
        fprintf(out, "\nNo setting has two finished runs, so none can be called the best.\n");
        return;
    }
    fprintf(
        out,
        "\nThe best mean of %d settings is that of %s, %.4f. Being the best is partly luck: its mean is "
        "about %.*f%s too good,\nan estimate that comes out too small with few runs, and at most %.*f, if "
        "all settings were equally good; so expect\n%.4f to %.4f. In %.0f%% of the resamples the same "
        "setting was the best.\n",
        selection->settings, retelling->a->items[selection->best].label, selection->mean, places,
        unit * selection->bias, in_points(retelling) ? " points" : "", places, unit * selection->bias_most,
        corrected_most(retelling, selection), selection->corrected, 100 * selection->again);
}

/* What the table leaves open, and why. */
static void print_notes(const struct retelling *retelling, FILE *out)
{
    bool few = false, open = false;
    for (size_t i = 0; i < retelling->comparing->count; i++) {
        const struct comparison *comparison = &retelling->comparing->encounters[i].comparison;
        const struct interval *bootstrap = &compare_shown(comparison)->bootstrap;
        few = few || isnan(comparison->ranks.p);
        open = open || isnan(bootstrap->low) || isnan(bootstrap->high);
    }
    if (few)
        fprintf(
            out,
            "\nMann-Whitney: with fewer than %d runs on a side not even the clearest order gives p <= 0.05: "
            "inconclusive, which is\nnot \"no difference\". Nor is there an interval (-) of the probability "
            "that "
            "A beats B.\n",
            RANKS_ENOUGH);
    if (open)
        fprintf(
            out,
            "\nBootstrap: with fewer than 4 runs, or hardly any that differ, resamples say too little for an "
            "interval; see the one by t.\n");
}

enum status retelling_print(const struct retelling *retelling, FILE *out, struct error *error)
{
    TRY(print_asked(retelling, out, error));
    fputc('\n', out);
    TRY(print_settings(retelling, out, error));
    fputc('\n', out);
    TRY(print_encounters(retelling, out, error));
    fputc('\n', out);
    TRY(print_sentences(retelling, out, error));
    print_selection(retelling, out);
    print_notes(retelling, out);
    return STATUS_OK;
}
