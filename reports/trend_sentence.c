#include "reports/trend_report.h"

#include <math.h>
#include <string.h>
#include <time.h>

const char *trend_time(int64_t seconds, char text[TREND_TIME_BYTES])
{
    struct tm parts = {0};
    const time_t time = (time_t)seconds;
    gmtime_r(&time, &parts);
    strftime(text, TREND_TIME_BYTES, "%Y-%m-%d %H:%M", &parts);
    return text;
}

/* A commit is known by its first characters. */
enum { SHORT_COMMIT = 12 };

static void put_commit(const char *commit, struct text *out)
{
    size_t length = strlen(commit);
    bool is_hash = length > SHORT_COMMIT && strspn(commit, "0123456789abcdef") == length;
    if (length == 0)
        text_add(out, "?");
    else
        text_add_bytes(out, commit, is_hash ? SHORT_COMMIT : length);
}

/* "code 1f2e..3d4c", or what is the same on both sides. */
static void put_range(const char *name, const char *good, const char *bad, struct text *out)
{
    if (good[0] == '\0' && bad[0] == '\0') return;
    text_addf(out, ", %s ", name);
    put_commit(good, out);
    if (strcmp(good, bad) == 0) {
        text_add(out, " on both sides");
        return;
    }
    text_add(out, "..");
    put_commit(bad, out);
}

static void put_place(const struct trend_report *report, const struct trend_move *move, struct text *out)
{
    const struct trend_night *good = &report->nights[move->good], *bad = &report->nights[move->bad];
    char from[TREND_TIME_BYTES], to[TREND_TIME_BYTES];
    text_addf(out, ": after %s, by %s", trend_time(good->time, from), trend_time(bad->time, to));
    put_range("code", good->code, bad->code, out);
    put_range("ftbench", good->commit, bad->commit, out);
}

static void put_difference(const struct trend_report *report, const struct trend_move *move, struct text *out)
{
    const double unit = report->in_points ? 100 : 1, difference = move->after - move->before;
    text_addf(out, " from %.4f to %.4f (%+.2f%s", move->before, move->after, unit * difference,
              report->in_points ? " points" : "");
    if (!isnan(move->low)) text_addf(out, ", 95%% %+.2f to %+.2f", unit * move->low, unit * move->high);
}

static void put_basis(const struct trend_move *move, struct text *out)
{
    text_addf(out, "; %d and %d nights, p %.2g)", move->nights_before, move->nights_after, move->adjusted_p);
}

static const char *moved(const struct trend_move *move)
{
    return move->after > move->before ? "rose" : "fell";
}

static void put_bits(const struct trend_report *report, const struct trend_move *move, struct text *out)
{
    text_add(out, "the bits changed");
    if (move->asked)
        text_add(out, ", as something else was asked for (keys, data, seeds or numeric version)");
    if (isnan(move->before) || isnan(move->after)) return;
    if (move->before == move->after)
        text_addf(out, ", mean %s stayed %.4f", report->metric, move->before);
    else
        text_addf(out, ", mean %s %.4f to %.4f", report->metric, move->before, move->after);
}

void trend_sentence(const struct trend_report *report, const struct trend_move *move, struct text *out)
{
    switch (move->subject) {
    case TREND_OF_METRIC:
        text_addf(out, "mean %s %s", report->metric, moved(move));
        put_difference(report, move, out);
        put_basis(move, out);
        break;
    case TREND_OF_SPREAD:
        text_addf(out, "the spread %s: SD", moved(move));
        put_difference(report, move, out);
        put_basis(move, out);
        break;
    case TREND_OF_SPEED:
        text_addf(out, "a step takes %.2f times as long", move->after / move->before);
        text_addf(out, isnan(move->low) ? " (nothing varies" : " (95%% %.2f to %.2f", move->low, move->high);
        put_basis(move, out);
        break;
    case TREND_OF_BITS:
    case TREND_SUBJECTS:
        put_bits(report, move, out);
        break;
    }
    put_place(report, move, out);
}
