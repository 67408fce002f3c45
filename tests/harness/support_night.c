#include "tests/harness/support_night.h"

#include "base/file.h"
#include "harness/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char experiment[] = "[experiment]\n"
                                 "name = nightly\n"
                                 "repeats = 5\n"
                                 "[model]\n"
                                 "path = " FTBENCH_SOURCE_DIR "/tests/fixtures/letters-bert\n"
                                 "init = random\n"
                                 "[data]\n"
                                 "train = " FTBENCH_SOURCE_DIR "/tests/fixtures/letters.tsv\n"
                                 "validation = 0.25\n"
                                 "[training]\n"
                                 "epochs = 12\n"
                                 "[sweep]\n"
                                 "learning_rate = 1e-3, 2e-3\n";

void night_train(const char *folder, const char *behaviour, const char *words, int expected)
{
    char line[1024];
    setenv("FTBENCH_SYNTHETIC", behaviour, 1);
    snprintf(line, sizeof line, "run nightly.ini --output %s %s", folder, words);
    int code = program_run(line);
    if (code != expected) fail_msg("run %s: exit code %d: %s", folder, code, text_string(&program_err));
}

int night_set_up(void **state)
{
    char path[512];
    program_set_up(state);
    snprintf(path, sizeof path, "%s/nightly.ini", program_folder);
    assert_int_equal(file_write(path, experiment, strlen(experiment), NULL), STATUS_OK);
    night_train("night", "", "", CLI_DONE);
    assert_int_equal(program_run("baseline save base night"), CLI_DONE);
    program_assert_says(&program_out, "saved: baselines/base.sqlite, 2 settings, 10 runs\n");
    return 0;
}

void night_expect(int code, const char *words, const char *says)
{
    char line[1024];
    snprintf(line, sizeof line, "check %s --baseline base", words);
    int got = program_run(line);
    if (got != code)
        fail_msg("%s: exit code %d, not %d:\n%s%s", line, got, code, text_string(&program_out),
                 text_string(&program_err));
    program_assert_says(code == CLI_USAGE ? &program_err : &program_out, says);
}

void night_expect_member(const char *file, const char *says)
{
    struct text text = {0};
    program_read(file, &text);
    program_assert_says(&text, says);
    text_free(&text);
}
