#include "tests/harness/support_program.h"

#include "base/file.h"
#include "tests/support_temporary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

char program_folder[256];
struct text program_out, program_err;

int program_set_up(void **state)
{
    (void)state;
    temporary_folder(program_folder, sizeof program_folder);
    setenv("FTBENCH_TRAINER", PROGRAM_SYNTHETIC, 1);
    setenv("FTBENCH_SYNTHETIC", "", 1);
    return 0;
}

int program_tear_down(void **state)
{
    (void)state;
    text_free(&program_out);
    text_free(&program_err);
    temporary_remove(program_folder);
    return 0;
}

bool program_is_built(void)
{
    if (access(PROGRAM_FTBENCH, X_OK) == 0 && access(PROGRAM_SYNTHETIC, X_OK) == 0) return true;
    print_message("ftbench and ftbench-synthetic are not built: tests of the whole program skipped\n");
    return false;
}

void program_read(const char *name, struct text *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", program_folder, name);
    text_free(text);
    assert_int_equal(file_read(path, 0, text, NULL), STATUS_OK);
}

int program_run(const char *words)
{
    char command[4096];
    snprintf(command, sizeof command, "cd '%s' && exec >out 2>err </dev/null && '%s' %s", program_folder,
             PROGRAM_FTBENCH, words);
    int result = system(command);
    assert_true(WIFEXITED(result));
    program_read("out", &program_out);
    program_read("err", &program_err);
    return WEXITSTATUS(result);
}

void program_assert_says(const struct text *text, const char *expected)
{
    if (strstr(text_string(text), expected) == NULL)
        fail_msg("'%s' is not in:\n%s", expected, text_string(text));
}

int program_lines(const struct text *text)
{
    int lines = 0;
    for (size_t i = 0; i < text->length; i++)
        lines += text->data[i] == '\n';
    return lines;
}
