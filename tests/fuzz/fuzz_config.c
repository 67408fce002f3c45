/* fuzz_config.c - an experiment's ini file, and up to three overrides behind it (--set), each after a line
 * "%%". Beside it are rows.tsv, held.tsv and, for path = ., a config.json. */
#include "tests/fuzz/support_fuzz.h"

#include "base/text.h"
#include "harness/plan/config.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { OVERRIDES = 3 };
    static struct config config;
    static bool ready = false;
    struct fuzz_parts parts;
    struct text problems = {0};
    struct error error = {0};
    char *overrides[OVERRIDES];
    char path[4096], place[256];
    fuzz_divide(data, size, 1 + OVERRIDES, &parts);
    if (!ready) {
        fuzz_put("rows.tsv", "", 0);
        fuzz_put("held.tsv", "", 0);
        fuzz_put("config.json", "", 0);
        ready = true;
    }
    int count = 0;
    for (; count < OVERRIDES && parts.part[1 + count].length > 0; count++)
        overrides[count] = fuzz_string(parts.part[1 + count].bytes, parts.part[1 + count].length);
    fuzz_begin();
    fuzz_put("exp.ini", parts.part[0].bytes, parts.part[0].length);
    strcpy(path, fuzz_path("exp.ini"));
    const struct config_request request = {
        .path = path, .overrides = (const char *const *)overrides, .override_count = count};
    enum status status = config_read(&request, &config, &problems, &error);
    fuzz_check_failure(status, &error);
    fuzz_check(status == STATUS_OK || status == STATUS_USAGE || status == STATUS_BAD_INPUT);
    if (status == STATUS_OK) {
        fuzz_check(problems.length == 0);
        fuzz_check(config.experiment.repeats >= 1);
        config_place(&config, "batch_size is wrong", place, sizeof place);
        fuzz_check(strlen(place) > 0);
        config_free(&config);
    }
    text_free(&problems);
    fuzz_end();
    for (int i = 0; i < count; i++)
        free(overrides[i]);
    return 0;
}
