/* The verbs: the built program from end to end, with a trainer that trains nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "harness/cli.h"
#include "harness/verbs/verb.h"
#include "tests/harness/support_program.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLAIN FTBENCH_SOURCE_DIR "/tests/fixtures/ini/plain.ini"

static void test_help(void **state)
{
    (void)state;
    assert_int_equal(program_run("--help"), CLI_DONE);
    for (size_t i = 0; verbs[i] != NULL; i++) {
        char words[64];
        assert_int_equal(program_run("--help"), CLI_DONE);
        program_assert_says(&program_out, verbs[i]->name);
        snprintf(words, sizeof words, "%s --help", verbs[i]->name);
        assert_int_equal(program_run(words), CLI_DONE);
        program_assert_says(&program_out, verbs[i]->summary);
        assert_int_equal(program_err.length, 0);
    }
    assert_int_equal(program_run("help run"), CLI_DONE);
    program_assert_says(&program_out,
                        "usage: ftbench run FILE.ini [--set section.key=value]... [--output DIR]");
    program_assert_says(&program_out, "  130  interrupted");
    assert_int_equal(program_run("help keys"), CLI_DONE);
    program_assert_says(&program_out, "  learning_rate: a number > 0 and <= 1; default 5e-5\n");
    assert_int_equal(program_run("help nothing"), CLI_USAGE);
    assert_int_equal(program_run("--version"), CLI_DONE);
    program_assert_says(&program_out, "ftbench " FTBENCH_VERSION "\n");
    program_assert_says(&program_out, "json-c");
}

static void test_usage(void **state)
{
    (void)state;
    static const struct {
        const char *words, *says;
    } cases[] = {
        {"", "ftbench: a verb is needed"},
        {"rnu x", "ftbench: unknown verb 'rnu'; did you mean run?\n"},
        {"frobnicate", "ftbench: unknown verb 'frobnicate'; see ftbench --help\n"},
        {"run", "ftbench: run: needs FILE.ini"},
        {"run none.ini", "ftbench: none.ini: cannot be opened: No such file"},
        {"run '" PLAIN "' --jobs 0",
         "ftbench: run: --jobs: '0' is not a whole number >= 1 and <= 1024, or auto\n"},
        {"run '" PLAIN "' --threads many", "ftbench: run: --threads: 'many' is not a whole number"},
        {"run '" PLAIN "' --output ''", "ftbench: run: --output: the folder's name is empty"},
        {"run '" PLAIN "' --set run.trainer=./none", "ftbench: [run] trainer: "},
        {"report nowhere", "ftbench: nowhere: "},
        {"list nowhere", "ftbench: nowhere: "},
        {"compare",
         "ftbench: compare: needs DIR [SETTING_A SETTING_B] | DIR_A DIR_B; see ftbench help compare"},
        {"compare nowhere", "ftbench: nowhere: "},
        {"compare . base",
         "ftbench: compare: 'base' is no folder of results; a setting is compared with a second"},
        {"compare . --metric f2",
         "ftbench: compare: --metric: 'f2' is not one of f1, f1_macro, accuracy, eval_loss"},
        {"compare . --margin -1", "ftbench: compare: --margin: '-1' is not a number >= 0"},
        {"generate novels", "ftbench: generate: 'novels' is not known"},
        {"generate reviews --rows 0",
         "ftbench: generate: --rows: '0' is not a whole number >= 1 and <= 100000\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(program_run(cases[i].words), CLI_USAGE);
        assert_int_equal(program_lines(&program_err), 1);
        program_assert_says(&program_err, cases[i].says);
        assert_int_equal(program_out.length, 0);
    }
}

static void test_problems_of_a_file(void **state)
{
    (void)state;
    assert_int_equal(program_run("run '" PLAIN "' --set training.epocs=2 --set training.learning_rate=0"),
                     CLI_USAGE);
    assert_string_equal(program_err.data,
                        "--set 1: [training] epocs: unknown key; did you mean epochs?\n"
                        "--set 2: [training] learning_rate: '0' is not a number > 0 and <= 1\n"
                        "ftbench: " PLAIN ": 2 problems; nothing was trained\n");
}

/* What the trainer refuses is refused before anything trains or is written. */
static void test_refused_by_the_trainer(void **state)
{
    (void)state;
    char path[512];
    setenv("FTBENCH_SYNTHETIC", "refuse=1", 1);
    assert_int_equal(program_run("run '" PLAIN "' --output results"), CLI_USAGE);
    snprintf(path, sizeof path, "%s/results", program_folder);
    assert_false(file_exists(path));
}

/* A trainer that says the same as the synthetic one but has another name. */
static void make_other_trainer(char words[1024], const char *name)
{
    char path[512], script[1024];
    snprintf(path, sizeof path, "%s/ftbench-other", program_folder);
    int length =
        snprintf(script, sizeof script, "#!/bin/sh\n'%s' \"$@\" | sed 's/\"ftbench-synthetic\"/\"%s\"/'\n",
                 PROGRAM_SYNTHETIC, name);
    assert_int_equal(file_write(path, script, (size_t)length, NULL), STATUS_OK);
    assert_int_equal(chmod(path, 0700), 0);
    snprintf(words, 1024, "run '" PLAIN "' --set run.trainer='%s'", path);
}

/* Results of one trainer are not taken for those of another: neither when there is more to do, nor when
 * nothing is. */
static void test_another_trainer(void **state)
{
    (void)state;
    char words[1024], more[1100];
    make_other_trainer(words, "other-trainer 2.0");
    assert_int_equal(program_run("run '" PLAIN "'"), CLI_DONE);
    snprintf(more, sizeof more, "%s --set experiment.repeats=4", words);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(program_run(i == 0 ? words : more), CLI_USAGE);
        assert_int_equal(program_lines(&program_err), 1);
        program_assert_says(
            &program_err,
            "ftbench: runs/plain: the runs in it are of the trainer 'ftbench-synthetic', the one asked "
            "for now is 'other-trainer'; give another --output");
    }
    /* Another version of the same program goes on, whatever its file is called. */
    make_other_trainer(words, "ftbench-synthetic 2.0");
    assert_int_equal(program_run(words), CLI_DONE);
    program_assert_says(&program_out, "all 3 runs were done before; nothing was trained\n");
    snprintf(more, sizeof more, "%s --set experiment.repeats=4", words);
    assert_int_equal(program_run(more), CLI_DONE);
}

/* A trainer that would refuse is not asked about what is done. */
static void test_only_what_is_pending_is_asked(void **state)
{
    (void)state;
    static const char both[] = "run '" PLAIN "' --set sweep.learning_rate=1e-3,2e-3";
    setenv("FTBENCH_SYNTHETIC", "only_rate=0.002,crash_at=1", 1);
    assert_int_equal(program_run(both), CLI_RUNS_FAILED);
    setenv("FTBENCH_SYNTHETIC", "only_rate=0.001,refuse=1", 1);
    assert_int_equal(program_run(both), CLI_DONE);
    setenv("FTBENCH_SYNTHETIC", "refuse=1", 1);
    assert_int_equal(program_run(both), CLI_DONE);
    program_assert_says(&program_out, "all 6 runs were done before; nothing was trained\n");
    assert_int_equal(program_err.length, 0);
}

/* The second of two in one folder is turned away before its trainer looks at anything. */
static void test_the_lock_comes_first(void **state)
{
    (void)state;
    char path[512];
    snprintf(path, sizeof path, "%s/results", program_folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/results/ftbench.lock", program_folder);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(flock(lock, LOCK_EX), 0);
    setenv("FTBENCH_SYNTHETIC", "refuse=1", 1);
    assert_int_equal(program_run("run '" PLAIN "' --output results"), CLI_USAGE);
    program_assert_says(&program_err, "ftbench: results: another ftbench (pid unknown) is running here\n");
    close(lock);
}

static void test_dry_run(void **state)
{
    (void)state;
    char path[512];
    setenv("FTBENCH_SYNTHETIC", "note=duplicates", 1);
    assert_int_equal(program_run("run '" PLAIN "' --dry-run --set sweep.learning_rate=1e-3,2e-3"), CLI_DONE);
    program_assert_says(&program_out, "settings: 2, repeats: 3, runs: 6\n");
    program_assert_says(&program_out, "learning_rate=2e-3");
    program_assert_says(&program_out, "\nestimate: about ");
    assert_string_equal(program_err.data, "note: duplicates\n"); /* once, though both settings have it */
    snprintf(path, sizeof path, "%s/runs", program_folder);
    assert_false(file_exists(path));
}

static void test_run_twice_and_list(void **state)
{
    (void)state;
    assert_int_equal(program_run("run '" PLAIN "'"), CLI_DONE);
    program_assert_says(&program_out, "report: runs/plain/report.md\n");
    assert_int_equal(program_run("run '" PLAIN "'"), CLI_DONE);
    program_assert_says(&program_out, "all 3 runs were done before; nothing was trained\n");
    assert_int_equal(program_run("list runs/plain"), CLI_DONE);
    assert_int_equal(program_lines(&program_out), 4);
    program_assert_says(
        &program_out,
        "run\tsetting\trepeat\tseed of init\tof order\tof dropout\toutcome\tf1\tsteps\treason\tmodel\n");
    program_assert_says(&program_out, "\tbase\t2\t1765463535\t");
    program_assert_says(&program_out, "\tdone\t");
    assert_int_equal(program_run("report runs/plain"), CLI_DONE);
    program_assert_says(&program_out, "report: runs/plain/report.md\n");
    assert_int_equal(program_run("report runs/plain --predictions said.csv"), CLI_DONE);
    program_assert_says(&program_out,
                        "predictions: said.csv (240 lines)\n"); /* 3 runs, 4 evaluations, 20 rows */
    program_read("said.csv", &program_out);
    assert_int_equal(program_lines(&program_out), 241);
    assert_int_equal(program_run("report runs/plain --predictions none/said.csv"), CLI_USAGE);
    program_assert_says(&program_err, "ftbench: none/said.csv");
    assert_int_equal(program_run("compare runs/plain"), CLI_USAGE);
    program_assert_says(&program_err, "runs/plain has a single setting, and nothing to compare it with");
    assert_int_equal(program_run("compare runs/plain runs/plain"), CLI_DONE);
    program_assert_says(&program_out, "base: the same runs: all 3 pairs are equal to the last bit.\n");
    /* Another experiment does not mix with it. */
    assert_int_equal(program_run("run '" PLAIN "' --set training.epochs=1"), CLI_USAGE);
    assert_int_equal(program_lines(&program_err), 1);
}

/* The synthetic trainer saves no models: that is said. A folder counts once its config.json is there. */
static void test_saved_models(void **state)
{
    (void)state;
    char path[1024], id[17]; /* 16 digits */
    assert_int_equal(program_run("run '" PLAIN "' --output results --set run.save_model=yes"), CLI_DONE);
    program_assert_says(&program_err, "ftbench: 3 finished runs have no saved model: ");
    assert_null(strstr(program_out.data, "models:"));
    assert_int_equal(program_run("list results"), CLI_DONE);
    assert_null(strstr(program_out.data, "results/models"));
    snprintf(id, sizeof id, "%.16s", strchr(program_out.data, '\n') + 1);
    snprintf(path, sizeof path, "%s/results/models/%s", program_folder, id);
    assert_int_equal(file_make_directories(path, NULL), STATUS_OK);
    assert_int_equal(program_run("list results"), CLI_DONE);
    assert_null(strstr(program_out.data, "results/models"));
    snprintf(path, sizeof path, "%s/results/models/%s/config.json", program_folder, id);
    assert_int_equal(file_write(path, "{}", 2, NULL), STATUS_OK);
    assert_int_equal(program_run("list results"), CLI_DONE);
    program_assert_says(&program_out, "\tresults/models/");
    assert_int_equal(program_run("run '" PLAIN "' --output results --set run.save_model=yes"), CLI_DONE);
    program_assert_says(&program_out, "models: results/models (ftbench list results says which is whose)\n");
    program_assert_says(&program_err, "ftbench: 2 finished runs have no saved model: ");
    assert_int_equal(program_run("run '" PLAIN "' --output results"), CLI_DONE);
    assert_null(strstr(program_err.data, "saved model"));
}

static void test_failed_runs(void **state)
{
    (void)state;
    setenv("FTBENCH_SYNTHETIC", "only_seed=1765463535,nan_at=2", 1);
    assert_int_equal(program_run("run '" PLAIN "' --output results"), CLI_RUNS_FAILED);
    program_assert_says(&program_err,
                        "ftbench: 1 of 3 runs gave no result; the report names each with its reason\n");
    program_assert_says(&program_out, "report: results/report.md\n");
    assert_int_equal(program_run("list results"), CLI_DONE);
    program_assert_says(&program_out, "\tdiverged\t");
    /* A diverged run is a result: it is kept, and still said. */
    assert_int_equal(program_run("run '" PLAIN "' --output results"), CLI_RUNS_FAILED);
}

/* Equal values decide after four runs; six are not needed, which is no failure. One that fails is one. */
static void test_span_of_repeats(void **state)
{
    (void)state;
    setenv("FTBENCH_SYNTHETIC", "sigma=0", 1);
    assert_int_equal(program_run("run '" PLAIN "' --dry-run --set experiment.repeats=3..10"), CLI_DONE);
    program_assert_says(&program_out, "settings: 1, repeats: 3..10, runs: 3 to 10\n");
    assert_int_equal(program_run("run '" PLAIN "' --set experiment.repeats=3..10 --jobs 2"), CLI_DONE);
    program_assert_says(&program_err, "3 runs to do, 2 at a time; up to 7 more where these do not decide\n");
    program_assert_says(&program_err, "[4/4] base, repeat 4: ");
    program_assert_says(&program_err, "sequential: 6 of 10 runs were not needed\n");
    assert_int_equal(program_run("list runs/plain"), CLI_DONE);
    assert_int_equal(program_lines(&program_out), 11);
    program_assert_says(&program_out, "\tbase\t5\t");
    program_assert_says(&program_out, "\tnot needed\t\t0\t\t\n");
    assert_null(strstr(program_out.data, "pending"));
    assert_int_equal(program_run("run '" PLAIN "' --set experiment.repeats=3..10"), CLI_DONE);
    program_assert_says(&program_out, "all 4 runs were done before; nothing was trained\n");
    setenv("FTBENCH_SYNTHETIC", "sigma=0,only_seed=1765463535,nan_at=2", 1);
    assert_int_equal(program_run("run '" PLAIN "' --set experiment.repeats=3..10 --output results"),
                     CLI_RUNS_FAILED);
    program_assert_says(&program_err, "sequential: 7 of 10 runs were not needed\n");
    program_assert_says(&program_err,
                        "ftbench: 1 of 3 runs gave no result; the report names each with its reason\n");
}

/* The synthetic trainer interrupts its parent as Ctrl-C would; the same command then does the rest. */
static void test_interrupted(void **state)
{
    (void)state;
    setenv("FTBENCH_SYNTHETIC", "only_seed=1765463535,interrupt_at=2", 1);
    assert_int_equal(program_run("run '" PLAIN "' --jobs 1 --output 'my results'"), CLI_INTERRUPTED);
    program_assert_says(&program_err, "interrupted: 1 of 3 runs are kept in my results\n");
    program_assert_says(&program_err,
                        "to go on: " PROGRAM_FTBENCH " run " PLAIN " --jobs 1 --output 'my results'\n");
    setenv("FTBENCH_SYNTHETIC", "", 1);
    assert_int_equal(program_run("run '" PLAIN "' --jobs 1 --output 'my results'"), CLI_DONE);
    assert_int_equal(program_run("list 'my results'"), CLI_DONE);
    assert_null(strstr(program_out.data, "pending"));
    assert_int_equal(program_lines(&program_out), 4);
}

/* A checkpoint of a run that is not in the plan is the work of another experiment. */
static void test_interrupted_work_of_another_plan(void **state)
{
    (void)state;
    char path[512];
    setenv("FTBENCH_SYNTHETIC", "only_seed=1765463535,interrupt_at=2", 1);
    assert_int_equal(program_run("run '" PLAIN "' --jobs 1 --output results"), CLI_INTERRUPTED);
    setenv("FTBENCH_SYNTHETIC", "", 1);
    snprintf(path, sizeof path, "%s/results/checkpoints", program_folder);
    assert_int_equal(file_make_directories(path, NULL), STATUS_OK);
    snprintf(path, sizeof path, "%s/results/checkpoints/0123456789abcdef.ckpt", program_folder);
    assert_int_equal(file_write(path, "x", 1, NULL), STATUS_OK);
    assert_int_equal(program_run("run '" PLAIN "' --jobs 1 --output results"), CLI_USAGE);
    program_assert_says(
        &program_err, "results: another experiment was interrupted in this folder: 1 run (0123456789abcdef) "
                      "that began there is not in this plan; give another --output, ");
    program_assert_says(&program_err, "or remove results/checkpoints to give them up\n");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(program_run("run '" PLAIN "' --jobs 1 --output results"), CLI_DONE);
}

/* A generator of its own takes the trainer's place: what it prints passes, what becomes of it is ftbench's to
 * say. */
static void test_generate(void **state)
{
    (void)state;
    char path[512];
    static const char script[] = "#!/bin/sh\n"
                                 "[ \"$*\" = 'generate reviews --seed 7' ] && echo 'no room' >&2 && exit 1\n"
                                 "i=0\n"
                                 "while [ $i -lt 20000 ]; do echo line $i; i=$((i + 1)); done\n";
    snprintf(path, sizeof path, "%s/generator", program_folder);
    assert_int_equal(file_write(path, script, sizeof script - 1, NULL), STATUS_OK);
    assert_int_equal(chmod(path, 0700), 0);
    setenv("FTBENCH_TRAINER", path, 1);
    assert_int_equal(program_run("generate reviews"), CLI_DONE);
    assert_int_equal(program_lines(&program_out), 20000);
    program_assert_says(&program_out, "line 0\n");
    program_assert_says(&program_out, "line 19999\n");
    assert_int_equal(program_err.length, 0);
    assert_int_equal(program_run("generate reviews >/dev/full"), CLI_USAGE);
    assert_string_equal(program_err.data, "ftbench: standard output cannot be written\n");
    assert_int_equal(program_run("generate reviews --seed 7"), CLI_USAGE);
    assert_int_equal(program_lines(&program_err), 1);
    program_assert_says(&program_err, "ftbench: generate: ");
    program_assert_says(&program_err, "generator: exit code 1: no room\n");
    /* A reader that has had enough is no failure to talk about. */
    assert_int_equal(program_run("generate reviews | head -1"), 0);
    assert_string_equal(program_out.data, "line 0\n");
    assert_int_equal(program_err.length, 0);
}

/* Output that cannot be written is said. */
static void test_full_disk(void **state)
{
    (void)state;
    if (!file_exists("/dev/full")) skip();
    assert_int_equal(program_run("--help >/dev/full"), CLI_USAGE);
    assert_string_equal(program_err.data, "ftbench: standard output cannot be written\n");
}

int main(void)
{
    const struct CMUnitTest whole[] = {
        cmocka_unit_test_setup_teardown(test_help, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_usage, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_problems_of_a_file, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_refused_by_the_trainer, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_another_trainer, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_only_what_is_pending_is_asked, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(test_the_lock_comes_first, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_dry_run, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_run_twice_and_list, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_failed_runs, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_saved_models, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_span_of_repeats, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_interrupted, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_interrupted_work_of_another_plan, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(test_generate, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(test_full_disk, program_set_up, program_tear_down),
    };
    if (!program_is_built()) return 0;
    return cmocka_run_group_tests(whole, NULL, NULL);
}
