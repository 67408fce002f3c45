#include "harness/check/recorded_keys.h"

#include "trainer/spec/keys.h"

#include <stdio.h>
#include <string.h>

/* Deciding keys, but for the seeds: those tell runs apart, not settings. */
static bool is_recorded(const struct key *key)
{
    return (key->use & KEY_DECIDES) != 0 && strcmp(key->section, "seeds") != 0;
}

/* The value as text; of the validation source the fraction alone, because a file is told by its digest and
 * may lie elsewhere. */
static void recorded_value(const struct key *key, const struct run_spec *spec, char text[SPEC_PATH_BYTES])
{
    if (key->type == KEY_SOURCE && spec->validation_path[0] != '\0')
        snprintf(text, SPEC_PATH_BYTES, "a file");
    else
        key_get(key, spec, text, SPEC_PATH_BYTES);
}

static bool same_value(const struct key *key, const struct run_spec *a, const struct run_spec *b,
                       char left[SPEC_PATH_BYTES], char right[SPEC_PATH_BYTES])
{
    recorded_value(key, a, left);
    recorded_value(key, b, right);
    return strcmp(left, right) == 0;
}

static const struct run_spec *spec_of(const struct contest_side *side, int setting)
{
    return &contest_plan(side)->settings[setting].spec;
}

bool recorded_keys_same(const struct contest *contest, size_t setting)
{
    char left[SPEC_PATH_BYTES], right[SPEC_PATH_BYTES];
    const struct run_spec *base = spec_of(&contest->base, contest->partner[setting]);
    const struct run_spec *now = spec_of(&contest->now, (int)setting);
    for (size_t i = 0; i < run_key_count; i++) {
        if (is_recorded(&run_keys[i]) && !same_value(&run_keys[i], base, now, left, right)) return false;
    }
    return true;
}

bool recorded_keys_comparable(const struct contest *contest, size_t setting)
{
    static const char *const names[] = {"validation", "validation_digest", "label_column", "train_digest",
                                        "split_seed"};
    char left[SPEC_PATH_BYTES], right[SPEC_PATH_BYTES];
    const struct run_spec *base = spec_of(&contest->base, contest->partner[setting]);
    const struct run_spec *now = spec_of(&contest->now, (int)setting);
    /* With a file of validation rows the last two do not choose the examples. */
    size_t count = base->validation_path[0] != '\0' ? 3 : sizeof names / sizeof names[0];
    for (size_t i = 0; i < count; i++) {
        if (!same_value(key_find("data", names[i]), base, now, left, right)) return false;
    }
    return contest_plan(&contest->base)->experiment.metric == contest_plan(&contest->now)->experiment.metric;
}

static void check_key(struct contest *contest, const struct key *key)
{
    char left[SPEC_PATH_BYTES], right[SPEC_PATH_BYTES], was[SPEC_PATH_BYTES] = "", is[SPEC_PATH_BYTES] = "";
    size_t changed = 0, first = 0, matched = 0;
    for (size_t i = 0; i < contest->setting_count; i++) {
        if (contest->partner[i] == CONTEST_NONE) continue;
        matched++;
        if (same_value(key, spec_of(&contest->base, contest->partner[i]), spec_of(&contest->now, (int)i),
                       left, right))
            continue;
        if (changed++ > 0) continue;
        first = i;
        memcpy(was, left, sizeof was);
        memcpy(is, right, sizeof is);
    }
    if (changed == 0) return;
    char where[PLAN_LABEL_BYTES + 64] = "";
    if (changed < matched)
        snprintf(where, sizeof where, " (in %zu of %zu settings, first %.200s)", changed, matched,
                 contest->settings[first].label);
    contest_add(
        contest,
        (struct check_item){.subject = CHECK_OF_KEYS, .setting = CHECK_WHOLE, .answer = CHECK_REGRESSION},
        "[%s] %s was %.200s and is %.200s%s", key->section, key->name, was[0] == '\0' ? "empty" : was,
        is[0] == '\0' ? "empty" : is, where);
}

static void check_metric(struct contest *contest)
{
    int was = contest_plan(&contest->base)->experiment.metric,
        is = contest_plan(&contest->now)->experiment.metric;
    if (was == is) return;
    contest_add(
        contest,
        (struct check_item){.subject = CHECK_OF_KEYS, .setting = CHECK_WHOLE, .answer = CHECK_REGRESSION},
        "[experiment] metric was %s and is %s", metric_words[was], metric_words[is]);
}

static void check_settings(struct contest *contest)
{
    const struct plan *base = contest_plan(&contest->base);
    size_t matched = 0;
    for (size_t i = 0; i < contest->setting_count; i++)
        matched += contest->partner[i] != CONTEST_NONE;
    if (matched == 0) {
        contest_add(
            contest,
            (struct check_item){
                .subject = CHECK_OF_BASELINE, .setting = CHECK_WHOLE, .answer = CHECK_NO_BASELINE},
            "the baseline is of another experiment: '%s', with none of these settings; its first is %s",
            base->experiment.name, base->setting_count == 0 ? "none" : base->settings[0].label);
        return;
    }
    for (size_t i = 0; i < contest->setting_count; i++) {
        if (contest->partner[i] == CONTEST_NONE)
            contest_add(contest,
                        (struct check_item){
                            .subject = CHECK_OF_BASELINE, .setting = (int)i, .answer = CHECK_NO_BASELINE},
                        "the baseline has no such setting");
    }
    for (size_t i = 0; i < base->setting_count; i++) {
        if (contest->back[i] == CONTEST_NONE)
            contest_add(contest,
                        (struct check_item){.subject = CHECK_OF_BASELINE,
                                            .setting = CHECK_WHOLE,
                                            .answer = CHECK_NO_BASELINE},
                        "setting %s of the baseline is missing", base->settings[i].label);
    }
}

void recorded_keys_check(struct contest *contest)
{
    check_settings(contest);
    check_metric(contest);
    for (size_t i = 0; i < run_key_count; i++) {
        if (is_recorded(&run_keys[i])) check_key(contest, &run_keys[i]);
    }
}
