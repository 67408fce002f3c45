/* trends.h - from the nights of a history to the report's structs: the series of every setting of the last
 * night, and where they moved (harness/stats/change_point.h). Nights that were judged by another metric than
 * the last one, and step times of other machines, do not belong to a series. */
#ifndef FTBENCH_HARNESS_HISTORY_TRENDS_H
#define FTBENCH_HARNESS_HISTORY_TRENDS_H

#include "base/status.h"
#include "harness/store/history.h"
#include "reports/trend_report.h"

struct trends {
    struct trend_report report;
    struct trend_night *nights; /* owned, like what follows */
    struct trend_setting *settings;
    struct trend_point *points;          /* (settings, nights) */
    const struct history_setting **rows; /* (settings, nights); NULL where the night lacks the setting */
    struct trend_move *moves;
};

/* `records` has a night, and must outlive the trends, as must `file`, its path for the report. At most
 * `alpha` of the time any series is said to have moved when none did. Free with trends_free, also after a
 * failure. */
enum status trends_fill(const struct history_records *records, const char *file, double alpha,
                        struct trends *trends, struct error *error);
void trends_free(struct trends *trends);

#endif
