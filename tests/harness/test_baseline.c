/* Baselines: names, saving and replacing, what is refused and how it is told. */
#include "harness/check/baseline.h"

#include "base/file.h"
#include "harness/store/database.h"
#include "tests/harness/support_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct error error;

static void expect_text(const char *words)
{
    if (strstr(error.text, words) == NULL) fail_msg("\"%s\" is not in \"%s\"", words, error.text);
}

/* The folder of baselines of a test: inside its results. */
static const char *folder_of(const struct trial *trial)
{
    static char folder[SPEC_PATH_BYTES];
    assert_int_equal(file_join(trial->folder, "kept", folder, sizeof folder, NULL), STATUS_OK);
    return folder;
}

static void names_are_paths_or_words(void **state)
{
    char path[SPEC_PATH_BYTES];
    (void)state;
    assert_int_equal(baseline_path("kept", "night-1.2_x", path, &error), STATUS_OK);
    assert_string_equal(path, "kept/night-1.2_x.sqlite");
    assert_int_equal(baseline_path("kept", "a/b.sqlite", path, &error), STATUS_OK);
    assert_string_equal(path, "a/b.sqlite");
    assert_int_equal(baseline_path("kept", "b.sqlite", path, &error), STATUS_OK);
    assert_string_equal(path, "b.sqlite");
    const char *const wrong[] = {
        "",    ".",    "..",       "-x",
        "a b", "a\nb", "\xc3\xa9", "a23456789012345678901234567890123456789012345678901234567890123456789"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(baseline_path("kept", wrong[i], path, &error), STATUS_USAGE);
    expect_text("no name of a baseline");
    setenv("FTBENCH_BASELINES", "elsewhere", 1);
    assert_string_equal(baseline_folder(NULL), "elsewhere");
    assert_string_equal(baseline_folder("here"), "here");
    unsetenv("FTBENCH_BASELINES");
    assert_string_equal(baseline_folder(NULL), "baselines");
}

static void paths_end_as_files_of_baselines_do(void **state)
{
    static const struct {
        const char *path, *suggested;
    } cases[] = {{"../x", ", such as ../x.sqlite"},    {"a/b", ", such as a/b.sqlite"},
                 {"b/", ", such as b.sqlite"},         {"/b.db//", ", such as /b.db.sqlite"},
                 {"b.sqlite/", ", such as b.sqlite"},  {"../", ", such as NAME.sqlite"},
                 {"a/..", ", such as a/NAME.sqlite"},  {"/", ", such as NAME.sqlite"},
                 {".sqlite", ", such as NAME.sqlite"}, {"a/.sqlite", ", such as a/NAME.sqlite"}};
    char path[SPEC_PATH_BYTES], longest[SPEC_PATH_BYTES + 1];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(baseline_path("kept", cases[i].path, path, &error), STATUS_USAGE);
        assert_string_equal(strrchr(error.text, ','), cases[i].suggested);
        expect_text("a name has no '/', and the path of a file ends with .sqlite");
    }
    memset(longest, '/', sizeof longest);
    snprintf(longest + sizeof longest - sizeof "x.sqlite", sizeof "x.sqlite", "x.sqlite");
    assert_int_equal(baseline_path("kept", longest, path, &error), STATUS_USAGE);
    expect_text("too long");
}

static void expect_the_same(const struct trial *trial, struct store *kept)
{
    struct plan plan = {0};
    assert_int_equal(store_load_plan(kept, &plan, &error), STATUS_OK);
    experiment_assert_plans_equal(&plan, &trial->plan);
    for (size_t i = 0; i < plan.run_count; i++) {
        struct run_record before, after;
        assert_int_equal(store_load_run(trial->store, plan.runs[i].id, &before, &error), STATUS_OK);
        assert_int_equal(store_load_run(kept, plan.runs[i].id, &after, &error), STATUS_OK);
        experiment_assert_records_equal(&before, &after);
        run_record_free(&before);
        run_record_free(&after);
    }
    plan_free(&plan);
}

static void a_baseline_holds_what_the_results_hold(void **state)
{
    struct trial *trial = *state;
    struct store *kept = NULL;
    struct store_origin origin, saved;
    trial_save_all(trial, 1);
    assert_int_equal(baseline_save(folder_of(trial), "base", trial->folder, false, &saved, &error),
                     STATUS_OK);
    assert_int_equal(saved.done, RATES * REPEATS);
    assert_int_equal(saved.failed, 0);
    assert_int_equal(saved.settings, RATES);
    assert_int_equal(strlen(saved.saved), strlen("2026-01-31T12:00:00Z"));
    assert_int_equal(baseline_open(folder_of(trial), "base", &kept, &origin, &error), STATUS_OK);
    assert_string_equal(origin.folder, trial->folder);
    assert_string_equal(origin.saved, saved.saved);
    assert_string_equal(origin.writer, "ftbench " FTBENCH_VERSION);
    expect_the_same(trial, kept);
    store_close(kept);
}

static void nothing_is_replaced_unless_asked(void **state)
{
    struct trial *trial = *state;
    struct store_origin origin;
    struct text names = {0};
    size_t count;
    trial_save_all(trial, 1);
    const char *folder = folder_of(trial);
    assert_int_equal(baseline_save(folder, "b", trial->folder, true, &origin, &error), STATUS_BAD_INPUT);
    expect_text("has none; make one with ftbench baseline save b DIR");
    assert_int_equal(baseline_save(folder, "./b.sqlite", trial->folder, true, &origin, &error),
                     STATUS_BAD_INPUT);
    expect_text("there is no such file; make it with ftbench baseline save ./b.sqlite DIR");
    assert_int_equal(baseline_save(folder, "b", trial->folder, false, &origin, &error), STATUS_OK);
    assert_int_equal(baseline_save(folder, "b", trial->folder, false, &origin, &error), STATUS_USAGE);
    expect_text("ftbench baseline update puts another in its place");
    assert_int_equal(baseline_save(folder, "b", trial->folder, true, &origin, &error), STATUS_OK);
    assert_int_equal(baseline_save(folder, "a", trial->folder, false, &origin, &error), STATUS_OK);
    assert_int_equal(baseline_names(folder, &names, &count, &error), STATUS_OK);
    assert_int_equal(count, 2); /* no temporary file is left */
    assert_memory_equal(names.data, "a\0b", 4);
    text_free(&names);
    struct store *store = NULL;
    assert_int_equal(baseline_open(folder, "c", &store, &origin, &error), STATUS_BAD_INPUT);
    expect_text("no baseline 'c': the folder");
    expect_text(" has a, b; make a new one with ftbench baseline save c DIR");
    assert_null(store);
}

static void an_unfinished_experiment_is_no_baseline(void **state)
{
    struct trial *trial = *state;
    struct store_origin origin;
    trial_save_run(trial, 0, RUN_DONE, true, 1);
    assert_int_equal(baseline_save(folder_of(trial), "b", trial->folder, false, &origin, &error),
                     STATUS_USAGE);
    expect_text("is not finished: 8 of its 9 runs are not there yet");
    for (size_t i = 1; i < trial->plan.run_count; i++)
        trial_save_run(trial, i, RUN_CRASHED, true, 1);
    assert_int_equal(baseline_save(folder_of(trial), "b", trial->folder, false, &origin, &error), STATUS_OK);
    assert_int_equal(origin.failed, 8); /* failed runs are results */
}

static void write_file(const char *path, const char *bytes, size_t length)
{
    assert_int_equal(file_write(path, bytes, length, NULL), STATUS_OK);
}

static void expect_unreadable(const struct trial *trial, const char *words)
{
    struct store *store = NULL;
    struct store_origin origin;
    assert_int_equal(baseline_open(folder_of(trial), "b", &store, &origin, &error), STATUS_BAD_INPUT);
    expect_text(words);
    assert_null(store);
}

static void what_is_no_baseline_is_refused(void **state)
{
    struct trial *trial = *state;
    struct store_origin origin;
    struct text bytes = {0};
    char path[SPEC_PATH_BYTES], results[SPEC_PATH_BYTES];
    trial_save_all(trial, 1);
    assert_int_equal(baseline_path(folder_of(trial), "b", path, &error), STATUS_OK);
    assert_int_equal(baseline_save(folder_of(trial), "b", trial->folder, false, &origin, &error), STATUS_OK);
    assert_int_equal(file_read(path, 0, &bytes, NULL), STATUS_OK);
    const char stored = bytes.data[63];
    bytes.data[63] = 5; /* user_version, big-endian, at byte 60 */
    write_file(path, bytes.data, bytes.length);
    expect_unreadable(trial, "store format 5");
    expect_unreadable(trial, "save it again with this one");
    write_file(path, bytes.data, bytes.length / 2);
    expect_unreadable(trial, "damaged");
    bytes.data[63] = stored;
    for (size_t at = 0; at < 8; at++) /* the head of a page that opening does not read */
        bytes.data[bytes.length - bytes.length / 4 / 4096 * 4096 + at] ^= 0x5a;
    write_file(path, bytes.data, bytes.length);
    expect_unreadable(trial, "damaged");
    write_file(path, "nothing of the kind", 19);
    expect_unreadable(trial, "not a store of ftbench");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0777), 0);
    expect_unreadable(trial, "is a folder");
    assert_int_equal(baseline_save(folder_of(trial), "b", trial->folder, false, &origin, &error),
                     STATUS_USAGE);
    expect_text("b.sqlite: is a folder, and a baseline is a file; save it by another name");
    assert_int_equal(baseline_save(folder_of(trial), "b", trial->folder, true, &origin, &error),
                     STATUS_BAD_INPUT);
    expect_text("b.sqlite: is a folder");
    assert_int_equal(file_join(trial->folder, "ftbench.sqlite", results, sizeof results, NULL), STATUS_OK);
    text_clear(&bytes);
    assert_int_equal(file_read(results, 0, &bytes, NULL), STATUS_OK);
    assert_int_equal(rmdir(path), 0);
    write_file(path, bytes.data, bytes.length);
    expect_unreadable(trial, "results of a folder, not a baseline");
    text_free(&bytes);
}

static void execute(const char *path, const char *sql)
{
    struct database database;
    assert_int_equal(database_open(path, false, &database, &error), STATUS_OK);
    if (database_execute(&database, sql, &error) != STATUS_OK) fail_msg("%s: %s", sql, error.text);
    database_close(&database);
}

/* No page is damaged by this, and every number is one that could be. */
static void a_changed_number_is_seen(void **state)
{
    static const char *const changes[] = {
        "UPDATE run_end SET f1 = 0.7500000000000001 WHERE f1 = 0.75",
        "UPDATE step SET position = position + 100 WHERE position = 3",
        "UPDATE evaluation SET predictions = zeroblob(length(predictions)) WHERE position = 1",
        "UPDATE planned SET seed_order = 1 WHERE position = 0",
        "UPDATE result SET wall_seconds = 2 WHERE rowid = 1",
        "UPDATE copy SET numeric_version = 1",
    };
    struct trial *trial = *state;
    struct store_origin origin;
    char path[SPEC_PATH_BYTES];
    trial_save_all(trial, 1);
    assert_int_equal(baseline_path(folder_of(trial), "b", path, &error), STATUS_OK);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        assert_int_equal(baseline_save(folder_of(trial), "b", trial->folder, i > 0, &origin, &error),
                         STATUS_OK);
        execute(path, changes[i]);
        expect_unreadable(trial, "damaged: it does not hold what was saved");
        expect_unreadable(trial, path);
    }
}

/* One bit of the file at a time: it is refused, or was of no value (the free bytes of pages, and the like).
 */
static void any_flipped_bit_is_seen_or_does_not_matter(void **state)
{
    enum { STRIDE = 1021 };
    struct trial *trial = *state;
    struct store_origin origin;
    struct text bytes = {0};
    char path[SPEC_PATH_BYTES];
    int seen = 0, tried = 0;
    trial_save_all(trial, 1);
    assert_int_equal(baseline_save(folder_of(trial), "b", trial->folder, false, &origin, &error), STATUS_OK);
    assert_int_equal(baseline_path(folder_of(trial), "b", path, &error), STATUS_OK);
    assert_int_equal(file_read(path, 0, &bytes, NULL), STATUS_OK);
    for (size_t at = 100; at < bytes.length; at += STRIDE, tried++) {
        struct store *kept = NULL;
        const char bit = (char)(1 << tried % 8);
        bytes.data[at] ^= bit;
        write_file(path, bytes.data, bytes.length);
        bytes.data[at] ^= bit;
        enum status status = baseline_open(folder_of(trial), "b", &kept, &origin, &error);
        seen += status == STATUS_BAD_INPUT;
        if (status == STATUS_OK)
            expect_the_same(trial, kept);
        else
            assert_int_equal(status, STATUS_BAD_INPUT);
        store_close(kept);
    }
    assert_true(tried >= 50);
    assert_true(seen >= tried / 4);
    text_free(&bytes);
}

/* What is vacuumed, and what is a copy of a copy; but not without its seal. */
static void a_baseline_stays_one_however_its_file_lies(void **state)
{
    struct trial *trial = *state;
    struct store_origin origin;
    struct store *kept = NULL;
    char path[SPEC_PATH_BYTES];
    trial_save_all(trial, 1);
    assert_int_equal(baseline_save(folder_of(trial), "b", trial->folder, false, &origin, &error), STATUS_OK);
    assert_int_equal(baseline_path(folder_of(trial), "b", path, &error), STATUS_OK);
    execute(path, "PRAGMA page_size = 8192; VACUUM");
    assert_int_equal(baseline_open(folder_of(trial), "b", &kept, &origin, &error), STATUS_OK);
    assert_int_equal(strlen(origin.seal), DIGEST_TEXT - 1);
    assert_int_equal(store_copy(kept, "copied.sqlite", &origin, &error), STATUS_OK);
    store_close(kept);
    assert_int_equal(baseline_open("", "copied.sqlite", &kept, &origin, &error), STATUS_OK);
    expect_the_same(trial, kept);
    store_close(kept);
    assert_int_equal(unlink("copied.sqlite"), 0);
    execute(path, "DROP TABLE seal");
    assert_int_equal(baseline_open(folder_of(trial), "b", &kept, &origin, &error), STATUS_BAD_INPUT);
    assert_non_null(strstr(error.text, "damaged: the digest of what it holds is gone"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_paths_or_words),
        cmocka_unit_test(paths_end_as_files_of_baselines_do),
        cmocka_unit_test_setup_teardown(a_baseline_holds_what_the_results_hold, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(nothing_is_replaced_unless_asked, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(an_unfinished_experiment_is_no_baseline, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(what_is_no_baseline_is_refused, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(a_changed_number_is_seen, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(any_flipped_bit_is_seen_or_does_not_matter, trial_open, trial_close),
        cmocka_unit_test_setup_teardown(a_baseline_stays_one_however_its_file_lies, trial_open, trial_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
