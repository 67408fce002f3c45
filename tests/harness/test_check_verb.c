/* ftbench check and ftbench baseline on the whole program: every answer, its exit code and the line that says
 * why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "harness/check/contest.h"
#include "harness/cli.h"
#include "harness/store/database.h"
#include "tests/harness/support_night.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void change(const char *file, const char *sql)
{
    struct database database;
    char path[512];
    snprintf(path, sizeof path, "%s/%s", program_folder, file);
    assert_int_equal(database_open(path, false, &database, NULL), STATUS_OK);
    assert_int_equal(database_execute(&database, sql, NULL), STATUS_OK);
    database_close(&database);
}

static void the_same_passes(void **state)
{
    (void)state;
    struct text first = {0}, again = {0};
    night_train("again", "", "--jobs 2", CLI_DONE);
    night_expect(CLI_DONE, "night", "learning_rate=1e-3  5 equal");
    program_read("night/summary.json", &first);
    night_expect(CLI_DONE, "again --max-spread 3 --require 'f1>=0.8' --require '1: failed<=0'",
                 "base: passed\n");
    night_expect_member("again/check.json", "\"format\": \"ftbench-check\"");
    night_expect_member("again/check.json", "\"answer\": \"passed\",\n  \"exit_code\": 0");
    night_expect_member("again/summary.json",
                        "\"check\": {\n    \"baseline\": \"base\",\n    \"answer\": \"passed\"");
    night_expect(CLI_DONE, "again", "base: passed\n");
    program_read("again/summary.json", &again);
    assert_string_equal(first.data, again.data);
    assert_int_equal(program_run("report again"), CLI_DONE); /* writes the file without what was checked */
    program_read("again/summary.json", &again);
    assert_null(strstr(again.data, "\"check\""));
    text_free(&first);
    text_free(&again);
}

static void a_worse_mean_is_a_regression(void **state)
{
    (void)state;
    night_train("worse", "mean=0.82,sigma=0.012", "", CLI_DONE);
    night_expect(CLI_GATE_FAILED, "worse --lenient", "regression: learning_rate=1e-3: mean: f1 0.8");
    program_assert_says(&program_out, "worse (5 pairs of equal seeds; p ");
    night_expect_member("worse/summary.json", "\"answer\": \"regression\",\n    \"exit_code\": 1");
    night_expect(CLI_DONE, "worse --lenient --margin 8", "warning: regression: learning_rate=1e-3: bits: ");
    night_expect(CLI_GATE_FAILED, "worse --lenient", "is found 8 times in 10");
    night_expect(CLI_USAGE, "worse --alpha 0.5", "--alpha: 0.5 is not from 1e-09 to below 0.5");
    night_expect(CLI_INCONCLUSIVE, "worse --lenient --alpha 1e-9",
                 "inconclusive: learning_rate=1e-3: mean: ");
}

static void other_bits_are_a_regression_unless_lenient(void **state)
{
    (void)state;
    night_train("other", "sigma=0.0101", "", CLI_DONE);
    night_expect(CLI_GATE_FAILED, "other", "regression: learning_rate=1e-3: bits: repeat 1 (");
    program_assert_says(&program_out, ") differs at step ");
    program_assert_says(&program_out, "the evaluation's ");
    night_expect(CLI_DONE, "other --lenient", "warning: regression: learning_rate=1e-3: bits: ");
    night_expect_member("other/summary.json", "\"weight\": \"warns\"");
}

static void too_few_or_too_loose_runs_are_inconclusive(void **state)
{
    (void)state;
    night_train("loose", "sigma=0.02", "", CLI_DONE);
    assert_int_equal(program_run("baseline save loose loose"), CLI_DONE);
    night_train("other", "sigma=0.03,mean=0.845", "", CLI_DONE);
    assert_int_equal(program_run("check other --baseline loose"), CLI_GATE_FAILED); /* the bits */
    program_assert_says(&program_out, "neither shown to be worse nor to be within the margin of 1.00 points");
    assert_int_equal(program_run("check other --baseline loose --lenient"), CLI_INCONCLUSIVE);
    program_assert_says(&program_out, "inconclusive: learning_rate=1e-3: bits: repeat 1 (");
    program_assert_says(&program_out, "warning: inconclusive: learning_rate=1e-3: mean: f1 0.8");
    /* Without common seeds there are no bits: what is left is the mean. */
    night_train("seeds", "", "--set experiment.seed=3", CLI_DONE);
    night_expect(CLI_NO_BASELINE, "seeds", "its runs have other seeds than the baseline's");
    night_expect(CLI_DONE, "seeds --lenient", "warning: no_baseline: learning_rate=1e-3: baseline: ");
    assert_int_equal(program_run("check seeds --baseline base --lenient --spread-margin 1.5"), CLI_DONE);
    program_assert_says(&program_out, "warning: inconclusive: learning_rate=1e-3: spread: SD ");
}

static void a_changed_key_is_named(void **state)
{
    (void)state;
    night_train("decay", "", "--set training.weight_decay=0.1", CLI_DONE);
    night_expect(CLI_GATE_FAILED, "decay --lenient",
                 "regression: keys: [training] weight_decay was 0 and is 0.1\n");
    night_train("split", "", "--set data.split_seed=7", CLI_DONE);
    night_expect(CLI_GATE_FAILED, "split", "regression: keys: [data] split_seed was 42 and is 7\n");
    program_assert_says(&program_out, "its numbers are of other examples, or another metric");
    night_train("metric", "", "--set experiment.metric=accuracy", CLI_DONE);
    night_expect(CLI_GATE_FAILED, "metric", "regression: keys: [experiment] metric was f1 and is accuracy\n");
}

static void changed_data_are_named(void **state)
{
    char path[512];
    struct text rows = {0};
    (void)state;
    assert_int_equal(file_read(FTBENCH_SOURCE_DIR "/tests/fixtures/letters.tsv", 0, &rows, NULL), STATUS_OK);
    text_add(&rows, "a b\t1\n");
    snprintf(path, sizeof path, "%s/more.tsv", program_folder);
    assert_int_equal(file_write(path, rows.data, rows.length, NULL), STATUS_OK);
    text_free(&rows);
    night_train("data", "", "--set data.train=more.tsv", CLI_DONE);
    night_expect(CLI_GATE_FAILED, "data", "regression: keys: [data] train_digest was ");
}

static void missing_settings_and_runs_are_no_baseline(void **state)
{
    (void)state;
    night_train("fewer", "", "--set sweep.learning_rate=1e-3", CLI_DONE);
    night_expect(CLI_NO_BASELINE, "fewer", "setting learning_rate=2e-3 of the baseline is missing");
    night_train("more", "", "--set sweep.learning_rate='1e-3, 2e-3, 4e-3'", CLI_DONE);
    night_expect(CLI_NO_BASELINE, "more", "learning_rate=4e-3: baseline: the baseline has no such setting");
    night_train("foreign", "", "--set sweep.learning_rate='1e-2, 4e-3'", CLI_DONE);
    night_expect(CLI_NO_BASELINE, "foreign", "the baseline is of another experiment: 'nightly'");
    night_train("repeats", "", "--set experiment.repeats=4", CLI_DONE);
    night_expect(CLI_NO_BASELINE, "repeats",
                 "1 run of the baseline is missing, first repeat 5 of the baseline (");
    night_train("longer", "", "--set experiment.repeats=6", CLI_DONE);
    night_expect(CLI_DONE, "longer", "base: passed\n");
    night_expect_member("repeats/summary.json", "\"answer\": \"no_baseline\",\n    \"exit_code\": 4");
}

/* A run that was stopped before its first result: what is pending has no other seeds, and nothing to let
 * pass. */
static void settings_without_a_run_never_pass(void **state)
{
    static const char told[] = "\nno_baseline: learning_rate=1e-3: baseline: not one of its runs is there "
                               "yet: ftbench run goes on\n";
    (void)state;
    change("night/ftbench.sqlite",
           "DELETE FROM result WHERE run_id IN (SELECT id FROM planned WHERE setting = 0)");
    night_expect(CLI_NO_BASELINE, "night --lenient", told);
    assert_null(strstr(program_out.data, "other seeds"));
    assert_null(strstr(program_out.data, "learning_rate=2e-3: baseline: "));
    night_expect(CLI_NO_BASELINE, "night", told);
    change("night/ftbench.sqlite", "DELETE FROM result");
    night_expect(CLI_NO_BASELINE, "night --lenient", told);
    program_assert_says(&program_out, "no_baseline: learning_rate=2e-3: baseline: not one of its runs");
    night_expect_member("night/check.json", "\"answer\": \"no_baseline\",\n  \"exit_code\": 4");
    /* One run that the baseline has not is no other seed for the five that are pending. */
    night_train("longer", "", "--set experiment.repeats=6", CLI_DONE);
    change("longer/ftbench.sqlite",
           "DELETE FROM result WHERE run_id IN (SELECT id FROM planned WHERE repeat < 5)");
    night_expect(CLI_NO_BASELINE, "longer",
                 "5 runs of the baseline are missing, first repeat 1 of the baseline (");
    program_assert_says(&program_out, "which is planned but not there yet: ftbench run goes on");
}

static void new_failures_are_told_as_such(void **state)
{
    (void)state;
    night_train("crashed", "crash_at=3,only_rate=2e-3", "", CLI_RUNS_FAILED);
    night_expect(CLI_RUNS_FAILED, "crashed",
                 "runs_failed: learning_rate=2e-3: failures: 5 of 5 runs failed, was 0 of 5");
    program_assert_says(&program_out, "which the baseline finished, crashed: killed by signal 11");
    night_train("diverged", "nan_at=5,only_rate=2e-3", "", CLI_RUNS_FAILED);
    night_expect(CLI_GATE_FAILED, "diverged", "regression: learning_rate=2e-3: failures: ");
    /* What failed in the baseline may fail again. */
    assert_int_equal(program_run("baseline update base crashed"), CLI_DONE);
    program_assert_says(&program_out, "5 of its runs failed");
    night_expect(CLI_DONE, "crashed", "note: learning_rate=2e-3: failures: 5 of 5 runs failed, was 5 of 5");
}

static void an_update_says_what_changed(void **state)
{
    (void)state;
    night_train("same", "", "", CLI_DONE);
    assert_int_equal(program_run("baseline update base same"), CLI_DONE);
    assert_string_equal(text_string(&program_out), "updated: baselines/base.sqlite, 2 settings, 10 runs\n"
                                                   "2 settings as before: 10 runs with the same bits\n");
    night_train("other", "sigma=0.0101,nan_at=5,only_rate=2e-3", "--set sweep.learning_rate='2e-3, 4e-3'",
                CLI_RUNS_FAILED);
    assert_int_equal(program_run("baseline update base other"), CLI_DONE);
    program_assert_says(&program_out, "baseline: setting learning_rate=1e-3 of the baseline is missing\n");
    program_assert_says(&program_out, "\nlearning_rate=2e-3: bits of 5 of 5 runs differ; f1 0.8");
    program_assert_says(&program_out, " -> undefined; failed 0 of 5 -> 5 of 5; curves converged -> ");
    program_assert_says(&program_out, "\nlearning_rate=4e-3: new: f1 0.8");
    night_train("decay", "mean=0.82", "--set training.weight_decay=0.1 --set sweep.learning_rate='4e-3'",
                CLI_DONE);
    assert_int_equal(program_run("baseline update base decay"), CLI_DONE);
    program_assert_says(&program_out, "\nkeys: [training] weight_decay was 0 and is 0.1\n");
    program_assert_says(&program_out, "\nlearning_rate=4e-3: bits not compared; f1 0.8");
    assert_int_equal(program_run("check decay --baseline base"), CLI_DONE); /* the new one is there */
}

/* Whatever the old one is, it is replaced: that is what was asked. */
static void a_damaged_baseline_can_be_replaced(void **state)
{
    char path[512];
    (void)state;
    snprintf(path, sizeof path, "%s/baselines/base.sqlite", program_folder);
    assert_int_equal(file_write(path, "rubbish", 7, NULL), STATUS_OK);
    assert_int_equal(program_run("baseline update base night"), CLI_DONE);
    program_assert_says(&program_out, "baseline: baselines/base.sqlite: not a store of ftbench");
    assert_int_equal(program_lines(&program_out),
                     2); /* and no setting is called new beside what cannot be read */
    night_expect(CLI_DONE, "night", "base: passed\n");
}

/* Options are looked at before the results are, and alone with --dry-run. */
static void options_can_be_looked_at_alone(void **state)
{
    (void)state;
    night_expect(CLI_DONE, "nowhere --dry-run --require '2: f1>=0.85' --max-spread 5",
                 "would check nowhere against baselines/base.sqlite\nlimit: f1 >= 0.85, of 2\n"
                 "limit: a spread <= 5, of every setting\n");
    assert_int_equal(program_run("check nowhere --dry-run --baseline none"), CLI_DONE);
    program_assert_says(&program_out, "against baselines/none.sqlite, which is not there yet\n");
    night_expect(CLI_DONE, "night --dry-run --export-markdown m.md", "would check night");
    assert_int_equal(program_run("check night --dry-run --baseline ../base"), CLI_USAGE);
    program_assert_says(&program_err, "the path of a file ends with .sqlite, such as ../base.sqlite");
    night_expect(CLI_USAGE, "nowhere --require 'f1>=85'", "f1 is a fraction from 0 to 1; 0.85 is meant?");
    night_expect(CLI_USAGE, "nowhere --dry-run --requires 'f1>=0.85'", "did you mean --require?");
    night_expect(CLI_USAGE, "nowhere --dry-run --alpha 2", "--alpha");
    night_expect(CLI_USAGE, "nowhere --dry-run --alpha 1e-300", "--alpha: 1e-300 is not from 1e-09 to below");
    night_expect(CLI_USAGE, "nowhere --dry-run --alpha 0.9e-9", "--alpha: 9e-10 is not from 1e-09 to below");
    night_expect(CLI_DONE, "nowhere --dry-run --alpha 1e-9", "would check");
    char path[512];
    snprintf(path, sizeof path, "%s/m.md", program_folder);
    assert_false(file_exists(path));
    snprintf(path, sizeof path, "%s/night/check.json", program_folder);
    assert_false(file_exists(path));
}

static void another_class_is_a_regression(void **state)
{
    (void)state;
    night_train("stalled", "shape=stalled", "", CLI_DONE);
    night_expect(
        CLI_GATE_FAILED, "stalled --lenient",
        "regression: learning_rate=1e-3: class: 5 of 5 curves stalled, was 5 of 5 converged (by chance: p "
        "0.004)");
}

/* Whatever a child said: nothing of it begins a line that a log would take for a command. */
static void what_was_found_stays_on_its_line(void **state)
{
    struct contest contest = {0};
    (void)state;
    contest_add(&contest, (struct check_item){.subject = CHECK_OF_FAILURES}, "crashed: %s",
                "no\n::error::file \x1b[31m\r");
    assert_string_equal(contest.items[0].text, "crashed: no?::error::file ?[31m?");
    contest_add(&contest, (struct check_item){.subject = CHECK_OF_FAILURES}, "%01000d", 0);
    assert_string_equal(contest.items[1].text + CHECK_TEXT_BYTES - 5, "0...");
    contest_free(&contest);
}

/* What would be nonsense of a fraction: a bound below -100 points, one of "1 runs", a reason said twice. */
static void numbers_and_words_are_possible_ones(void **state)
{
    (void)state;
    setenv("FTBENCH_SYNTHETIC", "nan_f1=1,only_rate=2e-3", 1);
    program_run("run nightly.ini --output undefined");
    assert_int_equal(program_run("check undefined --baseline base"), CLI_GATE_FAILED);
    program_assert_says(&program_out, "which the baseline finished, has no result: its f1 is undefined\n");
    night_train("one", "sigma=0.0101", "--set experiment.repeats=1", CLI_DONE);
    night_expect(CLI_NO_BASELINE, "one", " of 1 run, was 0.8");
    night_train("wild", "sigma=0.35,mean=0.4", "--set experiment.repeats=3", CLI_DONE);
    night_train("seeds", "sigma=0.35,mean=0.4", "--set experiment.repeats=3 --set experiment.seed=9",
                CLI_DONE);
    assert_int_equal(program_run("baseline save wild wild"), CLI_DONE);
    program_run("check seeds --baseline wild --alpha 1e-4");
    program_assert_says(&program_out, "between -100.00 points and +100.00 points: neither shown");
    night_expect_member("seeds/check.json", "\"low\": -1,");
}

/* A bad seed more is no change of the program, and is told with its number. */
static void further_repeats_do_no_harm(void **state)
{
    (void)state;
    night_train("longer", "", "--set experiment.repeats=6", CLI_DONE);
    change("longer/ftbench.sqlite",
           "UPDATE run_end SET f1 = 0.0625 WHERE run_id IN (SELECT id FROM planned WHERE repeat = 5)");
    night_expect(CLI_DONE, "longer",
                 "note: learning_rate=1e-3: baseline: 1 repeat that it has not is out of the "
                 "comparison: f1 0.0625; of all 6 runs 0.7");
    assert_null(strstr(program_out.data, "spread: "));
    night_expect_member("longer/check.json", " of 5 runs with the baseline's bits: the same numbers");
    night_expect_member("longer/check.json", "\"difference\": 0,\n      \"low\": 0,");
    change("longer/ftbench.sqlite", "UPDATE result SET outcome = 'crashed' WHERE run_id IN (SELECT id FROM "
                                    "planned WHERE repeat = 5)");
    night_expect(CLI_DONE, "longer", "note: learning_rate=1e-3: failures: 1 of 6 runs failed, was 0 of 5");
    /* With other bits the mean's words are of the pairs, too. */
    night_train("other", "sigma=0.0101", "--set experiment.repeats=6", CLI_DONE);
    change("other/ftbench.sqlite",
           "UPDATE run_end SET f1 = 0.0625 WHERE run_id IN (SELECT id FROM planned WHERE repeat = 5)");
    night_expect(CLI_GATE_FAILED, "other", "comparison: f1 0.0625; of all 6 runs 0.7");
    night_expect_member("other/check.json", "\"text\": \"f1 0.8");
}

static void limits_are_kept_by_every_setting(void **state)
{
    (void)state;
    night_expect(CLI_GATE_FAILED, "night --require 'f1>=0.9'",
                 "regression: learning_rate=2e-3: limit: f1 >= 0.9 is required");
    night_expect(CLI_DONE, "night --require 'learning_rate=1e-3: f1 >= 0.845'", "passed");
    night_expect(CLI_GATE_FAILED, "night --require '2:f1>=0.845'", "learning_rate=2e-3: limit: ");
    night_expect(CLI_GATE_FAILED, "night --max-spread 1", "limit: a spread <= 1 is required, it is 2.74409");
    night_expect(CLI_USAGE, "night --require f1=1", "'f1=1' is not such as 'f1>=0.85'");
    night_expect(CLI_USAGE, "night --require 'rate: f1>=0.9'",
                 "'rate' is no setting; the settings are 1 learning_rate=1e-3; 2");
    night_expect(CLI_USAGE, "night --margin x", "check: --margin: 'x' is not a number >= 0");
    night_expect(CLI_USAGE, "night --spread-margin 0.5", "'0.5' is not a number >= 1");
}

/* One run lies nowhere apart from itself: its spread is undefined, not 0. */
static void one_run_keeps_no_spread(void **state)
{
    static const char told[] = "inconclusive: learning_rate=1e-3: limit: a spread <= 2 is required, it is "
                               "undefined: 1 run has no spread, two of different seeds have\n";
    (void)state;
    night_train("one", "", "--set experiment.repeats=1", CLI_DONE);
    assert_int_equal(program_run("baseline save one one"), CLI_DONE);
    assert_int_equal(program_run("check one --baseline one"), CLI_DONE);
    assert_int_equal(program_run("check one --baseline one --max-spread 2"), CLI_INCONCLUSIVE);
    program_assert_says(&program_out, told);
    assert_int_equal(program_run("check one --baseline one --lenient --require 'spread<=2'"),
                     CLI_INCONCLUSIVE);
    program_assert_says(&program_out, "limit: spread <= 2 is required, it is undefined: 1 run has no spread");
    night_train("two", "", "--set experiment.repeats=2", CLI_DONE);
    assert_int_equal(program_run("baseline save two two"), CLI_DONE);
    assert_int_equal(program_run("check two --baseline two --max-spread 20"), CLI_DONE);
}

static void a_baseline_that_cannot_be_had_is_told(void **state)
{
    char path[512];
    (void)state;
    assert_int_equal(program_run("check night"), CLI_USAGE);
    program_assert_says(&program_err, "--baseline NAME is needed");
    assert_int_equal(program_run("check night --baseline bose"), CLI_NO_BASELINE);
    program_assert_says(&program_out, "no baseline 'bose': the folder baselines has base");
    snprintf(path, sizeof path, "%s/baselines/gone.sqlite", program_folder);
    assert_int_equal(symlink("nowhere", path), 0);
    assert_int_equal(program_run("check night --baseline gone"), CLI_NO_BASELINE);
    program_assert_says(&program_out,
                        "no baseline 'gone': baselines/gone.sqlite is a link that leads to no file");
    snprintf(path, sizeof path, "%s/baselines/loop.sqlite", program_folder);
    assert_int_equal(symlink("loop.sqlite", path), 0);
    assert_int_equal(program_run("baseline show ./baselines/loop.sqlite"), CLI_NO_BASELINE);
    program_assert_says(&program_err, "./baselines/loop.sqlite is a link that leads to no file");
    assert_int_equal(program_run("check night --baseline 'b se'"), CLI_USAGE);
    assert_int_equal(program_run("check nowhere --baseline base"), CLI_USAGE);
    program_assert_says(&program_err, "nowhere: there is no such folder");
    assert_int_equal(program_run("check night --baseline ./baselines/base.sqlite"), CLI_DONE);
    assert_int_equal(program_run("check night --baseline night/ftbench.sqlite"), CLI_NO_BASELINE);
    program_assert_says(&program_out, "results of a folder, not a baseline");
    snprintf(path, sizeof path, "%s/baselines/base.sqlite", program_folder);
    assert_int_equal(file_write(path, "rubbish", 7, NULL), STATUS_OK);
    night_expect(CLI_NO_BASELINE, "night", "not a store of ftbench");
    night_expect_member("night/check.json", "\"exit_code\": 4");
}

static void a_baseline_that_was_changed_is_none(void **state)
{
    static const char told[] = "baselines/base.sqlite: damaged: it does not hold what was saved (digest ";
    (void)state;
    change("baselines/base.sqlite", "UPDATE evaluation SET f1 = f1 + 1e-12 WHERE position = 2");
    night_expect(CLI_NO_BASELINE, "night", told);
    assert_int_equal(program_run("baseline show base"), CLI_NO_BASELINE);
    program_assert_says(&program_err, told);
    assert_int_equal(program_lines(&program_err), 1);
    assert_int_equal(program_run("baseline list"), CLI_DONE);
    program_assert_says(&program_out, told);
    assert_int_equal(program_run("baseline update base night"), CLI_DONE); /* the way out */
    night_expect(CLI_DONE, "night", "base: passed\n");
    assert_null(strstr(program_out.data, "note: baseline"));
    change("baselines/base.sqlite", "DROP TABLE seal");
    night_expect(CLI_NO_BASELINE, "night", "damaged: the digest of what it holds is gone");
}

/* The chain of digests does not hold what means and limits are made of. */
static void other_metrics_at_the_end_are_other_bits(void **state)
{
    (void)state;
    change("night/ftbench.sqlite", "UPDATE run_end SET f1 = f1 - 0.3 WHERE rowid = 2");
    night_expect(CLI_GATE_FAILED, "night", "differs at the end: the run's f1: baseline ");
}

static void baselines_are_listed_and_shown(void **state)
{
    char path[512];
    (void)state;
    assert_int_equal(program_run("baseline save base night"), CLI_USAGE);
    snprintf(path, sizeof path, "%s/baselines/broken.sqlite", program_folder);
    assert_int_equal(file_write(path, "rubbish", 7, NULL), STATUS_OK);
    assert_int_equal(program_run("baseline list"), CLI_DONE);
    program_assert_says(&program_out, "\nbase\tnightly\t2\t10\t0\t20");
    program_assert_says(&program_out,
                        "\nbroken\t\t0\t0\t0\t\t\tbaselines/broken.sqlite: not a store of ftbench");
    assert_int_equal(program_run("baseline show base"), CLI_DONE);
    program_assert_says(&program_out, "results of\tnight\n");
    program_assert_says(&program_out, "learning_rate=1e-3");
    assert_int_equal(program_run("baseline show none"), CLI_NO_BASELINE);
    assert_int_equal(program_run("baseline show"), CLI_USAGE);
    program_assert_says(&program_err, "it is written ftbench baseline show NAME");
    assert_int_equal(program_run("baseline keep x y"), CLI_USAGE);
    /* A missing one is the same answer whatever is asked of it; results that are not there are not. */
    assert_int_equal(program_run("baseline update none night"), CLI_NO_BASELINE);
    program_assert_says(&program_err, "make a new one with ftbench baseline save none DIR\n");
    assert_int_equal(program_run("baseline update base nowhere"), CLI_USAGE);
    program_assert_says(&program_err, "nowhere: there is no such folder");
    assert_int_equal(program_run("baseline save ./base night"), CLI_USAGE);
    program_assert_says(&program_err, "the path of a file ends with .sqlite, such as ./base.sqlite\n");
    setenv("FTBENCH_BASELINES", "kept", 1);
    assert_int_equal(program_run("baseline save base night"), CLI_DONE);
    program_assert_says(&program_out, "saved: kept/base.sqlite");
    unsetenv("FTBENCH_BASELINES");
}

/* With fast arithmetic the machine decides: there are no bits to compare, and another GPU is another
 * baseline. */
static void fast_arithmetic_fits_its_machine(void **state)
{
    const char *const fast = "--set training.arithmetic=fast --set run.device=cuda";
    char seeds[128];
    (void)state;
    night_train("fast", "gpu=H100", fast, CLI_DONE);
    assert_int_equal(program_run("baseline save fast fast"), CLI_DONE);
    night_train("noise", "gpu=H100,mean=0.8502,sigma=0.0101", fast, CLI_DONE);
    assert_int_equal(program_run("check noise --baseline fast"), CLI_DONE);
    night_train("other", "gpu=H200", fast, CLI_DONE);
    assert_int_equal(program_run("check other --baseline fast"), CLI_NO_BASELINE);
    program_assert_says(&program_out, "the baseline's is another: GPU was H100 and is H200");
    change("noise/ftbench.sqlite",
           "UPDATE run_begin SET libraries = 'driver 2' WHERE rowid = 7"); /* one of ten */
    assert_int_equal(program_run("check noise --baseline fast"), CLI_NO_BASELINE);
    program_assert_says(&program_out, "the baseline's is another: libraries was none and is driver 2");
    snprintf(seeds, sizeof seeds, "%s --set experiment.seed=6", fast);
    night_train("seeds", "gpu=H100,mean=0.845,sigma=0.02", seeds, CLI_DONE);
    assert_int_equal(program_run("check seeds --baseline fast"), CLI_INCONCLUSIVE);
    program_assert_says(&program_out, "inconclusive: learning_rate=1e-3: mean: f1 ");
    assert_int_equal(program_run("check seeds --baseline fast --lenient"), CLI_DONE);
    night_expect(CLI_GATE_FAILED, "fast", "regression: keys: [training] arithmetic was strict and is fast\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_passes, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(a_worse_mean_is_a_regression, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(other_bits_are_a_regression_unless_lenient, night_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(too_few_or_too_loose_runs_are_inconclusive, night_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(a_changed_key_is_named, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(changed_data_are_named, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(missing_settings_and_runs_are_no_baseline, night_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(settings_without_a_run_never_pass, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(new_failures_are_told_as_such, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(an_update_says_what_changed, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_baseline_can_be_replaced, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(options_can_be_looked_at_alone, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(another_class_is_a_regression, night_set_up, program_tear_down),
        cmocka_unit_test(what_was_found_stays_on_its_line),
        cmocka_unit_test_setup_teardown(numbers_and_words_are_possible_ones, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(further_repeats_do_no_harm, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(limits_are_kept_by_every_setting, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(one_run_keeps_no_spread, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(a_baseline_that_cannot_be_had_is_told, night_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(a_baseline_that_was_changed_is_none, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(other_metrics_at_the_end_are_other_bits, night_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(baselines_are_listed_and_shown, night_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(fast_arithmetic_fits_its_machine, night_set_up, program_tear_down),
    };
    if (!program_is_built()) return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
