#include "harness/run/progress.h"

#include "base/duration.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "harness/run/cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const double redraw_seconds = 0.1;

/* One running job. */
struct bar {
    bool running;
    char label[PLAN_LABEL_BYTES];
    int repeat;
    double work;
    long step, total_steps;           /* total 0: not known yet */
    double train_loss, loss, best_f1; /* NaN: not known yet */
};

struct progress {
    struct progress_options options;
    struct bar *bars; /* (options.jobs) */
    int done, failed; /* now */
    double work_done; /* of the runs that ended */
    int drawn;        /* lines on the screen that the next drawing goes over */
    bool hidden;      /* the cursor is */
    double drawn_at;
};

bool progress_live(FILE *out)
{
    const char *terminal = getenv("TERM");
    return out != NULL && isatty(fileno(out)) && terminal != NULL && terminal[0] != '\0' &&
           strcmp(terminal, "dumb") != 0;
}

bool progress_colour(void)
{
    const char *no = getenv("NO_COLOR");
    return no == NULL || no[0] == '\0';
}

/* Part of the run that is behind it, 0 to 1. */
static double bar_part(const struct bar *bar)
{
    if (!bar->running || bar->total_steps <= 0) return 0;
    double part = (double)bar->step / (double)bar->total_steps;
    return part > 1 ? 1 : part;
}

static double work_behind(const struct progress *progress)
{
    double work = progress->work_done;
    for (int i = 0; i < progress->options.jobs; i++)
        work += progress->bars[i].work * bar_part(&progress->bars[i]);
    return work;
}

/* What is left will go as fast as what is done went. Appends nothing while nothing is done. */
static void add_time_left(const struct progress *progress, double now, struct text *line)
{
    double behind = work_behind(progress), left = progress->options.work - behind;
    if (behind <= 0 || left <= 0) return;
    char duration[DURATION_TEXT];
    duration_text((now - progress->options.now) * left / behind, duration, sizeof duration);
    text_addf(line, ", %s left", duration);
}

static void window_size(const struct progress *progress, int *columns, int *rows)
{
    struct winsize size = {0};
    *columns = progress->options.columns;
    *rows = progress->options.rows;
    if (*columns > 0 && *rows > 0) return;
    int got = ioctl(fileno(progress->options.out), TIOCGWINSZ, &size);
    if (*columns <= 0) *columns = got == 0 && size.ws_col > 0 ? size.ws_col : 80;
    if (*rows <= 0) *rows = got == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

enum status progress_create(const struct progress_options *options, struct progress **progress,
                            struct error *error)
{
    *progress = NULL;
    struct progress *created = memory_zeroed(1, sizeof *created);
    if (created == NULL) return error_no_memory(error, sizeof *created);
    created->options = *options;
    created->drawn_at = options->now - 2 * redraw_seconds;
    created->bars = memory_zeroed((size_t)options->jobs, sizeof *created->bars);
    if (created->bars == NULL) {
        memory_free(created);
        return error_no_memory(error, (size_t)options->jobs * sizeof *created->bars);
    }
    if (options->out == NULL) created->options.live = false;
    int left = options->total - options->kept;
    if (options->out != NULL && left > 0) {
        fprintf(options->out, "%d run%s to do, %d at a time", left, left == 1 ? "" : "s", options->jobs);
        if (options->more > 0)
            fprintf(options->out, "; up to %d more where these do not decide", options->more);
        if (options->kept > 0)
            fprintf(options->out, "; %d of %d were done before", options->kept, options->total);
        fputc('\n', options->out);
        fflush(options->out);
    }
    *progress = created;
    return STATUS_OK;
}

/* Take the bars off the screen; the cursor is then where their first line was. */
static void erase(struct progress *progress)
{
    if (progress->drawn > 0) fprintf(progress->options.out, "\033[%dA\r\033[J", progress->drawn);
    progress->drawn = 0;
}

void progress_free(struct progress *progress)
{
    if (progress == NULL) return;
    if (progress->options.live) {
        erase(progress);
        if (progress->hidden) fputs("\033[?25h", progress->options.out);
        fflush(progress->options.out);
    }
    memory_free(progress->bars);
    memory_free(progress);
}

void progress_more(struct progress *progress, int runs, double work)
{
    progress->options.total += runs;
    progress->options.work += work;
}

void progress_start(struct progress *progress, int job, const struct progress_run *run, double now)
{
    struct bar *bar = &progress->bars[job];
    *bar = (struct bar){.running = true,
                        .repeat = run->repeat,
                        .work = run->work,
                        .train_loss = NAN,
                        .loss = NAN,
                        .best_f1 = NAN};
    cells_clean(run->label, strlen(run->label), bar->label, sizeof bar->label);
    progress_draw(progress, now);
}

void progress_update(struct progress *progress, int job, const struct run_record *record)
{
    struct bar *bar = &progress->bars[job];
    if (record->has_begin) bar->total_steps = record->begin.total_steps;
    if (record->step_count > 0) {
        bar->step = record->steps[record->step_count - 1].step;
        bar->train_loss = (double)record->steps[record->step_count - 1].loss;
    }
    if (record->evaluation_count == 0) return;
    bar->loss = record->evaluations[record->evaluation_count - 1].loss;
    double f1 = record->evaluations[record->evaluation_count - 1].f1;
    if (!(bar->best_f1 >= f1)) bar->best_f1 = isnan(f1) ? bar->best_f1 : f1;
}

void progress_say(struct progress *progress, const char *line)
{
    if (progress->options.out == NULL) return;
    if (progress->options.live) erase(progress);
    fprintf(progress->options.out, "%s\n", line);
    fflush(progress->options.out);
}

/* "[ 4/15] learning_rate=0.01, repeat 2: F1 0.8731 in 12 s, 2 min 05 s left" */
static void say_end(struct progress *progress, const struct bar *bar, const struct run_record *record,
                    double now)
{
    const struct progress_options *options = &progress->options;
    struct text line = {0};
    const char *outcome = run_outcome_name(record->outcome);
    char duration[DURATION_TEXT], total[16];
    int digits = snprintf(total, sizeof total, "%d", options->total);
    duration_text(record->wall_seconds, duration, sizeof duration);
    text_addf(&line, "[%*d/%s] %s, repeat %d: ", digits, options->kept + progress->done + progress->failed,
              total, bar->label, bar->repeat + 1);
    if (record->outcome == RUN_DONE)
        text_addf(&line, "F1 %.4f in %s", record->end.f1, duration);
    else if (strncmp(record->reason, outcome, strlen(outcome)) == 0) /* "diverged at step 5" says both */
        text_addf(&line, "%s (%s)", record->reason, duration);
    else
        text_addf(&line, "%s: %s%s%s (%s)", outcome, record->reason, record->detail[0] == '\0' ? "" : ", ",
                  record->detail, duration);
    add_time_left(progress, now, &line);
    progress_say(progress, text_string(&line));
    text_free(&line);
}

void progress_finish(struct progress *progress, int job, const struct run_record *record, double now)
{
    struct bar *bar = &progress->bars[job];
    bool failed = record->outcome != RUN_DONE;
    if (failed)
        progress->failed++;
    else
        progress->done++;
    progress->work_done += bar->work;
    bar->running = false;
    bool shown = failed || !progress->options.live;
    if (shown && progress->options.out != NULL) say_end(progress, bar, record, now);
    progress_draw(progress, now);
}

/* "[#######-------------]  35%", the filled part green. */
static void add_bar(const struct progress *progress, double part, int cells, struct text *line)
{
    int filled = (int)(part * cells);
    text_add(line, "[");
    if (progress->options.colour) text_add(line, "\033[32m");
    for (int i = 0; i < cells; i++) {
        if (i == filled && progress->options.colour) text_add(line, "\033[0m");
        text_add(line, i < filled ? "#" : "-");
    }
    if (filled >= cells && progress->options.colour) text_add(line, "\033[0m");
    text_addf(line, "] %3d%%", (int)(part * 100));
}

/* A window narrower than this has no room for bars: percents alone, and the text. */
enum { LEAST_FOR_BARS = 60, LEAST_FOR_PERCENTS = 20 };

/* The columns that a line's text may take beside its bar of `cells` cells; 0 cells: percents alone, or in a
 * very narrow window nothing. The last column stays free: with it filled, a terminal may begin the next line.
 */
static int text_room(int columns, int *cells)
{
    enum { AROUND = 8, PERCENTS = 5 }; /* brackets, percents, and a blank on either side of them */
    *cells = columns < LEAST_FOR_BARS ? 0 : columns / 8 < 20 ? columns / 8 : 20;
    if (*cells > 0) return columns - 1 - *cells - AROUND;
    return columns - 1 - (columns < LEAST_FOR_PERCENTS ? 0 : PERCENTS);
}

/* Put the line on the screen: the bar, then as much of `text` as there is room for. */
static void put_line(struct progress *progress, double part, const char *text, int columns)
{
    struct text line = {0};
    int cells, room = text_room(columns, &cells);
    if (cells > 0) {
        add_bar(progress, part, cells, &line);
        text_add(&line, " ");
    } else if (columns >= LEAST_FOR_PERCENTS) {
        text_addf(&line, "%3d%% ", (int)(part * 100));
    }
    text_addf(&line, "%.*s", (int)cells_fit(text, room), text);
    fprintf(progress->options.out, "\r%s\033[K\n", text_string(&line));
    text_free(&line);
    progress->drawn++;
}

/* What a job's line says after its label, in this order. */
enum figure { FIGURE_STEP, FIGURE_LOSS, FIGURE_EVAL, FIGURE_F1, FIGURES };

struct figures {
    char text[FIGURES][64]; /* with two blanks before it; "": not known yet */
};

static void figures_of(const struct bar *bar, struct figures *figures)
{
    enum { BYTES = sizeof figures->text[0] };
    *figures = (struct figures){0};
    if (bar->total_steps > 0)
        snprintf(figures->text[FIGURE_STEP], BYTES, "  %ld/%ld", bar->step, bar->total_steps);
    if (!isnan(bar->train_loss)) snprintf(figures->text[FIGURE_LOSS], BYTES, "  loss %.3g", bar->train_loss);
    if (!isnan(bar->loss)) snprintf(figures->text[FIGURE_EVAL], BYTES, "  eval %.3g", bar->loss);
    if (!isnan(bar->best_f1)) snprintf(figures->text[FIGURE_F1], BYTES, "  F1 %.4f", bar->best_f1);
}

/* Leave out whole figures, those first that matter least, until the rest take at most `room` columns: half a
 * number would be another number. */
static void figures_fit(struct figures *figures, int room)
{
    static const enum figure least_first[FIGURES] = {FIGURE_LOSS, FIGURE_EVAL, FIGURE_STEP, FIGURE_F1};
    int taken = 0;
    for (int i = 0; i < FIGURES; i++)
        taken += (int)strlen(figures->text[i]);
    for (int i = 0; i < FIGURES && taken > room; i++) {
        char *figure = figures->text[least_first[i]];
        taken -= (int)strlen(figure);
        figure[0] = '\0';
    }
}

/* The figures have precedence; the label gets what they leave, but never nothing. */
static void draw_job(struct progress *progress, const struct bar *bar, int columns)
{
    enum { LEAST = 8 };
    struct text text = {0};
    struct figures figures;
    char repeat[16];
    int cells, room = text_room(columns, &cells) - snprintf(repeat, sizeof repeat, " #%d", bar->repeat + 1);
    int label = utf8_columns(bar->label) < LEAST ? utf8_columns(bar->label) : LEAST;
    figures_of(bar, &figures);
    figures_fit(&figures, room - label);
    for (int i = 0; i < FIGURES; i++)
        room -= (int)strlen(figures.text[i]);
    text_addf(&text, "%.*s%s", (int)cells_fit(bar->label, room > label ? room : label), bar->label, repeat);
    for (int i = 0; i < FIGURES; i++)
        text_add(&text, figures.text[i]);
    put_line(progress, bar_part(bar), text_string(&text), columns);
    text_free(&text);
}

static void draw_whole(struct progress *progress, double now, int columns)
{
    const struct progress_options *options = &progress->options;
    struct text text = {0};
    text_addf(&text, "%d/%d runs", options->kept + progress->done + progress->failed, options->total);
    if (progress->failed > 0) text_addf(&text, ", %d failed", progress->failed);
    add_time_left(progress, now, &text);
    double part = options->work > 0 ? work_behind(progress) / options->work : 1;
    put_line(progress, part > 1 ? 1 : part, text_string(&text), columns);
    text_free(&text);
}

void progress_draw(struct progress *progress, double now)
{
    if (!progress->options.live) return;
    /* What was said above took the bars away: then they come back at once. */
    if (progress->drawn > 0 && now - progress->drawn_at < redraw_seconds) return;
    int columns, rows, lines = 0;
    window_size(progress, &columns, &rows);
    progress->drawn_at = now;
    FILE *out = progress->options.out;
    if (!progress->hidden) fputs("\033[?25l", out);
    progress->hidden = true;
    erase(progress);
    for (int i = 0; i < progress->options.jobs; i++) {
        if (!progress->bars[i].running || ++lines > rows - 2) continue;
        draw_job(progress, &progress->bars[i], columns);
    }
    draw_whole(progress, now, columns);
    fflush(out);
}
