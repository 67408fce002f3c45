/* Problems of configurations: every fixture with its own, where they lie, files that are none, allocation
 * failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "harness/plan/config.h"
#include "tests/harness/support_config.h"
#include "tests/support_temporary.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

static void test_every_fixture_has_its_problems(void **state)
{
    (void)state;
    glob_t found;
    assert_int_equal(glob("*.expected", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 9);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char path[128];
        struct text expected = {0};
        snprintf(path, sizeof path, "%.*s.ini", (int)(strlen(found.gl_pathv[i]) - strlen(".expected")),
                 found.gl_pathv[i]);
        assert_int_equal(file_read(found.gl_pathv[i], 0, &expected, NULL), STATUS_OK);
        assert_problems(path, NULL, 0, text_string(&expected));
        text_free(&expected);
    }
    globfree(&found);
}

static void test_wrong_overrides(void **state)
{
    (void)state;
    static const char *const overrides[] = {
        "learning_rate=1e-4", "training.learning_rate=fast", "training.epocs=1",
        "trainig.epochs=1",   "sweep.epochs=1,2,x",          "training.learning_rate=1e-3",
        "training.epochs",    "data.train=no/such.tsv",      "sweep.learning_rat=1e-4"};
    assert_problems(
        "plain.ini", overrides, 9,
        "--set 1: 'learning_rate=1e-4' is not section.key=value\n"
        "--set 2: [training] learning_rate: 'fast' is not a number > 0 and <= 1\n"
        "--set 3: [training] epocs: unknown key; did you mean epochs?\n"
        "--set 4: [trainig]: unknown section; did you mean [training]?\n"
        "--set 5: [sweep] epochs: value 3: 'x' is not a number > 0 and <= 10000\n"
        "--set 6: [training] learning_rate: is given twice, first by --set 2\n"
        "--set 7: 'training.epochs' is not section.key=value\n"
        "--set 8: [data] train: no/such.tsv does not exist; paths are relative to the ini\n"
        "--set 9: [sweep] learning_rat: cannot be swept: it is no key of [training]; did you mean "
        "learning_rate?\n");
}

/* What other programs' files have: comments behind #, quotes, the number of steps. */
static void test_habits_of_other_files(void **state)
{
    (void)state;
    static const char *const overrides[] = {"data.validation=0.2 # hold", "data.train='a b.tsv'",
                                            "training.epochs=\"2\"", "training.warmup_steps=5"};
    assert_problems(
        "plain.ini", overrides, 4,
        "--set 1: [data] validation: 0.2 # hold does not exist; paths are relative to the ini; a comment "
        "behind a value begins with ' ;', not with #\n"
        "--set 2: [data] train: 'a b.tsv' does not exist; paths are relative to the ini; values are "
        "written without quotes\n"
        "--set 3: [training] epochs: '\"2\"' is not a number > 0 and <= 10000; values are written without "
        "quotes\n"
        "--set 4: [training] warmup_steps: unknown key; did you mean warmup_ratio?\n");
}

/* However long a value is, all of it counts: what is too long is refused in one line, and the end of a list
 * is read like its start. */
static void test_long_overrides(void **state)
{
    (void)state;
    enum { BLANKS = 5000 };
    static char path[BLANKS + 64], list[BLANKS + 64], word[BLANKS + 64], expected[1024];
    snprintf(path, sizeof path, "data.train=%0*d", BLANKS, 0);
    snprintf(list, sizeof list, "sweep.learning_rate=1e-3,%*s", BLANKS, "x");
    snprintf(word, sizeof word, "training.%0*d=1", BLANKS, 0);
    const char *const overrides[] = {path, list, word};
    snprintf(expected, sizeof expected,
             "--set 1: [data] train: '%0200d' is not a path of at most 4095 bytes\n"
             "--set 2: [sweep] learning_rate: value 2: 'x' is not a number > 0 and <= 1\n"
             "--set 3: 'training.%091d': no section or key has such a long name\n",
             0, 0);
    assert_problems("plain.ini", overrides, 3, expected);
}

static void assert_place(const struct config *config, const char *message, const char *expected)
{
    char place[64];
    config_place(config, message, place, sizeof place);
    assert_string_equal(place, expected);
}

/* full.ini has max_length in line 20 and text_pair_column in 22, and sweeps batch_size in line 51; plain.ini
 * has none. */
static void test_places_of_messages(void **state)
{
    (void)state;
    static struct config config;
    static const char *const overrides[] = {"data.text_column=review"};
    read_good("full.ini", overrides, 1, &config);
    assert_place(&config, "max_length 64 is more than the model's 32 positions (model)", "full.ini:20");
    assert_place(&config, "rows.tsv:1: no column \"review\" (text_column); the first row is: a", "--set 1");
    assert_place(&config, "no memory for a batch_size of 4", "full.ini:52");
    assert_place(&config, "no text_pair_column", "full.ini:22");
    assert_place(&config, "/data/max_length.tsv: cannot be read, its path is odd", "");
    assert_place(&config, "max_lengths are no key, nor is my_max_length", "");
    assert_place(&config, "", "");
    config_free(&config);
    read_good("plain.ini", NULL, 0, &config);
    assert_place(&config, "max_length 128 is more than the model's 32 positions (model)", "plain.ini");
    config_free(&config);
}

static void test_file_that_cannot_be_read(void **state)
{
    (void)state;
    static struct config config;
    struct text problems = {0};
    struct error error = {0};
    assert_int_equal(read_with("none.ini", NULL, 0, &config, &problems, &error), STATUS_IO);
    assert_string_equal(error.text, "none.ini: cannot be opened: No such file or directory");
    assert_int_equal(read_with("model", NULL, 0, &config, &problems, &error), STATUS_IO);
    assert_string_equal(error.text, "model: is a folder, a file is needed");
    assert_int_equal(problems.length, 0);
    text_free(&problems);
}

static char scratch_folder[256], scratch[300];

static int make_scratch(void **state)
{
    (void)state;
    temporary_folder(scratch_folder, sizeof scratch_folder);
    snprintf(scratch, sizeof scratch, "%s/scratch.ini", scratch_folder);
    return 0;
}

static int drop_scratch(void **state)
{
    (void)state;
    temporary_remove(scratch_folder);
    return 0;
}

/* Bytes that no text has, and a file without its last newline. */
static void test_odd_bytes(void **state)
{
    (void)state;
    static struct config config;
    const char bytes[] = "[model]\r\npath = model\r\n\0\ninit = ran\x01"
                         "dom\n[data]\ntrain = x\nvalidation = 0.2";
    char expected[2048];
    struct text problems = {0};
    assert_int_equal(file_write(scratch, bytes, sizeof bytes - 1, NULL), STATUS_OK);
    assert_int_equal(read_with(scratch, NULL, 0, &config, &problems, NULL), STATUS_USAGE);
    snprintf(expected, sizeof expected, "%s:3: has a NUL byte; the file must be text\n", scratch);
    assert_non_null(strstr(problems.data, expected));
    snprintf(expected, sizeof expected,
             "%s:4: [model] init: 'ran?dom' is not one of random, pretrained; did you mean "
             "random?\n",
             scratch);
    assert_non_null(strstr(problems.data, expected));
    assert_null(strstr(problems.data, "validation"));
    text_free(&problems);
}

/* The one line for a file that is no ini file at all, in place of one for each of its lines. */
static void assert_foreign(const char *bytes, size_t length)
{
    static struct config config;
    char expected[1024];
    struct text problems = {0};
    struct error error = {0};
    assert_int_equal(file_write(scratch, bytes, length, NULL), STATUS_OK);
    assert_int_equal(read_with(scratch, NULL, 0, &config, &problems, &error), STATUS_USAGE);
    assert_int_equal(problems.length, 0);
    snprintf(expected, sizeof expected, "%s: is no experiment: an ini file is needed, ", scratch);
    assert_memory_equal(error.text, expected, strlen(expected));
    text_free(&problems);
}

static void test_other_files(void **state)
{
    (void)state;
    static const char table[] = "text\tlabel\nThe film: long\t1\n\"[sic] = not good\"\t0\n";
    char weights[6000];
    assert_foreign(table, sizeof table - 1);
    assert_foreign("{\"learning_rate\": 1e-3}\n", 24);
    assert_foreign("learning_rate = 1e-3\n", 21);
    for (size_t i = 0; i < sizeof weights; i++)
        weights[i] = i % 37 == 0 ? '\n' : i % 37 == 1 && i % 3 == 0 ? '[' : (char)(i * i * 31 / 7);
    assert_foreign(weights, sizeof weights);
    assert_foreign("\0\0\0", 3);
    /* Its only section is lost, but it is plain what was meant. */
    struct text problems = {0};
    struct error error = {0};
    static struct config config;
    assert_int_equal(file_write(scratch, "[data\ntrain = x\n", 16, NULL), STATUS_OK);
    assert_int_equal(read_with(scratch, NULL, 0, &config, &problems, &error), STATUS_USAGE);
    assert_non_null(strstr(text_string(&problems), ":1: the section's name is not closed by ]\n"));
    text_free(&problems);
}

/* Each prefix of a good file is read without harm: truncated, it is either still good or has problems. */
static void test_every_truncation_is_survived(void **state)
{
    (void)state;
    static struct config config;
    struct text content = {0};
    assert_int_equal(file_read("full.ini", 0, &content, NULL), STATUS_OK);
    long alive = memory_blocks_alive();
    for (size_t length = 0; length < content.length; length += 3) {
        struct text problems = {0};
        FILE *file = fopen(scratch, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(content.data, 1, length, file), length);
        assert_int_equal(fclose(file), 0);
        enum status status = read_with(scratch, NULL, 0, &config, &problems, NULL);
        assert_int_equal(status, STATUS_USAGE); /* at least the paths do not lead anywhere from there */
        assert_true(problems.length > 0);
        text_free(&problems);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    text_free(&content);
}

static void survive_failures(const char *path, enum status expected)
{
    static struct config config;
    static const char *const overrides[] = {"training.epochs=2"};
    long alive = memory_blocks_alive();
    enum status status = STATUS_NO_MEMORY;
    for (long n = 1; status == STATUS_NO_MEMORY && n < 10000; n++) {
        struct text problems = {0};
        memory_fail_from(n);
        status = read_with(path, overrides, 1, &config, &problems, NULL);
        memory_fail_from(0);
        if (status == STATUS_OK) config_free(&config);
        text_free(&problems);
        assert_int_equal(memory_blocks_alive(), alive);
    }
    assert_int_equal(status, expected);
}

static void test_failing_allocations(void **state)
{
    (void)state;
    survive_failures("full.ini", STATUS_OK);
    survive_failures("many.ini", STATUS_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_fixture_has_its_problems),
        cmocka_unit_test(test_wrong_overrides),
        cmocka_unit_test(test_habits_of_other_files),
        cmocka_unit_test(test_long_overrides),
        cmocka_unit_test(test_places_of_messages),
        cmocka_unit_test(test_file_that_cannot_be_read),
        cmocka_unit_test_setup_teardown(test_odd_bytes, make_scratch, drop_scratch),
        cmocka_unit_test_setup_teardown(test_other_files, make_scratch, drop_scratch),
        cmocka_unit_test_setup_teardown(test_every_truncation_is_survived, make_scratch, drop_scratch),
        cmocka_unit_test(test_failing_allocations),
    };
    return cmocka_run_group_tests(tests, stand_in_fixtures, NULL);
}
