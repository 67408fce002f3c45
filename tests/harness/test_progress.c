/* The live view, written into memory with the clock and the window given. */
#include "harness/run/cells.h"
#include "harness/run/progress.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct screen {
    char *text;
    size_t size;
    struct progress_options options;
    struct progress *progress;
};

static int set_up(void **state)
{
    static struct screen screen;
    memset(&screen, 0, sizeof screen);
    screen.options = (struct progress_options){.out = open_memstream(&screen.text, &screen.size),
                                               .live = true,
                                               .columns = 120,
                                               .rows = 24,
                                               .jobs = 2,
                                               .total = 12,
                                               .kept = 2,
                                               .work = 20,
                                               .now = 1000};
    *state = &screen;
    return 0;
}

static int tear_down(void **state)
{
    struct screen *screen = *state;
    fclose(screen->options.out);
    free(screen->text);
    return 0;
}

static void create(struct screen *screen)
{
    assert_int_equal(progress_create(&screen->options, &screen->progress, NULL), STATUS_OK);
}

/* What was written since the last call. */
static const char *written(struct screen *screen)
{
    static size_t seen;
    static const char *of;
    fflush(screen->options.out);
    if (of != screen->text || seen > screen->size) seen = 0;
    of = screen->text;
    const char *news = screen->text + seen;
    seen = screen->size;
    return news;
}

static void start(struct screen *screen, int job, const char *label, double now)
{
    struct progress_run run = {.label = label, .repeat = job, .work = 2};
    progress_start(screen->progress, job, &run, now);
}

/* Half a run: 5 steps of 10, one evaluation. */
static void make_half(struct run_record *record, struct observed_step *step,
                      struct observed_evaluation *evaluation)
{
    *step = (struct observed_step){.step = 5, .loss = 0.5f};
    *evaluation = (struct observed_evaluation){.step = 5, .loss = 0.625, .f1 = 0.75};
    *record = (struct run_record){.has_begin = true,
                                  .begin.total_steps = 10,
                                  .steps = step,
                                  .step_count = 1,
                                  .evaluations = evaluation,
                                  .evaluation_count = 1,
                                  .wall_seconds = 75};
}

static void bars_are_drawn_over_themselves(void **state)
{
    struct screen *screen = *state;
    struct run_record record;
    struct observed_step step;
    struct observed_evaluation evaluation;
    make_half(&record, &step, &evaluation);
    create(screen);
    assert_string_equal(written(screen), "10 runs to do, 2 at a time; 2 of 12 were done before\n");
    start(screen, 0, "learning_rate=0.01", 1000);
    assert_string_equal(written(screen), "\033[?25l"
                                         "\r[---------------]   0% learning_rate=0.01 #1\033[K\n"
                                         "\r[---------------]   0% 2/12 runs\033[K\n");
    progress_update(screen->progress, 0, &record);
    progress_draw(screen->progress, 1000.05); /* too early */
    assert_string_equal(written(screen), "");
    progress_draw(screen->progress, 1010);
    assert_string_equal(written(screen), "\033[2A\r\033[J"
                                         "\r[#######--------]  50% learning_rate=0.01 #1  5/10  loss 0.5"
                                         "  eval 0.625  F1 0.7500\033[K\n"
                                         "\r[---------------]   5% 2/12 runs, 3 min 10 s left\033[K\n");
    progress_free(screen->progress);
    assert_string_equal(written(screen), "\033[2A\r\033[J\033[?25h");
}

/* 1 of 20 units in 10 s: 190 s are left. A failure stays above the bars; a run that is done only counts. */
static void failures_stay(void **state)
{
    struct screen *screen = *state;
    struct run_record record = {
        .outcome = RUN_TIMED_OUT, .reason = "no end after 20 s: killed", .wall_seconds = 20};
    create(screen);
    start(screen, 0, "a", 1000);
    start(screen, 1, "b", 1000);
    written(screen);
    progress_finish(screen->progress, 1, &record, 1020);
    const char *news = written(screen);
    assert_non_null(
        strstr(news, "\033[2A\r\033[J[ 3/12] b, repeat 2: timed out: no end after 20 s: killed (20 s), 3 "
                     "min 00 s left\n"));
    assert_non_null(strstr(news, "3/12 runs, 1 failed, 3 min 00 s left"));
    record.outcome = RUN_DONE;
    progress_finish(screen->progress, 0, &record, 1040);
    news = written(screen);
    assert_null(strstr(news, "repeat 1"));
    progress_draw(screen->progress, 1041);
    assert_non_null(strstr(written(screen), "4/12 runs, 1 failed"));
    progress_free(screen->progress);
}

/* The printed columns of a line without its escape sequences. */
static int line_columns(const char *line, size_t length)
{
    char plain[1024];
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (line[i] == '\033') {
            while (i < length && strchr("ABCDEFGHIJKmhl", line[i]) == NULL)
                i++;
        } else if (line[i] != '\r') {
            plain[used++] = line[i];
        }
    }
    plain[used] = '\0';
    return utf8_columns(plain);
}

static void lines_fit_the_window(void **state)
{
    struct screen *screen = *state;
    struct run_record record;
    struct observed_step step;
    struct observed_evaluation evaluation;
    make_half(&record, &step, &evaluation);
    screen->options.colour = true;
    for (int columns = 1; columns < 140; columns += 3) {
        screen->options.columns = columns;
        create(screen);
        start(screen, 0,
              "\xe5\xad\xa6\xe4\xb9\xa0\xe7\x8e\x87=0.01, \xe6\x89\xb9\xe9\x87\x8f=16, long enough to be cut",
              1000);
        progress_update(screen->progress, 0, &record);
        written(screen);
        progress_draw(screen->progress, 1010);
        for (const char *line = written(screen), *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
            assert_in_range(line_columns(line, (size_t)(end - line)), 0, columns);
        progress_free(screen->progress);
    }
    screen->options.columns = 80; /* the numbers are whole, the label is cut */
    create(screen);
    start(screen, 0, "learning_rate=0.01, batch_size=16", 1000);
    progress_update(screen->progress, 0, &record);
    written(screen);
    progress_draw(screen->progress, 1010);
    assert_non_null(
        strstr(written(screen), "  50% learning_rate=0.01, #1  5/10  loss 0.5  eval 0.625  F1 0.7500\033[K"));
    progress_free(screen->progress);
    screen->options.rows = 3; /* one job's bar has room, and the whole's */
    create(screen);
    start(screen, 0, "a", 1000);
    start(screen, 1, "b", 1001);
    written(screen);
    progress_draw(screen->progress, 1010);
    const char *news = written(screen);
    assert_non_null(strstr(news, " a #1"));
    assert_null(strstr(news, " b #2"));
    progress_free(screen->progress);
}

/* Below 60 columns there are no bars, and figures are whole or not there: no line is wider than the window,
 * and the cursor goes back over as many lines as there are. */
static void narrow_windows_have_whole_figures(void **state)
{
    struct screen *screen = *state;
    static const struct {
        int columns;
        const char *line;
    } cases[] = {
        {59, "\r 50% learning_ra #1  5/10  loss 0.5  eval 0.625  F1 0.7500\033[K\n"},
        {50, "\r 50% learning_rat #1  5/10  eval 0.625  F1 0.7500\033[K\n"},
        {40, "\r 50% learning_rate= #1  5/10  F1 0.7500\033[K\n"},
        {30, "\r 50% learning_r #1  F1 0.7500\033[K\n"},
        {20, "\r 50% learning_ra #1\033[K\n"},
        {12, "\rlearning #1\033[K\n"},
        {6, "\rlearn\033[K\n"},
    };
    struct run_record record;
    struct observed_step step;
    struct observed_evaluation evaluation;
    make_half(&record, &step, &evaluation);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        screen->options.columns = cases[i].columns;
        create(screen);
        start(screen, 0, "learning_rate=0.01", 1000);
        progress_update(screen->progress, 0, &record);
        written(screen);
        progress_draw(screen->progress, 1010);
        const char *news = written(screen);
        assert_memory_equal(news, "\033[2A\r\033[J", 8);
        if (strncmp(news + 8, cases[i].line, strlen(cases[i].line)) != 0)
            fail_msg("%d columns: %s", cases[i].columns, news + 9);
        for (const char *line = news, *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
            assert_in_range(line_columns(line, (size_t)(end - line)), 0, cases[i].columns - 1);
        progress_free(screen->progress);
    }
}

static void elsewhere_are_plain_lines(void **state)
{
    struct screen *screen = *state;
    struct run_record record = {
        .outcome = RUN_DONE, .has_end = true, .end.f1 = 0.87654, .wall_seconds = 3725};
    screen->options.live = false;
    create(screen);
    written(screen);
    start(screen, 0, "batch_size=16", 1000);
    progress_draw(screen->progress, 1001);
    progress_finish(screen->progress, 0, &record, 1010);
    assert_string_equal(written(screen),
                        "[ 3/12] batch_size=16, repeat 1: F1 0.8765 in 1 h 02 min, 1 min 30 s left\n");
    progress_say(screen->progress, "interrupted");
    progress_free(screen->progress);
    assert_string_equal(written(screen), "interrupted\n");
}

/* More runs come while others end: the total grows with them, and so does the work that is left. */
static void more_may_be_needed(void **state)
{
    struct screen *screen = *state;
    struct run_record record = {.outcome = RUN_DONE, .has_end = true, .end.f1 = 0.5, .wall_seconds = 10};
    screen->options.live = false;
    screen->options.more = 7;
    create(screen);
    assert_string_equal(
        written(screen),
        "10 runs to do, 2 at a time; up to 7 more where these do not decide; 2 of 12 were done before\n");
    start(screen, 0, "a", 1000);
    progress_finish(screen->progress, 0, &record, 1010);
    assert_string_equal(written(screen), "[ 3/12] a, repeat 1: F1 0.5000 in 10 s, 1 min 30 s left\n");
    progress_more(screen->progress, 1, 4);
    start(screen, 0, "a", 1010);
    progress_finish(screen->progress, 0, &record, 1020);
    assert_string_equal(written(screen), "[ 4/13] a, repeat 1: F1 0.5000 in 10 s, 1 min 40 s left\n");
    progress_free(screen->progress);
}

static void failures_say_how(void **state)
{
    struct screen *screen = *state;
    struct run_record record = {.outcome = RUN_CRASHED};
    screen->options.live = false;
    create(screen);
    assert_non_null(written(screen));
    start(screen, 1, "b", 1010);
    progress_finish(screen->progress, 1, &record, 1020);
    assert_memory_equal(written(screen), "[ 3/12] b, repeat 2: crashed: ", 30);
    start(screen, 1, "c", 1020);
    record = (struct run_record){.outcome = RUN_DIVERGED, .reason = "diverged at step 5"};
    progress_finish(screen->progress, 1, &record, 1030);
    assert_memory_equal(written(screen), "[ 4/12] c, repeat 2: diverged at step 5 (0.0 s)", 47);
    progress_free(screen->progress);
    struct progress_options nowhere = {.jobs = 1, .total = 1, .work = 1};
    assert_int_equal(progress_create(&nowhere, &screen->progress, NULL), STATUS_OK);
    start(screen, 0, "a", 1);
    progress_finish(screen->progress, 0, &record, 2);
    progress_say(screen->progress, "nobody hears it");
    progress_free(screen->progress);
    progress_free(NULL);
}

static void terminals_are_known(void **state)
{
    struct screen *screen = *state;
    assert_false(progress_live(screen->options.out));
    assert_false(progress_live(NULL));
    setenv("NO_COLOR", "1", 1);
    assert_false(progress_colour());
    setenv("NO_COLOR", "", 1); /* as no-color.org has it: only when not empty */
    assert_true(progress_colour());
}

static void texts_are_cleaned_and_cut(void **state)
{
    (void)state;
    char text[16];
    cells_clean("a\tb\x1b[0m\xe4\xb8", 9, text, sizeof text); /* the last character is cut in half */
    assert_string_equal(text, "a?b?[0m??");
    cells_clean("\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87", 18, text,
                sizeof text);
    assert_string_equal(text, "\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87...");
    cells_clean("exactly fifteen", 15, text, sizeof text);
    assert_string_equal(text, "exactly fifteen");
    cells_clean("\xc0\xaf\xed\xa0\x80", 5, text, sizeof text); /* overlong, and a surrogate */
    assert_string_equal(text, "?????");
    assert_int_equal(utf8_columns("\xe4\xb8\xad"
                                  "a"
                                  "e\xcc\x81"),
                     4);
    assert_int_equal(cells_fit("\xe4\xb8\xad\xe6\x96\x87", 3), 3);
    assert_int_equal(cells_fit("abc", 10), 3);
    assert_int_equal(cells_fit("abc", 0), 0);
}

static void no_memory_is_an_error_and_no_leak(void **state)
{
    struct screen *screen = *state;
    long alive = memory_blocks_alive();
    for (long n = 1; n < 12; n++) {
        struct run_record record = {.outcome = RUN_CRASHED};
        memory_fail_from(n);
        enum status status = progress_create(&screen->options, &screen->progress, NULL);
        assert_int_equal(status, n <= 2 ? STATUS_NO_MEMORY : STATUS_OK);
        if (status == STATUS_OK) { /* a line that cannot be made is left out; nothing else happens */
            start(screen, 0, "a", 1000);
            progress_finish(screen->progress, 0, &record, 1010);
        }
        memory_fail_from(0);
        if (status == STATUS_OK) progress_free(screen->progress);
        assert_int_equal(memory_blocks_alive(), alive);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bars_are_drawn_over_themselves, set_up, tear_down),
        cmocka_unit_test_setup_teardown(failures_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_fit_the_window, set_up, tear_down),
        cmocka_unit_test_setup_teardown(narrow_windows_have_whole_figures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(elsewhere_are_plain_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_may_be_needed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(failures_say_how, set_up, tear_down),
        cmocka_unit_test_setup_teardown(terminals_are_known, set_up, tear_down),
        cmocka_unit_test(texts_are_cleaned_and_cut),
        cmocka_unit_test_setup_teardown(no_memory_is_an_error_and_no_leak, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
