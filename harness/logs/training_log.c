#include "harness/logs/training_log.h"

#include "base/file.h"
#include "base/memory.h"
#include "harness/logs/log_csv.h"
#include "harness/logs/log_json.h"
#include "harness/logs/log_points.h"
#include "harness/logs/log_resume.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static enum status read_standard_input(struct text *content, struct error *error)
{
    char chunk[65536];
    size_t got;
    while ((got = fread(chunk, 1, sizeof chunk, stdin)) > 0) {
        text_add_bytes(content, chunk, got);
        if (content->length > TRAINING_LOG_BYTES)
            return error_set(error, STATUS_BAD_INPUT, "standard input: larger than the limit of %d bytes",
                             (int)TRAINING_LOG_BYTES);
    }
    if (ferror(stdin))
        return error_set(error, STATUS_IO, "standard input: cannot be read: %s", strerror(errno));
    return text_status(content, error);
}

static void skip_mark(struct text *content)
{
    if (content->length < 3 || memcmp(content->data, "\xEF\xBB\xBF", 3) != 0) return;
    content->length -= 3;
    memmove(content->data, content->data + 3, content->length + 1);
}

enum status training_log_parse(struct text *content, const char *name, struct training_log *log,
                               struct error *error)
{
    enum status status;
    struct log_losses losses = {0};
    *log = (struct training_log){0};
    skip_mark(content);
    const char *begin = text_string(content) + strspn(text_string(content), " \t\r\n");
    if (*begin == '\0')
        status = error_set(error, STATUS_BAD_INPUT, "%s: %s", name,
                           content->length == 0 ? "is empty" : "holds no text");
    else if (*begin == '{' || *begin == '[')
        status = log_json_read(content, name, &losses, error);
    else
        status = log_csv_read(content, name, &losses, error);
    if (status == STATUS_OK && losses.entries == 0)
        status = error_set(error, STATUS_BAD_INPUT, "%s: the log has no entries", name);
    if (status != STATUS_OK) goto done;
    TRY_TO(done, log_resume_settle(&losses, error));
    TRY_TO(done, log_points_settle(&losses.gradient, &log->gradient, &log->gradient_count, error));
    TRY_TO(done, log_points_settle(&losses.train, &log->train, &log->train_count, error));
    TRY_TO(done, log_points_settle(&losses.evaluation, &log->evaluation, &log->evaluation_count, error));
    for (int i = 0; i < LOG_METRICS && log->metric_name == NULL; i++) {
        if (losses.metrics[i].count == 0) continue;
        log->metric_name = log_metrics[i].name;
        TRY_TO(done, log_points_settle(&losses.metrics[i], &log->metric, &log->metric_count, error));
    }
done:
    log_losses_free(&losses);
    return status;
}

enum status training_log_read(const char *path, struct training_log *log, struct error *error)
{
    enum status status;
    struct text content = {0};
    bool standard = strcmp(path, "-") == 0;
    *log = (struct training_log){0};
    if (standard)
        TRY_TO(done, read_standard_input(&content, error));
    else
        TRY_TO(done, file_read(path, TRAINING_LOG_BYTES, &content, error));
    status = training_log_parse(&content, standard ? "standard input" : path, log, error);
done:
    text_free(&content);
    return status;
}

void training_log_free(struct training_log *log)
{
    memory_free(log->train);
    memory_free(log->evaluation);
    memory_free(log->metric);
    memory_free(log->gradient);
    *log = (struct training_log){0};
}

struct curve training_log_curve(const struct training_log *log)
{
    return (struct curve){.train = log->train,
                          .train_count = log->train_count,
                          .evaluation = log->evaluation,
                          .evaluation_count = log->evaluation_count,
                          .gradient = log->gradient,
                          .gradient_count = log->gradient_count};
}

struct metric_curve training_log_metric(const struct training_log *log)
{
    return (struct metric_curve){.name = log->metric_name, .points = log->metric, .count = log->metric_count};
}
