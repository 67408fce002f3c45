#include "reports/trend_report.h"
#include "reports/words.h"

#include <math.h>

enum { MOST_NIGHTS = 60, MOST_BITS = 60 };

static void put_move(const struct trend_report *report, const struct trend_move *move, struct text *out)
{
    struct text sentence = {0};
    text_addf(out, "- %s", move->worse ? "**worse** " : "");
    words_code(out, report->settings[move->setting].label);
    text_add(out, ": ");
    trend_sentence(report, move, &sentence);
    words_plain(out, text_string(&sentence));
    out->failed = out->failed || sentence.failed;
    text_free(&sentence);
    text_add(out, "\n");
}

/* The moves of series, or the changes of bits; how many there are. */
static size_t put_moves(const struct trend_report *report, bool bits, size_t most, struct text *out)
{
    size_t count = 0;
    for (size_t i = 0; i < report->move_count; i++) {
        if ((report->moves[i].subject == TREND_OF_BITS) != bits) continue;
        if (count++ < most) put_move(report, &report->moves[i], out);
    }
    return count;
}

static void what_moved(const struct trend_report *report, struct text *out)
{
    text_add(out, "\n## What moved\n\n");
    size_t count = put_moves(report, false, report->move_count, out);
    if (count == 0 && report->series == 0)
        text_add(out, "No series is long enough yet: five nights are needed.\n");
    else if (count == 0)
        text_addf(out, "Nothing: none of %zu series is at another level than it was.\n", report->series);
    if (report->series == 0) return;
    text_addf(
        out,
        "\nTested are the mean of %s, the SD of the runs and the step time of every setting, by the "
        "order of their\nnights. If nothing had moved, this list would have an entry in at most %g%% of "
        "such reports. A move comes after the\nfirst night that is named and no later than in the "
        "second, with 95%%.\n",
        report->metric, 100 * report->alpha);
    if (report->other_machines > 0)
        text_addf(out, "Step times of %d nights are left out: they ran on another machine than the last.\n",
                  report->other_machines);
}

static void where_bits_changed(const struct trend_report *report, struct text *out)
{
    text_add(out, "\n## Where the bits changed\n\n");
    size_t count = put_moves(report, true, MOST_BITS, out);
    if (count > MOST_BITS) text_addf(out, "- and %zu more\n", count - MOST_BITS);
    if (count == 0)
        text_add(out, "Nowhere.\n");
    else
        text_add(out,
                 "\nWith strict arithmetic this is no matter of chance: what is between the two commits "
                 "did it. Whether other seeds\nwould show the same is another question: ftbench compare, "
                 "ftbench check.\n");
}

static void put_figures(const struct trend_report *report, const char *failure, struct text *out)
{
    char file[TREND_FILE_BYTES];
    text_add(out, "\n## Trends\n\n");
    if (failure[0] != '\0') {
        text_add(out, "There are no figures: ");
        words_plain(out, failure);
        text_add(out, "\n");
        return;
    }
    for (size_t i = 0; i < report->setting_count && i < TREND_FIGURES; i++) {
        trend_figure_file(i, file);
        text_add(out, "![");
        words_plain(out, report->settings[i].label);
        text_addf(out, "](%s)\n\n", file);
    }
    text_addf(
        out,
        "Bars are 95%% intervals of the mean over the night's runs. Bands are moves, from the last good "
        "night to the first bad\none: orange for the worse, blue for the better. Black marks above: other "
        "bits than the night before. Step times are %s.\n",
        report->calibrated ? "in times of a fixed loop that every trainer runs between steps"
                           : "in milliseconds");
    if (report->setting_count > TREND_FIGURES)
        text_addf(out, "\nThe other %zu settings are not drawn; ftbench history show has their numbers.\n",
                  report->setting_count - TREND_FIGURES);
}

static void put_nights(const struct trend_report *report, struct text *out)
{
    char time[TREND_TIME_BYTES];
    size_t first = report->night_count > MOST_NIGHTS ? report->night_count - MOST_NIGHTS : 0;
    text_add(out, "\n## Nights\n\n| night (UTC) | code | ftbench | check | runs without a metric |\n"
                  "|---|---|---|---|--:|\n");
    for (size_t i = report->night_count; i-- > first;) {
        const struct trend_night *night = &report->nights[i];
        text_addf(out, "| %s | ", trend_time(night->time, time));
        words_code(out, night->code);
        text_add(out, " | ");
        words_code(out, night->commit);
        text_add(out, " | ");
        words_plain(out, night->verdict[0] == '\0' ? "-" : night->verdict);
        text_addf(out, " | %d |\n", night->failed);
    }
    if (first > 0) text_addf(out, "\n%zu older nights are in the history.\n", first);
}

void trend_markdown(const struct trend_report *report, const char *failure, struct text *out)
{
    char from[TREND_TIME_BYTES], to[TREND_TIME_BYTES];
    const struct trend_night *last = &report->nights[report->night_count - 1];
    text_add(out, "# ftbench history: ");
    words_plain(out, report->experiment);
    text_addf(out, "\n\n%zu night%s, %s to %s (UTC), in ", report->night_count,
              report->night_count == 1 ? "" : "s", trend_time(report->nights[0].time, from),
              trend_time(last->time, to));
    words_code(out, report->file);
    if (last->verdict[0] != '\0') {
        text_add(out, ". The last one's check against ");
        words_code(out, last->baseline);
        text_add(out, ": ");
        words_plain(out, last->verdict);
    }
    text_add(out, ".\n");
    what_moved(report, out);
    where_bits_changed(report, out);
    put_figures(report, failure, out);
    put_nights(report, out);
}
