#include "base/file.h"
#include "base/memory.h"
#include "reports/figures.h"
#include "reports/loss_figure.h"
#include "reports/metric_figure.h"
#include "reports/words_en.h"
#include "reports/gnuplot.h"
#include "tests/reports/support_sample.h"
#include "tests/support_temporary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct sample sample;

static int setup(void **state)
{
    (void)state;
    sample_fill(&sample);
    return 0;
}

static void assert_has(const struct text *script, const char *what)
{
    if (strstr(text_string(script), what) == NULL)
        fail_msg("\"%s\" is not in:\n%s", what, text_string(script));
}

static void metric_script(size_t key, struct text *script)
{
    text_clear(script);
    assert_int_equal(metric_figure_script(&sample.report, &words_en, key, script, NULL), STATUS_OK);
    assert_false(script->failed);
}

/* Learning rates stand at their logarithms, named as the user wrote them: log10(0.00001) = -5. */
static void rates_are_on_a_log_scale(void **state)
{
    (void)state;
    struct text script = {0};
    metric_script(0, &script);
    assert_has(&script, "set xtics ('1e-5' -5, '1e-4' -4, ");
    assert_has(&script, "'0.01' -2)");
    assert_has(&script, "set xlabel 'learning_rate (log scale)'");
    assert_has(&script, "set ylabel 'F1 on the validation data (fraction)'");
    assert_has(&script, "set label '1 of 3 failed, 1 pending'");
    assert_has(&script, "title 'recommended setting'");
    text_free(&script);
}

/* Values that are no numbers get places 0, 1, 2... and no connecting line. */
static void words_are_categories(void **state)
{
    (void)state;
    struct text script = {0};
    static const char *const names[] = {"linear", "cosine", "it's", "warm", "constant"};
    for (int i = 0; i < SAMPLE_SETTINGS; i++) {
        sample.values[i] = names[i];
        sample.numbers[i] = NAN;
    }
    metric_script(0, &script);
    assert_has(&script, "set xtics ('linear' 0, 'cosine' 1, 'it''s' 2, 'warm' 3, 'constant' 4)");
    assert_null(strstr(script.data, "smooth unique"));
    text_free(&script);
}

/* Epochs 1 to 5 are linear; batches 2 to 16 span a factor of eight and are not. */
static void other_numbers_are_linear_or_not(void **state)
{
    (void)state;
    struct text script = {0};
    static const char *const keys[] = {"epochs"};
    sample.report.sweeps = keys;
    for (int i = 0; i < SAMPLE_SETTINGS; i++)
        sample.numbers[i] = i + 1;
    metric_script(0, &script);
    assert_has(&script, "set xlabel 'epochs'");
    for (int i = 0; i < SAMPLE_SETTINGS; i++)
        sample.numbers[i] = 2 << i;
    metric_script(0, &script);
    assert_has(&script, "set xlabel 'epochs (log scale)'");
    text_free(&script);
}

/* Two swept keys as a grid 2 x 2 (and one setting more): a series for each value of the other key. */
static void a_grid_has_a_series_for_each_other_value(void **state)
{
    (void)state;
    struct text script = {0};
    static const char *const keys[] = {"learning_rate", "batch_size"};
    static const char *const values[5][2] = {
        {"0.1", "8"}, {"0.1", "16"}, {"0.2", "8"}, {"0.2", "16"}, {"0.4", "8"}};
    static const double numbers[5][2] = {{0.1, 8}, {0.1, 16}, {0.2, 8}, {0.2, 16}, {0.4, 8}};
    sample.report.sweeps = keys;
    sample.report.sweep_count = 2;
    for (int i = 0; i < SAMPLE_SETTINGS; i++) {
        sample.settings[i].values = values[i];
        sample.settings[i].numbers = numbers[i];
    }
    metric_script(0, &script);
    assert_has(&script, "title 'batch_size=8'");
    assert_has(&script, "title 'batch_size=16'");
    metric_script(1, &script);
    assert_has(&script, "title 'learning_rate=0.1'");
    assert_has(&script, "title 'learning_rate=0.2'");
    /* 0.4 was tried with one batch size: it says nothing about batch sizes */
    assert_null(strstr(script.data, "title 'learning_rate=0.4'"));
    text_free(&script);
}

/* The places of a script's data block, "$runs0": how many there are. */
static int places_of(const struct text *script, const char *block, double places[], int most)
{
    int count = 0, read = 0;
    double x, y;
    const char *line = strstr(text_string(script), block);
    assert_non_null(line);
    line = strchr(line, '\n') + 1;
    while (count < most && sscanf(line, "%lf %lf%n", &x, &y, &read) == 2) {
        places[count++] = x;
        line = strchr(line + read, '\n') + 1;
    }
    return count;
}

/* Five learning rates with one batch size: over batch sizes they all stand at one position, beside each other
 * and within the axis; and what is missing of each is said on a line of its own. */
static void what_stands_at_one_position_hides_nothing(void **state)
{
    (void)state;
    struct text script = {0};
    static const char *const keys[] = {"learning_rate", "batch_size"};
    static const char *const values[5][2] = {
        {"0.1", "8"}, {"0.2", "8"}, {"0.3", "8"}, {"0.4", "8"}, {"0.5", "8"}};
    static const double numbers[5][2] = {{0.1, 8}, {0.2, 8}, {0.3, 8}, {0.4, 8}, {0.5, 8}};
    sample.report.sweeps = keys;
    sample.report.sweep_count = 2;
    for (int i = 0; i < SAMPLE_SETTINGS; i++) {
        sample.settings[i].values = values[i];
        sample.settings[i].numbers = numbers[i];
        sample.settings[i].failed = 1;
    }
    metric_script(1, &script);
    double low, high;
    const char *axis = strstr(script.data, "set xrange [");
    assert_int_equal(sscanf(axis, "set xrange [%lf:%lf]", &low, &high), 2);
    for (int i = 0; i < SAMPLE_SETTINGS; i++) {
        char text[32];
        double places[8];
        snprintf(text, sizeof text, "$runs%d <<", i);
        const int count = places_of(&script, text, places, 8);
        for (int j = 0; j < count; j++) {
            assert_true(places[j] > low + (j == 0 ? 0.01 : 0) && places[j] < high);
            low = places[j];
        }
        snprintf(text, sizeof text, ", graph %.3f center", 0.03 + 0.045 * i);
        assert_has(&script, text);
    }
    text_free(&script);
}

/* Names are slanted when two of them are too close, however much room the others have. */
static void names_that_are_close_are_slanted(void **state)
{
    (void)state;
    struct text script = {0};
    static const char *const keys[] = {"epochs"};
    static const double apart[] = {1, 2, 3, 4, 5}, close[] = {1, 20, 21, 60, 79};
    static const char *const names[2][5] = {{"1", "2", "3", "4", "5"}, {"100", "119", "120", "160", "179"}};
    sample.report.sweeps = keys;
    for (int i = 0; i < SAMPLE_SETTINGS; i++) {
        sample.numbers[i] = apart[i];
        sample.values[i] = names[0][i];
    }
    metric_script(0, &script);
    assert_null(strstr(script.data, "rotate"));
    for (int i = 0; i < SAMPLE_SETTINGS; i++) {
        sample.numbers[i] = 99 + close[i];
        sample.values[i] = names[1][i];
    }
    metric_script(0, &script);
    assert_has(&script, "set xtics rotate by -35");
    text_free(&script);
}

static void nothing_swept(void **state)
{
    (void)state;
    struct text script = {0};
    sample.report.sweep_count = 0;
    sample.report.setting_count = 1;
    sample.report.encounter_count = 0;
    sample.report.has_luck = false;
    sample.report.run_count = 3;
    sample.report.recommendation = REPORT_NOTHING;
    sample.settings[0].label = "base";
    metric_script(SIZE_MAX, &script);
    assert_has(&script, "set xtics ('base' 0)");
    text_free(&script);
}

/* A panel a setting; the axis is logarithmic when losses span more than a factor of eight, and all panels
 * share it. */
static void loss_panels(void **state)
{
    (void)state;
    struct text script = {0};
    loss_figure_script(&sample.report, &words_en, 0, SAMPLE_SETTINGS, &script);
    int panels = 0;
    for (const char *c = script.data; (c = strstr(c, "\nplot ")) != NULL; c++)
        panels++;
    assert_int_equal(panels, SAMPLE_SETTINGS);
    assert_has(&script, "set logscale y");
    text_clear(&script);
    for (int i = 0; i < SAMPLE_RUNS; i++) {
        for (int j = 0; j < 40; j++)
            sample.train[i][j].loss = 0.5;
        for (int j = 0; j < 9; j++)
            sample.evaluation[i][j].loss = 0.6;
    }
    loss_figure_script(&sample.report, &words_en, 0, SAMPLE_SETTINGS, &script);
    assert_null(strstr(script.data, "set logscale y"));
    text_free(&script);
}

/* The numbers of the axes: of the losses at the left edge alone, of the steps as many as can be read. */
static void loss_axes(void **state)
{
    (void)state;
    struct text script = {0};
    int named = 0;
    sample.train[0][39].step = 1600;
    loss_figure_script(&sample.report, &words_en, 0, SAMPLE_SETTINGS, &script);
    assert_has(&script, "set xrange [0:1600]\nset xtics 500\n");
    for (const char *c = script.data; (c = strstr(c, "set ylabel 'loss")) != NULL; c++)
        named++;
    assert_int_equal(named, 2); /* five panels in two rows */
    const char *second = strstr(strstr(script.data, "\nplot ") + 1, "\nplot ");
    assert_true(strstr(script.data, "set format y ''") < second);
    text_free(&script);
}

/* A loss that is not a number leaves a gap, and is not drawn as anything. */
static void a_gap_for_what_is_no_number(void **state)
{
    (void)state;
    struct text script = {0};
    sample.train[0][1].loss = NAN;
    sample.train[0][2].loss = INFINITY;
    loss_figure_script(&sample.report, &words_en, 0, 1, &script);
    assert_null(strstr(script.data, "nan"));
    assert_null(strstr(script.data, "inf"));
    text_free(&script);
}

/* Ten thousand steps are thinned, and the one spike among them is still drawn. */
static void long_curves_are_thinned(void **state)
{
    (void)state;
    struct text script = {0};
    enum { STEPS = 10000 };
    struct report_point *points = memory_zeroed(STEPS, sizeof *points);
    assert_non_null(points);
    for (int i = 0; i < STEPS; i++)
        points[i] = (struct report_point){i, 1 + 0.001 * (i % 7)};
    points[7777].loss = 42.125;
    sample.runs[0].train = points;
    sample.runs[0].train_count = STEPS;
    loss_figure_script(&sample.report, &words_en, 0, 1, &script);
    assert_has(&script, "\n7777 42.125\n");
    assert_true(script.length < 30000);
    memory_free(points);
    text_free(&script);
}

/* gnuplot itself, where there is one: all pictures are drawn, twice the same, and hold no time. */
static void pictures(void **state)
{
    (void)state;
    char folder[256], path[512];
    struct figures figures;
    struct error error = {0};
    temporary_folder(folder, sizeof folder);
    if (figures_write(&sample.report, &words_en, folder, &figures, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    if (strcmp(figures.failure, "gnuplot is not installed") == 0) {
        figures_free(&figures);
        temporary_remove(folder);
        print_message("gnuplot is not installed: no picture was drawn\n");
        skip();
    }
    assert_string_equal(figures.failure, "");
    assert_int_equal(figures.count, 2);
    struct text first[2] = {0}, second = {0};
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < figures.count; i++) {
            struct text *picture = pass == 0 ? &first[i] : &second;
            snprintf(path, sizeof path, "%s/%s", folder, figures.list[i].file);
            text_clear(&second);
            assert_int_equal(file_read(path, 0, picture, NULL), STATUS_OK);
            assert_non_null(strstr(picture->data, "<svg"));
            assert_non_null(strstr(picture->data, "</svg>"));
            assert_null(strstr(picture->data, "202"));
            if (pass == 1) assert_string_equal(first[i].data, second.data);
        }
        figures_free(&figures);
        assert_int_equal(figures_write(&sample.report, &words_en, folder, &figures, NULL), STATUS_OK);
    }
    figures_free(&figures);
    text_free(&first[0]);
    text_free(&first[1]);
    text_free(&second);
    temporary_remove(folder);
}

/* A script that gnuplot refuses, and a machine without gnuplot: one line each, and no error of the report. */
static void a_gnuplot_that_does_not_serve(void **state)
{
    (void)state;
    char folder[256], script[512];
    struct text picture = {0};
    struct error error = {0};
    temporary_folder(folder, sizeof folder);
    snprintf(script, sizeof script, "%s/broken.gnuplot", folder);
    assert_int_equal(file_write(script, "nonsense here\n", 14, NULL), STATUS_OK);
    assert_int_equal(gnuplot_render(script, &picture, &error), STATUS_UNSUPPORTED);
    assert_true(strncmp(error.text, "gnuplot ", 8) == 0);

    const char *path = getenv("PATH");
    char *kept = memory_copy_string(path == NULL ? "" : path);
    assert_non_null(kept);
    setenv("PATH", folder, 1);
    struct figures figures;
    enum status status = figures_write(&sample.report, &words_en, folder, &figures, &error);
    setenv("PATH", kept, 1);
    memory_free(kept);
    assert_int_equal(status, STATUS_OK);
    assert_string_equal(figures.failure, "gnuplot is not installed");
    assert_int_equal(figures.count, 0);
    figures_free(&figures);
    text_free(&picture);
    temporary_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rates_are_on_a_log_scale, setup),
        cmocka_unit_test_setup(words_are_categories, setup),
        cmocka_unit_test_setup(other_numbers_are_linear_or_not, setup),
        cmocka_unit_test_setup(a_grid_has_a_series_for_each_other_value, setup),
        cmocka_unit_test_setup(what_stands_at_one_position_hides_nothing, setup),
        cmocka_unit_test_setup(names_that_are_close_are_slanted, setup),
        cmocka_unit_test_setup(nothing_swept, setup),
        cmocka_unit_test_setup(loss_panels, setup),
        cmocka_unit_test_setup(loss_axes, setup),
        cmocka_unit_test_setup(a_gap_for_what_is_no_number, setup),
        cmocka_unit_test_setup(long_curves_are_thinned, setup),
        cmocka_unit_test_setup(pictures, setup),
        cmocka_unit_test_setup(a_gnuplot_that_does_not_serve, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
