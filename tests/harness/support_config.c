#include "support_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"

#include <string.h>
#include <unistd.h>

int stand_in_fixtures(void **state)
{
    (void)state;
    return chdir(FTBENCH_SOURCE_DIR "/tests/fixtures/ini");
}

enum status read_with(const char *path, const char *const *overrides, int count, struct config *config,
                      struct text *problems, struct error *error)
{
    const struct config_request request = {.path = path, .overrides = overrides, .override_count = count};
    return config_read(&request, config, problems, error);
}

void read_good(const char *path, const char *const *overrides, int count, struct config *config)
{
    struct text problems = {0};
    struct error error = {0};
    if (read_with(path, overrides, count, config, &problems, &error) != STATUS_OK)
        fail_msg("%s\n%s", error.text, text_string(&problems));
    assert_int_equal(problems.length, 0);
    text_free(&problems);
}

void assert_problems(const char *path, const char *const *overrides, int count, const char *expected)
{
    static struct config config;
    struct text problems = {0};
    struct error error = {0};
    long alive = memory_blocks_alive();
    assert_int_equal(read_with(path, overrides, count, &config, &problems, &error), STATUS_USAGE);
    assert_string_equal(text_string(&problems), expected);
    assert_non_null(strstr(error.text, "; nothing was trained"));
    text_free(&problems);
    assert_int_equal(memory_blocks_alive(), alive);
}
