/* contest.h - the two experiments of a check, which settings and runs of them belong together, what was
 * asked, and what was found so far. The lanes of a check read it and add items to it.
 *
 * Settings belong together by the values of all keys that either experiment sweeps, runs by setting and
 * seeds: of several runs with the same seeds the first with the first. */
#ifndef FTBENCH_HARNESS_CHECK_CONTEST_H
#define FTBENCH_HARNESS_CHECK_CONTEST_H

#include "base/status.h"
#include "harness/findings.h"
#include "harness/store/store.h"
#include "reports/check_report.h"

#include <stdbool.h>
#include <stddef.h>

/* How the check is to be made. */
struct check_terms {
    double alpha;         /* how often each lane may be wrong, in (0, 0.5) */
    double margin;        /* points, or the metric's unit for a loss: what the mean may lose */
    double spread_margin; /* ratio of SDs that is allowed; > 1 */
    double time_margin;   /* ratio of step times that is allowed; > 1 */
    bool spread_decides,
        time_decides;  /* an inconclusive one is inconclusive for the whole; else it is only told */
    bool time_by_wall; /* the wall's clock decides, though the processor's is there */
    double max_spread; /* points, or the metric's unit: of each setting's runs; NaN: no limit */
    const char *const *requirements; /* (requirement_count), as they were written */
    size_t requirement_count;
    bool lenient;
};

/* One of the two experiments; pointers are not owned. */
struct contest_side {
    const char *name; /* "baseline", "now": for sentences */
    struct store *store;
    const struct findings *findings; /* NULL: there is no such side */
};

struct contest {
    const struct check_terms *terms;
    struct contest_side base, now;
    int *partner;                   /* (settings of now) the baseline's setting, or CONTEST_NONE; owned */
    int *back;                      /* (settings of the baseline) that of now, or CONTEST_NONE; owned */
    struct check_setting *settings; /* (settings of now) owned */
    size_t setting_count;
    struct check_item *items; /* (item_count) owned */
    size_t item_count, item_room;
    bool failed; /* an item found no memory */
    struct check_times times;
};

enum { CONTEST_NONE = -1 };

/* Match the settings of both sides; base.findings may be NULL. The sides and terms must be set and all else
 * zero; free with contest_free in any case. */
enum status contest_match(struct contest *contest, struct error *error);
void contest_free(struct contest *contest);

/* The report's run of the other side that belongs to run `run` of `side`; false when there is none. */
bool contest_find_run(const struct contest_side *side, size_t run, const struct contest_side *other,
                      int other_setting, size_t *found);

/* Add something that was found, on one line whatever the words are made of: a child's reason with a line that
 * starts with "::error::" would be taken for one of ours by GitHub (harness/run/cells.h). A lost item makes
 * contest_status fail. */
void contest_add(struct contest *contest, struct check_item item, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The worst answer of the items that count, of one setting or of all (CHECK_WHOLE). */
enum check_answer contest_answer(const struct contest *contest, int setting);

/* STATUS_OK, or STATUS_NO_MEMORY when an item was lost. */
enum status contest_status(const struct contest *contest, struct error *error);

/* The whole plan of a side. */
const struct plan *contest_plan(const struct contest_side *side);

#endif
