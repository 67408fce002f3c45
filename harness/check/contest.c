#include "harness/check/contest.h"

#include "base/memory.h"
#include "harness/run/cells.h"
#include "trainer/spec/keys.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct plan *contest_plan(const struct contest_side *side)
{
    return &side->findings->plan;
}

/* Whether both settings have the same values of the keys that the plan sweeps. */
static bool same_swept(const struct plan *plan, const struct run_spec *a, const struct run_spec *b)
{
    for (int i = 0; i < plan->experiment.sweeps; i++) {
        const struct key *key = key_find("training", plan->experiment.swept[i]);
        char left[SPEC_NAME_BYTES], right[SPEC_NAME_BYTES];
        if (key == NULL) return false;
        key_get(key, a, left, sizeof left);
        key_get(key, b, right, sizeof right);
        if (strcmp(left, right) != 0) return false;
    }
    return true;
}

static void match_settings(struct contest *contest, const struct plan *now, const struct plan *base)
{
    for (size_t i = 0; i < now->setting_count; i++) {
        const struct run_spec *spec = &now->settings[i].spec;
        for (size_t j = 0; j < base->setting_count && contest->partner[i] == CONTEST_NONE; j++) {
            const struct run_spec *other = &base->settings[j].spec;
            if (contest->back[j] != CONTEST_NONE || !same_swept(now, spec, other) ||
                !same_swept(base, spec, other))
                continue;
            contest->partner[i] = (int)j;
            contest->back[j] = (int)i;
        }
    }
}

static int *make_partners(size_t count)
{
    int *partners = memory_zeroed(count, sizeof *partners);
    for (size_t i = 0; partners != NULL && i < count; i++)
        partners[i] = CONTEST_NONE;
    return partners;
}

static void fill_sides(struct check_setting *setting, const struct report_setting *now,
                       const struct report_setting *base)
{
    *setting = (struct check_setting){.label = now->label,
                                      .has_baseline = base != NULL,
                                      .n = now->summary.n,
                                      .runs = now->done + now->failed,
                                      .failed = now->failed + now->undefined,
                                      .mean = now->summary.mean,
                                      .sd = now->summary.sd,
                                      .spread = now->summary.spread,
                                      .class_now = "",
                                      .share = now->agreement.share,
                                      .base_mean = NAN,
                                      .base_sd = NAN,
                                      .base_spread = NAN,
                                      .base_class = "",
                                      .base_share = NAN,
                                      .pair_mean = NAN,
                                      .base_pair_mean = NAN,
                                      .difference = NAN,
                                      .low = NAN,
                                      .high = NAN,
                                      .p = NAN,
                                      .adjusted_p = NAN,
                                      .pair_sd = NAN,
                                      .detectable = NAN,
                                      .sd_ratio = NAN,
                                      .sd_ratio_low = NAN,
                                      .sd_ratio_high = NAN};
    if (now->agreement.n > 0) setting->class_now = report_class_name(now->agreement.most);
    if (base == NULL) return;
    setting->base_n = base->summary.n;
    setting->base_runs = base->done + base->failed;
    setting->base_failed = base->failed + base->undefined;
    setting->base_mean = base->summary.mean;
    setting->base_sd = base->summary.sd;
    setting->base_spread = base->summary.spread;
    setting->base_share = base->agreement.share;
    if (base->agreement.n > 0) setting->base_class = report_class_name(base->agreement.most);
}

enum status contest_match(struct contest *contest, struct error *error)
{
    const struct plan *now = contest_plan(&contest->now);
    const struct plan *base = contest->base.findings == NULL ? NULL : contest_plan(&contest->base);
    size_t base_count = base == NULL ? 0 : base->setting_count;
    for (int clock = 0; clock < CHECK_CLOCKS; clock++)
        contest->times.clocks[clock] = (struct check_clock_times){.ratio = NAN,
                                                                  .low = NAN,
                                                                  .high = NAN,
                                                                  .seconds = NAN,
                                                                  .base_seconds = NAN,
                                                                  .calibration = NAN,
                                                                  .base_calibration = NAN};
    contest->partner = make_partners(now->setting_count);
    contest->back = make_partners(base_count);
    contest->settings = memory_zeroed(now->setting_count, sizeof *contest->settings);
    if (contest->partner == NULL || contest->back == NULL || contest->settings == NULL)
        return error_no_memory(error, now->setting_count * sizeof *contest->settings);
    contest->setting_count = now->setting_count;
    if (base != NULL) match_settings(contest, now, base);
    for (size_t i = 0; i < now->setting_count; i++) {
        int partner = contest->partner[i];
        fill_sides(&contest->settings[i], &contest->now.findings->report.settings[i],
                   partner == CONTEST_NONE ? NULL : &contest->base.findings->report.settings[partner]);
    }
    return STATUS_OK;
}

void contest_free(struct contest *contest)
{
    memory_free(contest->partner);
    memory_free(contest->back);
    memory_free(contest->settings);
    memory_free(contest->items);
    *contest = (struct contest){0};
}

/* The how-manieth run with its seeds this is in its setting, from 0. */
static size_t ordinal(const struct report *report, size_t run)
{
    size_t count = 0;
    for (size_t i = 0; i < run; i++)
        count += report->runs[i].setting == report->runs[run].setting &&
                 findings_same_seeds(&report->runs[i], &report->runs[run]);
    return count;
}

bool contest_find_run(const struct contest_side *side, size_t run, const struct contest_side *other,
                      int other_setting, size_t *found)
{
    const struct report *report = &side->findings->report, *others = &other->findings->report;
    size_t before = ordinal(report, run);
    for (size_t i = 0; i < others->run_count; i++) {
        if ((int)others->runs[i].setting != other_setting ||
            !findings_same_seeds(&others->runs[i], &report->runs[run]))
            continue;
        *found = i;
        if (before-- == 0) return true;
    }
    return false;
}

static bool make_room(struct contest *contest)
{
    if (contest->item_count < contest->item_room) return true;
    size_t room = contest->item_room == 0 ? 16 : 2 * contest->item_room;
    struct check_item *items = memory_resize(contest->items, room, sizeof *items);
    contest->failed = contest->failed || items == NULL;
    if (items == NULL) return false;
    contest->items = items;
    contest->item_room = room;
    return true;
}

void contest_add(struct contest *contest, struct check_item item, const char *format, ...)
{
    va_list arguments;
    char text[CHECK_TEXT_BYTES + 4]; /* so that a cut is seen */
    if (!make_room(contest)) return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    cells_clean(text, strlen(text), item.text, sizeof item.text);
    contest->items[contest->item_count++] = item;
}

enum check_answer contest_answer(const struct contest *contest, int setting)
{
    enum check_answer worst = CHECK_PASSED;
    for (size_t i = 0; i < contest->item_count; i++) {
        const struct check_item *item = &contest->items[i];
        if (item->weight != CHECK_COUNTS || (setting != CHECK_WHOLE && item->setting != setting)) continue;
        if (item->answer < worst) worst = item->answer;
    }
    return worst;
}

enum status contest_status(const struct contest *contest, struct error *error)
{
    return contest->failed ? error_no_memory(error, sizeof *contest->items) : STATUS_OK;
}
