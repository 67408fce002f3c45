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

/* What the first run of the setting says of its machine; without arrays. All "" when none does. */
static enum status find_begin(const struct contest_side *side, int setting, struct observed_begin *begin,
                              struct error *error)
{
    const struct report *report = &side->findings->report;
    *begin = (struct observed_begin){0};
    for (size_t i = 0; i < report->run_count; i++) {
        struct run_record record;
        if ((int)report->runs[i].setting != setting) continue;
        TRY(store_load_run(side->store, report->runs[i].id, &record, error));
        bool found = record.has_begin;
        if (found) *begin = record.begin;
        begin->validation_labels = NULL;
        begin->tensors = NULL;
        run_record_free(&record);
        if (found) return STATUS_OK;
    }
    return STATUS_OK;
}

static enum status check_setting(struct contest *contest, size_t index, struct error *error)
{
    struct observed_begin was, is;
    TRY(find_begin(&contest->base, contest->partner[index], &was, error));
    TRY(find_begin(&contest->now, (int)index, &is, error));
    const struct {
        const char *name, *was, *is;
    } parts[] = {{"backend", was.backend, is.backend},
                 {"GPU", was.gpu, is.gpu},
                 {"libraries", was.libraries, is.libraries},
                 {"operations that are not strict", was.overrides, is.overrides}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strcmp(parts[i].was, parts[i].is) == 0) continue;
        contest_add(
            contest,
            (struct check_item){.subject = CHECK_OF_BASELINE,
                                .setting = (int)index,
                                .answer = CHECK_NO_BASELINE,
                                .weight = contest->terms->lenient ? CHECK_WARNS : CHECK_COUNTS},
            "fast arithmetic depends on the machine, and the baseline's is another: %s was %s and is %s",
            parts[i].name, parts[i].was[0] == '\0' ? "none" : parts[i].was,
            parts[i].is[0] == '\0' ? "none" : parts[i].is);
    }
    return STATUS_OK;
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
