#include "harness/check/machine.h"

#include <stdio.h>
#include <string.h>

bool machine_decides(const struct contest *contest, size_t setting)
{
    const int partner = contest->partner[setting];
    if (contest_plan(&contest->now)->settings[setting].spec.arithmetic != ARITHMETIC_STRICT) return true;
    return partner != CONTEST_NONE &&
           contest_plan(&contest->base)->settings[partner].spec.arithmetic != ARITHMETIC_STRICT;
}

enum { PARTS = 4 };

/* What decides bits of fast arithmetic, of one run. */
struct machine_parts {
    char text[PARTS][sizeof((struct observed_begin *)0)->libraries];
};

static const char *const part_names[PARTS] = {"backend", "GPU", "libraries",
                                              "operations that are not strict"};

static enum status read_parts(const struct contest_side *side, size_t run, struct machine_parts *parts,
                              bool *found, struct error *error)
{
    struct run_record record;
    TRY(store_load_run(side->store, side->findings->report.runs[run].id, &record, error));
    const struct observed_begin *begin = &record.begin;
    const char *const words[PARTS] = {begin->backend, begin->gpu, begin->libraries, begin->overrides};
    *found = record.has_begin;
    for (int i = 0; i < PARTS && record.has_begin; i++)
        snprintf(parts->text[i], sizeof parts->text[i], "%s", words[i]);
    run_record_free(&record);
    return STATUS_OK;
}

static void tell(struct contest *contest, size_t index, const char *name, const char *was, const char *is)
{
    contest_add(contest,
                (struct check_item){.subject = CHECK_OF_BASELINE,
                                    .setting = (int)index,
                                    .answer = CHECK_NO_BASELINE,
                                    .weight = contest->terms->lenient ? CHECK_WARNS : CHECK_COUNTS},
                "fast arithmetic depends on the machine, and the baseline's is another: %s was %s and is %s",
                name, was[0] == '\0' ? "none" : was, is[0] == '\0' ? "none" : is);
}

/* What is known of a setting's machines so far. */
struct machines {
    struct machine_parts first; /* of the baseline's first run that says it */
    bool known, told[PARTS];
};

/* Each run of the setting on that side against the first: a part that differs is told once. */
static enum status check_side(struct contest *contest, const struct contest_side *side, int setting,
                              size_t index, struct machines *machines, struct error *error)
{
    const struct report *report = &side->findings->report;
    for (size_t i = 0; i < report->run_count; i++) {
        struct machine_parts parts;
        bool found;
        if ((int)report->runs[i].setting != setting) continue;
        TRY(read_parts(side, i, &parts, &found, error));
        if (!found) continue;
        if (!machines->known) machines->first = parts;
        machines->known = true;
        for (int part = 0; part < PARTS; part++) {
            if (machines->told[part] || strcmp(machines->first.text[part], parts.text[part]) == 0) continue;
            machines->told[part] = true;
            tell(contest, index, part_names[part], machines->first.text[part], parts.text[part]);
        }
    }
    return STATUS_OK;
}

static enum status check_setting(struct contest *contest, size_t index, struct error *error)
{
    struct machines machines = {.known = false};
    TRY(check_side(contest, &contest->base, contest->partner[index], index, &machines, error));
    return check_side(contest, &contest->now, (int)index, index, &machines, error);
}

enum status machine_check(struct contest *contest, struct error *error)
{
    for (size_t i = 0; i < contest->setting_count; i++) {
        if (contest->partner[i] == CONTEST_NONE || !machine_decides(contest, i)) continue;
        /* Another arithmetic is a changed key already. */
        if (contest_plan(&contest->now)->settings[i].spec.arithmetic ==
            contest_plan(&contest->base)->settings[contest->partner[i]].spec.arithmetic)
            TRY(check_setting(contest, i, error));
    }
    return STATUS_OK;
}
