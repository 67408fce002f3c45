/* fuzz_training_log.c - the log of another program's training, as `ftbench diagnose` reads it. */
#include "tests/fuzz/support_fuzz.h"

#include "base/text.h"
#include "harness/logs/training_log.h"

static void check_points(const struct curve_point *points, size_t count)
{
    for (size_t i = 1; i < count; i++)
        fuzz_check(points[i - 1].step < points[i].step);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct training_log log;
    struct text content = {0};
    struct error error = {0};
    fuzz_begin();
    text_add_bytes(&content, size == 0 ? (const uint8_t *)"" : data, size);
    enum status status = training_log_parse(&content, "log", &log, &error);
    fuzz_check_failure(status, &error);
    if (status == STATUS_OK) {
        check_points(log.train, log.train_count);
        check_points(log.evaluation, log.evaluation_count);
        check_points(log.metric, log.metric_count);
    }
    training_log_free(&log);
    text_free(&content);
    fuzz_end();
    return 0;
}
