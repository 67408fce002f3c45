/* Text without the folders of a run's files. */
#include "harness/run/folders.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void assert_stripped(const struct folders *folders, const char *text, const char *expected)
{
    char out[256];
    folders_strip(folders, text, out, sizeof out);
    assert_string_equal(out, expected);
}

static void files_keep_their_names(void **state)
{
    (void)state;
    static struct folders folders;
    folders = (struct folders){0};
    folders_add(&folders, "/home/a/data/rows.tsv");
    folders_add(&folders, "/home/a/models/tiny/");
    folders_add(&folders, "../out/checkpoints/0123.ckpt");
    assert_stripped(&folders, "/home/a/data/rows.tsv:7: no label", "rows.tsv:7: no label");
    assert_stripped(&folders, "no '/home/a/models/tiny/config.json' (/home/a/data/held.tsv)",
                    "no 'tiny/config.json' (held.tsv)");
    assert_stripped(&folders, "../out/checkpoints/0123.ckpt.tmp: disk full", "0123.ckpt.tmp: disk full");
    assert_stripped(&folders, "", "");
}

/* Neither the end of a longer path nor a folder that only begins alike. */
static void other_paths_stay(void **state)
{
    (void)state;
    static struct folders folders;
    folders = (struct folders){0};
    folders_add(&folders, "/a/data/rows.tsv");
    assert_stripped(&folders, "/mnt/a/data/rows.tsv", "/mnt/a/data/rows.tsv");
    assert_stripped(&folders, "/a/data2/rows.tsv", "/a/data2/rows.tsv");
    assert_stripped(&folders, "/usr/lib/x.so", "/usr/lib/x.so");
}

/* The root, or a name alone, is no folder to leave out: slashes elsewhere would go. */
static void names_alone_add_nothing(void **state)
{
    (void)state;
    static struct folders folders;
    folders = (struct folders){0};
    folders_add(&folders, "ftbench-trainer");
    folders_add(&folders, "/rows.tsv");
    folders_add(&folders, "");
    assert_int_equal(folders.count, 0);
    assert_stripped(&folders, "/rows.tsv", "/rows.tsv");
}

/* A trainer may name a relative path of its spec by the absolute one. */
static void the_current_folder_is_left_out(void **state)
{
    (void)state;
    static struct folders folders;
    char here[SPEC_PATH_BYTES], text[SPEC_PATH_BYTES + 64];
    folders = (struct folders){0};
    folders_add(&folders, "data/rows.tsv");
    folders_add_current(&folders);
    assert_non_null(getcwd(here, sizeof here));
    snprintf(text, sizeof text, "%s/data/rows.tsv: gone", here);
    assert_stripped(&folders, text, "rows.tsv: gone");
}

static void what_does_not_fit_is_cut(void **state)
{
    (void)state;
    static struct folders folders;
    char out[5];
    folders = (struct folders){0};
    folders_strip(&folders, "123456", out, sizeof out);
    assert_string_equal(out, "1234");
    for (int i = 0; i < FOLDERS_MOST + 2; i++)
        folders_add(&folders, "/a/b");
    assert_int_equal(folders.count, FOLDERS_MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_keep_their_names),         cmocka_unit_test(other_paths_stay),
        cmocka_unit_test(names_alone_add_nothing),        cmocka_unit_test(what_does_not_fit_is_cut),
        cmocka_unit_test(the_current_folder_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
