/* trend_report.h - everything that is told of a history of nights, as plain structs that whoever read it
 * fills. Nothing here is owned. Undefined numbers are NaN. Means and SDs are in the metric's unit (F1 0.84).
 */
#ifndef FTBENCH_REPORTS_TREND_REPORT_H
#define FTBENCH_REPORTS_TREND_REPORT_H

#include "base/status.h"
#include "base/text.h"
#include "reports/figure_draw.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum trend_subject {
    TREND_OF_METRIC,
    TREND_OF_SPREAD, /* the SD of the night's runs, which does not grow with their number as max - min does */
    TREND_OF_SPEED,
    TREND_OF_BITS,
    TREND_SUBJECTS
};

struct trend_night {
    int64_t time;         /* seconds since 1970, UTC */
    const char *commit;   /* of ftbench; "": not known */
    const char *code;     /* of the user's own code; "": not said */
    const char *verdict;  /* of the check; "": none */
    const char *baseline; /* against which */
    int failed;           /* runs of all settings without a metric */
};

/* A setting in one night. */
struct trend_point {
    bool there; /* the night has the setting */
    int n;
    double mean, low, high, sd; /* of the metric, with the 95% interval of the mean */
    double speed;  /* of a step: trend_report.calibrated says in what; NaN too on other machines */
    bool new_bits; /* with strict arithmetic, other bits than the night before */
};

struct trend_setting {
    const char *label;
    const struct trend_point *points; /* (night_count) */
};

/* A series that moved, or bits that changed. */
struct trend_move {
    enum trend_subject subject;
    size_t setting;
    size_t good, bad;     /* nights: it moved after `good` and no later than in `bad` */
    double before, after; /* means of the nights on both sides; for bits the two nights' metric */
    double low, high; /* 95% interval of after - before, for speed of after / before; NaN: nothing varies */
    int nights_before, nights_after;
    double adjusted_p; /* of "nothing moved" */
    bool worse;
    bool asked; /* of bits: something else was asked for, by keys, data, seeds or numeric version */
};

struct trend_report {
    const char *file; /* of the history */
    const char *experiment, *metric;
    bool lower_is_better, in_points;
    bool calibrated; /* speeds are in times of the loop that each trainer measures itself by; else seconds */
    int other_machines; /* nights of other machines than the last one's, whose speeds are left out */
    double alpha;       /* how often any series is said to have moved when none did */
    size_t series;      /* that were asked: long enough */
    const struct trend_night *nights; /* (night_count) in time */
    size_t night_count;
    const struct trend_setting *settings; /* (setting_count) */
    size_t setting_count;
    const struct trend_move *moves; /* (move_count) the newest first */
    size_t move_count;
};

/* "2026-01-31 02:00" of a time, in UTC. */
enum { TREND_TIME_BYTES = 24 };
const char *trend_time(int64_t time, char text[TREND_TIME_BYTES]);

/* A sentence of what moved, by how much, and between which nights and commits; without a line end. */
void trend_sentence(const struct trend_report *report, const struct trend_move *move, struct text *out);

/* The gnuplot script of a setting's figure: metric, spread and speed over the nights, moves marked. */
void trend_figure(const struct trend_report *report, size_t setting, struct text *script);

/* The report in Markdown; `failure`: why there are no figures, or "". */
void trend_markdown(const struct trend_report *report, const char *failure, struct text *out);

/* The file of a setting's figure, relative to the report; figures are drawn of the first so many settings. */
enum { TREND_FIGURES = 24, TREND_FILE_BYTES = 64 };
void trend_figure_file(size_t setting, char file[TREND_FILE_BYTES]);

/* Write FOLDER/history.md and its figures. `failure` is "" or why there are none. */
enum status trend_files_write(const struct trend_report *report, const char *folder,
                              char failure[FIGURES_FAILURE_BYTES], struct error *error);

#endif
